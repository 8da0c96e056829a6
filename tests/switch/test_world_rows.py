"""The shape of a world file, and of others: the example of each form is one that fits it."""

from __future__ import annotations

import re
from types import MethodType
from typing import Any

import pytest

from scenarios.script_rows import ScenarioFile
from switch.acl.rows import OwnerFile
from switch.config import Limits
from switch.files.form import Form
from switch.format_file import FormatFile
from switch.world_rows import WorldFile

WORLD = {"id": "w", "title": "W", "timezone": "UTC", "seed": 1}


def forms(schema: Any, found: dict[str, Form]) -> dict[str, Form]:
    """All forms in a model's core schema, by pattern."""
    if isinstance(schema, dict):
        checking = schema.get("function")
        if isinstance(checking, dict) and isinstance(checking.get("function"), MethodType):
            form = checking["function"].__self__
            found |= {form.pattern: form} if isinstance(form, Form) else {}
        for inner in schema.values():
            forms(inner, found)
    elif isinstance(schema, list | tuple):
        for inner in schema:
            forms(inner, found)
    return found


@pytest.mark.parametrize("model", [WorldFile, OwnerFile, ScenarioFile, FormatFile])
def test_the_example_of_each_form_fits_it(model: type[Any]):
    found = forms(model.__pydantic_core_schema__, {})
    assert found
    for form in found.values():
        assert re.fullmatch(form.pattern, form.example), form


def test_a_limit_of_the_world_file_is_the_limit_that_the_switch_would_have():
    assert WorldFile.model_validate({"format": 1, "world": WORLD}).limits.late_s == Limits().late_s
