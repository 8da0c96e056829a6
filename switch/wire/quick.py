"""The quick way to read an ordinary inquiry: by regular expressions made from the specs.

It may only take what the careful reader (`header`, `fields`) takes too, and must read it the same
way; a property test holds it to that. Whatever is wrong, or merely unusual, is left to the other.

A terminal tends to send the same form again. So a line's first guess is the *shape* of its last
inquiry, one expression for the header and the fields in their order; the second is the plan of the
key, one expression for the header and a check for each field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from switch.message import InputMessage
from switch.terms import MessageKey, quick
from switch.wire.header import CODE, ORI
from switch.wire.page import CONTROLS, FOLD
from switch.wire.spec import (
    CONTROL_MAX,
    MESSAGE_BYTES_MAX,
    FieldSpec,
    Formats,
    KeySpec,
    Place,
)

_message = quick(InputMessage)

SHAPES_MAX = 128  # kept for one key, 6 KB each; orders of fields beyond that are read by the plan

# What could make an expression for a value reach beyond it: a period, "anything but", looking
# about, an anchor, a group that counts.
_REACHES = re.compile(r"\.|\((?!\?:)|\[\^|[ ]-~|\\[A-Zb]|[$]|\^|^$")

_Match = Callable[[str], re.Match[str] | None]


class _Shape(NamedTuple):
    """One order of one key's fields."""

    match: _Match
    names: tuple[str, ...]
    checks: tuple[tuple[int, _Match], ...]  # of the values that `match` does not check: at, check
    mke: MessageKey
    careful_places: frozenset[str]


class _Plan(NamedTuple):
    """What is known of one key."""

    mke: MessageKey
    header: str
    header_match: _Match
    checks: Mapping[str, tuple[_Match, int]]  # prefix -> (check of the value, bit)
    patterns: Mapping[str, str]  # prefix -> the same check, where it can stand inside another
    forms: frozenset[int]  # bits of every whole inquiry
    careful_places: frozenset[str]
    shapes: dict[tuple[str, ...], _Shape]


class QuickReader:
    """Reads for one line."""

    __slots__ = ("_last", "_plans")

    def __init__(self, formats: Formats, control_prefix: str) -> None:
        self._plans = _plans(formats, control_prefix)
        self._last: _Shape | None = None

    def read(self, raw: bytes) -> InputMessage | None:
        """The message if it is an ordinary one in its plainest shape, else None."""
        if len(raw) > MESSAGE_BYTES_MAX:
            return None
        clean = raw.translate(FOLD, CONTROLS).decode("latin-1")
        if " ." in clean or "/ " in clean or clean[-1:] == " ":
            return None  # blanks to be cut
        last = self._last
        if last is not None:
            match, names, checks, mke, careful_places = last
            found = match(clean)
            if found is not None:
                groups: tuple[Any, ...] = found.groups()
                ori, where, control, shown = groups[:4]
                for at, check in checks:
                    if check(groups[at]) is None:
                        return None
                places = _destinations(where)
                if not careful_places.isdisjoint(places):
                    return None
                # zip stops at the shorter one, which has exactly what `match` found
                fields = dict(zip(names, groups[4:]))  # noqa: B905
                return _message((mke, ori, places, control, fields, None, raw, shown))
        return self._by_plan(clean, raw)

    def _by_plan(self, clean: str, raw: bytes) -> InputMessage | None:
        plan = self._plans.get(clean[: clean.find(".")])
        if plan is None:
            return None
        head = plan.header_match(clean)
        if head is None:
            return None
        body = clean[head.end() :]
        if body[-1:] == ".":
            body = body[:-1]
        checks, fields, form = plan.checks, dict[str, str](), 0
        for part in body.split("."):
            prefix, _, value = part.partition("/")
            check = checks.get(prefix)
            if check is None or prefix in fields or check[0](value) is None:
                return None
            fields[prefix] = value
            form |= check[1]
        if form not in plan.forms or body[-1] == " ":
            return None
        self._last = _shape(plan, tuple(fields))
        parts: tuple[Any, ...] = head.groups()
        ori, where, control = parts
        places = _destinations(where)
        if not plan.careful_places.isdisjoint(places):
            return None
        return InputMessage(plan.mke, ori, places, control, fields, None, raw, body)


