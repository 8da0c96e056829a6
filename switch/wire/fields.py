"""The fields of an inquiry, read with care: `PREFIX "/" value "."`, the last without its period.

A period ends a value. The safe reader takes it for the end only where control characters, letters
and a slash follow [INF]: so `DET. R. LOPEZ` is one value, and each field says for itself whether it
may hold a period.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from switch.errors import FormatError
from switch.wire.page import Page
from switch.wire.spec import FieldSet, FieldSpec, KeySpec, PlaceRule

_BOUNDARY = re.compile(r"\. *(?=[A-Z]+/)")
_PREFIX = re.compile(r"([A-Z]+)/")


class _Field(NamedTuple):
    prefix: str
    value: str
    at: int
    value_at: int


def read_fields(
    page: Page, at: int, spec: KeySpec, destinations: tuple[str, ...]
) -> Mapping[str, str]:
    """The fields from `at` on, checked one by one and as a whole inquiry."""
    fields: dict[str, str] = {}
    for field in _cut(page, at):
        known = spec.field(field.prefix)
        if known is None:
            raise _foreign(page, spec, field)
        if field.prefix in fields:
            raise page.fail("0", field.at, f"{field.prefix} stands here twice", field.prefix)
        _check_value(page, known, field)
        fields[field.prefix] = field.value
    _check_places(page, at, spec, fields, destinations)
    forms = _check_forms(page, at, spec, fields)
    _check_reach(page, at, spec, forms, destinations)
    return fields


def _cut(page: Page, at: int) -> list[_Field]:
    fields = []
    end = len(page.clean)
    while at < end:
        head = _PREFIX.match(page.clean, at)
        if head is None:
            fix = "a field is its letters, a slash and the value, such as NAM/DOE, JANE"
            raise page.fail("0", at, fix)
        boundary = _BOUNDARY.search(page.clean, head.end())
        value = page.clean[head.end() : boundary.start() if boundary else end].rstrip(" ")
        if boundary is None:
            # Samples end the last field with a period all the same: accept it, drop it [N-ER].
            value = value.removesuffix(".").rstrip(" ")
            if value.endswith("."):  # which of them is the value's, nobody could tell
                fix = "one period at most stands behind the last field"
                raise page.fail("0", at, fix, head[1])
        value_at = page.skip_blanks(head.end())
        fields.append(_Field(head[1], value.lstrip(" "), at, value_at))
        at = boundary.end() if boundary else end
    return fields


def _foreign(page: Page, spec: KeySpec, field: _Field) -> FormatError:
    names = [known.prefix for known in spec.fields]
    elsewhere = any(key.field(field.prefix) for key in page.formats.keys.values())
    near = [] if elsewhere else get_close_matches(field.prefix, names, n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return page.fail(
        ".22.", field.at, _options(spec, f"{spec.mke} has no {field.prefix}{hint}"), field.prefix
    )


def _check_value(page: Page, known: FieldSpec, field: _Field) -> None:
    if not field.value:
        code = known.missing_code if known.code == "0" else known.code
        fix = f"an empty field is not sent: leave out {field.prefix}/ or give it a value"
        raise page.fail(code, field.at, fix, field.prefix)
    if known.pattern.fullmatch(field.value):
        return
    what = f"{field.prefix} is {known.help}"
    if known.choices:
        what = f"{field.prefix} is one of {', '.join(known.choices)}"
    elif len(field.value) > known.size_max:
        what += f"; {len(field.value)} characters are too many"
    elif "." in field.value:
        what += "; a period ends a value"
    what = _with_example(what, known.example)
    raise page.fail(known.code, field.value_at, what, field.prefix)


def _with_example(what: str, example: str) -> str:
    return what if "such as" in what else f"{what}, such as {example}"


def _options(spec: KeySpec, what: str) -> str:
    return "\n".join((what, *spec.options()))


# --- the inquiry as a whole ----------------------------------------------------------------------


def _check_places(
    page: Page, at: int, spec: KeySpec, fields: Mapping[str, str], destinations: tuple[str, ...]
) -> None:
    for rule in spec.place_rules:
        if any(page.formats.among((rule.place,), place) for place in destinations):
            _check_place(page, at, spec, fields, rule)


def _check_place(
    page: Page, at: int, spec: KeySpec, fields: Mapping[str, str], rule: PlaceRule
) -> None:
    if rule.only:
        needed = (*spec.always, *rule.only)
        free = [known.prefix for known in spec.fields if known.added and known.prefix not in needed]
        odd = [name for name in fields if name not in needed and name not in free]
        missing = [name for name in rule.only if name not in fields]
        if odd or missing:
            where = f"a {rule.place}" if rule.place.islower() else rule.place
            form = ", ".join((*needed, *(f"[{name}]" for name in free)))
            fix = f"{where} takes {', '.join(needed)} only\n1. {form}"
            there = _place_of(page, at, odd[0]) if odd else len(page.clean)
            raise page.fail(rule.code, there, fix, (odd or missing)[0])
    if rule.trigger in fields:
        for name in rule.demands:
            if name not in fields:
                fix = f"{rule.place} demands {' and '.join(rule.demands)} with {rule.trigger}"
                raise _missing(page, spec, name, fix)


def _check_forms(
    page: Page, at: int, spec: KeySpec, fields: Mapping[str, str]
) -> Sequence[FieldSet]:
    """One of the key's forms must be whole, and nothing of another may stand beside it."""
    loose = {*spec.always, *spec.optional}
    given = [name for name in fields if name not in loose]
    meant = _meant(page, at, spec, fields, given)
    forms = [form for form in meant if any(name in form.fields for name in given)]
    if not forms and any(form.needs for form in meant):
        missing = next((name for name in spec.always if name not in fields), None)
        raise page.fail(
            ".14.", len(page.clean), _options(spec, "one of these forms is needed"), missing
        )
    if forms and not spec.combine:
        forms = [_only_form(page, at, spec, forms, given)]
    needed = {*spec.always}.union(*(form.needs for form in forms))
    for known in spec.fields:
        if known.prefix in needed and known.prefix not in fields:
            fix = f"add {known.prefix}, such as {known.prefix}/{known.example}: {known.help}"
            raise _missing(page, spec, known.prefix, fix)
    for group in spec.some_of:
        if not any(name in fields for name in group):
            raise _missing(page, spec, group[0], f"add {' or '.join(group)}, or both")
    return forms


