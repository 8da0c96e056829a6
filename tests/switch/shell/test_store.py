"""The journal: numbered, chained, committed in its daybook, and posted."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from switch.core.record.journal import Common
from switch.core.record.ledger import Head
from switch.errors import JournalError, JournalFileError
from switch.shell import daybook, store
from switch.shell.daybook import Daybook
from switch.shell.reader import JournalReader
from switch.shell.store import Journal
from tests.switch.shell.books import (
    as_killed,
    asked,
    entries,
    files_up_to,
    noise,
    three_batches,
    two_ledgers,
    verified,
)

PAGE_BYTES = 8192  # of SQLite


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return three_batches(tmp_path / "a.journal")


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    return two_ledgers(tmp_path / "shared.journal")


def pages(path: Path, backend: str) -> list:
    reader = JournalReader(path)
    try:
        return list(reader.pages(backend))
    finally:
        reader.close()


def edit(path: Path, statement: str, *values: object) -> None:
    database = sqlite3.connect(path)
    with database:
        database.execute(statement, values)
    database.close()


def test_a_whole_journal_verifies_to_the_head_that_its_writer_had(written: Path):
    journal = Journal.open(written)
    head = journal.head
    journal.close()
    found = verified(written)
    assert found.faults == ()
    assert found.head == head
    assert head.entries == 6


def test_a_continued_journal_goes_on_in_the_same_chain(written: Path):
    journal = Journal.open(written)
    assert journal.last_query() == 6
    journal.append(entries(7))
    journal.close()
    found = verified(written)
    assert (found.faults, found.head.entries) == ((), 7)


def test_a_second_switch_cannot_write_the_same_journal(written: Path):
    first = Journal.open(written)
    first.append(entries(7))
    with pytest.raises(JournalError, match="cannot write the journal"):
        Journal.open(written)
    first.close()


def test_a_journal_in_a_folder_that_is_not_there_is_a_clear_error(tmp_path: Path):
    with pytest.raises(JournalError, match="fix: make it first"):
        Journal.open(tmp_path / "none" / "a.journal")


def test_a_file_that_is_no_journal_is_a_clear_error(tmp_path: Path):
    path = tmp_path / "x"
    path.write_text("hello" * 1000)
    with pytest.raises(JournalError, match="it is no journal"):
        JournalReader(path)
    with pytest.raises(JournalError, match="cannot write the journal"):
        Journal.open(path)


def test_a_database_of_another_program_is_not_made_a_journal(tmp_path: Path):
    path = tmp_path / "records.sqlite"
    edit(path, "CREATE TABLE vehicle (plate TEXT)")
    before = path.read_bytes()
    with pytest.raises(JournalError, match="is no journal: it is the database of another program"):
        Journal.open(path)
    assert path.read_bytes() == before


def test_a_journal_of_another_format_stays_as_it_is(shared: Path):
    edit(shared, "UPDATE about SET value = '4' WHERE key = 'format'")
    edit(shared, "DELETE FROM about WHERE key = 'identity'")
    before = shared.read_bytes()
    with pytest.raises(JournalError, match="format 4"):
        Journal.open(shared)
    assert shared.read_bytes() == before


def test_a_journal_in_memory_needs_no_disk():
    journal = Journal.in_memory()
    journal.append(entries(1))
    assert [entry["n"] for entry in journal.entries()] == [1]
    journal.close()


def test_what_entries_have_in_common_survives_the_disk(tmp_path: Path):
    path = tmp_path / "a.journal"
    journal = Journal.open(path)
    common = Common({"terminal": "BAY2"})
    assert journal.append([{"kind": "query", "at": 1.0, "query": 1, "common": common}]) == 1
    assert (
        journal.append(
            [{"kind": "stopped", "at": 1.0}, {"kind": "query", "at": 1.0, "common": common}]
        )
        == 2
    )
    journal.close()
    reader = JournalReader(path)
    assert [(e["n"], e.get("terminal")) for e in reader.entries()] == [
        (1, "BAY2"),
        (2, None),
        (3, "BAY2"),
    ]
    reader.close()
    assert verified(path).faults == ()


def test_a_continued_journal_continues_the_ledgers_and_delivers_each_head_once(shared: Path):
    journal, delivered = Journal.open(shared), list[Head]()
    assert {head.backend: head.page for head in journal.heads} == {"CADMV": 4, "NVDMV": 2}
    journal.deliver_to(delivered.extend)
    journal.append([asked(5, "NVDMV"), asked(6, "NVDMV")])
    journal.close()
    last = pages(shared, "NVDMV")[-1]
    assert delivered == [Head.of(last)] == [Head("NVDMV", 3, 4, last.hash, 1.0)]
    assert verified(shared).faults == ()


def test_a_journal_of_another_format_is_not_continued(shared: Path):
    edit(shared, "UPDATE about SET value = '1' WHERE key = 'format'")
    with pytest.raises(JournalError, match="format 1"):
        Journal.open(shared)


# --- what is not taken ----------------------------------------------------------------------------


def test_a_batch_that_is_not_written_is_in_no_ledger_and_delivers_no_head():
    delivered = list[Head]()
    journal = Journal.in_memory()
    journal.deliver_to(delivered.extend)
    journal._database.execute("PRAGMA max_page_count = 1")
    with pytest.raises(JournalError, match="nothing more is released"):
        journal.append([{**asked(n, "CADMV"), "raw": noise(100, n)} for n in range(1, 900)])
    assert (delivered, journal.heads) == ([], ())
    journal._database.execute("PRAGMA max_page_count = 1000000")
    journal.append([asked(1, "CADMV")])
    assert [head.page for head in journal.heads] == [1]
    journal.close()


def test_a_daybook_that_is_not_taken_ends_the_journal_and_nothing_of_the_batch_is_on_record(
    tmp_path: Path,
):
    path, delivered = tmp_path / "a.journal", list[Head]()
    journal = Journal.open(path)
    journal.append([asked(1, "CADMV")])
    journal.deliver_to(delivered.extend)
    assert journal._daybook is not None
    journal._daybook.close()
    journal._daybook = Daybook(os.open("/dev/full", os.O_WRONLY))
    for _ in range(2):
        with pytest.raises(JournalError, match="its disk is full"):
            journal.append([asked(2, "CADMV")])
    assert (delivered, journal.head.entries) == ([], 1)
    journal.close()
    assert verified(path).head.entries == 1


def test_what_cannot_be_posted_ends_the_journal_and_is_there_when_it_is_opened_again(
    tmp_path: Path,
):
    path = tmp_path / "a.journal"
    journal = Journal.open(path)
    journal._database.execute("PRAGMA max_page_count = 1")
    journal.append([{**asked(n, "CADMV"), "raw": noise(100, n)} for n in range(1, 900)])
    journal.post()
    with pytest.raises(JournalError, match="its disk is full"):
        journal.append([asked(900, "CADMV")])
    journal.close()
    assert verified(path).head.entries == 899
    again = Journal.open(path)
    assert (again.head.entries, again.waits_to_be_posted) == (899, 0)
    again.close()


def test_a_post_without_memory_ends_the_journal_and_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def none(*_: object) -> None:
        raise MemoryError

    path = tmp_path / "a.journal"
    journal = Journal.open(path)
    journal.append([asked(1, "CADMV")])
    with monkeypatch.context() as memory:
        memory.setattr(store, "add", none)
        journal.post()
    with pytest.raises(JournalError, match="there is no memory left"):
        journal.append([asked(2, "CADMV")])
    journal.close()
    assert (verified(path).head.entries, verified(path).faults) == (1, ())


def test_what_is_damaged_is_told_by_whoever_looks_at_all_of_it(written: Path):
    edit(written, "UPDATE batch SET body = x'c1' WHERE number = 2")
    with (
        closing(Journal.open(written)) as journal,
        pytest.raises(JournalError, match="batch 2 cannot be unpacked"),
    ):
        list(journal.entries())


def test_a_damaged_page_is_told_by_whoever_comes_to_it(tmp_path: Path):
    path = tmp_path / "a.journal"
    with closing(Journal.open(path)) as journal:
        for query in range(1, 60):
            journal.append([{**asked(query), "raw": noise(3000, query)}])
    data = bytearray(path.read_bytes())
    data[PAGE_BYTES * 6 : PAGE_BYTES * 7] = bytes(PAGE_BYTES)
    path.write_bytes(data)
    with (
        closing(Journal.open(path)) as journal,
        pytest.raises(JournalError, match="it is cut off or damaged"),
    ):
        list(journal.entries())


@pytest.mark.parametrize("room", [100_000, daybook.HALF_BYTES])
def test_a_disk_without_room_for_a_daybook_is_told_and_the_journal_is_begun_when_there_is(
    tmp_path: Path, room: int
):
    path = tmp_path / "a.journal"
    with files_up_to(room), pytest.raises(JournalFileError) as raised:
        Journal.open(path)
    assert "its disk does not take it (it fails, is full, or files may grow" in str(raised.value)
    assert "fix: give --journal a file" in str(raised.value)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    assert verified(path).faults == ()
    with closing(Journal.open(path)) as journal:
        assert journal.append([asked(1)]) == 1


# --- the daybook ----------------------------------------------------------------------------------


def test_what_a_killed_writer_has_committed_is_read_and_gone_on_with(tmp_path: Path):
    writer = Journal.open(tmp_path / "a.journal")
    for query in range(1, 4):
        writer.append([asked(query, "CADMV")])
    killed = as_killed(tmp_path / "a.journal", tmp_path / "b.journal")
    head, last = writer.head, writer.heads
    writer.close()
    assert (verified(killed).head, verified(killed).faults) == (head, ())
    again = Journal.open(killed)
    assert (again.head, again.heads, again.last_query()) == (head, last, 3)
    assert again.append([asked(4, "CADMV")]) == 4
    again.close()
    assert (verified(killed).head.entries, verified(killed).faults) == (4, ())


def test_a_journal_that_was_closed_is_one_file_and_whole(written: Path):
    assert [each.name for each in written.parent.iterdir()] == [written.name]
    assert verified(written).faults == ()


def test_more_than_both_halves_hold_is_posted_in_between(tmp_path: Path):
    path = tmp_path / "a.journal"
    journal = Journal.open(path)
    third = noise(daybook.HALF_BYTES // 3)
    for query in range(1, 9):
        journal.append([{**asked(query, "CADMV"), "raw": third}])
    assert 0 < journal.waits_to_be_posted < 8
    killed = as_killed(path, tmp_path / "b.journal")
    journal.close()
    assert verified(path) == verified(killed)
    assert daybook.beside(killed).stat().st_size < 2.1 * daybook.HALF_BYTES


def test_a_batch_larger_than_half_the_daybook_is_posted_at_once(tmp_path: Path):
    journal = Journal.open(tmp_path / "a.journal")
    journal.append([asked(1, "CADMV")])
    journal.append([{**asked(2, "CADMV"), "raw": noise(daybook.HALF_BYTES + 1)}])
    assert journal.waits_to_be_posted == 0
    journal.append([asked(3, "CADMV")])
    killed = as_killed(tmp_path / "a.journal", tmp_path / "b.journal")
    journal.close()
    assert (verified(killed).head.entries, verified(killed).faults) == (3, ())


def test_a_batch_that_could_not_be_read_again_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    journal = Journal.open(tmp_path / "a.journal")
    journal.append([asked(1, "CADMV")])
    head, heads = journal.head, journal.heads
    monkeypatch.setattr("switch.shell.store.STORED_BYTES_MAX", 50)
    with pytest.raises(JournalError, match=r"a batch has \d+ bytes, and 50 at most\n.*entry 2 "):
        journal.append([asked(2, "CADMV")])
    assert (journal.head, journal.heads) == (head, heads)
    journal.close()
    assert verified(tmp_path / "a.journal").head == head
