"""Texts of one form, such as two capital letters: the form, and how a person is told of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import (
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from switch.files.salvage import FilledIn


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
        return core_schema.no_info_wrap_validator_function(self._fitting, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "pattern": self.pattern}

    def _fitting(self, value: object, inner: ValidatorFunctionWrapHandler) -> str:
        if isinstance(value, FilledIn):
            return value  # stands for a text while the rest of a file is read
        text: str = inner(value)
        if not re.fullmatch(self.pattern, text):
            raise wrong(f"must be {self.what}", f'such as "{self.example}"', self.example)
        return text


def form_of(parse: Callable[[str], str]) -> WrapValidator:
    """In the annotation of a text: what one of the vocabulary's parse functions decides."""

    def fitting(value: object, inner: ValidatorFunctionWrapHandler) -> str:
        return value if isinstance(value, FilledIn) else parse(inner(value))

    return WrapValidator(fitting)


def wrong(what: str, fix: str = "", example: str = "") -> PydanticCustomError:
    """A mistake in words, as the end of a sentence that begins with the key. Unlike a ValueError,
    it is not told a second time when the rest of the file is read; an `example` helps with that."""
    return PydanticCustomError("wrong", "{what}", {"what": what, "fix": fix, "example": example})
