"""Every published rule with its source: one message that keeps it, one that breaks it.

The table is written by hand from the sources (published_rules.txt). Below it, every rule of the
spec files is broken once by a program, so that none is there for show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from switch.errors import FormatError
from switch.wire.codec import decode, encode_input
from switch.wire.quick import QuickReader
from switch.wire.spec import FieldSpec, KeySpec
from tests.switch.wire.inquiries import FIELDED, FORMATS, places

ORI = "CA0990100"
RULES = [
    (m[1], m[2], m[3], m[4], m[5])
    for m in re.finditer(
        r"^\[(.+)\] (.+)\n    right (.+)\n    wrong (.+)\n    (\S+)$",
        Path(__file__).with_name("published_rules.txt").read_text("utf-8"),
        re.MULTILINE,
    )
]


def spelt(text: str) -> str:
    """A message of the table in full."""
    whole = re.sub(r"(.)\^(\d+)\^", lambda m: m[1] * int(m[2]), text)
    return whole.replace("$", ORI)


def read(text: str):
    return decode(spelt(text).encode(), FORMATS)


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [row[2:] for row in RULES],
    ids=[f"[{row[0]}] {row[1]}" for row in RULES],
)
def test_a_published_rule_is_kept(right, wrong, code):
    read(right)
    with pytest.raises(FormatError) as caught:
        read(wrong)
    assert caught.value.code == code, caught.value.fix
    assert caught.value.fix


def test_the_table_is_read_whole():
    text = Path(__file__).with_name("published_rules.txt").read_text("utf-8")
    assert len(RULES) == len(re.findall(r"^\[", text, re.MULTILINE)) > 100


def test_every_source_that_the_formats_name_has_a_rule_here():
    named = {source for source, *_ in RULES}
    for mke in FORMATS.terminal_keys:
        key = FORMATS.keys[mke]
        facts = [key.source, *(rule.source for rule in key.place_rules)]
        for fact in (*facts, *(field.source for field in key.fields)):
            assert set(fact.split(", ")) - {""} <= named, (mke, fact)


def test_every_key_has_a_rule_here():
    shown = {row[2].split(".")[0] for row in RULES}
    alike = {"DNQ": "DQ", "RNQ": "RQ", "IVQ": "IPQ", "ITQ": "IPQ", "IGQ": "IPQ", "FVQ": "FPQ",
             "FTQ": "FPQ", "FGQ": "FPQ", "QW": "QV", "QG": "QV", "QA": "QV", "QB": "QV",
             "QS": "QV", "QM": "QV", "QR": "QH", "ZIQ": "QV"}  # fmt: skip
    assert {alike.get(mke, mke) for mke in FORMATS.terminal_keys} <= shown


# --- every rule of the files, broken once ---------------------------------------------------------


def example(spec: KeySpec, form: int = 0) -> tuple[tuple[str, ...], dict[str, str]]:
    to = () if spec.routed_by_key_alone else tuple(places(spec, spec.field_sets[form])[:1])
    return to, spec.example_fields(form)


def wrong_values(field: FieldSpec) -> Iterator[str]:
    """Values that no shape of this field takes."""
    yield ""
    if not field.pattern.fullmatch("\\"):  # words may hold one
        yield "\\"
    yield field.example * (field.size_max // len(field.example) + 1)
    if field.size_min > 1:
        yield field.example[: field.size_min - 1]
    if field.choices:
        yield "?"


def broken() -> Iterator[tuple[str, str, tuple[str, ...], dict[str, str]]]:
    """What is broken, the key, where it goes, its fields."""
    for mke in FIELDED:
        spec = FORMATS.keys[mke]
        for number, form in enumerate(spec.field_sets):
            to, fields = example(spec, number)
            for name in {*spec.always, *form.needs, *(n for n, _ in form.when)}:
                less = {key: value for key, value in fields.items() if key != name}
                if not _is_another(spec, less):
                    yield f"form {number + 1} without {name}", mke, to, less
            yield f"form {number + 1} with a field of no key", mke, to, {**fields, "QQQ": "1"}
            for other in spec.field_sets:
                examples = {field.prefix: field.example for field in spec.fields}
                extra = {n: examples[n] for n in other.needs if n not in fields}
                if extra and not spec.combine and not _is_another(spec, {**fields, **extra}):
                    yield f"form {number + 1} with {' '.join(extra)}", mke, to, {**fields, **extra}
        to, fields = example(spec)
        for field in spec.fields:
            with_it = next(
                (n for n, form in enumerate(spec.field_sets) if field.prefix in form.fields), 0
            )
            to, fields = example(spec, with_it)
            for value in wrong_values(field):
                what = f"{field.prefix}/{value[:12]}"
                yield what, mke, to, {**fields, field.prefix: value}
        to, fields = example(spec)
        if spec.routed_by_key_alone:
            yield "a destination", mke, ("NV",), fields
            continue
        every = ("NV", "AZ", "OR", "WA", "ID", "UT", "ON", "E1", "A1", "NL", ORI, "NV0990100")
        for place in (p for p in every if not FORMATS.takes(spec, p)):
            yield f"to {place}", mke, (place,), fields
        taken = [p for p in (*every, "CA0990200", "CA0990300") if FORMATS.takes(spec, p)]
        taken = [p for p in taken if spec.mke != "DQ" or p not in ("E1", "A1")]
        if len(taken) > spec.destinations_max:
            count = spec.destinations_max + 1
            yield f"to {count} places", mke, tuple(taken[:count]), fields
        yield "to no place", mke, (), fields


def _is_another(spec: KeySpec, fields: dict[str, str]) -> bool:
    """Whether these are a whole inquiry too, in another form."""
    loose = {*spec.optional}
    for form in spec.field_sets:
        needed = {*spec.always, *form.needs}
        some = all(set(group) & fields.keys() for group in spec.some_of)
        whole = form.meant_by(fields) and needed <= fields.keys() and some
        if whole and fields.keys() <= needed | set(form.extras) | loose:
            return True
    return False


def refused(raw: bytes) -> bool:
    try:
        decode(raw, FORMATS)
    except FormatError as error:
        return bool(error.fix)
    return False


BROKEN = list(broken())


def test_there_is_much_to_break():
    assert len(BROKEN) > 1_500


@pytest.mark.parametrize("mke", FIELDED)
def test_every_rule_of_a_key_can_be_broken_and_is_then_refused_by_both_readers(mke):
    for what, key, to, fields in BROKEN:
        if key != mke:
            continue
        raw = encode_input(key, ORI, to, "A1", fields)
        if not to and not FORMATS.keys[key].routed_by_key_alone:
            raw = raw.replace(b".*A1.", b".*A1.TXT", 1)
        assert refused(raw), f"{key} {what}: {raw!r} was taken"
        assert QuickReader(FORMATS, "*").read(raw) is None, (what, raw)
