"""From `specs/*.toml` to `Formats`, checked whole: every mistake of every file at once.

A world may add files of its own to those of the package: new fields and keys, never other ones
under a name that is taken.

Plain checks rather than models: these files are read at the start of every verb, and there the
import of a validation library would cost more than all the reading. (`switch.format_file` looks at
the shape of a world's files first.)
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, NamedTuple

from switch.errors import AuthoredError, Finding, UnfitError
from switch.files.toml.parser import loaded
from switch.terms import MessageKey, parse_message_key
from switch.wire.spec import (
    DESTINATIONS_MAX,
    NOT_ON_FILE,
    FieldSet,
    FieldSpec,
    Formats,
    KeySpec,
    Place,
    PlaceRule,
    frozen,
)

# Of the package, in the order in which their keys are listed for a person.
FILES = (
    "fields", "purposes", "texts", "answers", "drivers", "vehicles", "craft", "persons",
    "confirmation", "ncic", "entries", "canada", "interpol", "network", "ours",
)  # fmt: skip
_TABLES = ("field", "key", "answer", "purpose", "error", "status", "place", "published")
_ADDED_TABLES = ("field", "key", "answer")  # that a world may have
_FIELD_KEYS = {
    "label", "size", "pattern", "never", "rule", "example", "code", "missing", "choices", "only",
    "source", "simulated",
}  # fmt: skip
_KEY_KEYS = {
    "what", "answer", "destinations", "destinations_max", "order", "always", "sets", "combine",
    "optional", "some_of", "added", "at", "field", "asks", "region_key", "no_record", "unserved",
    "free_text", "source", "simulated", "enters",
}  # fmt: skip
_SET_KEYS = {"needs", "with", "when", "to"}
_AT_KEYS = {"only", "with", "demands", "code", "source"}
_PREFIX = re.compile(r"[A-Z]{3,8}")

Table = Mapping[str, Any]


def _one_of(known: Iterable[str]) -> str:
    return f"one of {', '.join(sorted(known))}"


class _Row(NamedTuple):
    """One table of a file: `[key.DQ]` is name DQ of file drivers."""

    file: str
    head: str
    name: str
    row: Any


class _Findings:
    """What is wrong, collected; a table's line is found again in the text."""

    def __init__(self, values: bool) -> None:
        self.values = values  # whether patterns and examples are tried
        self.all: list[Finding] = []
        self.texts: dict[str, str] = {}

    def add(self, where: _Row | str, what: str, fix: str = "") -> None:
        file, head = (where, "") if isinstance(where, str) else (where.file, where.head)
        text = self.texts[file]
        found = re.search(rf"^[ \t]*{re.escape(head)}", text, re.MULTILINE) if head else None
        line = text.count("\n", 0, found.start()) + 1 if found else 0
        self.all.append(Finding(file, line, what, fix))

    def only(self, where: _Row, row: Table, known: Iterable[str], whose: str) -> None:
        for unknown in sorted({*row} - {*known}):
            self.add(where, f"{where.name}: `{unknown}` is not a key of {whose}", _one_of(known))


@lru_cache(maxsize=1)
def load_formats() -> Formats:
    """The formats of the package. Every verb needs them, so what a test has looked at before
    (`read_formats`) is not looked at again."""
    return read_formats(values=False)


def read_formats(
    folder: Traversable | None = None,
    added: Mapping[str, str] | None = None,
    *,
    values: bool = True,
) -> Formats:
    """The formats in a folder (default: the package's own), and those that a world adds to them:
    name of the file -> its text. AuthoredError if anything is wrong; `values` = whether patterns
    and examples are tried too, which takes longer than all the rest."""
    where = folder if folder is not None else files("switch.wire") / "specs"
    wrong = _Findings(values)
    tables: dict[str, dict[str, _Row]] = {name: {} for name in _TABLES}
    for name in FILES:
        text = where.joinpath(f"{name}.toml").read_text("utf-8")
        _gather(tables, f"specs/{name}.toml", text, _TABLES, wrong)
    for name, text in (added or {}).items():
        _gather(tables, name, text, _ADDED_TABLES, wrong)
    if wrong.all:
        raise AuthoredError(wrong.all)
    try:
        formats = _formats(tables, wrong)
    except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
        # A shape that the plain checks below did not foresee is still the file's mistake.
        what = f"a table has not the shape it must have ({error!r})"
        wrong.all.append(Finding("specs", 0, what, "compare it with one that is like it"))
        raise AuthoredError(wrong.all) from None
    if wrong.all:
        raise AuthoredError(wrong.all)
    return formats


