"""A journal that cannot be written says where, why and what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from switch.errors import JournalFileError
from switch.shell.store import Journal
from switch.shell.unwritten import at_start, at_work, unreadable


def error(name: str, text: str = "as SQLite says it") -> sqlite3.Error:
    made = sqlite3.OperationalError(text)
    made.sqlite_errorname = name
    return made


def test_a_full_disk_says_which_entry_is_the_first_that_is_lost(tmp_path: Path):
    said = at_work(tmp_path / "a.journal", 11, error("SQLITE_FULL")).split("\n")
    assert said[0].startswith(f"cannot write the journal `{tmp_path}/a.journal`: its disk is full")
    assert said[0].endswith("MB free there")
    assert "entry 11 and what came behind it are not on record" in said[1]
    assert "nothing more is released" in said[1]
    assert said[2] == "    fix: make room on its disk and start again; the same journal goes on"


def test_an_error_is_known_by_its_family():
    assert "ulimit -f" in at_work(None, 1, error("SQLITE_IOERR_WRITE"))
    assert "may only be read" in at_work(None, 1, error("SQLITE_READONLY_DBMOVED"))


def test_what_a_killed_switch_left_is_taken_back_by_whoever_may_write():
    for name in ("SQLITE_READONLY_ROLLBACK", "SQLITE_IOERR_DELETE"):
        assert "fix: open it once as a user who may write it" in unreadable(None, error(name))
    denied = PermissionError(errno.EACCES, "Permission denied", "a.journal-daybook")
    assert "it, or its daybook, may not be read" in unreadable(None, denied)


def test_no_memory_is_told():
    assert "there is no memory left" in at_work(None, 1, MemoryError())


def test_what_is_not_known_is_said_in_sqlites_own_words():
    assert "cannot write the journal: as SQLite says it\n" in at_work(
        None, 1, error("SQLITE_MISUSE")
    )
    assert "as SQLite says it" in at_work(None, 1, sqlite3.OperationalError("as SQLite says it"))


def test_a_journal_in_use_names_the_other_switch(tmp_path: Path):
    said = at_start(tmp_path / "a.journal", error("SQLITE_BUSY"))
    assert "another switch is writing it" in said
    assert "give --journal a file in a folder you may write, not in use by a switch" in said


def opened(path: Path) -> list[str]:
    """The lines that are told of a place where no journal can be."""
    with pytest.raises(JournalFileError) as caught:
        Journal.open(path)
    return str(caught.value).split("\n")


def test_a_folder_is_told_to_be_one_and_a_file_in_it_is_named(tmp_path: Path):
    what, fix = opened(tmp_path)
    assert what == f"cannot write the journal `{tmp_path}`: it is a folder"
    assert fix == f"    fix: name a file in it, such as --journal {tmp_path}/wireroom.journal"


def test_a_folder_that_is_not_there_is_to_be_made_first(tmp_path: Path):
    what, fix = opened(tmp_path / "no" / "such one" / "a.journal")
    assert what.endswith(f": its folder `{tmp_path}/no/such one` is not there")
    assert fix == f"    fix: make it first: mkdir -p '{tmp_path}/no/such one'"


def test_a_way_through_a_file_names_that_file(tmp_path: Path):
    (tmp_path / "file").write_text("")
    what, fix = opened(tmp_path / "file" / "more" / "a.journal")
    assert what.endswith(f": `{tmp_path}/file` is a file, not a folder")
    assert fix == "    fix: name a file in a folder"


def test_a_file_of_another_user_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "a.journal"
    path.touch()
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for anybody but root
    said = at_start(path, error("SQLITE_CANTOPEN"))
    assert said.startswith(f"cannot write the journal `{path}`: it may not be read and written")


def test_a_pipe_is_no_place_for_a_journal(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    what, fix = opened(tmp_path / "pipe")
    assert what.endswith(": it is no file (a device, a pipe or a socket)")
    assert fix == "    fix: name a file on a disk"


def test_what_is_no_journal_stays_as_it_is(tmp_path: Path):
    path = tmp_path / "notes.txt"
    path.write_text("not yours to overwrite\n")
    what, _ = opened(path)
    assert what.startswith(f"cannot write the journal `{path}`: it is no journal")
    assert path.read_text() == "not yours to overwrite\n"


def test_an_empty_file_becomes_a_journal(tmp_path: Path):
    path = tmp_path / "empty"
    path.touch()
    Journal.open(path).close()
    assert path.read_bytes().startswith(b"SQLite")


def test_room_is_told_only_where_a_disk_is_concerned(tmp_path: Path):
    assert "free" not in at_start(tmp_path / "a.journal", error("SQLITE_NOTADB"))


def test_only_a_journal_in_use_is_read_by_stopping_a_switch(tmp_path: Path):
    assert "fix: stop the switch that writes it" in unreadable(tmp_path, error("SQLITE_BUSY"))
    for name in ("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_ERROR", "SQLITE_CANTOPEN", ""):
        assert "stop" not in unreadable(None, error(name)).partition("fix: ")[2]
