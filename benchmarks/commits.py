"""What a commit costs: `python -m benchmarks.commits [--folder FOLDER] [--bytes N]`.

Batches as large as those of a switch with 50 terminals, to a journal on this disk in the three ways
of docs/decisions/0021: each in a transaction of SQLite in WAL mode; each by one write to a daybook;
and many of them posted at once. Microseconds for a batch, by the clock and of CPU.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from switch.core.record.ledger import Head
from switch.shell.daybook import Daybook, packed
from switch.shell.store import POSTED_MIN
from switch.shell.tables import Batch, Record, add, begin

BATCHES = 16 * POSTED_MIN
BODY_BYTES = 2_100  # of a batch as it is stored: see `benchmarks.pressing`
_TABLES = ("batch", "head")

Write = Callable[[Sequence[Record]], None]


def main() -> None:
    """Measure each way by the second half of its batches: by then its files have their sizes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.commits", description=__doc__)
    parser.add_argument("--folder", help="where the files lie (default: the system's own)")
    parser.add_argument("--bytes", type=int, default=BODY_BYTES, help="of each batch")
    options = parser.parse_args()
    records = [_record(number, options.bytes) for number in range(1, BATCHES + 1)]
    print(f"{BATCHES} batches of {options.bytes} bytes, us for each: clock / CPU")
    for name, way in (
        ("a commit of SQLite in WAL mode", in_wal_mode),
        ("a write to the daybook", to_a_daybook),
        (f"posted, {POSTED_MIN} in a transaction", posted),
    ):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder, way(Path(folder)) as write:
            write(records[: BATCHES // 2])
            clock, used = time.perf_counter(), time.process_time()
            write(records[BATCHES // 2 :])
            clock, used = time.perf_counter() - clock, time.process_time() - used
        print(f"  {name:34} {_each(clock):5} / {_each(used)}")


@contextmanager
def in_wal_mode(folder: Path) -> Iterator[Write]:
    """Each batch in a transaction of its own."""
    database = _database(folder)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA wal_autocheckpoint = 512")

    def write(records: Sequence[Record]) -> None:
        for record in records:
            _commit(database, [record])

    yield write
    database.close()


@contextmanager
def to_a_daybook(folder: Path) -> Iterator[Write]:
    """Each batch by a write, as if all before it were posted by then."""
    book = Daybook.begin(folder / "daybook", bytes(16))

    def write(records: Sequence[Record]) -> None:
        for record in records:
            data = packed(record)
            assert book.has_room(len(data), record.batch.number)
            book.write(record.batch.number, data)

    yield write
    book.close()


@contextmanager
def posted(folder: Path) -> Iterator[Write]:
    """Many in one transaction."""
    database = _database(folder)

    def write(records: Sequence[Record]) -> None:
        for start in range(0, len(records), POSTED_MIN):
            _commit(database, records[start : start + POSTED_MIN])

    yield write
    database.close()


def _database(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(folder / "journal", isolation_level=None)
    for setting in ("page_size = 8192", "synchronous = FULL", "locking_mode = EXCLUSIVE"):
        database.execute(f"PRAGMA {setting}")
    begin(database)
    return database


def _commit(database: sqlite3.Connection, records: Sequence[Record]) -> None:
    database.execute("BEGIN")
    add(database, records, _TABLES)
    database.execute("COMMIT")


def _record(number: int, size: int = BODY_BYTES) -> Record:
    head = Head("BENCH", number, 40 * number, bytes(32), float(number))
    batch = Batch(number, 40 * number - 39, 40, os.urandom(size), bytes(32))
    return Record(batch, [head])


def _each(seconds: float) -> int:
    return round(seconds / (BATCHES // 2) * 1_000_000)


if __name__ == "__main__":
    main()
