"""A backend over SQLite: invented records, built once into the cache folder, looked up by index.

    [backend.options]
    people   = 10000                        # how many are generated for this state (default)
    vehicles = 20000
    year     = 2019                         # in which they are on record (default)
    records  = ["records/cast.toml"]        # in addition, in the world's folder
    searches = { ZDQ = { kind = "dog", by = ["TAG", "NAM"] } }   # of the world's own keys

Lookups are indexed, bounded and read-only, so they answer inline. A finished file is sealed with a
checksum of itself: one that is cut short, half written or changed is not opened but built again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Annotated

from pydantic import Field

from backends import generate
from backends.cast import read_cast
from backends.entries import with_entries
from backends.search import (
    PUBLISHED,
    RECORDS_MAX,
    Searches,
    SearchRows,
    answered,
    fits,
    part_of_a_plate,
    searches_of,
    term,
    terms,
    unsearchable,
)
from switch.backend import BackendSetup, InlineBackend, Query, Reply
from switch.errors import UsageError
from switch.options import BackendOptions, FileOfWorld, takes

CANDIDATES_MAX = 200  # looked at for one answer
POPULATION_MAX = 100_000  # people, or vehicles, of one backend
KEPT_MAX = 3  # files of one backend: a few versions of a world can be worked on by turns
LEFT_BEHIND_S = 3600  # a half-built file this much older than the one begun now has no builder
_ROWS_PER_STEP = 2_000  # between two reports of progress
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE record (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, fields TEXT NOT NULL);
CREATE TABLE term (value TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (value, n)) WITHOUT ROWID;
"""
_LOOKUP = (
    "SELECT record.fields FROM term JOIN record ON record.n = term.n"
    f" WHERE term.value = ? ORDER BY term.n LIMIT {CANDIDATES_MAX}"
)
_LOOKUP_PART = _LOOKUP.replace("term.value = ?", "term.value GLOB ?")


_Number = Annotated[int, Field(ge=0, le=POPULATION_MAX)]


class Options(BackendOptions):
    """See the head of this file."""

    people: _Number = 10_000
    vehicles: _Number = 20_000
    year: Annotated[int, Field(ge=1950, le=2999)] = generate.YEAR
    records: list[FileOfWorld] = []
    searches: SearchRows = {}

    def numbers(self) -> tuple[int, int, int]:
        """What the invented records depend on, beside seed and state."""
        return self.people, self.vehicles, self.year


class SqliteBackend:
    """One database file, opened read-only."""

    def __init__(self, path: Path, searches: Searches = PUBLISHED) -> None:
        self._searches = searches
        if not sealed(path):
            raise sqlite3.DatabaseError("it is not as it was built")
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._database = sqlite3.connect(uri, uri=True)

    def answer(self, batch: Sequence[Query]) -> list[Reply]:
        """See `InlineBackend`."""
        return [self._reply(query) for query in batch]

    def _reply(self, query: Query) -> Reply:
        looked_up = term(query, self._searches)
        if looked_up is None:
            return unsearchable(query)
        part = part_of_a_plate(query)
        if part is not None:
            rows = self._database.execute(_LOOKUP_PART, (part,))
            plates = (json.loads(fields) for (fields,) in rows)
            return Reply(query.id, tuple(islice(plates, RECORDS_MAX)))
        rows = self._database.execute(_LOOKUP, looked_up[:1])
        found = (json.loads(fields) for (fields,) in rows)
        fitting = [answered(query, record) for record in found if fits(query, record)]
        return Reply(query.id, tuple(fitting[:RECORDS_MAX]))

    def held(self, kind: str, nic: str) -> dict[str, str] | None:
        """The record of a kind that has this number; None if there is none."""
        rows = self._database.execute(_LOOKUP, (f"{kind} NIC {nic}",))
        return next((json.loads(fields) for (fields,) in rows), None)

    def count(self) -> dict[str, int]:
        """How many records of each kind it holds."""
        rows = self._database.execute("SELECT kind, count(*) FROM record GROUP BY kind")
        return dict(rows.fetchall())

    def close(self) -> None:
        """See `InlineBackend`."""
        self._database.close()


@takes(Options)
def open_backend(setup: BackendSetup, options: Options) -> InlineBackend:
    """Open the cache of this backend; build it first where it is missing, old or damaged."""
    path, searches = cache_path(setup, options), searches_of(options.searches)
    with suppress(sqlite3.Error, OSError):  # missing or damaged alike: build it
        return with_entries(SqliteBackend(path, searches), setup.keys)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        build(setup, options, path)
        _tidy(setup, path)
        return with_entries(SqliteBackend(path, searches), setup.keys)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"{setup.name}: cannot build its records in `{path.parent}`: {why}",
            "give --cache a folder that you may write, on a disk with room",
        ) from None