@lru_cache(maxsize=4096)
def _destinations(where: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(where[:-1].split("."))) if where else ()


# --- plans and shapes ----------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _plans(formats: Formats, control_prefix: str) -> Mapping[str, _Plan]:
    fielded = (formats.keys[mke] for mke in formats.terminal_keys)
    return {
        key.mke: _plan(key, formats, control_prefix)
        for key in fielded
        if not (key.free_text or key.intricate)
    }


def _plan(spec: KeySpec, formats: Formats, control_prefix: str) -> _Plan:
    bits = {field.prefix: 1 << index for index, field in enumerate(spec.fields)}
    header = _header_pattern(spec, formats, control_prefix)
    return _Plan(
        mke=spec.mke,
        header=header,
        header_match=re.compile(header).match,
        checks={f.prefix: (f.pattern.fullmatch, bits[f.prefix]) for f in spec.fields},
        patterns={f.prefix: _inside(f) for f in spec.fields if not _REACHES.search(f.body)},
        forms=frozenset(sum(bits[name] for name in form) for form in spec.combinations()),
        careful_places=frozenset(rule.place for rule in spec.place_rules),
        shapes={},
    )


def _shape(plan: _Plan, names: tuple[str, ...]) -> _Shape | None:
    """The shape of an inquiry that the plan has taken; None where there are too many."""
    shape = plan.shapes.get(names)
    if shape is None and len(plan.shapes) < SHAPES_MAX:
        patterns = plan.patterns
        fields = r"\.".join(f"{name}/({patterns.get(name, '[^.]*')})" for name in names)
        match = re.compile(rf"{plan.header}({fields})\.?").fullmatch
        checks = tuple(
            (at, plan.checks[name][0]) for at, name in enumerate(names, 4) if name not in patterns
        )
        shape = plan.shapes[names] = _Shape(match, names, checks, plan.mke, plan.careful_places)
    return shape


def _inside(field: FieldSpec) -> str:
    """The check of a value as a part of a larger expression, where a value ends with its period."""
    return rf"(?=[^.]{{{field.size_min},{field.size_max}}}(?:\.|$))(?:{field.body})"


def _header_pattern(spec: KeySpec, formats: Formats, control_prefix: str) -> str:
    """The header without blanks and commas; it need not take all that the careful reader takes."""
    reference = rf"[!-\-/-~]{{1,{CONTROL_MAX}}}"  # printable, neither blank nor period
    control = rf"(?:{re.escape(control_prefix)}({reference})\.)?"
    if spec.routed_by_key_alone:
        return rf"{spec.mke}\.({ORI})\.(){control}(?=[A-Z]{{3,8}}/)"
    place = _place_pattern(spec, formats)
    return rf"{spec.mke}\.({ORI})\.((?:(?:{place})\.){{1,{spec.destinations_max}}}){control}TXT"


def _place_pattern(spec: KeySpec, formats: Formats) -> str:
    if Place.STATE not in spec.destinations:
        single = {
            Place.REGION: formats.region.pattern,
            Place.PROVINCE: formats.province.pattern,
            Place.AGENCY: ORI,
        }
        known = (pattern for kind, pattern in single.items() if kind in spec.destinations)
        return "|".join((*spec.destination_codes, *known))
    kinds = {
        Place.SWITCH: re.escape(formats.switch_code),
        Place.REGION: formats.region.pattern,
    }
    ruled = {rule.place for rule in spec.place_rules}
    unwanted = "|".join(
        pattern for kind, pattern in kinds.items() if kind not in spec.destinations or kind in ruled
    )
    return rf"(?!(?:{unwanted})\.){CODE}" if unwanted else CODE
