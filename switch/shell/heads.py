"""Heads and receipts for the owners to keep: a folder with one append-only file per backend.

A head is written after each commit and before the bytes of that batch leave, a receipt at the
backend's own door, before it is asked. Each write reaches the operating system at once, so that it
survives the end of the process; it is forced to the disk when a second has passed since the last
time, and when the switch ends, so that at most the last second is lost with the machine.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

from switch.backend import Backend, InlineBackend, Query, Reply, WaitingBackend
from switch.config import BackendEntry
from switch.core.record.delivery import head_line, opening_line, read_lines, receipt, receipt_line
from switch.core.record.ledger import Head
from switch.errors import JournalError, UsageError
from switch.terms import BackendName

TAIL_BYTES = 1_048_576  # of a file that is continued: its last head stands there
SYNC_S = 1.0  # between two times that the files are forced to the disk, by the journal's clock


def file_of(folder: Path, backend: str) -> Path:
    """Where one owner's heads stand."""
    return folder / f"{backend}.heads"


class HeadsFolder:
    """The files of all owners, open for appending; `close()` forces them to the disk."""

    def __init__(
        self, folder: Path, backends: Mapping[BackendName, BackendEntry], heads: Iterable[Head]
    ) -> None:
        """Open or create; UsageError for a folder that cannot be written or belongs to another
        journal than the one whose heads these are."""
        known = {head.backend: head for head in heads}
        self._files: dict[str, int] = {}
        self._unsynced: set[str] = set()
        self._synced_at = 0.0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, entry in backends.items():
                head = known.get(name) or Head.start(name)
                self._open(file_of(folder, name), entry.owner, head)
        except OSError as error:
            self.close()
            what = f"cannot write the heads in `{folder}`: {error.strerror}"
            raise UsageError(what, "give --heads a folder that you may write") from None

    def _open(self, path: Path, owner: str, head: Head) -> None:
        torn = path.is_file() and _continues(path, head)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self._files[head.backend] = os.open(path, flags, 0o600)
        self._write(head.backend, ("\n" if torn else "") + opening_line(owner, head))

    def deliver(self, heads: Sequence[Head]) -> None:
        """After a commit: one line for each ledger that has a page more; JournalError if it
        cannot be written, and then nothing of that batch is released."""
        for head in heads:
            if head.backend in self._files:
                self._write(head.backend, head_line(head))
        if heads and heads[0].at >= self._synced_at + SYNC_S:
            self._sync()
            self._synced_at = heads[0].at

    def asked(self, backend: str, batch: Sequence[Query]) -> None:
        """At the backend's door: a receipt for what it is asked."""
        self._write(backend, receipt_line(receipt(batch)))

    def _write(self, backend: str, line: str) -> None:
        data = line.encode()
        try:
            written = os.write(self._files[backend], data)
            if written != len(data):
                raise OSError(0, "not enough room")
        except OSError as error:
            raise _unwritten(backend, error) from None
        self._unsynced.add(backend)

    def _sync(self) -> None:
        for backend in self._unsynced:
            try:
                os.fsync(self._files[backend])
            except OSError as error:
                raise _unwritten(backend, error) from None
        self._unsynced.clear()

    def close(self) -> None:
        """Force everything to the disk and give the files back."""
        self._sync()
        for descriptor in self._files.values():
            os.close(descriptor)
        self._files.clear()


def _unwritten(backend: str, error: OSError) -> JournalError:
    return JournalError(
        f"cannot write the heads of {backend}: {error.strerror}; nothing more is released\n"
        "    fix: make room on the disk of --heads and start again"
    )


def _continues(path: Path, head: Head) -> bool:
    """Whether the last line is torn; UsageError if the file does not lead to this head."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        tail = file.read().decode("utf-8", "replace")
    heads = read_lines(tail.splitlines()).heads
    last = max(heads, key=lambda one: one.page, default=head)
    if last.page > head.page or (last.page == head.page and last.hash != head.hash):
        raise UsageError(
            f"`{path}` ends in page {last.page} of its ledger, this journal in page {head.page}: it"
            " is not the journal whose heads were delivered there",
            "go on with that journal, or give --heads a new folder; keep the old one, it is proof",
        )
    return bool(tail) and not tail.endswith("\n")


# --- at the backends' doors -----------------------------------------------------------------------


def with_receipts(
    backends: Mapping[BackendName, Backend], heads: HeadsFolder
) -> dict[BackendName, Backend]:
    """The backends, each behind a door at which its owner counts."""
    found: dict[BackendName, Backend] = {}
    for name, backend in backends.items():
        if inspect.iscoroutinefunction(backend.answer):
            found[name] = _WaitingDoor(name, cast("WaitingBackend", backend), heads)
        else:
            found[name] = _Door(name, cast("InlineBackend", backend), heads)
    return found


class _Door:
    def __init__(self, name: str, backend: InlineBackend, heads: HeadsFolder) -> None:
        self._name = name
        self._backend = backend
        self._heads = heads

    def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        self._heads.asked(self._name, batch)
        return self._backend.answer(batch)

    def close(self) -> None:
        self._backend.close()


class _WaitingDoor:
    def __init__(self, name: str, backend: WaitingBackend, heads: HeadsFolder) -> None:
        self._name = name
        self._backend = backend
        self._heads = heads

    async def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        self._heads.asked(self._name, batch)
        return await self._backend.answer(batch)

    def close(self) -> None:
        self._backend.close()
