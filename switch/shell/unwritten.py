"""Why a journal cannot be written or read, and what to do: in words for whoever runs the switch."""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import sqlite3
from pathlib import Path

_MB = 1_000_000

# Of the journal itself, or of its daybook; SQLite without memory is Python without memory.
Failure = sqlite3.Error | OSError | MemoryError | ValueError

# By the number of an OSError: SQLite's name for the same.
_SAME = {
    errno.ENOSPC: "SQLITE_FULL",
    errno.EDQUOT: "SQLITE_FULL",
    errno.EROFS: "SQLITE_READONLY",
    errno.EACCES: "SQLITE_READONLY",
    errno.EPERM: "SQLITE_READONLY",
    errno.ENOENT: "SQLITE_CANTOPEN",
}

# By SQLite's own name of what went wrong, without what follows an underscore: its disk in words,
# and what to do about it.
_WORDS = {
    "SQLITE_FULL": ("its disk is full", "make room on its disk"),
    "SQLITE_IOERR": (
        "its disk does not take it (it fails, is full, or files may grow no further)",
        "make room on its disk, see that it is sound, and look at `ulimit -f`",
    ),
    "SQLITE_READONLY": (
        "it, or its folder, may only be read",
        "let the user who runs the switch write both",
    ),
    "SQLITE_CANTOPEN": (
        "its folder is not there, or may not be written",
        "make the folder, and let the user who runs the switch write it",
    ),
    "SQLITE_BUSY": (
        "another switch is writing it, or somebody reads it",
        "stop that switch, let the reader end, or give another journal",
    ),
    "SQLITE_NOMEM": ("there is no memory left", "let less run on the machine"),
    "SQLITE_NOTADB": ("it is no journal", "give another file"),
    "SQLITE_CORRUPT": ("it is damaged", "keep it as it is, and begin a new one"),
}
_OF_DISKS = ("SQLITE_FULL", "SQLITE_IOERR")  # where it matters how much room is left
_NO_JOURNAL = "give the file that --journal named, or to begin one the name of a new file"
_WHEN_READ = {
    "SQLITE_BUSY": (
        "a switch is writing it, and nobody reads beside it",
        "stop the switch that writes it, or give a second switch another --journal",
    ),
    "SQLITE_CANTOPEN": (
        "it, or its daybook, may not be read",
        "let the user who reads it read both, and their folder",
    ),
    "SQLITE_READONLY": (
        "its switch was killed while it posted, and SQLite must take that back first",
        "open it once as a user who may write it and its folder: wireroom journal verify",
    ),
    "SQLITE_NOTADB": ("it is no journal", _NO_JOURNAL),
    "SQLITE_ERROR": ("it is no journal", _NO_JOURNAL),
    "SQLITE_CORRUPT": (
        "it is cut off or damaged",
        "take a whole copy, made while no switch ran; or keep it as it is, and begin a new one",
    ),
    "SQLITE_NOMEM": ("there is no memory left", "let less run on the machine"),
    "SQLITE_IOERR": (
        "it, or its daybook, is no file or lies on a disk that fails",
        "see that both are files, on a disk that is sound",
    ),
}
_AT_START = "give --journal a file in a folder you may write, not in use by a switch"


def at_start(path: Path, error: Failure) -> str:
    """A journal that cannot be opened."""
    misplaced = _misplaced(path)
    if misplaced is not None:
        why, fix = misplaced
        return f"cannot write the journal `{path}`: {why}\n    fix: {fix}"
    why, do = _words(error)
    fix = f"{_AT_START}; or {do}" if do else _AT_START
    return f"cannot write the journal `{path}`: {why}{_room(path, error)}\n    fix: {fix}"


