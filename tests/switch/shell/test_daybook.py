"""The daybook: what was committed is in it whole, and what was not is known."""

from __future__ import annotations

import os
from pathlib import Path

import msgpack
import pytest

from switch.core.record.journal import CHAIN_START, link
from switch.core.record.ledger import Ledgers
from switch.core.record.packed import press
from switch.errors import JournalFileError
from switch.shell import daybook
from switch.shell.daybook import HALF_BYTES, Daybook, later, packed, readable, unposted
from switch.shell.links import sealed
from switch.shell.tables import Batch, End, Record
from tests.switch.shell.books import files_up_to, noise

WHOSE = b"sixteen bytes it"
NOTHING = End(0, 0, CHAIN_START, ())


def records(count: int, size: int = 10) -> list[Record]:
    """That follow from nothing, each with an entry of so many bytes that concerns one owner."""
    found, previous, ledgers = list[Record](), CHAIN_START, Ledgers()
    for number in range(1, count + 1):
        entry = {"kind": "withheld", "at": 1.0, "query": number, "leg": 1, "backend": "CADMV"}
        entries = [{**entry, "rules": [noise(size, number)]}]
        body = press()(msgpack.packb(entries))
        previous = link(previous, sealed(number, 1, body))
        heads = ledgers.after(entries)
        ledgers.advance(heads)
        found.append(Record(Batch(number, number, 1, body, previous), heads))
    return found


def end_at(record: Record) -> End:
    """Where a journal ends whose last batch that is."""
    batch = record.batch
    return End(batch.number, batch.first, batch.hash, tuple(record.heads))


def written(path: Path, some: list[Record]) -> Path:
    """A journal's name, beside which these lie."""
    journal = path / "a.journal"
    book = Daybook.begin(daybook.beside(journal), WHOSE)
    for record in some:
        book.write(record.batch.number, packed(record))
    book.close()
    return journal


def numbers(some: list[Record]) -> list[int]:
    return [record.batch.number for record in some]


def test_what_was_committed_is_found_again_with_its_heads(tmp_path: Path):
    made = records(3)
    assert unposted(written(tmp_path, made), WHOSE, NOTHING) == made


def test_no_daybook_and_an_empty_one_hold_nothing(tmp_path: Path):
    assert unposted(tmp_path / "none", WHOSE, NOTHING) == []
    assert unposted(written(tmp_path, []), WHOSE, NOTHING) == []


def test_what_is_posted_already_is_not_found_again(tmp_path: Path):
    made = records(5)
    found = unposted(written(tmp_path, made), WHOSE, end_at(made[2]))
    assert numbers(found) == [4, 5]
    assert unposted(written(tmp_path, made), WHOSE, end_at(made[4])) == []


def test_a_last_record_that_is_not_whole_was_not_committed(tmp_path: Path):
    made = records(3, 2000)
    journal = written(tmp_path, made)
    path = daybook.beside(journal)
    whole = path.read_bytes()
    start = whole.rindex(daybook.MAGIC)
    for at in range(start, len(whole.rstrip(b"\0")), 97):
        path.write_bytes(whole[:at] + bytes(len(whole) - at))
        assert numbers(unposted(journal, WHOSE, NOTHING)) == [1, 2]
        garbled = bytes([whole[at] ^ 0x5A])
        path.write_bytes(whole[:at] + garbled + whole[at + 1 :])
        assert numbers(unposted(journal, WHOSE, NOTHING)) == [1, 2]


def test_a_record_that_is_broken_before_others_is_told_and_not_left_out(tmp_path: Path):
    made = records(5)
    changed = made[1]._replace(batch=made[1].batch._replace(body=b"changed"))
    journal = written(tmp_path, [made[0], changed, *made[2:]])
    with pytest.raises(JournalFileError, match="BROKEN: batch 2 does not follow"):
        unposted(journal, WHOSE, NOTHING)


@pytest.mark.parametrize("byte", [0, 4, 7, 8, 9, 10, 100])
def test_a_record_that_cannot_be_read_before_others_is_told_too(tmp_path: Path, byte: int):
    journal = written(tmp_path, records(5))
    path = daybook.beside(journal)
    data = bytearray(path.read_bytes())
    second = data.index(daybook.MAGIC, data.index(daybook.MAGIC) + 1)
    data[second + byte] ^= 0x55
    path.write_bytes(data)
    with pytest.raises(JournalFileError, match="BROKEN: batch 2 does not follow"):
        unposted(journal, WHOSE, NOTHING)


