"""The shipped CADMV file with something changed in it, for tests of what is said about that."""

from __future__ import annotations

from pathlib import Path

import pytest

from switch.acl.directory import Directory
from switch.acl.document import OwnerDocument, read_owner
from switch.acl.rows import OwnerFile
from switch.errors import AuthoredError, Finding
from switch.files.authored import inspect
from switch.world_file import WORLDS_FOLDER, load_world

WORLD = load_world("golden-state")
DIRECTORY = Directory(WORLD)
TEXT = (WORLDS_FOLDER / "golden-state" / "acl" / "CADMV.toml").read_text()


def changed(*pairs: tuple[str, str], more: str = "") -> str:
    """The file's text with replacements; each must have something to replace."""
    text = TEXT
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text + more


def document(folder: Path, text: str) -> OwnerDocument:
    path = folder / "CADMV.toml"
    path.write_text(text)
    return read_owner(inspect(path, OwnerFile, name="CADMV.toml"), DIRECTORY)


def findings(folder: Path, text: str) -> tuple[Finding, ...]:
    with pytest.raises(AuthoredError) as caught:
        document(folder, text)
    return caught.value.findings