def cache_path(setup: BackendSetup, options: Options) -> Path:
    """Its name changes with everything that the records depend on."""
    parts = [generate.VERSION, setup.seed, setup.state, sorted(setup.keys), options.numbers()]
    if "searches" in setup.options:
        parts.append(setup.options["searches"])
    digest = hashlib.sha256(repr(parts).encode())
    for file in _files(setup, options):
        with suppress(OSError):  # said properly when it is read
            digest.update(file.read_bytes())
    return setup.cache_folder / f"{setup.world}-{setup.name}-{digest.hexdigest()[:16]}.sqlite"


def build(setup: BackendSetup, options: Options, path: Path) -> None:
    """Build beside it and rename: whoever opens it meanwhile sees the old one or the whole new one.

    Two processes that build at once each rename a whole file; the last one stays.
    """
    descriptor, name = tempfile.mkstemp(".building", path.stem, path.parent)
    os.close(descriptor)
    beside = Path(name)
    database = sqlite3.connect(beside, isolation_level=None)
    try:
        database.executescript(_SCHEMA)
        database.execute("BEGIN")
        _fill(database, setup, options)
        database.execute("COMMIT")
        database.close()
        _seal(beside)
        beside.replace(path)
    finally:
        database.close()
        beside.unlink(missing_ok=True)


def _files(setup: BackendSetup, options: Options) -> list[Path]:
    return [setup.world_folder / file for file in options.records]


def _fill(database: sqlite3.Connection, setup: BackendSetup, options: Options) -> None:
    searches = searches_of(options.searches)
    kinds = sorted(searches.of(setup))
    written = [
        each
        for file in _files(setup, options)
        for each in read_cast(file, frozenset(kinds), setup.state, searches)
    ]
    kinds = [kind for kind in kinds if kind in PUBLISHED.telling]  # others are written by people
    population = generate.Population(setup.seed, setup.state or "CA", *options.numbers())
    total = len(written) + sum(map(population.count, kinds))
    rows: list[tuple[int, str, str]] = []
    found_by: list[tuple[str, int]] = []
    for number, (kind, fields) in enumerate(_records(written, population, kinds), 1):
        rows.append((number, kind, json.dumps(fields, separators=(",", ":"))))
        found_by += [(value, number) for value in terms(kind, fields, searches)]
        if len(rows) == _ROWS_PER_STEP:
            database.executemany("INSERT INTO record VALUES (?, ?, ?)", rows)
            rows.clear()
            setup.progress(f"{setup.name} records", number, total)
    database.executemany("INSERT INTO record VALUES (?, ?, ?)", rows)
    # Sorted, and after the records: every page of the index is then written once, in order.
    found_by.sort()
    database.executemany("INSERT OR IGNORE INTO term VALUES (?, ?)", found_by)
    setup.progress(f"{setup.name} records", total, total)


def _records(
    written: list[tuple[str, dict[str, str]]], population: generate.Population, kinds: list[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    yield from written
    for kind in kinds:
        for fields in population.records(kind):
            yield kind, fields


# --- the seal ------------------------------------------------------------------------------------

# SQLite keeps four bytes of its header for the application (`PRAGMA user_version`, offset 60): the
# checksum of all other bytes stands there, so that it travels with the file through the rename.
_SEAL_AT, _SEAL_BYTES = 60, 4


def sealed(path: Path) -> bool:
    """Whether a file is, to the byte, what was once built; OSError if it cannot be read."""
    data = path.read_bytes()
    return len(data) > 100 and data[_SEAL_AT : _SEAL_AT + _SEAL_BYTES] == _checksum(data)


def _seal(path: Path) -> None:
    mark = _checksum(path.read_bytes())
    with path.open("r+b") as file:
        file.seek(_SEAL_AT)
        file.write(mark)


def _checksum(data: bytes) -> bytes:
    rest = memoryview(data)[_SEAL_AT + _SEAL_BYTES :]
    return zlib.crc32(rest, zlib.crc32(data[:_SEAL_AT])).to_bytes(_SEAL_BYTES, "big")


# --- what is no longer needed --------------------------------------------------------------------


def _tidy(setup: BackendSetup, path: Path) -> None:
    """Drop the oldest files of this backend, and what a builder that was killed left behind.

    Times are those of the file system alone, compared with the file just built. Another process may
    do the same at this moment, or (on some systems) keep a file from being dropped: no matter.
    """
    with suppress(OSError):
        now = path.stat().st_mtime
        stem = f"{setup.world}-{setup.name}-"
        finished = [*path.parent.glob(f"{stem}*.sqlite")]
        finished.sort(key=lambda each: (each == path, each.stat().st_mtime))
        half_built = path.parent.glob(f"{stem}*.building")
        left_behind = [each for each in half_built if now - each.stat().st_mtime > LEFT_BEHIND_S]
        for each in (*finished[:-KEPT_MAX], *left_behind):
            each.unlink(missing_ok=True)
