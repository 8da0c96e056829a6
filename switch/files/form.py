"""Texts of one form, such as two capital letters: the form, and how a person is told of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


@dataclass(frozen=True, slots=True)
class Form:
    """In the annotation of a text: the pattern of all of it; `what` ends the sentence "must be";
    `example` is one that fits."""

    pattern: str
    what: str
    example: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._fitting, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "pattern": self.pattern}

    def _fitting(self, value: str) -> str:
        if not re.fullmatch(self.pattern, value):
            raise wrong(f"must be {self.what}", f'such as "{self.example}"', self.example)
        return value


def wrong(what: str, fix: str = "", example: str = "") -> PydanticCustomError:
    """A mistake in words, as the end of a sentence that begins with the key. Unlike a ValueError,
    it is not told a second time when the rest of the file is read; an `example` helps with that."""
    return PydanticCustomError("wrong", "{what}", {"what": what, "fix": fix, "example": example})
