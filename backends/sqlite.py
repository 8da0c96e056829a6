"""A backend over SQLite: invented records, built once into the cache folder, looked up by index.

    [backend.options]
    people   = 10000                        # how many are generated for this state (default)
    vehicles = 20000
    records  = ["records/cast.toml"]        # in addition, in the world's folder

Lookups are indexed, bounded and read-only, so they answer inline.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from backends import generate
from backends.cast import read_cast
from backends.search import KINDS, answered, fits, term, terms
from switch.backend import BackendSetup, InlineBackend, Query, Reply
from switch.errors import BackendError

RECORDS_MAX = 20  # of one answer
CANDIDATES_MAX = 200  # looked at for one answer
PEOPLE, VEHICLES = 10_000, 20_000
_ROWS_PER_STEP = 2_000  # between two reports of progress
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE record (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, fields TEXT NOT NULL);
CREATE TABLE term (value TEXT NOT NULL, n INTEGER NOT NULL);
"""
_LOOKUP = (
    "SELECT record.fields FROM term JOIN record ON record.n = term.n"
    f" WHERE term.value = ? ORDER BY term.n LIMIT {CANDIDATES_MAX}"
)


class SqliteBackend:
    """One database file, opened read-only."""

    def __init__(self, path: Path) -> None:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._database = sqlite3.connect(uri, uri=True)
        complete = self._database.execute("SELECT value FROM about WHERE key = 'complete'")
        if complete.fetchone() != ("yes",):
            raise sqlite3.DatabaseError("it was not built to its end")

    def answer(self, batch: Sequence[Query]) -> list[Reply]:
        """See `InlineBackend`."""
        return [self._reply(query) for query in batch]

    def _reply(self, query: Query) -> Reply:
        looked_up = term(query)
        if looked_up is None:
            return Reply(query.id, error=f"cannot search by {' '.join(query.fields) or 'nothing'}")
        rows = self._database.execute(_LOOKUP, (looked_up,))
        found = (json.loads(fields) for (fields,) in rows)
        fitting = [answered(query, record) for record in found if fits(query, record)]
        return Reply(query.id, tuple(fitting[:RECORDS_MAX]))

    def count(self) -> dict[str, int]:
        """How many records of each kind it holds."""
        rows = self._database.execute("SELECT kind, count(*) FROM record GROUP BY kind")
        return dict(rows.fetchall())

    def close(self) -> None:
        """See `InlineBackend`."""
        self._database.close()


def open_backend(setup: BackendSetup) -> InlineBackend:
    """Open the cache of this backend; build it first where it is missing, old or damaged."""
    path = cache_path(setup)
    with suppress(sqlite3.Error):
        if path.is_file():
            return SqliteBackend(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        build(setup, path)
        return SqliteBackend(path)
    except (OSError, sqlite3.Error) as error:
        raise BackendError(
            f"{setup.name}: cannot build its records in `{path.parent}`: {error}\n"
            "    fix: give --cache a folder that you may write, on a disk with room"
        ) from None


def cache_path(setup: BackendSetup) -> Path:
    """Its name changes with everything that the records depend on."""
    parts = [generate.VERSION, setup.seed, setup.state, sorted(setup.keys), _counts(setup)]
    digest = hashlib.sha256(repr(parts).encode())
    for file in _files(setup):
        with suppress(OSError):  # said properly when it is read
            digest.update(file.read_bytes())
    return setup.cache_folder / f"{setup.world}-{setup.name}-{digest.hexdigest()[:16]}.sqlite"


def build(setup: BackendSetup, path: Path) -> None:
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
        _fill(database, setup)
        database.execute("CREATE INDEX term_value ON term (value, n)")
        database.execute("INSERT INTO about VALUES ('complete', 'yes')")
        database.execute("COMMIT")
        database.close()
        beside.replace(path)
    finally:
        database.close()
        beside.unlink(missing_ok=True)


def _fill(database: sqlite3.Connection, setup: BackendSetup) -> None:
    kinds = frozenset(KINDS[key] for key in setup.keys if key in KINDS)
    written = [each for file in _files(setup) for each in read_cast(file, kinds, setup.state)]
    people, vehicles = _counts(setup)
    population = generate.Population(setup.seed, setup.state, people, vehicles)
    total = len(written) + sum(_expected(kind, people, vehicles) for kind in kinds)
    rows: list[tuple[int, str, str]] = []
    found_by: list[tuple[str, int]] = []
    for number, (kind, fields) in enumerate(_records(written, population, sorted(kinds)), 1):
        rows.append((number, kind, json.dumps(fields, separators=(",", ":"))))
        found_by += [(value, number) for value in terms(kind, fields)]
        if len(rows) == _ROWS_PER_STEP:
            _write(database, rows, found_by)
            setup.progress(f"{setup.name} records", number, total)
    _write(database, rows, found_by)
    setup.progress(f"{setup.name} records", total, total)


def _records(
    written: list[tuple[str, dict[str, str]]], population: generate.Population, kinds: list[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    yield from written
    for kind in kinds:
        for fields in population.records(kind):
            yield kind, fields


def _write(
    database: sqlite3.Connection, rows: list[tuple[int, str, str]], found_by: list[tuple[str, int]]
) -> None:
    database.executemany("INSERT INTO record VALUES (?, ?, ?)", rows)
    database.executemany("INSERT INTO term VALUES (?, ?)", found_by)
    rows.clear()
    found_by.clear()


def _expected(kind: str, people: int, vehicles: int) -> int:
    every = {
        "wanted": generate.WANTED_EVERY,
        "stolen": generate.STOLEN_EVERY,
        "identity": generate.KNOWN_EVERY,
        "incident": generate.REPORTED_EVERY,
    }.get(kind, 1)
    return -(-(vehicles if kind in ("vehicle", "stolen") else people) // every)


def _counts(setup: BackendSetup) -> tuple[int, int]:
    counts = []
    for name, default in (("people", PEOPLE), ("vehicles", VEHICLES)):
        count = setup.options.get(name, default)
        if not isinstance(count, int) or not 0 <= count <= 100_000:
            raise BackendError(
                f"{setup.name}: option `{name}` is {count!r}\n"
                "    fix: a whole number from 0 to 100000"
            )
        counts.append(count)
    return counts[0], counts[1]


def _files(setup: BackendSetup) -> list[Path]:
    files = setup.options.get("records", [])
    if not isinstance(files, list) or not all(isinstance(file, str) for file in files):
        raise BackendError(
            f"{setup.name}: option `records` is {files!r}\n"
            '    fix: a list of files, such as records = ["records/cast.toml"]'
        )
    return [setup.world_folder / str(file) for file in files]
