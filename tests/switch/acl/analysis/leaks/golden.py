"""The story of the cut-off as a search for leaks: group ero, driver.record, November 2019."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from switch.acl.analysis.leaks.search import Search
from switch.acl.document import load_stack
from switch.acl.rules import Subject
from switch.world_file import WORLDS_FOLDER, load_world

NOVEMBER = 1572591600.0  # 2019-11-01T00:00:00 in Los Angeles


def copied(folder: Path, *pairs: tuple[str, str]) -> Path:
    """The shipped world with something changed in the CADMV file."""
    made = folder / "world"
    copytree(WORLDS_FOLDER / "golden-state", made)
    file = made / "acl" / "CADMV.toml"
    text = file.read_text()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text)
    return made


def search(
    world: str = "golden-state", *, owner_only: bool = False, group="ero", data="driver.record"
) -> Search:
    stack = load_stack(load_world(world))
    subject = Subject(group=frozenset([group]))
    return Search(stack, subject, data, NOVEMBER, owner_only=owner_only)
