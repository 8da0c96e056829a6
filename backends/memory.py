"""A backend that holds its records in memory: for benchmarks, tests and small worlds.

    [backend.options]
    records = ["records/cast.toml"]        # in the world's folder

or the records themselves:

    records = [{ kind = "driver", OLN = "S0990001", NAM = "ALBITE, MARA QUILL" }]

and, for a key of the world's own, how its records are found:

    searches = { ZDQ = { kind = "dog", by = ["TAG", "NAM"] } }
"""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice

from pydantic import model_validator

from backends.cast import RecordRow, chosen, read_cast, unfound
from backends.entries import with_entries
from backends.search import (
    PUBLISHED,
    RECORDS_MAX,
    Searches,
    SearchRows,
    fits,
    narrows,
    part_of_a_plate,
    searches_of,
    term,
    terms,
    unsearchable,
)
from switch.backend import BackendSetup, InlineBackend, Query, Record, Reply
from switch.errors import UnfitError
from switch.options import BackendOptions, FileOfWorld, takes
from switch.terms import quick

Fields = Mapping[str, str]


_make_reply = quick(Reply)


class MemoryBackend:
    """Records in a dictionary of everything they can be looked up by."""

    def __init__(
        self, records: Sequence[tuple[str, Fields]], searches: Searches = PUBLISHED
    ) -> None:
        self._searches = searches
        # Each record twice, as it is and as it is answered without the image, and printed once: at
        # this pace copying and printing fifteen fields is half the time.
        self._counted = Counter(kind for kind, _ in records)
        whole: dict[str, list[Record]] = {}
        without_photo: dict[str, list[Record]] = {}
        for kind, fields in records:
            record = Record(fields)
            photo = kind == "driver" and "IMG" in fields
            plain = Record(_without_photo(fields)) if photo else record
            for each in terms(kind, record, searches):
                whole.setdefault(each, []).append(record)
                without_photo.setdefault(each, []).append(plain)
        self._whole = {each: tuple(found) for each, found in whole.items()}
        self._without_photo = {each: tuple(found) for each, found in without_photo.items()}

    def answer(self, batch: Sequence[Query]) -> list[Reply]:
        """See `InlineBackend`."""
        return [self._reply(query) for query in batch]

    def _reply(self, query: Query) -> Reply:
        looked_up = term(query, self._searches)
        if looked_up is None:
            return unsearchable(query)
        value, field = looked_up
        if query.key == "RPQ":
            return self._by_part(query, value)
        found = (self._whole if query.image else self._without_photo).get(value, ())
        if found and narrows(query, field):
            found = tuple(record for record in found if fits(query, record))
        return _make_reply((query.id, found[:RECORDS_MAX], None))

    def _by_part(self, query: Query, value: str) -> Reply:
        part = part_of_a_plate(query)
        values = fnmatch.filter(self._whole, part) if part is not None else [value]
        found = (record for each in sorted(values) for record in self._whole.get(each, ()))
        return Reply(query.id, tuple(islice(found, RECORDS_MAX)))

    def count(self) -> dict[str, int]:
        """How many records of each kind it holds."""
        return dict(self._counted)

    def held(self, kind: str, nic: str) -> Record | None:
        """The record of a kind that has this number; None if there is none."""
        return next(iter(self._whole.get(f"{kind} NIC {nic}", ())), None)

    def close(self) -> None:
        """See `InlineBackend`."""


class Options(BackendOptions):
    """See the head of this file."""

    records: list[FileOfWorld | RecordRow]
    searches: SearchRows = {}

    @model_validator(mode="after")
    def _findable(self) -> Options:
        searches = searches_of(self.searches)
        for number, row in enumerate(self.records, 1):
            wrong = None if isinstance(row, str) else unfound(row, searches)
            if wrong is not None:
                what, fix = wrong
                raise UnfitError(f"record {number}: {what}", fix)
        return self


@takes(Options)
def open_backend(setup: BackendSetup, options: Options) -> InlineBackend:
    """Read what `records` holds: files, or the records themselves."""
    searches = searches_of(options.searches)
    kinds = searches.of(setup)
    records: list[tuple[str, Fields]] = []
    for file in options.records:
        if isinstance(file, str):
            records.extend(read_cast(setup.world_folder / file, kinds, setup.state, searches))
    inline = (each for each in options.records if isinstance(each, RecordRow))
    records.extend(chosen(inline, kinds, setup.state))
    return with_entries(MemoryBackend(records, searches), setup.keys)


def _without_photo(fields: Fields) -> Fields:
    return {field: value for field, value in fields.items() if field != "IMG"}