@pytest.mark.parametrize("value", [None, [1], {}, 2**64 - 1])
def test_a_record_with_a_value_that_no_journal_can_keep_is_not_read(tmp_path: Path, value: object):
    made = records(3)
    in_row = made[1]._replace(batch=made[1].batch._replace(first=value))
    in_head = made[2]._replace(heads=[made[2].heads[0]._replace(rows=value)])
    journal = written(tmp_path, [made[0], in_row, in_head])
    assert later(journal, WHOSE, 0) == made[:1]


def test_what_lies_behind_a_batch_is_read_whether_it_follows_or_not(tmp_path: Path):
    made = records(5)
    journal = written(tmp_path, made[2:])
    assert later(journal, WHOSE, 3) == made[3:]


def test_a_last_record_that_is_not_the_next_one_was_not_being_written(tmp_path: Path):
    journal = written(tmp_path, records(5)[4:])
    with pytest.raises(JournalFileError, match="BROKEN: batch 4 does not follow"):
        unposted(journal, WHOSE, end_at(records(3)[2]))


@pytest.mark.parametrize(
    "change",
    [{"rows": 3}, {"page": 7}, {"backend": "X"}, {"hash": bytes(32)}, {"at": 2.0}, {"at": "noon"}],
)
def test_an_owners_head_that_does_not_follow_is_none(tmp_path: Path, change: dict):
    made = records(2)
    broken = made[1]._replace(heads=[made[1].heads[0]._replace(**change)])
    assert unposted(written(tmp_path, [made[0], broken]), WHOSE, NOTHING) == made[:1]


@pytest.mark.parametrize("start", [NOTHING, End(2, 7, CHAIN_START, ()), End(1, 1, bytes(32), ())])
def test_records_that_do_not_follow_from_the_journal_are_told(tmp_path: Path, start: End):
    journal = written(tmp_path, records(5)[1 + start.batches :])
    with pytest.raises(JournalFileError, match="BROKEN"):
        unposted(journal, WHOSE, start)


def test_records_of_another_journal_are_told(tmp_path: Path):
    journal = written(tmp_path, records(1))
    with pytest.raises(JournalFileError, match="is not the daybook of"):
        unposted(journal, b"another journal!", NOTHING)


def test_a_file_of_another_program_is_not_taken_for_an_empty_daybook(tmp_path: Path):
    journal = tmp_path / "a.journal"
    daybook.beside(journal).write_text("notes of the night shift, which nobody wants to lose")
    with pytest.raises(JournalFileError, match="is not the daybook of"):
        unposted(journal, WHOSE, NOTHING)


@pytest.mark.parametrize("left", [None, 0, 20, 4096 + HALF_BYTES, 4095 + 2 * HALF_BYTES])
def test_a_daybook_is_lost_that_is_gone_or_cut_off_and_was_in_use(tmp_path: Path, left: int | None):
    journal = written(tmp_path, records(2))
    assert not daybook.is_lost(journal, WHOSE, was_open=True)
    if left is None:
        daybook.beside(journal).unlink()
    else:
        os.truncate(daybook.beside(journal), left)
    assert daybook.is_lost(journal, WHOSE, was_open=True)
    assert not daybook.is_lost(journal, WHOSE, was_open=False)


@pytest.mark.parametrize("zeroed", [0, 1])
def test_a_record_of_which_the_disk_made_zeros_is_missed_where_others_lie_behind(
    tmp_path: Path, zeroed: int
):
    made = records(3, 600)
    journal = written(tmp_path, made)
    path = daybook.beside(journal)
    whole = path.read_bytes()
    at = whole.index(packed(made[zeroed])[:-8])
    path.write_bytes(whole[:at] + bytes(512) + whole[at + 512 :])
    with pytest.raises(JournalFileError, match=f"BROKEN: batch {zeroed + 1} does not follow"):
        unposted(journal, WHOSE, NOTHING)


