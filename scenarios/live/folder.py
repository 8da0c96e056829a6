"""The folder of a class: all that has to outlive a restart of the machine.

class.json        the scenario's id, the digest of its file, the secret of the links
lesson.toml       the lesson as it was when the class began (.csv or .xlsx from a spreadsheet)
class.journal     everything else: see scenarios.course
"""

from __future__ import annotations

import json
import os
import secrets
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from scenarios.shelf import scenario_path
from switch.core.record.journal import Entry
from switch.errors import UsageError
from switch.shell.reader import JournalReader

_ABOUT = "class.json"


class ClassFolder(NamedTuple):
    """An opened folder; `secret` is known to nobody else on the machine."""

    path: Path
    lesson: Path
    secret: bytes

    @property
    def journal(self) -> Path:
        """Where the run is on record."""
        return self.path / "class.journal"

    @property
    def digest(self) -> str:
        """Of the lesson's file, for the note that the run began."""
        return sha256(self.lesson.read_bytes()).hexdigest()[:16]

    def entries(self) -> list[Entry]:
        """What is on record so far."""
        if not self.journal.exists():
            return []
        reader = JournalReader(self.journal)
        try:
            return list(reader.entries())
        finally:
            reader.close()


def new_folder(path: Path, lesson: str) -> ClassFolder:
    """Make the folder of a new class; UsageError where something lies there already."""
    source = scenario_path(lesson)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        fix = f"go on with it: wireroom class --resume {path}; or give another --folder"
        if not path.is_dir():
            raise UsageError(f"`{path}` is a file", "give --folder the name of a new folder")
        raise UsageError(f"`{path}` is not empty", fix)
    secret, name = secrets.token_bytes(32), f"lesson{source.suffix.lower()}"
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(source.read_bytes())
        about = os.open(path / _ABOUT, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(about, "w", encoding="utf-8") as file:
            json.dump({"training": True, "lesson": name, "secret": secret.hex()}, file)
    except OSError as error:
        raise UsageError(f"cannot make `{path}`: {error.strerror}", "give --folder") from None
    return ClassFolder(path, path / name, secret)


def open_folder(path: Path) -> ClassFolder:
    """The folder of a class that was begun; UsageError if it is none."""
    try:
        about = json.loads((path / _ABOUT).read_text(encoding="utf-8"))
        found = ClassFolder(path, path / Path(about["lesson"]).name, bytes.fromhex(about["secret"]))
    except (OSError, ValueError, KeyError, TypeError):
        fix = "give the folder that `wireroom class` named when the class began"
        raise UsageError(f"`{path}` is not the folder of a class", fix) from None
    if not found.lesson.is_file() or len(found.secret) < 32:
        raise UsageError(f"`{path}` is not whole any more", "begin a new class")
    return found
