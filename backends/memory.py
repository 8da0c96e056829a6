"""A backend that holds its records in memory: for benchmarks, tests and small worlds.

    [backend.options]
    records = ["records/cast.toml"]        # in the world's folder

or the records themselves:

    records = [{ kind = "driver", OLN = "S0990001", NAM = "ALBITE, MARA QUILL" }]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backends.cast import read_cast, read_inline
from backends.search import KINDS, fits, term, terms, unsearchable
from switch.backend import BackendSetup, InlineBackend, Query, Record, Reply
from switch.errors import BackendError

Fields = Mapping[str, str]

RECORDS_MAX = 20  # of one answer


class MemoryBackend:
    """Records in a dictionary of everything they can be looked up by."""

    def __init__(self, records: Sequence[tuple[str, Fields]]) -> None:
        # Each record twice, as it is and as it is answered without the image, and printed once: at
        # this pace copying and printing fifteen fields is half the time.
        self._found: dict[str, list[tuple[Record, Record]]] = {}
        for kind, fields in records:
            record = Record(fields)
            photo = kind == "driver" and "IMG" in fields
            pair = (record, Record(_without_photo(fields)) if photo else record)
            for each in terms(kind, record):
                self._found.setdefault(each, []).append(pair)

    def answer(self, batch: Sequence[Query]) -> list[Reply]:
        """See `InlineBackend`."""
        return [self._reply(query) for query in batch]

    def _reply(self, query: Query) -> Reply:
        looked_up = term(query)
        if looked_up is None:
            return unsearchable(query)
        found = self._found.get(looked_up)
        if found is None:
            return Reply(query.id)
        which = 0 if query.image else 1
        fitting = [pair[which] for pair in found if fits(query, pair[0])]
        return Reply(query.id, tuple(fitting[:RECORDS_MAX]))

    def close(self) -> None:
        """See `InlineBackend`."""


def open_backend(setup: BackendSetup) -> InlineBackend:
    """Read what `records` holds: files, or the records themselves."""
    given = setup.options.get("records")
    kinds = frozenset(KINDS[key] for key in setup.keys if key in KINDS)
    if not isinstance(given, list) or not all(isinstance(each, str | dict) for each in given):
        raise BackendError(
            f"{setup.name}: `[backend.options]` needs `records`, a list of files or of records\n"
            '    fix: such as records = ["records/cast.toml"]'
        )
    records: list[tuple[str, Fields]] = []
    for file in given:
        if isinstance(file, str):
            records.extend(read_cast(setup.world_folder / file, kinds, setup.state))
    inline = [each for each in given if isinstance(each, dict)]
    records.extend(read_inline(setup.name, inline, kinds, setup.state))
    return MemoryBackend(records)


def _without_photo(fields: Fields) -> Fields:
    return {field: value for field, value in fields.items() if field != "IMG"}
