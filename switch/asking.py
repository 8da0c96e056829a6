"""One batch at one backend: asked, and what came back as an event, whatever it did.

A backend is a stranger's code. What it raises, and what it answers instead of replies, ends its
batch, not the switch.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import cast

import trio

from switch.backend import Backend, InlineBackend, Record, Reply, WaitingBackend
from switch.core.commands import AskBackend
from switch.core.events import BackendFailed, RepliesArrived

REASON_CHARACTERS_MAX = 200  # of what a backend raised, for the journal and the log


def waits(backend: Backend) -> bool:
    """Whether it is asked with `answered` (it may wait) instead of `answered_now`."""
    return inspect.iscoroutinefunction(backend.answer)


def answered_now(backend: Backend, ask: AskBackend) -> RepliesArrived | BackendFailed:
    """What a backend of this process answers at once."""
    try:
        return _replies(ask, cast("InlineBackend", backend).answer(ask.queries))
    except Exception as error:
        return BackendFailed(ask.backend, ask.worker, _reason(error))


async def answered(
    backend: Backend, ask: AskBackend, time_s: float
) -> RepliesArrived | BackendFailed:
    """What a backend answers that may wait; after `time_s` seconds it has failed."""
    with trio.move_on_after(time_s):
        try:
            return _replies(ask, await cast("WaitingBackend", backend).answer(ask.queries))
        except Exception as error:
            return BackendFailed(ask.backend, ask.worker, _reason(error))
    return BackendFailed(ask.backend, ask.worker, "took longer than its time and late_s")


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:REASON_CHARACTERS_MAX]


def _replies(ask: AskBackend, replies: Sequence[Reply]) -> RepliesArrived:
    """The replies of a batch; ValueError for nonsense, which must end here, not in the codec."""
    for reply in replies:
        if type(reply) is not Reply:
            raise ValueError(f"answered {type(reply).__name__} instead of Reply")
        for record in reply.records:
            if type(record) is Record:
                continue  # it was looked through when it was made
            try:
                "".join(record.values())
            except TypeError as error:
                raise ValueError(f"a record holds something else than text: {error}") from None
    return RepliesArrived(ask.backend, ask.worker, tuple(replies))
