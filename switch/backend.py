"""What a backend is: all that the author of a plug-in imports.

A backend answers queries from its own records and knows nothing of frames, terminals or access
rules: the switch has judged the query before it arrives and judges the answer before it leaves.
Answers travel as structured fields so that one field can be withheld (acl specification, 2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from switch.terms import BackendName, Instant, MessageKey

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

Progress = Callable[[str, int, int], None]  # (what, done, total) while records are built


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
    progress: Progress = no_progress


class OpenBackend(Protocol):
    """The target of an entry point in the group `wireroom.backends`."""

    def __call__(self, setup: BackendSetup) -> Backend:
        """Open, building records if need be; BackendError says what is missing and what to do."""
        ...
