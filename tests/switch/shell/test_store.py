"""The journal: numbered, chained, durable, and every change of it found."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgpack
import pytest

from switch.core.record.journal import Common
from switch.core.record.ledger import Head
from switch.errors import JournalError
from switch.shell.store import Journal, JournalReader


def entries(*queries: int) -> list[dict]:
    return [{"kind": "query", "at": 1.0, "query": query} for query in queries]


def asked(query: int, *backends: str) -> dict:
    legs = [
        {"leg": n, "backend": name, "destination": "CA", "verdict": "ALLOW"}
        for n, name in enumerate(backends, 1)
    ]
    return {"kind": "query", "at": 1.0, "query": query, "fields": {}, "legs": legs}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "a.journal"
    journal = Journal.open(path)
    for batch in ([1, 2], [3], [4, 5, 6]):
        journal.append(entries(*batch))
    journal.close()
    return path


def verify(path: Path):
    reader = JournalReader(path)
    try:
        return reader.verify()
    finally:
        reader.close()


def edit(path: Path, statement: str, *values: object) -> None:
    database = sqlite3.connect(path)
    with database:
        database.execute(statement, values)
    database.close()


def test_entries_are_numbered_through_and_read_back_in_order(written: Path):
    reader = JournalReader(written)
    assert [(entry["n"], entry["query"]) for entry in reader.entries()] == [
        (n, n) for n in range(1, 7)
    ]
    reader.close()


def test_a_whole_journal_verifies_to_the_head_that_its_writer_had(written: Path):
    journal = Journal.open(written)
    head = journal.head
    journal.close()
    found = verify(written)
    assert found.faults == ()
    assert found.head == head
    assert head.entries == 6


def test_a_continued_journal_goes_on_in_the_same_chain(written: Path):
    journal = Journal.open(written)
    assert journal.last_query() == 6
    journal.append(entries(7))
    journal.close()
    found = verify(written)
    assert (found.faults, found.head.entries) == ((), 7)


@pytest.mark.parametrize(
    ("statement", "values", "said"),
    [
        ("UPDATE batch SET body = ? WHERE number = 2", (msgpack.packb([{"n": 3}]),), "batch 2"),
        ("DELETE FROM batch WHERE number = 2", (), "missing or out of order"),
        ("DELETE FROM batch WHERE number = 1", (), "missing or out of order"),
        ("UPDATE batch SET number = 9 WHERE number = 1", (), "out of order"),
        ("UPDATE batch SET first = 7 WHERE number = 3", (), "batch 3"),
        ("UPDATE batch SET count = 2 WHERE number = 3", (), "batch 3"),
        ("UPDATE batch SET body = x'c1' WHERE number = 3", (), "cannot be unpacked"),
    ],
)
def test_every_edit_is_found(written: Path, statement: str, values: tuple, said: str):
    edit(written, statement, *values)
    assert any(said in fault for fault in verify(written).faults)


def test_a_cut_tail_shows_against_a_head_kept_elsewhere(written: Path):
    before = verify(written).head
    edit(written, "DELETE FROM batch WHERE number = 3")
    after = verify(written)
    assert after.faults == ()
    assert after.head != before


def test_a_second_switch_cannot_write_the_same_journal(written: Path):
    first = Journal.open(written)
    first.append(entries(7))
    with pytest.raises(JournalError, match="cannot write the journal"):
        Journal.open(written)
    first.close()


def test_a_journal_in_a_folder_that_is_not_there_is_a_clear_error(tmp_path: Path):
    with pytest.raises(JournalError, match="fix: give --journal a file"):
        Journal.open(tmp_path / "none" / "a.journal")


def test_a_file_that_is_no_journal_is_a_clear_error(tmp_path: Path):
    path = tmp_path / "x"
    path.write_text("hello" * 1000)
    with pytest.raises(JournalError, match="it is no journal"):
        JournalReader(path)
    with pytest.raises(JournalError, match="cannot write the journal"):
        Journal.open(path)


def test_a_missing_journal_is_a_clear_error(tmp_path: Path):
    with pytest.raises(JournalError, match="no journal"):
        JournalReader(tmp_path / "none")


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
    assert verify(path).faults == ()


# --- the owners' ledgers --------------------------------------------------------------------------


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    path = tmp_path / "shared.journal"
    journal = Journal.open(path)
    for query in range(1, 5):
        journal.append([asked(query, "CADMV", *(["NVDMV"] if query % 2 else []))])
    journal.close()
    return path


def pages(path: Path, backend: str) -> list:
    reader = JournalReader(path)
    try:
        return list(reader.pages(backend))
    finally:
        reader.close()


def test_every_owner_has_a_ledger_numbered_for_itself(shared: Path):
    assert [page.number for page in pages(shared, "CADMV")] == [1, 2, 3, 4]
    assert [page.number for page in pages(shared, "NVDMV")] == [1, 2]
    assert verify(shared).faults == ()


def test_a_continued_journal_continues_the_ledgers_and_delivers_each_head_once(shared: Path):
    journal, delivered = Journal.open(shared), list[Head]()
    assert {head.backend: head.page for head in journal.heads} == {"CADMV": 4, "NVDMV": 2}
    journal.deliver_to(delivered.extend)
    journal.append([asked(5, "NVDMV"), asked(6, "NVDMV")])
    journal.close()
    last = pages(shared, "NVDMV")[-1]
    assert delivered == [Head.of(last)] == [Head("NVDMV", 3, 4, last.hash, 1.0)]
    assert verify(shared).faults == ()


def test_a_batch_that_is_not_written_is_in_no_ledger_and_delivers_no_head(tmp_path: Path):
    path, delivered = tmp_path / "a.journal", list[Head]()
    journal = Journal.open(path)
    journal.deliver_to(delivered.extend)
    journal._database.execute("PRAGMA max_page_count = 1")
    with pytest.raises(JournalError, match="nothing more is released"):
        journal.append([asked(n, "CADMV") for n in range(1, 900)])
    assert (delivered, journal.heads) == ([], ())
    journal._database.execute("PRAGMA max_page_count = 1000000")
    journal.append([asked(1, "CADMV")])
    journal.close()
    assert [page.number for page in pages(path, "CADMV")] == [1]
    assert verify(path).faults == ()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM page WHERE backend = 'NVDMV' AND number = 2",
        "UPDATE page SET hash = zeroblob(32) WHERE backend = 'NVDMV' AND number = 1",
        "UPDATE page SET body = x'90' WHERE backend = 'NVDMV' AND number = 1",
        "UPDATE page SET backend = 'X' WHERE backend = 'NVDMV'",
        "UPDATE page SET batch = 4 WHERE backend = 'NVDMV' AND number = 1",
        "INSERT INTO page SELECT 4, 'NVDMV', 3, 3, 1, 1.0, body, hash FROM page WHERE batch = 1",
    ],
)
def test_a_ledger_that_is_not_what_the_journal_says_is_found(shared: Path, statement: str):
    edit(shared, statement)
    assert any("the ledger of NVDMV is not what" in fault for fault in verify(shared).faults)


def test_a_journal_of_another_format_is_not_continued(shared: Path):
    edit(shared, "UPDATE about SET value = '1' WHERE key = 'format'")
    with pytest.raises(JournalError, match="format 1"):
        Journal.open(shared)


def test_a_journal_tells_what_is_still_owed():
    journal = Journal.in_memory()
    at = {"at": 1.0, "leg": 0, "place": "BAY-PD"}
    first, second = ({"kind": "held", "query": n, "text": "order-used", **at} for n in (1, 2))
    journal.append([first, {"kind": "noted", "at": 1.0, "by": "held"}])
    journal.append([{"kind": "forwarded", "query": 1, **at}])
    journal.append([{"kind": "noted", "at": 1.0, "withheld": {}}, second])
    assert [entry["query"] for entry in journal.carried()] == [2]
    assert journal.order_uses() == {}


def test_batches_are_looked_at_from_the_last_one_back_all_or_those_with_a_kind(tmp_path: Path):
    journal = Journal.open(tmp_path / "a.journal")
    for kind in ("started", "kept", "query", "kept"):
        journal.append([{"kind": kind, "at": 1.0, "query": 1}])
    journal.close()
    reader = JournalReader(tmp_path / "a.journal")
    numbers = [[entry["n"] for entry in batch] for batch in reader.latest()]
    assert numbers == [[4], [3], [2], [1]]
    assert [batch[0]["n"] for batch in reader.latest("kept", "started")] == [4, 2, 1]
    reader.close()
