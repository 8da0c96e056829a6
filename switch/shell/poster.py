"""Posts what a journal has committed, in a thread, so that no commit waits for it.

Between two statements SQLite needs no lock of the interpreter, and there are few of them.
"""

from __future__ import annotations

from threading import Event, Thread
from types import TracebackType

from switch.shell.store import POSTED_MIN, Journal

POST_S = 1.0  # after which fewer are posted too


class Poster:
    """One journal's. The journal is closed by whoever opened it, afterwards."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._wake = Event()
        self._over = False
        self._thread = Thread(target=self._run, name="poster", daemon=True)

    def __enter__(self) -> Poster:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._over = True
        self._wake.set()
        self._thread.join()

    def committed(self) -> None:
        """More was committed; it may be enough by now."""
        if self._journal.waits_to_be_posted >= POSTED_MIN and not self._wake.is_set():
            self._wake.set()

    def _run(self) -> None:
        over = False
        while not over:
            self._wake.wait(POST_S)
            self._wake.clear()
            over = self._over
            self._journal.post()
