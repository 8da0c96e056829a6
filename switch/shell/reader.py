"""A journal that is read: that of a switch that was killed with what its daybook still holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from switch.core.record.journal import (
    CHAIN_START,
    OPENING_KINDS,
    Entry,
    as_packed,
    link,
    unpacked,
)
from switch.core.record.ledger import Head as LedgerHead
from switch.core.record.ledger import Ledgers, Page
from switch.core.record.packed import restored
from switch.errors import JournalFileError
from switch.shell import daybook
from switch.shell.links import CHECKED_MAX, LAST, check_links, is_row, sealed
from switch.shell.tables import (
    BATCHES,
    BROKEN,
    HEAD,
    Head,
    Restored,
    add,
    batches,
    check_format,
    end_of,
    having,
    identity,
    kept,
    last_number,
    was_open,
)
from switch.shell.unwritten import lost, unreadable

READ_S_MAX = 5.0  # that a reader waits for a writer to end
# What lies in the daybook only stands beside the tables, and both are read as one: what is not in
# the tables meanwhile, because a switch was started, posted it and was stopped.
_TAIL = """
PRAGMA temp_store = MEMORY;  -- a full disk can be read from
CREATE TEMP TABLE later_batch AS SELECT * FROM main.batch WHERE 0;
CREATE TEMP TABLE later_head AS SELECT * FROM main.head WHERE 0;
CREATE TEMP VIEW posted AS SELECT ifnull(max(number), 0) AS last FROM main.batch;
CREATE TEMP VIEW batch AS SELECT * FROM main.batch UNION ALL
    SELECT * FROM later_batch WHERE number > (SELECT last FROM posted);
CREATE TEMP VIEW head AS SELECT * FROM main.head UNION ALL
    SELECT * FROM later_head WHERE batch > (SELECT last FROM posted);
"""

_LATER = ("later_batch", "later_head")


class Verification(NamedTuple):
    """What `verify` found: the head it computed, and everything that is wrong."""

    head: Head
    faults: tuple[str, ...]


class JournalReader:
    """A journal opened to be read, also while a switch has ended in the middle of a batch; waits so
    many seconds for whoever writes it, such as the scribe of a switch that was just killed.

    JournalFileError where its daybook does not follow from it, unless it is opened `to_verify`:
    `verify` tells that then, with all else that is wrong."""

    def __init__(self, path: Path, wait_s: float = READ_S_MAX, *, to_verify: bool = False) -> None:
        if not path.is_file():
            raise JournalFileError(f"no journal `{path}`\n    fix: give what --journal named")
        self._path: Path | None = path
        self._lost: str | None = None  # that its daybook is gone
        try:
            with kept(_opened(path, wait_s)) as database:
                self._database = database
                check_format(database, path)
                self._add_unposted(path, to_verify)
                if daybook.is_lost(path, identity(database), was_open(database)):
                    self._lost = lost(path).partition("\n")[0]
                database.execute("PRAGMA query_only = ON")
        except (sqlite3.Error, OSError, ValueError) as error:
            raise JournalFileError(unreadable(path, error)) from None

    def _add_unposted(self, path: Path, to_verify: bool) -> None:
        database = self._database
        if not daybook.beside(path).exists():
            return
        database.execute("BEGIN")  # or a switch that starts now posts it meanwhile
        known = identity(database)
        try:
            records = daybook.unposted(path, known, end_of(database))
        except (JournalFileError, ValueError):
            if not to_verify:
                raise
            records = daybook.later(path, known, last_number(database))
        database.execute("COMMIT")
        if records:
            database.executescript(_TAIL)
            add(database, records, _LATER)

    @classmethod
    def over(cls, database: sqlite3.Connection) -> JournalReader:
        """The same for a database that is open already: one in memory."""
        reader = cls.__new__(cls)
        reader._database, reader._path, reader._lost = database, None, None
        return reader

    @property
    def lost(self) -> str | None:
        """Why its end may be missing, where it is told with what the journal holds."""
        return self._lost

    def entries(self) -> Iterator[Entry]:
        """All entries in order; JournalError where a batch cannot be unpacked."""
        for batch in self.batches():
            yield from batch.entries()

    def batches(self) -> Iterator[Restored]:
        """All batches in order; JournalError where one is none."""
        return batches(self._rows(BATCHES))

    def last_bodies(self, messages_max: int) -> list[bytes]:
        """The packed batches of the last so many messages that the switch took in, in order;
        JournalError where one cannot be unpacked."""
        found: list[bytes] = []
        latest = 0
        for batch in batches(self._rows(f"{BATCHES} DESC")):
            opened = [e["query"] for e in batch.entries() if e["kind"] in OPENING_KINDS]
            latest = max([latest, *opened])
            if opened and max(opened) <= latest - messages_max:
                break
            found.append(batch.body)
        return found[::-1]

    def latest(self, *kinds: str) -> Iterator[list[Entry]]:
        """The entries of each batch, from the last one back; with `kinds`, of those batches in
        which an entry of such a kind stands, and the others are not unpacked."""
        held = having("kind", kinds)
        found = batches(self._rows(f"{BATCHES} DESC"))
        return (batch.entries() for batch in found if not kinds or held(batch.body))

    @property
    def head(self) -> Head:
        """Where it ends now; JournalError where the last row is damaged."""
        try:
            end = end_of(self._database)
        except (sqlite3.Error, ValueError) as error:
            raise JournalFileError(unreadable(self._path, error)) from None
        return Head(end.entries, end.hash.hex())

    def owners(self) -> list[str]:
        """Whose ledgers it holds."""
        return [name for (name,) in self._rows("SELECT DISTINCT backend FROM head")]

    def pages(self, backend: str) -> Iterator[Page]:
        """An owner's ledger, made again of the batches, in the order in which it was written.

        Of a batch that is gone, or cannot be unpacked, the page has no row.
        """
        ledgers = Ledgers()
        query = f"SELECT batch, {HEAD} FROM head WHERE backend = ? ORDER BY batch, page"
        for batch, rows in groupby(self._rows(query, backend), key=itemgetter(0)):
            heads = [LedgerHead(*row[1:]) for row in rows]
            (body,) = next(self._rows("SELECT body FROM batch WHERE number = ?", batch), (b"",))
            try:
                made = ledgers.reread(as_packed(restored(body)), heads)
            except BROKEN:
                made = ledgers.reread([], heads)
            yield from made.pages

    def _rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a query; JournalError where the file is damaged."""
        try:
            # Not the cursor itself: `yield from` would close it, maybe after its database.
            yield from iter(self._database.execute(query, values).fetchone, None)
        except (sqlite3.Error, ValueError) as error:
            raise JournalFileError(unreadable(self._path, error)) from None

    def check_links(self, path: Path) -> None:
        """JournalFileError if the last batches do not follow from each other."""
        check_links(self._rows(LAST, CHECKED_MAX + 1), str(path))

    def verify(self) -> Verification:
        """Recompute the whole chain and every owner's ledger; faults name the batch concerned."""
        faults = [] if self._lost is None else [self._lost]
        heads = (
            f"SELECT batch, {HEAD} FROM head WHERE typeof(batch) = 'integer' ORDER BY batch, page"
        )
        ledgers = _Recomputed(self._rows(heads))
        previous, expected_batch, expected_first = CHAIN_START, 1, 1
        rows = self._rows("SELECT number, first, count, body, hash FROM batch ORDER BY number")
        for row in rows:
            number, first, count, body, hash_ = row
            if not is_row(row):
                faults.append(f"batch {number}: its row is damaged, or cut off")
                continue
            where = f"batch {number} (entries {first}-{first + count - 1})"
            if number != expected_batch or first != expected_first:
                missing = f"entries {expected_first}-{first - 1}"
                faults.append(f"before {where}: {missing} are missing or out of order")
            if link(previous, sealed(first, count, body)) != hash_:
                faults.append(f"{where}: its content or its place was changed")
            faults.extend(f"{where}: {problem}" for problem in _numbering(first, count, body))
            faults.extend(f"{where}: {problem}" for problem in ledgers.differ(number, body))
            previous, expected_batch, expected_first = hash_, number + 1, first + count
        return Verification(Head(expected_first - 1, previous.hex()), tuple(faults))

    def close(self) -> None:
        """Give the file back."""
        self._database.close()