def _gather(
    tables: dict[str, dict[str, _Row]],
    file: str,
    text: str,
    allowed: Sequence[str],
    wrong: _Findings,
) -> None:
    wrong.texts[file] = text
    try:
        content = loaded(text)
    except tomllib.TOMLDecodeError as error:
        wrong.add(file, f"not TOML: {error}", "mend that line first")
        return
    except UnfitError as error:
        wrong.add(file, error.what, error.fix)
        return
    if content.pop("format", None) != 1:
        wrong.add(file, "`format` must be 1", "format = 1")
    for kind, rows in content.items():
        if kind not in allowed:
            wrong.add(file, f"`{kind}` is not a table of formats", f"one of {', '.join(allowed)}")
            continue
        for name, row in rows.items():
            own = kind in ("field", "key")
            new = _Row(file, f"[{kind}.{name}]" if own else f"{name}", name, row)
            old = tables[kind].setdefault(name, new)
            if old is not new:
                what = f"{kind} `{name}` stands in {old.file} already"
                wrong.add(new, what, "choose another name")


def _formats(tables: Mapping[str, Mapping[str, _Row]], wrong: _Findings) -> Formats:
    plain = {kind: {name: each.row for name, each in tables[kind].items()} for kind in _TABLES}
    purposes, texts = plain["purpose"], plain["place"]
    meanings = {code: row["what"] for code, row in purposes.items()}
    fields = {name: _field(each, meanings, wrong) for name, each in tables["field"].items()}
    keys = {mke: _key(each, fields, plain["field"], meanings, wrong)
            for mke, each in tables["key"].items()}  # fmt: skip
    terminal_keys = tuple(keys)
    keys |= {mke: _answer_key(mke, what) for mke, what in plain["answer"].items()}
    named = {name: "" for each in plain["published"].values() for name in each}
    named |= plain["published"]["why_not"]
    formats = Formats(
        keys=MappingProxyType(keys),
        terminal_keys=terminal_keys,
        published=frozen({mke: why for mke, why in named.items() if mke not in keys}),
        purposes=frozen(meanings),
        simulated_purposes=frozenset(c for c, row in purposes.items() if row.get("simulated")),
        errors=frozen(plain["error"]),
        statuses=frozen(plain["status"]),
        switch_code=texts["switch"],
        region=re.compile(texts["region"]),
        province=re.compile(texts["province"]),
    )
    _check_names(formats, tables, fields, wrong)
    return formats


def _field(where: _Row, purposes: Mapping[str, str], wrong: _Findings) -> FieldSpec:
    prefix, row = where.name, where.row
    wrong.only(where, row, _FIELD_KEYS, "a field")
    if not _PREFIX.fullmatch(prefix):
        wrong.add(where, f"`{prefix}` is not a prefix", "three to eight capital letters")
    if not (row.get("source") or row.get("simulated")):
        wrong.add(where, f"{prefix}: no `source`", "name it, or say simulated = true")
    choices, size = _choices(where, purposes, wrong)
    field = FieldSpec(
        prefix=prefix,
        label=row["label"],
        size_min=size[0],
        size_max=size[1],
        mandatory=False,
        help=row["rule"],
        example=row["example"],
        choices=frozen(choices),
        expression=_expression(row, choices, size),
        body="" if row.get("never") else _body(row, choices),
        code=row.get("code", "0"),
        missing_code=row.get("missing", ".14."),
        source=row.get("source", ""),
        simulated=row.get("simulated", False),
        added=False,
    )
    if wrong.values:
        _try(where, field, wrong)
    return field


def _try(where: _Row, field: FieldSpec, wrong: _Findings) -> None:
    try:
        taken = field.pattern.fullmatch(field.example) is not None
    except re.error as error:
        wrong.add(where, f"{field.prefix}: `pattern` is no regular expression: {error}", "mend it")
    else:
        if not taken:
            what = f"{field.prefix}: the example `{field.example}` is not a value that it accepts"
            wrong.add(where, what, field.help)


def _choices(
    where: _Row, purposes: Mapping[str, str], wrong: _Findings
) -> tuple[Mapping[str, str], list[int]]:
    """The closed list of a field's values, if it has one, and the sizes of its values."""
    prefix, row = where.name, where.row
    choices = purposes if row.get("choices") == "purposes" else row.get("choices", {})
    for value in row.get("only", ()):
        if value not in choices:
            what = f"{prefix}: `only` names `{value}`, which is not one of its choices"
            wrong.add(where, what, _one_of(choices))
    if "only" in row:
        choices = {value: what for value, what in choices.items() if value in row["only"]}
    if choices:
        return choices, [min(map(len, choices)), max(map(len, choices))]
    for needed in ("size", "pattern"):
        if needed not in row:
            wrong.add(where, f"{prefix}: no `{needed}`", "or a closed list of `choices`")
    return choices, row.get("size", [1, 1])


def _expression(row: Table, choices: Iterable[str], size: list[int]) -> str:
    """One expression for the whole check of a value, size and forbidden values included."""
    body = _body(row, choices)
    never = "|".join(re.escape(value) for value in row.get("never", ()))
    guard = f"(?!(?:{never})$)" if never else ""
    return rf"(?=.{{{size[0]},{size[1]}}}$){guard}(?:{body})"


def _body(row: Table, choices: Iterable[str]) -> str:
    several = [re.escape(value) for value in choices] or row.get("pattern", "")
    return "|".join([several] if isinstance(several, str) else several)


