"""What changes, on standard error: readable on a terminal, JSON lines for a machine.

The rule that keeps it whole: a log holds up nobody. A thread of its own writes it; whatever changes
while standard error takes nothing (a full pipe, a stopped terminal), or faster than anybody could
read, waits up to a limit, and what is left out beyond that is counted and told.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

import structlog
from structlog.typing import EventDict, WrappedLogger

from switch.terms import TRAINING_LINE

WAITING_MAX = 1_000  # lines of the log that wait to be written; what else happens is left out
KEPT_FOR_WARNINGS = 200  # of them, for warnings and errors alone
PAUSE_S = 0.25  # at least, between two writes: so at most 4,000 lines a second
GRACE_S = 1.0  # at the end, for what waits

_GRAVE = frozenset(("warning", "warn", "error", "exception", "critical"))
_INFO = 20
_EVENT_COLUMNS = 18


class Log:
    """Lines that wait to be written, and the thread that writes them; `with` it, to the end."""

    def __init__(self, write: Callable[[bytes], None], pause_s: float = PAUSE_S) -> None:
        self._write = write
        self._pause_s = pause_s
        self._changed = threading.Condition()
        self._waiting: list[str] = []
        self._left_out = 0
        self._over = False
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)

    def __enter__(self) -> Log:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self, grace_s: float = GRACE_S) -> None:
        """Write what waits, if it is taken within `grace_s` seconds."""
        with self._changed:
            self._over = True
            self._changed.notify()
        self._thread.join(grace_s)

    def admit(self, logger: WrappedLogger, level: str, event: EventDict) -> EventDict:
        """A processor, the first one: leaves out what there is no room for, before it costs."""
        room = WAITING_MAX if level in _GRAVE else WAITING_MAX - KEPT_FOR_WARNINGS
        if len(self._waiting) >= room:
            with self._changed:
                self._left_out += 1
            raise structlog.DropEvent
        return event

    def put(self, line: str) -> None:
        """One line to write."""
        with self._changed:
            self._waiting.append(line)
            self._changed.notify()

    def _run(self) -> None:
        while self._take():
            with self._changed:
                self._changed.wait_for(lambda: self._over, self._pause_s)

    def _take(self) -> bool:
        """Write all that waits, once something does; whether there may be more."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._over)
            lines, self._waiting = self._waiting, []
            left_out, self._left_out = self._left_out, 0
            last = self._over and not left_out
        if left_out:
            told = structlog.get_logger("wireroom.log")
            told.warning("log lines left out", count=left_out, waiting_max=WAITING_MAX)
        try:
            self._write("".join(f"{line}\n" for line in lines).encode(errors="replace"))
        except OSError:
            return False  # nobody reads it any more; what is logged is left out from now on
        return not last


class _Logger:
    """What structlog calls with a finished line."""

    def __init__(self, log: Log) -> None:
        self.msg = log.put

    debug = info = warning = warn = error = exception = critical = property(lambda self: self.msg)


def set_up_logs(*, as_json: bool | None = None, bar: bool = True) -> Log:
    """State changes and errors on standard error, as JSON lines or for a person, below a bar; None:
    as suits what standard error is. `with` what it returns."""
    if as_json is None:
        as_json = not sys.stderr.isatty()
    log = Log(_to_standard_error)
    before = [log.admit, structlog.processors.add_log_level]
    structlog.configure(
        processors=before + (_for_machines() if as_json else _for_people()),
        wrapper_class=structlog.make_filtering_bound_logger(_INFO),
        logger_factory=lambda *_: _Logger(log),
        cache_logger_on_first_use=False,
    )
    if bar and not as_json:
        log.put(f"{TRAINING_LINE} - CONNECTED TO NOTHING")
    return log


def _for_machines() -> list[structlog.typing.Processor]:
    return [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.dict_tracebacks,
        _event_first,
        structlog.processors.JSONRenderer(),
    ]


def _for_people() -> list[structlog.typing.Processor]:
    colors = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    return [
        structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
        structlog.dev.ConsoleRenderer(
            _EVENT_COLUMNS,
            colors=colors,
            sort_keys=False,
            exception_formatter=structlog.dev.plain_traceback,
        ),
    ]


def _event_first(logger: WrappedLogger, level: str, event: EventDict) -> EventDict:
    """In the order in which one reads: that it is training, when, what, and then the details."""
    first = {key: event.pop(key) for key in ("timestamp", "level", "event") if key in event}
    return {"training": True, **first, **event}


def _to_standard_error(data: bytes) -> None:
    """Past the interpreter's own buffer, whose lock a thread that waits must not hold at the end.

    OSError if nobody reads it.
    """
    left, descriptor = memoryview(data), sys.stderr.fileno()
    while left:
        select.select((), (descriptor,), ())  # whoever shares it may have made it non-blocking
        with suppress(BlockingIOError):
            left = left[os.write(descriptor, left) :]