def test_a_header_that_is_not_whole_stands_before_nothing(tmp_path: Path):
    journal = written(tmp_path, [])
    path = daybook.beside(journal)
    whole = path.read_bytes()
    for at in range(len(whole.rstrip(b"\0"))):
        path.write_bytes(whole[:at])
        assert unposted(journal, WHOSE, NOTHING) == []


@pytest.mark.parametrize("start", [4096, 4096 + HALF_BYTES, 4096 + 2 * HALF_BYTES])
def test_one_that_was_not_begun_to_its_end_holds_nothing(tmp_path: Path, start: int):
    journal = written(tmp_path, [])
    path = daybook.beside(journal)
    assert path.stat().st_size == 4096 + 2 * HALF_BYTES
    for at in range(start - 9, start + 9):
        os.truncate(path, at)
        assert unposted(journal, WHOSE, NOTHING) == []


def test_one_that_is_cut_off_between_two_records_holds_those_before(tmp_path: Path):
    made = records(3)
    journal = written(tmp_path, made)
    path = daybook.beside(journal)
    last = path.read_bytes().rindex(daybook.MAGIC)
    for at in range(last, last + 9):
        os.truncate(path, at)
        assert unposted(journal, WHOSE, NOTHING) == made[:2]


def test_a_half_is_written_over_when_all_in_it_is_posted_and_not_before(tmp_path: Path):
    made = records(4, HALF_BYTES - 1000)  # of which two fill it
    sizes = [len(packed(record)) for record in made]
    assert sizes[0] < HALF_BYTES < 2 * sizes[0]
    journal = tmp_path / "a.journal"
    book = Daybook.begin(daybook.beside(journal), WHOSE)
    for record, size in zip(made[:2], sizes, strict=False):
        assert book.has_room(size, 0)
        book.write(record.batch.number, packed(record))
    assert not book.has_room(sizes[2], 0)
    assert book.has_room(sizes[2], 1)
    book.write(3, packed(made[2]))
    assert not book.has_room(sizes[3], 1)
    assert numbers(unposted(journal, WHOSE, end_at(made[0]))) == [2, 3]
    book.close()


def test_what_is_left_of_an_earlier_use_behind_the_last_record_is_not_read(tmp_path: Path):
    large, small = records(3, HALF_BYTES * 2 // 3), records(6)
    book = Daybook.begin(daybook.beside(tmp_path / "a.journal"), WHOSE)
    for record in large:
        book.write(record.batch.number, packed(record))
    for record in small[3:]:
        book._used[1] = HALF_BYTES if record.batch.number == 4 else book._used[1]
        book.write(record.batch.number, packed(record))
    book.close()
    found = numbers(list(readable(daybook.beside(tmp_path / "a.journal").read_bytes())))
    assert sorted(found)[-3:] == [4, 5, 6]


def test_more_than_a_half_has_never_room(tmp_path: Path):
    book = Daybook.begin(tmp_path / "d", WHOSE)
    assert book.has_room(HALF_BYTES, 0)
    assert not book.has_room(HALF_BYTES + 1, 99)
    book.close()


def test_its_length_is_the_same_from_the_beginning(tmp_path: Path):
    journal, made = tmp_path / "a.journal", records(3, HALF_BYTES // 2)
    book = Daybook.begin(daybook.beside(journal), WHOSE)
    sizes = [daybook.beside(journal).stat().st_size]
    for record in made:
        book.write(record.batch.number, packed(record))
        sizes.append(daybook.beside(journal).stat().st_size)
    book.close()
    assert sizes == [4096 + 2 * HALF_BYTES] * 4


@pytest.mark.parametrize("room", [0, 10, 4096, HALF_BYTES])
def test_one_that_does_not_fit_on_the_disk_takes_no_room_on_it(tmp_path: Path, room: int):
    path = daybook.beside(written(tmp_path, records(1)))
    with files_up_to(room), pytest.raises(OSError, match="File too large"):
        Daybook.begin(path, WHOSE)
    assert not path.exists()


def test_a_disk_that_takes_no_more_is_an_error_and_the_place_stays_free(tmp_path: Path):
    book = Daybook(os.open("/dev/full", os.O_WRONLY))
    with pytest.raises(OSError, match="No space left"):
        book.write(1, packed(records(1)[0]))
    assert book._used == [0, 0]
    book.close()
