"""The switch's own log as a backend: it says that it may be asked, and the switch answers itself.

    [backend.options]
    messages_max = 5000       # how many messages it reaches back (default)

What a search finds depends on who may see it, at the instant at which the answer leaves, and no
backend knows access rules: so the records come from `switch.core.log.search`. As a backend it has
what every source has: an owner, rules of its own, an inbox, a time limit, and faults in a lesson.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from switch.backend import BackendSetup, InlineBackend, Query, Reply
from switch.options import BackendOptions, takes

KEYS = ("NLQ", "NFQ")
MESSAGES_MAX = 100_000


class Options(BackendOptions):
    """See the head of this file."""

    messages_max: Annotated[int, Field(ge=1, le=MESSAGES_MAX)] = 5_000


class LogBackend:
    """Answers with no records, which the switch fills in."""

    def answer(self, batch: Sequence[Query]) -> list[Reply]:
        """See `InlineBackend`."""
        return [
            Reply(query.id, error=None if query.key in KEYS else f"no records for {query.key}")
            for query in batch
        ]

    def close(self) -> None:
        """See `InlineBackend`."""


@takes(Options)
def open_backend(setup: BackendSetup, options: Options) -> InlineBackend:
    """Nothing to open: `switch.core.log.search` reads how far it reaches back."""
    return LogBackend()
