"""From `specs/*.toml` to `Formats`, checked whole: every mistake of every file at once.

Plain checks rather than models: these files are read at the start of every verb, and there the
import of a validation library would cost more than all the reading.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from switch.errors import AuthoredError, Finding
from switch.terms import MessageKey, parse_message_key
from switch.wire.spec import FieldSet, FieldSpec, Formats, KeySpec, Place, PlaceRule, frozen

_FILES = ("fields", "purposes", "inquiries", "answers", "texts")
_FIELD_KEYS = {
    "label", "size", "pattern", "never", "rule", "example", "code", "missing", "choices",
    "simulated",
}  # fmt: skip
_KEY_KEYS = {
    "what", "answer", "destinations", "order", "always", "sets", "combine", "optional", "at",
    "free_text", "simulated",
}  # fmt: skip
_PREFIX = re.compile(r"[A-Z]{3,8}")

Table = Mapping[str, Any]


class _Findings:
    """What is wrong, collected; `file` and the table's line are found again in the text."""

    def __init__(self) -> None:
        self.all: list[Finding] = []
        self.texts: dict[str, str] = {}

    def add(self, file: str, head: str, what: str, fix: str = "") -> None:
        at = self.texts[file].find(head) if head else -1
        line = self.texts[file].count("\n", 0, at) + 1 if at >= 0 else 0
        self.all.append(Finding(f"specs/{file}.toml", line, what, fix))


def read_formats(folder: Traversable | None = None) -> Formats:
    """The formats in a folder (default: the package's own); AuthoredError if any is wrong."""
    where = folder if folder is not None else files("switch.wire") / "specs"
    wrong = _Findings()
    tables = {name: _table(where, name, wrong) for name in _FILES}
    if wrong.all:
        raise AuthoredError(wrong.all)
    try:
        formats = _formats(tables, wrong)
    except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
        # A shape that the plain checks below did not foresee is still the file's mistake.
        what = f"a table has not the shape it must have ({error!r})"
        wrong.all.append(Finding("specs", 0, what))
        raise AuthoredError(wrong.all) from None
    if wrong.all:
        raise AuthoredError(wrong.all)
    return formats


def _table(where: Traversable, name: str, wrong: _Findings) -> Table:
    text = wrong.texts[name] = where.joinpath(f"{name}.toml").read_text("utf-8")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        wrong.add(name, "", f"not TOML: {error}")
        return {}
    if table.get("format") != 1:
        wrong.add(name, "", "`format` must be 1", "format = 1")
    return table


def _formats(tables: Mapping[str, Table], wrong: _Findings) -> Formats:
    purposes = tables["purposes"]["purpose"]
    meanings = {code: row["what"] for code, row in purposes.items()}
    fields = {
        prefix: _field(prefix, row, meanings, wrong)
        for prefix, row in tables["fields"]["field"].items()
    }
    inquiries, answers, texts = tables["inquiries"], tables["answers"], tables["texts"]
    added = inquiries["simulated"]
    keys = {
        mke: _key(mke, row, fields, [name for name in added if mke in added[name]], wrong)
        for mke, row in inquiries["key"].items()
    }
    terminal_keys = tuple(keys)
    keys |= {mke: _answer_key(mke, what) for mke, what in answers["answer"].items()}
    published = frozenset((*answers["published"]["inquiries"], *answers["published"]["answers"]))
    formats = Formats(
        keys=MappingProxyType(keys),
        terminal_keys=terminal_keys,
        published=published,
        purposes=frozen(meanings),
        simulated_purposes=frozenset(c for c, row in purposes.items() if row.get("simulated")),
        errors=frozen(texts["error"]),
        statuses=frozen(texts["status"]),
        switch_code=texts["place"]["switch"],
        region=re.compile(texts["place"]["region"]),
    )
    _check_codes(formats, fields.values(), wrong)
    return formats


def _field(prefix: str, row: Table, purposes: Mapping[str, str], wrong: _Findings) -> FieldSpec:
    head = f"[field.{prefix}]"
    for unknown in sorted(set(row) - _FIELD_KEYS):
        wrong.add("fields", head, f"{prefix}: `{unknown}` is not a key of a field")
    if not _PREFIX.fullmatch(prefix):
        wrong.add("fields", head, f"`{prefix}` is not a prefix", "three to eight capital letters")
    choices = purposes if row.get("choices") == "purposes" else row.get("choices", {})
    size = row["size"] if not choices else [min(map(len, choices)), max(map(len, choices))]
    field = FieldSpec(
        prefix=prefix,
        label=row["label"],
        size_min=size[0],
        size_max=size[1],
        mandatory=False,
        help=row["rule"],
        example=row["example"],
        choices=frozen(choices),
        pattern=_pattern(row, choices, size),
        body="" if row.get("never") else _body(row, choices),
        code=row.get("code", "0"),
        missing_code=row.get("missing", ".14."),
        simulated=row.get("simulated", False),
        added=False,
    )
    if not field.pattern.fullmatch(field.example):
        what = f"{prefix}: the example `{field.example}` is not a value that it accepts"
        wrong.add("fields", head, what, field.help)
    return field


