"""What `scenario` and `demo` share: a rehearsal, from opened files to a played run."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import structlog

from scenarios.proof import prove
from scenarios.result import Result
from scenarios.runner import Audience, Played, play
from scenarios.shelf import Opened
from switch.backend import Backend
from switch.cli.style import progress_bars
from switch.errors import UsageError
from switch.shell.plugins import default_cache_folder, open_backends
from switch.shell.store import Journal
from switch.terms import BackendName

_WARNINGS = 30


def rehearse(
    opened: Opened, cache: Path | None, *, seed: int | None = None, audience: Audience | None = None
) -> Played:
    """Open the world's backends, building records the first time, and play."""
    with _backends(opened, cache) as backends:
        return play(opened, backends, seed=seed, audience=audience)


def proof(opened: Opened, cache: Path | None) -> list[str]:
    """The self-test of a scenario: what is unfair about it."""
    with _backends(opened, cache) as backends:

        def stand_ins(omit: frozenset[str], late: frozenset[str]) -> Result:
            return play(opened, backends, omit=omit, late=late).result

        return list(prove(opened.script, stand_ins))


@contextmanager
def _backends(opened: Opened, cache: Path | None) -> Iterator[Mapping[BackendName, Backend]]:
    # The story and the score say what changed; only what is wrong is worth a log line here.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(_WARNINGS),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    with progress_bars() as progress:
        backends = open_backends(opened.world, cache or default_cache_folder(), progress)
    try:
        yield backends
    finally:
        for backend in backends.values():
            backend.close()


def raw_answers(played: Played) -> dict[int, str]:
    """The bytes that terminals got, by the number of the entry that says so."""
    got = {
        (one.seat.terminal, one.frame.output.sent.sequence): one.frame.raw.decode("latin-1")
        for one in played.delivered
    }
    found = {}
    for entry in played.entries:
        key = (entry.get("terminal") or "", f"{entry.get('sequence') or 0:05}")
        if key in got:
            found[entry["n"]] = got[key]
    return found


def keep_journal(played: Played, path: Path) -> None:
    """Write a run's journal as a switch would have: the same batches, the same hash chain.

    Afterwards and not during the run: a disk means a thread, and virtual time jumps over threads.
    """
    if path.exists():
        raise UsageError(f"`{path}` exists", "give a new file: a rehearsal continues no journal")
    journal = Journal.open(path)
    try:
        for batch in played.batches:
            journal.append(batch)
    finally:
        journal.close()
