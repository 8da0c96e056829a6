"""The journal's tables: many rows at once, and where they end."""

from __future__ import annotations

import sqlite3

import msgpack
import pytest

from switch.core.record import ledger
from switch.core.record.journal import CHAIN_START
from switch.core.record.packed import press
from switch.errors import JournalFileError
from switch.shell.tables import (
    Batch,
    End,
    Record,
    add,
    batches,
    begin,
    end_of,
    having,
    identity,
)

TABLES = ("batch", "head")


def database() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:", isolation_level=None)
    begin(made)
    return made


def record(number: int, owners: int) -> Record:
    made = [
        ledger.Head(f"B{one}", number, 2 * number, bytes([number] * 32), float(number))
        for one in range(owners)
    ]
    return Record(Batch(number, 3 * number - 2, 3, b"body", bytes([number] * 32)), made)


def test_tables_without_rows_end_where_a_chain_begins():
    assert end_of(database()) == End(0, 0, CHAIN_START, ())


def test_more_rows_than_one_statement_takes_are_all_added_in_order():
    tables = database()
    made = [record(number, 5) for number in range(1, 201)]
    add(tables, made, TABLES)
    assert [Batch(*row) for row in tables.execute("SELECT * FROM batch ORDER BY number")] == [
        each.batch for each in made
    ]
    heads = tables.execute("SELECT * FROM head ORDER BY rowid").fetchall()
    assert [(each.batch.number, *head) for each in made for head in each.heads] == heads


def test_records_that_concern_no_owner_have_no_heads():
    tables = database()
    add(tables, [record(1, 0)], TABLES)
    add(tables, [], TABLES)
    assert end_of(tables) == End(1, 3, bytes([1] * 32), ())


def test_the_end_is_that_of_the_last_batch_and_of_each_owners_last_page():
    tables = database()
    add(tables, [record(1, 2), record(2, 1)], TABLES)
    heads = (
        ledger.Head("B0", 2, 4, bytes([2] * 32), 2.0),
        ledger.Head("B1", 1, 2, bytes([1] * 32), 1.0),
    )
    found = end_of(tables)
    assert (found.batches, found.entries, set(found.heads)) == (2, 6, set(heads))


def test_a_journal_keeps_its_identity_and_two_have_not_the_same():
    tables = database()
    own = identity(tables)
    begin(tables)
    assert identity(tables) == own != identity(database())


def test_batches_in_which_a_value_may_stand_under_a_name_are_found_by_their_bytes():
    body = msgpack.packb([{"at": 1.0, "kind": "held", "key": "DQ"}])
    assert having("kind", ["kept", "held"])(body)
    assert having("key", ["DQ"])(body)
    for name, values in (("kind", ["kept"]), ("kind", ["hel", "held."]), ("key", ["held"])):
        assert not having(name, values)(body)
    assert not having("kind", [])(body)


@pytest.mark.parametrize("body", [b"", b"\x90", press()(b"\x90") + b"x", "text", 7, None])
def test_a_batch_that_cannot_be_restored_is_told(body: object):
    with pytest.raises(JournalFileError, match="batch 2 cannot be unpacked"):
        list(batches([(2, body, 1)]))  # type: ignore[list-item]  # SQLite keeps any value


@pytest.mark.parametrize("packed", [b"\xc1", b"\x07", b"\x91\x07", b"\x92\x80"])
def test_one_that_is_restored_is_told_when_it_cannot_be_unpacked(packed: bytes):
    (found,) = batches([(2, press()(packed), 1)])
    with pytest.raises(JournalFileError, match="batch 2 cannot be unpacked"):
        found.entries()