def _misplaced(path: Path) -> tuple[str, str] | None:
    """What no journal can lie at or in, and what to name instead: SQLite has one word for all."""
    if os.path.isdir(path):
        return "it is a folder", f"name a file in it, such as --journal {path / 'wireroom.journal'}"
    if os.path.exists(path) and not os.path.isfile(path):
        return "it is no file (a device, a pipe or a socket)", "name a file on a disk"
    if os.path.exists(path) and not os.access(path, os.R_OK | os.W_OK):
        do = f"{_AT_START}; or let the user who runs the switch read and write it"
        return "it may not be read and written", do
    missing = [each for each in path.parents if not os.path.isdir(each)]  # the innermost first
    if missing and os.path.exists(missing[-1]):
        return f"`{missing[-1]}` is a file, not a folder", "name a file in a folder"
    there = missing[-1].parent if missing else path.parent
    if not os.path.exists(path) and not os.access(there, os.W_OK | os.X_OK):
        return f"its folder `{there}` may not be written", _AT_START
    if missing:
        do = f"make it first: mkdir -p {shlex.quote(str(path.parent))}"
        return f"its folder `{path.parent}` is not there", do
    return None


def lost(path: Path) -> str:
    """A journal whose daybook is gone."""
    return (
        f"`{path}` is not whole: its switch did not end in order, and `{path}-daybook`, in which"
        " lies what it committed last, is gone or has lost its beginning or its end\n"
        "    fix: bring it back beside the journal; or begin a new journal with --journal"
    )


def at_work(path: Path | None, first: int, error: Failure) -> str:
    """A journal that took all entries before `first`, and no more; `path` None is memory."""
    why, do = _words(error)
    return _ended(path, first, f"{why}{_room(path, error)}", do or "mend that")


def too_large(path: Path | None, first: int, size: int, most: int) -> str:
    """A journal that could not give back what it is to take at once."""
    do = "lower `lines_max` in [limits] of world.toml, so that less comes at once,"
    return _ended(path, first, f"a batch has {size} bytes, and {most} at most", do)


def _ended(path: Path | None, first: int, why: str, do: str) -> str:
    where = f" `{path}`" if path is not None else ""
    return (
        f"cannot write the journal{where}: {why}\n"
        f"    entry {first} and what came behind it are not on record; nothing more is released\n"
        f"    fix: {do} and start again; the same journal goes on"
    )


def unreadable(path: Path | None, error: Failure) -> str:
    """A journal that is to be read and cannot be; `path` None is memory."""
    family = _family(error)
    if isinstance(error, OSError) and family == "SQLITE_READONLY":  # nothing was to be written
        family = "SQLITE_CANTOPEN"
    why, do = _WHEN_READ.get(family, ("", _NO_JOURNAL))
    what = f"cannot read the journal `{path}`" if path is not None else "cannot read the journal"
    return f"{what}: {why} [{error}]\n    fix: {do}"


def _family(error: Failure) -> str:
    if isinstance(error, OSError):
        return _SAME.get(error.errno or 0, "SQLITE_IOERR")
    if isinstance(error, MemoryError):
        return "SQLITE_NOMEM"
    if isinstance(error, ValueError):  # a text in it that is none any more
        return "SQLITE_CORRUPT"
    name = getattr(error, "sqlite_errorname", "")  # such as SQLITE_IOERR_WRITE
    if name == "SQLITE_IOERR_DELETE":  # in a folder that may not be written
        return "SQLITE_READONLY"
    return "_".join(name.split("_")[:2])


def _words(error: Failure) -> tuple[str, str]:
    why, do = _WORDS.get(_family(error), ("", ""))
    return (f"{why} [{error}]", do) if why else (str(error), do)


def _room(path: Path | None, error: Failure) -> str:
    """How much room its disk has left, where that matters and can be told."""
    if _family(error) not in _OF_DISKS:
        return ""
    try:
        free = shutil.disk_usage(path.absolute().parent).free if path is not None else None
    except OSError:
        return ""
    return "" if free is None else f"; {free / _MB:,.1f} MB free there"
