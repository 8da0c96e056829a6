"""JSON Schema of authored files, for editors: made from the models that read them.

Draft 4, because the TOML language servers read no newer one. TOML has no null, so a key that may be
left out is simply not required. Times are texts there: that is how those servers see a TOML time.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

DRAFT = "http://json-schema.org/draft-04/schema#"
WORDS_FOLDER = Path(__file__).parent / "schemas"

_TIMES = ("from", "until", "ordered", "at", "starts")


def words_of(path: Path) -> dict[str, str]:
    """The descriptions of keys: `key`, or `Table.key` where a key means something else there."""
    with path.open("rb") as file:
        return {name: str(text) for name, text in tomllib.load(file).items()}


def schema_of(model: type[BaseModel], title: str, words: Mapping[str, str]) -> dict[str, Any]:
    """The schema of a file; a key without words is left undescribed (a test looks for such)."""
    raw = model.model_json_schema(by_alias=True)
    tables = raw.pop("$defs", {})
    root = _table(raw, model.__name__, words)
    rest = {name: _table(table, name, words) for name, table in tables.items()}
    head = {"$schema": DRAFT, "title": title}
    return {**head, **root, "definitions": rest}


def _table(table: Mapping[str, Any], name: str, words: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object", "additionalProperties": False}
    if "description" in table:
        made["description"] = table["description"]
    made["properties"] = {
        key: {**_described(words.get(f"{name}.{key}") or words.get(key)), **_value(value, key)}
        for key, value in table.get("properties", {}).items()
    }
    if table.get("required"):
        made["required"] = table["required"]
    return made


def _described(text: str | None) -> dict[str, Any]:
    return {} if text is None else {"description": text}


def _value(value: Mapping[str, Any], key: str = "") -> dict[str, Any]:
    """A value's schema in the words of the old draft, without what TOML does not have."""
    made: dict[str, Any] = {}
    for name, part in value.items():
        match name:
            case "title" | "description":
                pass
            case "default":
                if part is not None:
                    made["default"] = part
            case "$ref":
                made["$ref"] = part.replace("#/$defs/", "#/definitions/")
            case "const":
                made["enum"] = [part]
            case "exclusiveMinimum":
                made |= {"minimum": part, "exclusiveMinimum": True}
            case "enum":
                made["enum"] = [each for each in part if each != "?"]  # stands for what is missing
            case "anyOf":
                choices = [_value(each) for each in part if each != {"type": "null"}]
                made |= choices[0] if len(choices) == 1 else {"anyOf": choices}
            case "items" | "additionalProperties" if isinstance(part, Mapping):
                made[name] = _value(part)
            case "patternProperties":
                made[name] = {pattern: _value(each) for pattern, each in part.items()}
            case _:
                made[name] = part
    if key in _TIMES and not made.keys() - {"default"}:
        made["type"] = "string"
    return made
