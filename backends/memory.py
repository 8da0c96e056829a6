"""A backend that holds its records in memory: for benchmarks, tests and small worlds.

[backend.options]
records = ["records/cast.toml"]        # in the world's folder
"""

from __future__ import annotations

from collections.abc import Sequence

from backends.cast import read_cast
from backends.search import KINDS, Record, answered, fits, term, terms
from switch.backend import BackendSetup, InlineBackend, Query, Reply
from switch.errors import BackendError

RECORDS_MAX = 20  # of one answer


class MemoryBackend:
    """Records in a dictionary of everything they can be looked up by."""

    def __init__(self, records: Sequence[tuple[str, Record]]) -> None:
        self._found: dict[str, list[Record]] = {}
        for kind, record in records:
            for each in terms(kind, record):
                self._found.setdefault(each, []).append(record)

    def answer(self, batch: Sequence[Query]) -> list[Reply]:
        """See `InlineBackend`."""
        return [self._reply(query) for query in batch]

    def _reply(self, query: Query) -> Reply:
        looked_up = term(query)
        if looked_up is None:
            return Reply(query.id, error=f"cannot search by {' '.join(query.fields) or 'nothing'}")
        found = self._found.get(looked_up)
        if found is None:
            return Reply(query.id)
        fitting = [answered(query, record) for record in found if fits(query, record)]
        return Reply(query.id, tuple(fitting[:RECORDS_MAX]))

    def close(self) -> None:
        """See `InlineBackend`."""


def open_backend(setup: BackendSetup) -> InlineBackend:
    """Read every file that `records` names."""
    files = setup.options.get("records")
    if not isinstance(files, list) or not all(isinstance(file, str) for file in files):
        raise BackendError(
            f"{setup.name}: `[backend.options]` needs `records`, a list of files\n"
            '    fix: such as records = ["records/cast.toml"]'
        )
    kinds = frozenset(KINDS[key] for key in setup.keys if key in KINDS)
    records: list[tuple[str, Record]] = []
    for file in files:
        records.extend(read_cast(setup.world_folder / file, kinds, setup.state))
    return MemoryBackend(records)
