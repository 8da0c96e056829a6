"""Small journals that tests write and read."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from shutil import copyfile
from sqlite3 import connect

from switch.shell.reader import JournalReader, Verification
from switch.shell.store import Journal
from switch.shell.tables import set_open


def entries(*queries: int) -> list[dict]:
    """A batch of inquiries that concern nobody."""
    return [{"kind": "query", "at": 1.0, "query": query} for query in queries]


def noise(size: int, seed: int = 1) -> bytes:
    """So many bytes that no compression makes fewer."""
    return Random(seed).randbytes(size)


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """No file of this process, or of one that it starts, grows further: as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def asked(query: int, *backends: str) -> dict:
    """An inquiry with a leg to each of these backends."""
    legs = [
        {"leg": n, "backend": name, "destination": "CA", "verdict": "ALLOW"}
        for n, name in enumerate(backends, 1)
    ]
    return {"kind": "query", "at": 1.0, "query": query, "fields": {}, "legs": legs}


def three_batches(path: Path) -> Path:
    """A journal with six entries."""
    journal = Journal.open(path)
    for batch in ([1, 2], [3], [4, 5, 6]):
        journal.append(entries(*batch))
    journal.close()
    return path


def two_ledgers(path: Path) -> Path:
    """A journal with four pages of one owner, and two of another."""
    journal = Journal.open(path)
    for query in range(1, 5):
        journal.append([asked(query, "CADMV", *(["NVDMV"] if query % 2 else []))])
    journal.close()
    return path


def as_killed(path: Path, copy: Path) -> Path:
    """The files of a journal whose writer has no time to close it."""
    for suffix in ("", "-journal", "-daybook"):
        if Path(f"{path}{suffix}").exists():
            copyfile(f"{path}{suffix}", f"{copy}{suffix}")
    return copy


def without_daybook(path: Path, copy: Path) -> Path:
    """A journal whose writer had no time to close it, and whose daybook is gone."""
    copyfile(path, copy)
    with closing(connect(copy)) as database:
        set_open(database, True)
        database.commit()
    return copy


def verified(path: Path) -> Verification:
    """What `journal verify` finds."""
    reader = JournalReader(path, to_verify=True)
    try:
        return reader.verify()
    finally:
        reader.close()
