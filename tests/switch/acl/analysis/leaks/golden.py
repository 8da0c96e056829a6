"""The story of the cut-off as a search for leaks: group ero, driver.record, November 2019."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from switch.acl.analysis.leaks.search import Search
from switch.acl.document import load_stack
from switch.acl.rules import Subject
from switch.world_file import WORLDS_FOLDER, load_world
from tests.playbook import golden_state

golden_state()  # read once, and not by the first test that asks for it

NOVEMBER = 1572591600.0  # 2019-11-01T00:00:00 in Los Angeles


def copied(folder: Path, *pairs: tuple[str, str], name: str = "acl/CADMV.toml") -> Path:
    """The shipped world with something changed in one of its files."""
    made = folder / "world"
    copytree(WORLDS_FOLDER / "golden-state", made)
    file = made / name
    text = file.read_text()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text)
    return made


def search(
    world: str = "", *, owner_only: bool = False, group="ero", data="driver.record"
) -> Search:
    stack = load_stack(load_world(world)) if world else golden_state()[1]
    subject = Subject(group=frozenset([group]))
    return Search(stack, subject, data, NOVEMBER, owner_only=owner_only)
