"""A switch goes on only with a journal whose end follows from itself."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from switch.errors import JournalError
from switch.shell.links import CHECKED_MAX
from switch.shell.reader import JournalReader
from switch.shell.store import Journal


def written(path: Path, batches: int = 3) -> Path:
    journal = Journal.open(path)
    for number in range(batches):
        journal.append([{"kind": "noted", "at": float(number), "by": "a test"}])
    journal.close()
    return path


def changed(path: Path, *statements: str) -> Path:
    database = sqlite3.connect(path)
    with database:
        for statement in statements:
            database.execute(statement)
    database.close()
    return path


def checked(path: Path) -> None:
    reader = JournalReader(path)
    try:
        reader.check_links(path)
    finally:
        reader.close()


@pytest.mark.parametrize("batches", [0, 1, 3, CHECKED_MAX, CHECKED_MAX + 1, CHECKED_MAX + 2])
def test_what_nobody_touched_is_gone_on_with(tmp_path: Path, batches: int):
    checked(written(tmp_path / "j", batches))


@pytest.mark.parametrize(
    ("statement", "batch"),
    [
        ("UPDATE batch SET body = x'90' WHERE number = 2", 2),
        ("UPDATE batch SET hash = zeroblob(32) WHERE number = 3", 3),
        ("UPDATE batch SET hash = zeroblob(32) WHERE number = 2", 2),
        ("UPDATE batch SET first = 9 WHERE number = 1", 1),
        ("UPDATE batch SET count = 'x' WHERE number = 2", 2),
        ("UPDATE batch SET body = 7 WHERE number = 3", 3),
        ("DELETE FROM batch WHERE number = 1", 2),
        ("DELETE FROM batch WHERE number = 2", 3),
    ],
)
def test_a_batch_that_does_not_follow_is_named_with_what_to_do(
    tmp_path: Path, statement: str, batch: int
):
    path = changed(written(tmp_path / "j"), statement)
    with pytest.raises(JournalError, match=f"BROKEN: batch {batch} does not follow") as raised:
        checked(path)
    assert f"wireroom journal verify {path}" in str(raised.value)


def test_only_the_end_is_looked_at_so_that_a_long_journal_starts_as_fast(tmp_path: Path):
    path = written(tmp_path / "j", CHECKED_MAX + 3)
    checked(changed(path, "UPDATE batch SET body = x'90' WHERE number = 2"))
    with pytest.raises(JournalError, match="batch 4"):
        checked(changed(path, "UPDATE batch SET body = x'90' WHERE number = 4"))
