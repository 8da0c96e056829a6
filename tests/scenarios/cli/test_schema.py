"""`wireroom schema`: every shipped file is valid under it, and mistakes are not."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator  # type: ignore[import-untyped]

from scenarios.cli.schema import FILES, schema
from tests.process import run

ROOT = Path(__file__).parents[3]
WORLDS, LIBRARY = ROOT / "switch" / "worlds", ROOT / "scenarios" / "library"
ACLS = [path for path in sorted(WORLDS.glob("*/acl/*.toml")) if path.stem != "NETWORK"]
SHIPPED = [
    *(("acl", path) for path in ACLS),
    *(("network", path) for path in sorted(WORLDS.glob("*/acl/NETWORK.toml"))),
    *(("world", path) for path in sorted(WORLDS.glob("*/world.toml"))),
    *(("scenario", path) for path in sorted(LIBRARY.glob("*.toml"))),
]


def read(text: str) -> Any:
    """As a TOML language server sees it: times are texts."""
    loaded = tomllib.loads(text)
    return json.loads(json.dumps(loaded, default=lambda value: _time(value)))


def _time(value: date) -> str:
    return value.isoformat()


def test_every_kind_is_printed_and_is_a_schema():
    for kind in FILES:
        done = run("schema", kind)
        assert done.returncode == 0
        Draft4Validator.check_schema(json.loads(done.stdout))
    assert run("schema", "journal").returncode == 2


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=lambda each: str(each)[-32:])
def test_every_shipped_file_is_valid(kind: str, path: Path):
    wrong = Draft4Validator(schema(kind)).iter_errors(read(path.read_text()))
    assert [error.message for error in wrong] == []


@pytest.mark.parametrize("kind", FILES)
def test_every_key_is_described(kind: str):
    made = schema(kind)
    for table in (made, *made["definitions"].values()):
        assert all(key.get("description") for key in table["properties"].values())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('group  = ["ero"]', 'group  = "ero"'),
        ('data   = "any"', 'data   = "all"'),
        ("format   = 1", 'format   = "one"\nfromat = 1'),
        ('cite   = "Gov. Code 7284.8(b)"', ""),
        ('purpose = ["C"]', 'purpose = ["criminal"]'),
    ],
)
def test_an_editor_sees_a_mistake_in_a_rule_file(old: str, new: str):
    text = (WORLDS / "golden-state" / "acl" / "CADMV.toml").read_text()
    assert old in text
    assert list(Draft4Validator(schema("acl")).iter_errors(read(text.replace(old, new, 1))))