def _meant(
    page: Page, at: int, spec: KeySpec, fields: Mapping[str, str], given: list[str]
) -> Sequence[FieldSet]:
    """The forms that a deciding field leaves open; what belongs to none of them is refused."""
    meant = [form for form in spec.field_sets if form.meant_by(fields)]
    if len(meant) == len(spec.field_sets):
        return meant
    taken = frozenset[str]().union(*(form.fields for form in meant))
    odd = next((name for name in given if name not in taken), None)
    if odd is not None:
        deciding = {name for form in spec.field_sets for name, _ in form.when if name in fields}
        by = " and ".join(f"{name}/{fields[name]}" for name in sorted(deciding))
        fix = _options(spec, f"{odd} does not belong to {by}")
        raise page.fail(".22.", _place_of(page, at, odd), fix, odd)
    return meant


def _check_reach(
    page: Page, at: int, spec: KeySpec, forms: Sequence[FieldSet], destinations: tuple[str, ...]
) -> None:
    """A form may go to fewer places than its key."""
    for form in forms:
        for place in destinations:
            if form.to and not page.formats.among(form.to, place):
                first = form.needs[0]
                fix = f"{spec.mke} with {first} goes to {', '.join(form.to)}, not to {place}"
                raise page.fail(".02.", _place_of(page, at, first), fix, first)


def _only_form(
    page: Page, at: int, spec: KeySpec, forms: list[FieldSet], given: list[str]
) -> FieldSet:
    for form in forms:
        if form.fields.issuperset(given):
            return form
    # Point at the first field that does not go with those before it.
    first = next(form for form in forms if given[0] in form.fields)
    odd = next(name for name in given if name not in first.fields)
    fix = _options(spec, f"{odd} does not go with {given[0]}: send one form")
    raise page.fail(".22.", _place_of(page, at, odd), fix, odd)


def _place_of(page: Page, at: int, name: str) -> int:
    return next(field.at for field in _cut(page, at) if field.prefix == name)


def _missing(page: Page, spec: KeySpec, name: str, fix: str) -> FormatError:
    known = spec.field(name)
    code = known.missing_code if known else ".14."
    return page.fail(code, len(page.clean), fix, name)
