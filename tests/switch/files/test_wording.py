"""Every mistake that a model of an authored file can find is told in our words, with what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError

from backends.cast import CastFile
from scenarios.script_rows import ScenarioFile
from switch.acl.rows import NetworkFile, OwnerFile
from switch.cli.acl.columns import MapFile
from switch.files.shape import shape_findings
from switch.files.toml.layout import literal
from switch.files.wording import Bounds, wording
from switch.format_file import FormatFile
from switch.world_rows import WorldFile

FILES = (WorldFile, OwnerFile, NetworkFile, FormatFile, ScenarioFile, CastFile, MapFile)
WRONG: tuple[Any, ...] = (
    5, -1, 10**7, 2.5, float("inf"), True, "", "?!", "x" * 3000, [], [""], [5, "", "x"], [[]], {},
    {"?!": 1}, {"x": [{}]}, date(2019, 10, 15), [{}], [{"x": 1}],
)  # fmt: skip
# What a model is made of here. Whoever needs more must word what it can find as well.
PARTS = {
    "any", "bool", "default", "definition-ref", "definitions", "dict", "float", "function-after",
    "function-before", "function-wrap", "int", "list", "literal", "model", "model-field",
    "model-fields", "no-info", "nullable", "str", "union",
}  # fmt: skip
CONSTRAINTS = {"ge", "gt", "le", "min_length", "max_length"}
OTHERS = {"lt", "pattern", "multiple_of", "strip_whitespace", "to_lower", "coerce_numbers_to_str"}
EMPTY, ONE = {"min_length": 1, "actual_length": 0}, {"min_length": 2, "actual_length": 1}
THEIRS = re.compile(
    r"input|should|valid (string|list|dict|integer|boolean|number)|value error|field required"
    r"|keys should|is not what can stand here|function-|datetime\.",
    re.IGNORECASE,
)


def rows(annotation: Any) -> Iterator[tuple[tuple[str | int, ...], type[BaseModel]]]:
    """The models within an annotation, each with a way to one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield (), annotation
        return
    steps: dict[Any, tuple[str | int, ...]] = {list: (0,), dict: ("x",)}
    step = steps.get(get_origin(annotation), ())
    for inner in get_args(annotation):
        for way, row in rows(inner):
            yield (*step, *way), row


def keys(model: type[BaseModel]) -> Iterator[tuple[str | int, ...]]:
    """A way to every key that a file of this shape can have, and to one that it cannot."""
    yield ("nokey",)
    for name, field in model.model_fields.items():
        key = field.alias or name
        yield (key,)
        for way, row in rows(field.annotation):
            for rest in keys(row):
                yield (key, *way, *rest)


def nested(way: Sequence[str | int], value: object) -> Any:
    for part in reversed(way):
        value = [value] if isinstance(part, int) else {part: value}
    return value


def as_toml(value: Any) -> str:
    match value:
        case dict():
            inner = ", ".join(f"{literal(key)} = {as_toml(each)}" for key, each in value.items())
            return f"{{ {inner} }}"
        case list():
            return f"[{', '.join(map(as_toml, value))}]"
        case date():
            return value.isoformat()
        case float():
            return str(value)
        case _:
            return literal(value)


@pytest.mark.parametrize("model", FILES)
def test_no_mistake_is_told_in_the_librarys_words_or_without_what_to_do(model: type[BaseModel]):
    count = 0
    for way in keys(model):
        for value in WRONG:
            data = nested(way, value)
            text = "".join(f"{key} = {as_toml(each)}\n" for key, each in data.items())
            try:
                model.model_validate(data)
            except ValidationError as error:
                found = shape_findings(error, model, data, text, "f")
                assert found
                for finding in found:
                    count += 1
                    assert finding.line == 1
                    assert not THEIRS.search(finding.what.replace("nokey", "")), finding
                    assert finding.remedy, finding
    assert count > 100


def parts(schema: Any, seen: set[int]) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict) and id(schema) not in seen:
        seen.add(id(schema))
        if isinstance(schema.get("type"), str):
            yield schema
        for inner in schema.values():
            yield from parts(inner, seen)
    elif isinstance(schema, list | tuple):
        for inner in schema:
            yield from parts(inner, seen)


@pytest.mark.parametrize("model", FILES)
def test_a_model_has_no_part_whose_mistakes_have_no_words(model: type[BaseModel]):
    for part in parts(model.__pydantic_core_schema__, set()):
        assert part["type"] in PARTS, part
        assert not part.keys() & OTHERS, part


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (Bounds(1, 64), "1 to 64"),
        (Bounds(1), "1 or more"),
        (Bounds(1950, 65_536), "1950 to 65_536"),
        (Bounds(0, 3600, above=True), "more than 0 and at most 3600"),
        (Bounds(0, above=True), "more than 0"),
    ],
)
def test_a_number_is_told_between_what_it_may_be(bounds: Bounds, said: str):
    assert wording("greater_than", {"gt": 0}, -1, bounds)[1] == f"write a number: {said}"


@pytest.mark.parametrize(
    ("kind", "context", "value", "said"),
    [
        ("greater_than_equal", {"ge": 2}, 1, "is too small; write a number: 2 or more"),
        ("less_than_equal", {"le": 0}, 3, "is too large; write a number: 0 or less"),
        ("less_than_equal", {"le": 2}, 3, "is too large; write a number: 2 or less"),
        ("literal_error", {"expected": "1"}, 2, "must be 1; write 1"),
        ("literal_error", {"expected": "True"}, 2, "must be true; write true"),
        ("literal_error", {"expected": "'a', 'b' or '?'"}, 1, 'must be "a" or "b"; write one'),
        ("literal_error", {"expected": "'a' or 'b'"}, "B", 'must be "a" or "b"; did you mean `b`?'),
        ("too_short", EMPTY, [], "is empty; write 1 entry at least"),
        ("too_short", ONE, [1], "has only 1 entry; write 2 entries at least"),
        ("too_long", {"max_length": 2}, [1, 2, 3], "has 3 entries; write 2 entries"),
        ("string_too_long", {"max_length": 1}, "ab", "has 2 characters; write 1 character at most"),
        ("string_too_short", {"min_length": 1}, "", "is empty; write what it is"),
    ],
)  # fmt: skip
def test_a_mistake_has_words_of_its_own(kind: str, context: dict, value: object, said: str):
    assert "; ".join(wording(kind, context, value)) == said


def test_brackets_too_few_or_too_many_are_told_as_such():
    assert wording("list_type", {}, {"id": "A"})[0] == "stands in single brackets"
    assert wording("model_type", {}, [{"id": "A"}])[0] == "stands in double brackets"
    assert wording("list_type", {}, 5)[0] == "must be a list in brackets"


def test_a_kind_without_words_is_still_not_told_in_the_librarys():
    what, fix = wording("url_scheme", {"expected_schemes": "https"}, "x")
    assert what == "is not what can stand here"
    assert fix
