"""The switch's own log as a backend: it says that it may be asked, and the switch answers itself.

    [backend.options]
    messages_max = 5000       # how many messages it reaches back (default)

What a search finds depends on who may see it, at the instant at which the answer leaves, and no
backend knows access rules: so the records come from `switch.core.log.search`. As a backend it has
what every source has: an owner, rules of its own, an inbox, a time limit, and faults in a lesson.
"""

from __future__ import annotations

from collections.abc import Sequence

from switch.backend import BackendSetup, InlineBackend, Query, Reply
from switch.errors import BackendError
from switch.files.authored import did_you_mean

KEYS = ("NLQ", "NFQ")
OPTIONS = ("messages_max",)
MESSAGES_MAX = 100_000


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


def open_backend(setup: BackendSetup) -> InlineBackend:
    """Nothing to open; the options are looked at."""
    for name in setup.options:
        if name not in OPTIONS:
            raise BackendError(
                f"{setup.name}: there is no option `{name}`\n    fix: {did_you_mean(name, OPTIONS)}"
            )
    number = setup.options.get("messages_max", MESSAGES_MAX)
    if type(number) is not int or not 1 <= number <= MESSAGES_MAX:
        raise BackendError(
            f"{setup.name}: option `messages_max` is {number!r}\n"
            f"    fix: a whole number from 1 to {MESSAGES_MAX}"
        )
    return LogBackend()