def _opened(path: Path, wait_s: float) -> sqlite3.Connection:
    """To be read only. What a writer that was killed was about to post is taken back first, which
    the file's reader must be allowed to write for; it lies in the daybook still."""
    try:
        return _connected(path, "ro", wait_s)
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith("SQLITE_READONLY"):
            raise
    return _connected(path, "rw", wait_s)


def _connected(path: Path, mode: str, wait_s: float) -> sqlite3.Connection:
    where = f"{path.absolute().as_uri()}?mode={mode}"
    with kept(sqlite3.connect(where, timeout=wait_s, uri=True, isolation_level=None)) as database:
        database.execute("SELECT number, first, count, body, hash FROM batch LIMIT 1")
    return database


def _numbering(first: int, count: int, body: bytes) -> Iterator[str]:
    try:
        entries = unpacked(restored(body), first)
    except BROKEN as error:
        yield f"cannot be unpacked: {error}"
        return
    if len(entries) != count:
        yield f"it holds {len(entries)} entries, not the {count} that its row says"


class _Recomputed:
    """Every owner's ledger, made again from the journal beside which it stands."""

    def __init__(self, stored: Iterator[tuple[Any, ...]]) -> None:
        self._ledgers = Ledgers()
        self._stored = stored
        self._next = next(stored, None)
        self._said: set[str] = set()  # one difference makes all later pages of that owner differ

    def differ(self, batch: int, body: bytes) -> Iterator[str]:
        """In which owners' pages this batch is not what the journal says."""
        heads = list[LedgerHead]()
        while self._next is not None and self._next[0] <= batch:
            heads.append(LedgerHead(*self._next[1:]))
            self._next = next(self._stored, None)
        try:
            found = self._ledgers.reread(as_packed(restored(body)), heads)
        except BROKEN:
            return  # said already
        for backend in sorted(found.differ - self._said, key=str):  # of any type
            self._said.add(backend)
            yield f"the ledger of {backend} is not what the journal says"
