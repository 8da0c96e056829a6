"""A small world whose owner's file has every table and every key, and that file with mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from switch.acl.directory import Directory
from switch.acl.document import OwnerDocument, read_owner
from switch.acl.rows import OwnerFile
from switch.errors import AuthoredError
from switch.files.authored import inspect_bytes
from switch.world_file import load_world

FOLDER = Path(__file__).with_name("whole_world")
DIRECTORY = Directory(load_world(str(FOLDER)))
TEXT = (FOLDER / "acl" / "CADMV.toml").read_text()


def changed(*pairs: tuple[str, str]) -> str:
    """The file's text with replacements; each must have something to replace."""
    text = TEXT
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def document(text: str = TEXT, name: str = "CADMV") -> OwnerDocument:
    """The file, read as if it stood under that name."""
    return read_owner(inspect_bytes(text.encode(), OwnerFile, name="f"), DIRECTORY, name)


def said(text: str, name: str = "CADMV") -> str:
    """Everything that is said of a file with mistakes."""
    with pytest.raises(AuthoredError) as caught:
        document(text, name)
    return "\n".join(map(str, caught.value.findings)) + "\n"
