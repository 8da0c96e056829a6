"""What a backend is: all that the author of a plug-in imports.

A backend answers queries from its own records and knows nothing of frames, terminals or access
rules: the switch has judged the query before it arrives and judges the answer before it leaves.
Answers travel as structured fields so that one field can be withheld (acl specification, 2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Never, Protocol

from switch.config import Agency
from switch.terms import BackendName, Instant, MessageKey, Ori

ENTRY_POINT_GROUP = "wireroom.backends"


class Query(NamedTuple):
    """One question to one backend."""

    id: int  # correlation id, handed back in the reply
    key: MessageKey  # after rewriting
    destination: str  # "CA", or "" for a key that is routed without one
    fields: Mapping[str, str]  # folded to upper case, checked by the format's spec
    image: bool  # IMQ/Y was asked
    purpose: str | None
    at: Instant
    ori: Ori = Ori("")  # of the header: whose entry it is, where the key enters a record


class Record(dict[str, str]):
    """A record that has been looked through once, for sources that answer with it again and again.

    Field code -> value, in the order of printing; `line` is the record as it is printed. Codes and
    values are printable ASCII, no value is empty, and nothing can be changed any more, so an answer
    with it needs no further look. Plain mappings are as welcome in a `Reply`: they are looked
    through each time.
    """

    __slots__ = ("codes", "line")

    codes: frozenset[str]
    line: str

    def __init__(self, fields: Mapping[str, str]) -> None:
        """ValueError where a code or a value is something else than printable ASCII text."""
        super().__init__(fields)
        for code, value in self.items():
            for text in (code, value):
                if not (type(text) is str and text.isascii() and text.isprintable() and text):
                    raise ValueError(f"{code!r}: {value!r} is not printable ASCII")
        self.codes = _shared(frozenset(self))
        self.line = printed(self)

    def _frozen(self, *_: object, **__: object) -> Never:
        raise TypeError("a record is not changed once it is made")

    __setitem__ = __delitem__ = __ior__ = _frozen
    update = setdefault = pop = popitem = clear = _frozen


class Acknowledged(Record):
    """The answer to an entry, and what the switch must know besides to tell who had asked before.

    `on_file` is the record as it is now, `earlier` the numbers (`Query.id`) of inquiries that would
    find it now and did not before. A backend that does not remember inquiries answers with a plain
    record, and nobody is told.
    """

    __slots__ = ("earlier", "on_file")

    earlier: tuple[int, ...]
    on_file: Record

    def __init__(
        self, fields: Mapping[str, str], on_file: Record, earlier: tuple[int, ...]
    ) -> None:
        """ValueError as for any record."""
        super().__init__(fields)
        self.on_file = on_file
        self.earlier = earlier


@lru_cache(maxsize=1024)
def _shared(codes: frozenset[str]) -> frozenset[str]:
    """One set for all records of a shape."""
    return codes


def printed(fields: Mapping[str, str]) -> str:
    """`OLN/S1234567.NAM/DOE, JANE`: as in an inquiry, no period behind the last [N-BQ, N-DQ]."""
    return ".".join(map("/".join, fields.items()))


class Reply(NamedTuple):
    """The answer to one query: no records = not on file; `error` = the backend could not say."""

    id: int
    records: tuple[Mapping[str, str], ...] = ()  # field code -> value, in the order of printing
    error: str | None = None  # one line for the journal; the terminal hears TEMPORARILY UNAVAILABLE


class InlineBackend(Protocol):
    """A source that never blocks (memory, indexed SQLite): called directly by the switch."""

    def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        """Replies to the whole batch, in any order; may raise, which fails the batch."""
        ...

    def close(self) -> None:
        """Give everything back; called once."""
        ...


class WaitingBackend(Protocol):
    """A source that may wait (a network, a thread): awaited by a worker of its own."""

    async def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        """Replies to the whole batch; may raise, and may be cancelled at any checkpoint."""
        ...

    def close(self) -> None:
        """Give everything back; called once."""
        ...


Backend = InlineBackend | WaitingBackend

Progress = Callable[[str, int, int], None]  # (what, done, total) of what takes long


def no_progress(what: str, done: int, total: int) -> None:
    """For callers that show nothing."""


@dataclass(frozen=True, slots=True)
class BackendSetup:
    """What a backend is opened with: its own entry of the world file, and where it may write."""

    name: BackendName
    keys: tuple[MessageKey, ...]  # the message keys it answers, after rewriting
    state: str  # two letters of its owner's state, "" if it has none
    options: Mapping[str, object]  # `[backend.options]` of the world file, as written
    world: str  # the world's id
    world_folder: Path
    cache_folder: Path  # may be created; what lies there can be built again at any time
    seed: int  # of the world's invented records
    agencies: tuple[Agency, ...] = ()  # the world's directory: who there is, no rules
    progress: Progress = no_progress


class OpenBackend(Protocol):
    """The target of an entry point in the group `wireroom.backends`."""

    def __call__(self, setup: BackendSetup) -> Backend:
        """Open, building records if need be; BackendError says what is missing and what to do."""
        ...
