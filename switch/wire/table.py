"""The formats as tables for people: which keys there are, what each takes, where that is from.

`docs/formats.md` holds both between markers; `wireroom message keys --write` puts them there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from switch.wire.spec import FieldSet, FieldSpec, Formats, KeySpec, PlaceRule

_KINDS = {
    "state": "states",
    "province": "provinces",
    "region": "regions",
    "switch": "NL",
    "agency": "ORIs",
    "terminal": "mnemonics",
}


class KeyRow(NamedTuple):
    """One message key."""

    key: str
    answer: str
    what: str
    destinations: str
    fields: str
    source: str


class FieldRow(NamedTuple):
    """One field, or what one key makes of it."""

    field: str
    what: str
    value: str
    source: str


def key_rows(formats: Formats) -> list[KeyRow]:
    """Every key that a terminal may send, in the order in which they are listed."""
    return [_key_row(formats.keys[mke]) for mke in formats.terminal_keys]


def field_rows(formats: Formats) -> list[FieldRow]:
    """Every field of those keys; a key that takes one in another shape has a row of its own."""
    shapes: dict[str, dict[FieldRow, list[str]]] = {}
    for mke in formats.terminal_keys:
        for field in formats.keys[mke].fields:
            of_field = shapes.setdefault(field.prefix, {})
            of_field.setdefault(_field_row(field), []).append(mke)
    rows = []
    for prefix in sorted(shapes):
        usual = max(shapes[prefix].values(), key=len)
        for row, keys in shapes[prefix].items():
            name = prefix if keys is usual else f"{prefix} in {' '.join(keys)}"
            rows.append(row._replace(field=name))
    return rows


def markdown(rows: Sequence[KeyRow] | Sequence[FieldRow]) -> str:
    """Rows as a table of a Markdown page; empty for no rows."""
    if not rows:
        return ""
    head = rows[0]._fields
    lines = [" | ".join(head), "|".join("---" for _ in head)]
    lines += [" | ".join(cell.replace("|", r"\|") for cell in row) for row in rows]
    return "\n".join(f"| {line} |" if "---" not in line else f"|{line}|" for line in lines)


def rewritten(page: str, formats: Formats) -> str:
    """A page with both tables anew between their markers; ValueError names a missing marker."""
    for name, rows in (("keys", key_rows(formats)), ("fields", field_rows(formats))):
        opening, closing = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, found, rest = page.partition(opening)
        _, ended, after = rest.partition(closing)
        if not (found and ended):
            raise ValueError(f"no `{opening.strip()}` and `{closing}`")
        page = f"{before}{opening}\n{markdown(rows)}\n\n{closing}{after}"
    return page


def _key_row(spec: KeySpec) -> KeyRow:
    what = f"{spec.what}, *simulated*" if spec.simulated else spec.what
    fields = "free text" if spec.free_text else _fields(spec)
    return KeyRow(spec.mke, spec.answer or "-", what, _places(spec), fields, spec.source or "-")


def _places(spec: KeySpec) -> str:
    if spec.routed_by_key_alone:
        return "none"
    kinds = [_KINDS[kind] for kind in _KINDS if kind in spec.destinations]
    most = "1" if spec.destinations_max == 1 else f"1-{spec.destinations_max}"
    to = ", ".join((*kinds, *spec.destination_codes))
    return to if not kinds and len(spec.destination_codes) == 1 else f"{most}: {to}"


def _fields(spec: KeySpec) -> str:
    always = [*spec.always, *("/".join(group) for group in spec.some_of)]
    together = " and/or " if spec.combine else " | "
    forms = together.join(map(_form, spec.field_sets))
    grouped = {name for group in spec.some_of for name in group}
    loose = " ".join(f"[{name}]" for name in spec.optional if name not in grouped)
    head = f"{' '.join(always)}, then " if always and forms else " ".join(always)
    rules = "".join(f". {_rule(rule)}" for rule in spec.place_rules)
    turned = f". To a region as {spec.region_key}" if spec.region_key != spec.mke else ""
    asks = f". A state is asked under {spec.asks}" if spec.asks != spec.mke else ""
    return f"{head}{forms}{f'; {loose}' if loose else ''}{rules}{turned}{asks}"


def _form(form: FieldSet) -> str:
    text = " ".join((*form.needs, *(f"[{name}]" for name in form.extras)))
    decided = ", ".join(f"{name}/{' '.join(values)}" for name, values in form.when)
    places = f"to {', '.join(_KINDS.get(name, name) for name in form.to)}" if form.to else ""
    about = ", ".join(part for part in (decided, places) if part)
    return f"{text} ({about})" if about else text


def _rule(rule: PlaceRule) -> str:
    place = {"region": "a region", "state": "a state"}.get(rule.place, rule.place)
    if rule.only:
        return f"For {place}: {' '.join(rule.only)} only"
    return f"For {place}: {' and '.join(rule.demands)} with {rule.trigger}"


def _field_row(field: FieldSpec) -> FieldRow:
    simulated = field.simulated and not field.added
    source = ", ".join(part for part in (field.source, "*simulated*" if simulated else "") if part)
    return FieldRow(field.prefix, field.label, field.help, source or "*simulated*")
