"""Reading a journal: every change of it found, and nothing missed that was committed."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import msgpack
import pytest

from switch.audit.proof import chain_faults
from switch.core.record.packed import press
from switch.errors import JournalError
from switch.shell import daybook
from switch.shell.reader import JournalReader
from switch.shell.store import Journal
from tests.switch.shell.books import (
    as_killed,
    asked,
    noise,
    three_batches,
    two_ledgers,
    verified,
)

PRESS = press()


def pressed(entries: list) -> bytes:
    return PRESS(msgpack.packb(entries))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return three_batches(tmp_path / "a.journal")


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    return two_ledgers(tmp_path / "shared.journal")


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


@pytest.mark.parametrize(
    ("statement", "values", "said"),
    [
        ("UPDATE batch SET body = ? WHERE number = 2", (msgpack.packb([{"n": 3}]),), "batch 2"),
        ("DELETE FROM batch WHERE number = 2", (), "missing or out of order"),
        ("DELETE FROM batch WHERE number = 1", (), "missing or out of order"),
        ("UPDATE batch SET number = 9 WHERE number = 1", (), "out of order"),
        ("UPDATE batch SET first = 7 WHERE number = 3", (), "batch 3"),
        ("UPDATE batch SET count = 2 WHERE number = 3", (), "batch 3"),
        ("UPDATE batch SET body = ? WHERE number = 2", (pressed([{"n": 3}]),), "batch 2"),
        ("UPDATE batch SET body = x'c1' WHERE number = 3", (), "unpacked: no Zstandard frame"),
        ("UPDATE batch SET body = ? WHERE number = 3", (PRESS(b"\xc1"),), "cannot be unpacked"),
        ("UPDATE batch SET body = 'text' WHERE number = 2", (), "batch 2: its row is damaged"),
        ("UPDATE batch SET hash = 7 WHERE number = 2", (), "batch 2: its row is damaged"),
        ("UPDATE batch SET count = 'x' WHERE number = 3", (), "batch 3: its row is damaged"),
        ("UPDATE batch SET first = 1.5 WHERE number = 1", (), "batch 1: its row is damaged"),
    ],
)
def test_every_edit_is_found(written: Path, statement: str, values: tuple, said: str):
    edit(written, statement, *values)
    assert any(said in fault for fault in verified(written).faults)


def test_a_cut_tail_shows_against_a_head_kept_elsewhere(written: Path):
    before = verified(written).head
    edit(written, "DELETE FROM batch WHERE number = 3")
    after = verified(written)
    assert after.faults == ()
    assert after.head != before


def test_one_that_is_cut_off_between_two_pages_is_not_whole_or_told_to_be_damaged(tmp_path: Path):
    path = tmp_path / "a.journal"
    book = Journal.open(path)
    for query in range(1, 40):
        book.append([{**asked(query, "CADMV"), "raw": noise(2000, query)}])
    book.close()
    whole = path.read_bytes()
    assert len(whole) > 6 * 8192
    for pages in range(1, len(whole) // 8192):
        path.write_bytes(whole[: pages * 8192])
        try:
            said = " ".join(verified(path).faults)
        except JournalError as error:
            said = str(error)
        assert "damaged" in said


def test_a_page_whose_batch_is_no_number_is_missed(shared: Path):
    edit(shared, "UPDATE head SET batch = 'x' WHERE batch = 2")
    assert any("the ledger of" in fault for fault in verified(shared).faults)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE about SET value = 'no hex' WHERE key = 'identity'",
        "DELETE FROM about WHERE key = 'identity'",
    ],
)
def test_one_without_its_identity_is_told_to_be_damaged(written: Path, statement: str):
    edit(written, statement)
    for use in (JournalReader, Journal.open):
        with pytest.raises(JournalError, match="damaged"):
            use(written)


def test_a_missing_journal_is_a_clear_error(tmp_path: Path):
    with pytest.raises(JournalError, match="no journal"):
        JournalReader(tmp_path / "none")


def pages(path: Path, backend: str) -> list:
    reader = JournalReader(path)
    try:
        return list(reader.pages(backend))
    finally:
        reader.close()


def test_every_owner_has_a_ledger_numbered_for_itself(shared: Path):
    assert [page.number for page in pages(shared, "CADMV")] == [1, 2, 3, 4]
    assert [page.number for page in pages(shared, "NVDMV")] == [1, 2]
    assert verified(shared).faults == ()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM head WHERE backend = 'NVDMV' AND page = 2",
        "UPDATE head SET hash = zeroblob(32) WHERE backend = 'NVDMV' AND page = 1",
        "UPDATE head SET rows = 2 WHERE backend = 'NVDMV' AND page = 1",
        "UPDATE head SET at = 2.0 WHERE backend = 'NVDMV' AND page = 1",
        "UPDATE head SET backend = 'X' WHERE backend = 'NVDMV'",
        "UPDATE head SET backend = x'41' WHERE backend = 'NVDMV'",
        "UPDATE head SET batch = 4 WHERE backend = 'NVDMV' AND page = 1",
        "INSERT INTO head SELECT 4, 'NVDMV', 3, 3, hash, 1.0 FROM head WHERE batch = 1",
    ],
)
def test_a_ledger_that_is_not_what_the_journal_says_is_found(shared: Path, statement: str):
    edit(shared, statement)
    assert any("the ledger of NVDMV is not what" in fault for fault in verified(shared).faults)


@pytest.mark.parametrize(
    "statement",
    [
        *(
            f"UPDATE batch SET body = x'{body.hex()}' WHERE number = 1"
            for body in (b"\x90", *map(PRESS, (b"\x90", b"\xc1", b"\x91\x81\xa4kind", b"\x91\x07")))
        ),
        "DELETE FROM batch WHERE number = 1",
    ],
)
def test_a_page_whose_batch_was_changed_or_is_gone_has_no_rows(shared: Path, statement: str):
    whole = pages(shared, "NVDMV")
    edit(shared, statement)
    changed = pages(shared, "NVDMV")
    assert changed == [whole[0]._replace(body=b"\x90"), whole[1]]
    assert {fault.where for fault in chain_faults("NVDMV", changed)} == {"page 1 (rows 1-1)"}


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


def test_a_batch_that_cannot_be_read_is_told_whatever_is_looked_for(written: Path):
    edit(written, "UPDATE batch SET body = x'90' WHERE number = 2")
    reader = JournalReader(written)
    for look in (
        reader.entries,
        lambda: reader.latest("kept"),
        reader.batches,
        lambda: reader.last_bodies(9),
    ):
        with pytest.raises(JournalError, match="batch 2 cannot be unpacked: no Zstandard frame"):
            list(look())
    reader.close()


# --- of a writer that was killed ------------------------------------------------------------------


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """Four batches that are posted, and three that are not."""
    path = tmp_path / "killed.journal"
    writer = Journal.open(two_ledgers(tmp_path / "a.journal"))
    for query in range(5, 8):
        writer.append([asked(query, "NVDMV")])
    as_killed(tmp_path / "a.journal", path)
    writer.close()
    return path


def test_what_lies_in_the_daybook_only_is_read_as_if_it_were_posted(killed: Path):
    reader = JournalReader(killed)
    assert [entry["query"] for entry in reader.entries()] == [1, 2, 3, 4, 5, 6, 7]
    assert [batch[0]["n"] for batch in reader.latest()] == [7, 6, 5, 4, 3, 2, 1]
    assert len(reader.last_bodies(2)) == 2
    assert reader.head == reader.verify().head
    assert sorted(reader.owners()) == ["CADMV", "NVDMV"]
    assert [page.number for page in reader.pages("NVDMV")] == [1, 2, 3, 4, 5]
    assert (reader.verify().head.entries, reader.verify().faults) == (7, ())
    reader.close()


def test_what_a_switch_posts_meanwhile_is_read_once(killed: Path):
    reader = JournalReader(killed)
    switch = Journal.open(killed)
    switch.append([asked(8, "CADMV")])
    switch.close()
    assert [entry["query"] for entry in reader.entries()] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [page.number for page in reader.pages("NVDMV")] == [1, 2, 3, 4, 5]
    assert (reader.verify().head.entries, reader.verify().faults) == (8, ())
    reader.close()


def test_a_reader_changes_nothing(killed: Path):
    before = {each: each.read_bytes() for each in killed.parent.glob("killed*")}
    assert verified(killed).head.entries == 7
    assert {each: each.read_bytes() for each in killed.parent.glob("killed*")} == before


def test_rows_of_both_places_come_in_order_without_being_sorted(killed: Path):
    reader = JournalReader(killed)
    plan = reader._database.execute(
        "EXPLAIN QUERY PLAN SELECT number, body, first FROM batch ORDER BY number DESC"
    )
    said = [row[3] for row in plan]
    reader.close()
    of_the_journal = said[said.index("LEFT") : said.index("RIGHT")]
    assert not any("TEMP B-TREE" in each for each in of_the_journal), said


def test_what_a_killed_writer_was_posting_is_taken_back_and_read_from_the_daybook(tmp_path: Path):
    path, killed = tmp_path / "a.journal", tmp_path / "killed.journal"
    writer = Journal.open(path)
    writer._database.execute("PRAGMA cache_size = 4")
    for query in range(1, 30):
        writer.append([{**asked(query, "CADMV"), "raw": noise(9000, query)}])

    def see(statement: str) -> None:
        if statement == "COMMIT":
            as_killed(path, killed)

    writer._database.set_trace_callback(see)
    writer.post()
    head = writer.head
    writer.close()
    assert killed.with_name("killed.journal-journal").stat().st_size > 0
    assert (verified(killed).head, verified(killed).faults) == (head, ())


def test_a_journal_of_a_killed_writer_without_its_daybook_is_read_but_is_not_whole(killed: Path):
    killed.with_name("killed.journal-daybook").unlink()
    found = verified(killed)
    assert found.head.entries == 4
    assert ["its switch did not end in order" in fault for fault in found.faults] == [True]
    with pytest.raises(JournalError, match="fix: bring it back beside the journal"):
        Journal.open(killed)


def test_a_daybook_without_its_beginning_is_no_daybook(killed: Path):
    killed.with_name("killed.journal-daybook").write_bytes(b"")
    assert verified(killed).head.entries == 4
    assert ["its switch did not end in order" in fault for fault in verified(killed).faults]
    with pytest.raises(JournalError, match="fix: bring it back beside the journal"):
        Journal.open(killed)


@pytest.mark.parametrize("left", [4096, 4200, 4_194_304])
def test_a_daybook_that_was_cut_off_is_missed(killed: Path, left: int):
    os.truncate(daybook.beside(killed), left)
    assert ["its switch did not end in order" in fault for fault in verified(killed).faults] == [
        True
    ]
    with pytest.raises(JournalError, match="or its end\n    fix: bring it back beside"):
        Journal.open(killed)


def test_a_folder_in_place_of_a_daybook_is_told_as_such(killed: Path):
    daybook.beside(killed).unlink()
    daybook.beside(killed).mkdir()
    with pytest.raises(JournalError, match=r"is no file .*-daybook'\]\n    fix: see that both"):
        JournalReader(killed)


@pytest.mark.parametrize("damage", ["count = 'x'", "first = x'00'", "body = 'text'"])
def test_a_last_row_that_is_damaged_is_told_by_whoever_would_go_on_behind_it(
    killed: Path, damage: str
):
    edit(killed, f"UPDATE batch SET {damage} WHERE number = 4")
    for use in (JournalReader, Journal.open):
        with pytest.raises(JournalError, match=r"batch 4: its row is damaged.*\n +fix: "):
            use(killed)


@pytest.mark.parametrize("damage", ["count = 'x'", "first = x'00'", "body = 'text'"])
def test_all_faults_are_told_also_those_behind_a_damaged_last_row(killed: Path, damage: str):
    edit(killed, "UPDATE batch SET body = x'c1' WHERE number = 2")
    edit(killed, f"UPDATE batch SET {damage} WHERE number = 4")
    found = verified(killed)
    said = "\n".join(found.faults)
    assert "batch 2 (entries 2-2): its content or its place was changed" in said
    assert "batch 4: its row is damaged" in said
    assert "before batch 5 (entries 5-5): entries 4-4 are missing" in said
    assert not [fault for fault in found.faults if "batch 6" in fault or "batch 7" in fault]
    assert found.head.entries == 7


def test_a_daybook_that_does_not_follow_is_told_with_all_other_faults(killed: Path):
    edit(killed, "UPDATE batch SET body = x'c1' WHERE number = 2")
    book = daybook.beside(killed)
    book.write_bytes(book.read_bytes().replace(b"WRDB", b"XXXX", 1))  # batch 5, before two others
    with pytest.raises(JournalError, match="is BROKEN: batch 5 does not follow"):
        JournalReader(killed)
    said = "\n".join(verified(killed).faults)
    assert "batch 2 (entries 2-2): its content or its place was changed" in said
    assert "before batch 6 (entries 6-6): entries 5-5 are missing" in said


def test_a_daybook_that_could_not_be_begun_is_not_lost(
    killed: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    last = verified(killed).head
    with monkeypatch.context() as disk:
        disk.setattr(os, "pwrite", full)
        with pytest.raises(JournalError, match="its disk is full"):
            Journal.open(killed)
    assert not daybook.beside(killed).exists()
    assert (verified(killed).head, verified(killed).faults) == (last, ())
    Journal.open(killed).close()


def test_a_daybook_of_another_journal_is_refused(killed: Path):
    two_ledgers(killed.with_name("b.journal"))
    killed.unlink()
    killed.with_name("b.journal").rename(killed)
    for use in (JournalReader, Journal.open):
        with pytest.raises(JournalError, match="is not the daybook of"):
            use(killed)