def _key(
    where: _Row,
    fields: Mapping[str, FieldSpec],
    rows: Mapping[str, Table],
    purposes: Mapping[str, str],
    wrong: _Findings,
) -> KeySpec:
    mke, row = where.name, where.row
    wrong.only(where, row, _KEY_KEYS, "a message")
    if not (row.get("source") or row.get("simulated")):
        wrong.add(where, f"{mke}: no `source`", "name it, or say simulated = true")
    own = dict(fields)
    for name, changes in row.get("field", {}).items():  # what this key changes of a field
        base = {k: v for k, v in rows.get(name, {}).items() if k != "never" or k in changes}
        own[name] = _field(_Row(*where[:2], name, {**base, **changes}), purposes, wrong)
    sets = tuple(_set(where, each, wrong) for each in row.get("sets", ()))
    some_of, added = tuple(map(tuple, row.get("some_of", ()))), tuple(row.get("added", ()))
    chosen = tuple(name for group in some_of for name in group)
    always = tuple(row.get("always", ()))
    optional = (*chosen, *row.get("optional", ()), *added)
    order = row.get("order", [])
    _check_order(where, own, order, {*always, *optional}.union(*(s.fields for s in sets)), wrong)
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
        destinations_max=row.get("destinations_max", DESTINATIONS_MAX),
        fields=tuple(_of_key(own[n], n in common, n in added) for n in order if n in own),
        always=always,
        field_sets=sets,
        combine=row.get("combine", False),
        optional=optional,
        some_of=some_of,
        place_rules=tuple(
            _place_rule(where, place, rule, wrong) for place, rule in row.get("at", {}).items()
        ),
        asks=MessageKey(row.get("asks", mke)),
        region_key=MessageKey(row.get("region_key", mke)),
        no_record=row.get("no_record", NOT_ON_FILE),
        unserved=row.get("unserved", False),
        source=row.get("source", ""),
        simulated=row.get("simulated", False),
        enters=row.get("enters", False),
    )


def _check_order(
    where: _Row, own: Mapping[str, FieldSpec], order: list[str], taken: set[str], wrong: _Findings
) -> None:
    for name in sorted({*order, *taken} - own.keys()):
        wrong.add(where, f"{where.name}: no field `{name}`", f"describe it under [field.{name}]")
    for name in sorted(set(order) ^ taken):
        wrong.add(where, f"{where.name}: `{name}` must stand in `order` and in a form", "add it")


def _set(where: _Row, row: Table, wrong: _Findings) -> FieldSet:
    wrong.only(where, row, _SET_KEYS, "a form")
    when = tuple((name, tuple(values)) for name, values in row.get("when", {}).items())
    to = tuple(name.removeprefix("=") for name in row.get("to", ()))
    return FieldSet(tuple(row["needs"]), tuple(row.get("with", ())), when, to)


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
        destinations_max=1,
        fields=(),
        always=(),
        field_sets=(),
        combine=False,
        optional=(),
        some_of=(),
        place_rules=(),
        asks=MessageKey(mke),
        region_key=MessageKey(mke),
        no_record=NOT_ON_FILE,
        unserved=False,
        source="",
        simulated="simulated" in what,
    )


def _destinations(names: list[str]) -> tuple[frozenset[Place], tuple[str, ...]]:
    codes = tuple(name[1:] for name in names if name.startswith("="))
    return frozenset(Place(name) for name in names if not name.startswith("=")), codes


def _place_rule(where: _Row, place: str, row: Table, wrong: _Findings) -> PlaceRule:
    wrong.only(where, row, _AT_KEYS, f"`at.{place}`")
    only, demands = tuple(row.get("only", ())), tuple(row.get("demands", ()))
    source = row.get("source", where.row.get("source", ""))
    code, trigger = row.get("code", ".22."), row.get("with", "")
    return PlaceRule(place, source, only, code, trigger, demands)


def _check_names(
    formats: Formats,
    tables: Mapping[str, Mapping[str, _Row]],
    fields: Mapping[str, FieldSpec],
    wrong: _Findings,
) -> None:
    """What one table says of another."""
    for prefix, field in fields.items():
        for code in (field.code, field.missing_code):
            if code not in formats.errors:
                what = f"{prefix}: no ER text `{code}` in texts.toml"
                wrong.add(tables["field"][prefix], what, _one_of(formats.errors))
    for mke, where in tables["key"].items():
        key = formats.keys[mke]
        if key.answer and key.answer not in formats.keys:
            wrong.add(where, f"{mke}: its answer `{key.answer}` is not under [answer]", "add it")
        for other in {key.asks, key.region_key} - tables["key"].keys():
            wrong.add(where, f"{mke}: no key `{other}`", f"describe it under [key.{other}]")
        for rule in key.place_rules:
            if rule.code not in formats.errors:
                wrong.add(where, f"{mke}: no ER text `{rule.code}`", _one_of(formats.errors))
        for name in sorted({name for form in key.field_sets for name, _ in form.when}):
            if key.field(name) is None:
                what = f"{mke}: `when` asks for `{name}`, which it does not take"
                wrong.add(where, what, "add it to `optional`, or take it out")
