"""One batch at one backend: asked, and what came back as an event, whatever it did.

A backend is a stranger's code. What it raises, and what it answers instead of replies, ends its
batch, not the switch. What no record is ends its query. A value that is no text ends nothing at
all: who may not have the field must not be able to tell, so it is replaced and withheld like any
other, and who may have it reads that it is unreadable.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import cast

import structlog
import trio

from switch.backend import Backend, InlineBackend, Record, Reply, WaitingBackend
from switch.core.commands import AskBackend
from switch.core.events import BackendFailed, RepliesArrived

REASON_CHARACTERS_MAX = 200  # of what a backend raised, for the journal and the log
UNREADABLE = "UNREADABLE"  # in place of a value that is no text

log = structlog.get_logger("wireroom.asking")


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
    """The replies of a batch; ValueError for what is no reply. Nonsense ends here, not in the
    codec."""
    found = tuple(replies)
    for number, reply in enumerate(found):
        if type(reply) is not Reply:
            raise ValueError(f"answered {type(reply).__name__} instead of Reply")
        if not _clean(reply):
            found = (*found[:number], _mended(ask, reply), *found[number + 1 :])
    return RepliesArrived(ask.backend, ask.worker, found)


def _clean(reply: Reply) -> bool:
    if type(reply.records) not in (tuple, list):
        return False
    try:
        for record in reply.records:
            if type(record) is not Record:  # those were looked through when they were made
                "".join(record)
                "".join(record.values())
    except (TypeError, AttributeError):
        return False
    return True


def _mended(ask: AskBackend, reply: Reply) -> Reply:
    """The same with text alone: a field whose code is none cannot be anybody's, and is left out."""
    records: object = reply.records
    if not isinstance(records, tuple | list) or not all(isinstance(r, Mapping) for r in records):
        return Reply(reply.id, error="a record is something else than fields and their values")
    log.warning("a record holds something else than text", backend=ask.backend, query=reply.id)
    return reply._replace(records=tuple(_texts(record) for record in records))


def _texts(record: Mapping[object, object]) -> dict[str, str]:
    return {
        code: value if isinstance(value, str) else UNREADABLE
        for code, value in record.items()
        if isinstance(code, str)
    }
