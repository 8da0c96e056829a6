"""JSON Schema made from a model."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from switch.files.authored import Row
from switch.files.schema import WORDS_FOLDER, schema_of, words_of


class Inner(Row):
    """A row."""

    start: Annotated[Any, Field(alias="from")]
    size: Annotated[float, Field(gt=1)] = 2.0
    word: Literal["a", "?"] | None = None


class Outer(Row):
    rows: list[Inner]
    on: Literal[True] | None = None


WORDS = {"rows": "Rows.", "on": "On.", "from": "When.", "size": "Size.", "Inner.word": "A word."}


def test_a_schema_has_words_for_every_key_and_no_null():
    made = schema_of(Outer, "outer", WORDS)
    assert made["properties"]["rows"]["items"] == {"$ref": "#/definitions/Inner"}
    assert made["properties"]["on"] == {"description": "On.", "enum": [True], "type": "boolean"}
    inner = made["definitions"]["Inner"]
    assert inner["required"] == ["from"]
    assert inner["properties"]["from"] == {"description": "When.", "type": "string"}
    assert inner["properties"]["size"]["exclusiveMinimum"] is True
    assert inner["properties"]["word"]["enum"] == ["a"]
    assert inner["properties"]["word"]["description"] == "A word."


def test_a_key_without_words_is_left_undescribed():
    made = schema_of(Outer, "outer", {"rows": "Rows."})
    assert made["properties"]["on"] == {"enum": [True], "type": "boolean"}


def test_words_are_read_with_the_table_they_are_for():
    assert words_of(WORDS_FOLDER / "acl_words.toml")["AcceptRow.rule"].startswith("Of this rule")
