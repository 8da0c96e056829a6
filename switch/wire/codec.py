"""Bytes to messages and back.

`decode` tries a quick path first: one regular expression for the header, one split for the fields,
one bit mask for the form. Whatever that does not take, wrong or merely unusual, is read again with
care (`header`, `fields`), which alone knows the whole grammar and words the errors. The quick path
may therefore only take what the careful one reads the same way; a property test holds it to that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from switch.message import InputMessage
from switch.terms import MessageKey, Ori
from switch.wire.fields import read_fields
from switch.wire.header import CODE, ORI, read_header, read_key
from switch.wire.output import Output, OutputStamp, decode_output, encode_output, is_output
from switch.wire.page import CONTROLS, FOLD, Page
from switch.wire.spec import (
    CONTROL_MAX,
    DESTINATIONS_MAX,
    MESSAGE_BYTES_MAX,
    Formats,
    KeySpec,
    Place,
)

__all__ = [
    "Output",
    "OutputStamp",
    "decode",
    "decode_output",
    "encode_input",
    "encode_output",
    "is_output",
]

_Match = Callable[[str], re.Match[str] | None]


class _Plan(NamedTuple):
    """What the quick path needs to know of one key."""

    mke: MessageKey
    header: _Match
    checks: Mapping[str, tuple[_Match, int]]  # prefix -> (check of the value, bit)
    forms: frozenset[int]  # bits of every whole inquiry
    careful_places: frozenset[str]


def decode(raw: bytes, formats: Formats, *, control_prefix: str = "*") -> InputMessage:
    """Read a message from a terminal; FormatError names code, field, offset and fix."""
    message = _quick(raw, _plans(formats, control_prefix))
    return message if message is not None else _careful(raw, formats, control_prefix)


def _quick(raw: bytes, plans: Mapping[str, _Plan]) -> InputMessage | None:
    """The message if it is an ordinary one in its plainest shape, else None: read with care."""
    if len(raw) > MESSAGE_BYTES_MAX:
        return None
    clean = raw.translate(FOLD, CONTROLS).decode("latin-1")
    plan = plans.get(clean[: clean.find(".")])
    if plan is None:
        return None
    head = plan.header(clean)
    if head is None:
        return None
    body = clean[head.end() :]
    if " ." in body or "/ " in body:
        return None  # blanks to be cut
    if body[-1:] == ".":
        body = body[:-1]
    checks, fields, form = plan.checks, {}, 0
    for part in body.split("."):
        prefix, _, value = part.partition("/")
        check = checks.get(prefix)
        if check is None or prefix in fields or check[0](value) is None:
            return None
        fields[prefix] = value
        form |= check[1]
    if form not in plan.forms or body[-1] == " ":
        return None
    ori: Ori
    ori, where, control = head.group(1, 2, 3)  # type: ignore[assignment]
    destinations = tuple(where[:-1].split(".")) if where else ()
    if len(destinations) > 1:
        destinations = tuple(dict.fromkeys(destinations))
    if not plan.careful_places.isdisjoint(destinations):
        return None
    return InputMessage(plan.mke, ori, destinations, control, fields, None, raw)


def _careful(raw: bytes, formats: Formats, control_prefix: str) -> InputMessage:
    page = Page(raw, formats)
    if is_output(raw):
        raise page.fail(
            ".01.", 0, "this is an output header: the switch sends it, terminals do not"
        )
    spec, at = read_key(page)
    header = read_header(page, spec, at, control_prefix)
    fields = text = None
    if spec.free_text:
        text = page.text_from(header.body_at)
    else:
        fields = read_fields(page, header.body_at, spec, header.destinations)
    ori, destinations, control, _ = header
    return InputMessage(spec.mke, ori, destinations, control, fields, text, raw)


# --- plans of the quick path ---------------------------------------------------------------------


@lru_cache(maxsize=16)
def _plans(formats: Formats, control_prefix: str) -> Mapping[str, _Plan]:
    fielded = (formats.keys[mke] for mke in formats.terminal_keys)
    return {key.mke: _plan(key, formats, control_prefix) for key in fielded if not key.free_text}


def _plan(spec: KeySpec, formats: Formats, control_prefix: str) -> _Plan:
    bits = {field.prefix: 1 << index for index, field in enumerate(spec.fields)}
    return _Plan(
        mke=spec.mke,
        header=re.compile(_header_pattern(spec, formats, control_prefix)).match,
        checks={f.prefix: (f.pattern.fullmatch, bits[f.prefix]) for f in spec.fields},
        forms=frozenset(sum(bits[name] for name in form) for form in spec.combinations()),
        careful_places=frozenset(rule.place for rule in spec.place_rules),
    )


def _header_pattern(spec: KeySpec, formats: Formats, control_prefix: str) -> str:
    """The header without blanks and commas; it need not take all that the careful reader takes."""
    reference = rf"[!-\-/-~]{{1,{CONTROL_MAX}}}"  # printable, neither blank nor period
    control = rf"(?:{re.escape(control_prefix)}({reference})\.)?"
    if spec.routed_by_key_alone:
        return rf"{spec.mke}\.({ORI})\.(){control}(?=[A-Z]{{3,8}}/)"
    place = "|".join(spec.destination_codes) or _place_pattern(spec, formats)
    return rf"{spec.mke}\.({ORI})\.((?:(?:{place})\.){{1,{DESTINATIONS_MAX}}}){control}TXT"


def _place_pattern(spec: KeySpec, formats: Formats) -> str:
    kinds = {
        Place.SWITCH: re.escape(formats.switch_code),
        Place.REGION: formats.region.pattern,
    }
    unwanted = "|".join(pattern for kind, pattern in kinds.items() if kind not in spec.destinations)
    return rf"(?!(?:{unwanted})\.){CODE}" if unwanted else CODE


# --- what a terminal types -----------------------------------------------------------------------


def encode_input(
    mke: str,
    ori: str,
    destinations: Sequence[str] = (),
    control: str | None = None,
    fields: Mapping[str, str] | None = None,
    text: str | None = None,
    *,
    control_prefix: str = "*",
) -> bytes:
    """A message as a terminal sends it, unchecked; without destinations as `KEY.ORI.fields`."""
    header = [mke, ori, *destinations]
    if control is not None:
        header.append(f"{control_prefix}{control}")
    body = ".".join(f"{prefix}/{value}" for prefix, value in (fields or {}).items())
    if text is not None:
        body = text.replace("\n", "\r\n")
    marker = "TXT" if destinations else ""
    return f"{'.'.join(header)}.{marker}{body}".encode("ascii", "replace")
