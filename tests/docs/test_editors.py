"""docs/editors.md: its commands write schemas, and what it tells an editor is TOML."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from tests.process import run

PAGE = (Path(__file__).parents[2] / "docs" / "editors.md").read_text()


def test_every_command_prints_the_schema_that_it_names():
    commands = re.findall(r"^    wireroom (\w+) (\w+) > (\S+)$", PAGE, re.MULTILINE)
    assert len(commands) == 3
    for verb, kind, file in commands:
        assert file == f"{kind}.schema.json"
        assert json.loads(run(verb, kind).stdout)["properties"]


def test_what_it_shows_of_files_is_toml_and_names_those_schemas():
    first, second = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert first.startswith("#:schema ../acl.schema.json")
    assert tomllib.loads(first)["backend"] == "CADMV"
    paths = [rule["schema"]["path"] for rule in tomllib.loads(second)["rule"]]
    assert paths == ["acl.schema.json", "world.schema.json"]
