"""The directory of agencies (ORION): who stands behind an ORI, out of the world's own directory.

Asked with TQ at a two-character place: by ORI, or by the name of a town or county, with the kind of
agency if need be [N-ORIONL]. What an answer looks like was not seen: its layout is simulated. It
has an agency once for each of its ORIs. Nobody adds, changes or deletes by message (TA, TU, TD):
the directory is `world.toml`, which is the switch operator's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from backends.search import RECORDS_MAX, unsearchable
from switch.backend import BackendSetup, InlineBackend, Query, Record, Reply
from switch.config import Agency
from switch.options import BackendOptions, takes
from switch.terms import MessageKey

_KEY = MessageKey("TQ")


class DirectoryBackend:
    """The agencies of a world, by the state that their ORIs begin with."""

    def __init__(self, agencies: Iterable[Agency]) -> None:
        self._by_state: dict[str, list[Record]] = {}
        self._count = 0
        for record in _records(agencies):
            self._by_state.setdefault(record["ORI"][:2], []).append(record)
            self._count += 1

    def count(self) -> dict[str, int]:
        """How many ORIs it holds."""
        return {"agency": self._count}

    def answer(self, batch: Sequence[Query]) -> list[Reply]:
        """See `InlineBackend`."""
        return [self._reply(query) for query in batch]

    def _reply(self, query: Query) -> Reply:
        if query.key != _KEY:
            return Reply(query.id, error=f"no records for {query.key}")
        asked = {code: query.fields[code] for code in ("ORI", "LOC", "TYP") if code in query.fields}
        if not asked.keys() & {"ORI", "LOC"}:
            return unsearchable(query)
        found = [
            record
            for record in self._by_state.get(query.destination, ())
            if all(record.get(code) == value for code, value in asked.items())
        ]
        return Reply(query.id, tuple(found[:RECORDS_MAX]))

    def close(self) -> None:
        """See `InlineBackend`."""


class Options(BackendOptions):
    """None: all it knows is the world's."""


@takes(Options)
def open_backend(setup: BackendSetup, options: Options) -> InlineBackend:
    """The agencies of the world."""
    return DirectoryBackend(setup.agencies)


def _records(agencies: Iterable[Agency]) -> Iterator[Record]:
    for agency in agencies:
        for ori in agency.oris:
            fields = {"ORI": ori, "AGY": agency.name, "LOC": agency.place, "TYP": agency.type}
            yield Record({code: _capitals(text) for code, text in fields.items() if text})


def _capitals(text: str) -> str:
    """As it can stand on a line: printable capitals."""
    return "".join(c if " " <= c <= "~" else "?" for c in text.upper())
