"""A world read whole: the mistakes of all its files at once, each on its line, none hidden."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from switch.errors import AuthoredError
from switch.shell.whole import whole
from switch.world_file import WORLDS_FOLDER, shipped_worlds


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return copytree(WORLDS_FOLDER / "golden-state", tmp_path / "mine")


def change(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text)


def told(world: Path) -> list[str]:
    """Each finding as `file:line what`, in order; that none of them lacks a fix is looked at."""
    with pytest.raises(AuthoredError) as caught:
        whole(str(world))
    assert all(finding.remedy for finding in caught.value.findings)
    return [f"{found.file}:{found.line} {found.what}" for found in caught.value.findings]


def line(file: Path, text: str) -> int:
    """The only line with this text."""
    (found,) = [n for n, each in enumerate(file.read_text().split("\n"), 1) if text in each]
    return found


@pytest.mark.parametrize("name", shipped_worlds())
def test_a_shipped_world_is_in_order(name: str):
    read = whole(name)
    assert read.world.id == name
    assert set(read.stack.owners) == set(read.world.backends)


def test_options_and_kinds_are_told_with_all_other_mistakes(world: Path):
    file = world / "world.toml"
    change(
        file,
        ('kind  = "sqlite"\nori   = "CA0998200"', 'kind  = "sqlit"\nori   = "CA0998200"'),
        ('[backend.options]\nrecords  = ["records/cast.toml"]', OPTIONS),
        ('parent    = "DHS"', 'parent    = "DSH"'),
    )
    change(world / "acl" / "CAWPS.toml", ("format   = 1", "format   = 2"))
    at = {text: line(file, text) for text in ("DSH", "many", "-1", "peple")}
    options, unknown = "backend[1].options", line(file, '"sqlit"')
    assert told(world) == [
        "mine/acl/CAWPS.toml:1 `format` must be 1 (got 2)",
        f"mine/world.toml:{at['DSH']} parent `DSH` is not declared",
        f"mine/world.toml:{at['many']} `{options}.people` must be a whole number (got 'many')",
        f"mine/world.toml:{at['-1']} `{options}.vehicles` is too small (got -1)",
        f"mine/world.toml:{at['peple']} `{options}.peple` is not a key here",
        f"mine/world.toml:{unknown} no kind of backend `sqlit` is installed",
    ]


OPTIONS = """[backend.options]
people   = "many"
vehicles = -1
peple    = 5
records  = ["records/cast.toml"]"""


def test_rules_are_looked_at_beside_a_wrong_message_key(world: Path):
    (world / "specs").mkdir()
    (world / "specs" / "own.toml").write_text("format = 2\n")
    (world / "acl" / "NVDMV.toml").unlink()
    assert told(world) == [
        "mine/acl/NVDMV.toml:0 is missing",
        "mine/specs/own.toml:1 `format` must be 1 (got 2)",
    ]


def test_a_key_that_nobody_can_send_is_told(world: Path):
    change(world / "world.toml", ('keys    = ["QV"]', 'keys    = ["QZ"]'))
    (only,) = [each for each in told(world) if "world.toml" in each]
    assert only.endswith("`QZ` is no key that a terminal can send")