def _pattern(row: Table, choices: Iterable[str], size: list[int]) -> re.Pattern[str]:
    """One expression for the whole check of a value, size and forbidden values included."""
    body = _body(row, choices)
    never = "|".join(re.escape(value) for value in row.get("never", ()))
    guard = f"(?!(?:{never})$)" if never else ""
    return re.compile(rf"(?=.{{{size[0]},{size[1]}}}$){guard}(?:{body})", re.ASCII)


def _body(row: Table, choices: Iterable[str]) -> str:
    several = row.get("pattern") or [re.escape(value) for value in choices]
    return "|".join([several] if isinstance(several, str) else several)


def _key(
    mke: str, row: Table, fields: Mapping[str, FieldSpec], added: list[str], wrong: _Findings
) -> KeySpec:
    head = f"[key.{mke}]"
    for unknown in sorted(set(row) - _KEY_KEYS):
        wrong.add("inquiries", head, f"{mke}: `{unknown}` is not a key of a message")
    sets = tuple(FieldSet(tuple(s["needs"]), tuple(s.get("with", ()))) for s in row.get("sets", ()))
    always, optional = tuple(row.get("always", ())), (*row.get("optional", ()), *added)
    order = row.get("order", [])
    taken = {*always, *optional}.union(*(form.fields for form in sets))
    for name in sorted({*order, *taken} - set(fields)):
        wrong.add("inquiries", head, f"{mke}: no field `{name}` in specs/fields.toml")
    for name in sorted(set(order) ^ taken):
        wrong.add("inquiries", head, f"{mke}: `{name}` must stand in `order` and in a form")
    common = {*always}.union(set.intersection(*(set(form.needs) for form in sets)) if sets else ())
    kinds, codes = _destinations(row.get("destinations", []))
    return KeySpec(
        mke=parse_message_key(mke),
        what=row["what"],
        answer=MessageKey(row.get("answer", "")),
        from_terminals=True,
        free_text=row.get("free_text", False),
        destinations=kinds,
        destination_codes=codes,
        fields=tuple(_of_key(fields[n], n in common, n in added) for n in order if n in fields),
        always=always,
        field_sets=sets,
        combine=row.get("combine", False),
        optional=optional,
        place_rules=tuple(_place_rule(place, r) for place, r in row.get("at", {}).items()),
        simulated=row.get("simulated", False),
    )


def _of_key(field: FieldSpec, mandatory: bool, added: bool) -> FieldSpec:
    simulated = field.simulated or added
    return replace(field, mandatory=mandatory, simulated=simulated, added=added)


def _answer_key(mke: str, what: str) -> KeySpec:
    return KeySpec(
        mke=parse_message_key(mke),
        what=what,
        answer=MessageKey(""),
        from_terminals=False,
        free_text=True,
        destinations=frozenset(),
        destination_codes=(),
        fields=(),
        always=(),
        field_sets=(),
        combine=False,
        optional=(),
        place_rules=(),
        simulated="simulated" in what,
    )


def _destinations(names: list[str]) -> tuple[frozenset[Place], tuple[str, ...]]:
    codes = tuple(name[1:] for name in names if name.startswith("="))
    return frozenset(Place(name) for name in names if not name.startswith("=")), codes


def _place_rule(place: str, row: Table) -> PlaceRule:
    only, demands = tuple(row.get("only", ())), tuple(row.get("demands", ()))
    return PlaceRule(place, only, row.get("code", ".22."), row.get("with", ""), demands)


def _check_codes(formats: Formats, fields: Iterable[FieldSpec], wrong: _Findings) -> None:
    for field in fields:
        for code in (field.code, field.missing_code):
            if code not in formats.errors:
                head = f"[field.{field.prefix}]"
                wrong.add("fields", head, f"{field.prefix}: no ER text `{code}` in texts.toml")
    for key in formats.keys.values():
        if not key.free_text and key.answer not in formats.keys:
            what = f"{key.mke}: its answer `{key.answer}` is not in answers.toml"
            wrong.add("inquiries", f"[key.{key.mke}]", what)
