"""The owners' files: written after the commit, continued, and never for another journal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from switch.audit.proof import prove
from switch.backend import Query, Reply
from switch.core.record.delivery import Keeping, read_lines
from switch.core.record.ledger import Head
from switch.errors import JournalError, UsageError
from switch.shell.heads import HeadsFolder, file_of, with_receipts
from switch.shell.reader import JournalReader
from switch.shell.store import Journal
from tests.playbook import golden_state
from tests.running import LICENCE, Inline, ask, connect, running

BACKENDS = golden_state()[0].backends


def kept(folder: Path, backend: str = "CADMV") -> Keeping:
    return read_lines(file_of(folder, backend).read_text().splitlines())


async def serve(path: Path, folder: Path, cadmv: object, count: int = 3) -> None:
    journal = Journal.open(path)
    heads = HeadsFolder(folder, BACKENDS, journal.heads)
    journal.deliver_to(heads.deliver)
    door = with_receipts({"CADMV": cadmv}, heads)["CADMV"]
    try:
        async with running(door, journal) as switch:
            far = connect(switch)
            await ask(far, "SIGNON BAY2 BPD2")
            for _ in range(count):
                assert "ALBITE" in await ask(far, LICENCE)
    finally:
        journal.close()
        heads.close()


class Waiting(Inline):
    async def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:  # type: ignore[override]
        return Inline.answer(self, batch)


@pytest.mark.parametrize("backend", [Inline(), Waiting()])
async def test_a_running_switch_proves_itself_to_an_owner_over_two_runs(
    autojump_clock, tmp_path: Path, backend
):
    path, folder = tmp_path / "a.journal", tmp_path / "heads"
    for _ in range(2):
        await serve(path, folder, backend)
    reader = JournalReader(path)
    pages = list(reader.pages("CADMV"))
    reader.close()
    proof = prove("CADMV", pages, kept(folder))
    assert (proof.faults, proof.notes, proof.asked) == ([], [], 6)
    assert kept(folder).heads[-1] == Head.of(pages[-1])


async def test_a_receipt_is_written_before_the_backend_is_asked(autojump_clock, tmp_path: Path):
    class Looking(Inline):
        def answer(self, batch):
            assert kept(tmp_path).receipts[-1].asked == tuple(query.id for query in batch)
            return super().answer(batch)

    await serve(tmp_path / "a.journal", tmp_path, Looking())
    assert len(kept(tmp_path).receipts) == 3


async def test_heads_are_not_given_to_another_journal(autojump_clock, tmp_path: Path):
    folder = tmp_path / "heads"
    await serve(tmp_path / "a.journal", folder, Inline())
    with pytest.raises(UsageError, match="is not the journal whose heads were delivered there"):
        HeadsFolder(folder, BACKENDS, [])
    head = kept(folder).heads[-1]
    with pytest.raises(UsageError, match="not the journal"):
        HeadsFolder(folder, BACKENDS, [head._replace(hash=bytes(32))])
    HeadsFolder(folder, BACKENDS, [Head(name, 9, 9, b"x", 1.0) for name in BACKENDS]).close()


def test_a_torn_line_is_left_behind_and_the_next_one_begins_on_its_own(tmp_path: Path):
    HeadsFolder(tmp_path, BACKENDS, []).close()
    with file_of(tmp_path, "CADMV").open("a") as file:
        file.write('{"page": 1, "ro')
    HeadsFolder(tmp_path, BACKENDS, []).close()
    keeping = kept(tmp_path)
    assert (len(keeping.kept), keeping.unreadable) == (2, (2,))


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="give --heads a folder"):
        HeadsFolder(tmp_path / "file" / "heads", BACKENDS, [])


def test_heads_that_cannot_be_written_end_the_run(tmp_path: Path):
    heads = HeadsFolder(tmp_path, BACKENDS, [])
    import os

    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, heads._files["CADMV"])
    os.close(full)
    with pytest.raises(JournalError, match="nothing more is released"):
        heads.deliver([Head("CADMV", 1, 1, b"h", 1.0)])


def test_heads_that_cannot_be_forced_to_the_disk_end_the_run_too(tmp_path: Path):
    heads = HeadsFolder(tmp_path, BACKENDS, [])
    import os

    reading, writing = os.pipe()  # takes what is written, and cannot be forced
    os.dup2(writing, heads._files["CADMV"])
    os.close(writing)
    with pytest.raises(JournalError, match="cannot write the heads of CADMV"):
        heads.deliver([Head("CADMV", 1, 1, b"h", 1.0)])
    os.close(reading)


def test_the_files_belong_to_their_owner_alone(tmp_path: Path):
    HeadsFolder(tmp_path, BACKENDS, []).close()
    assert file_of(tmp_path, "CADMV").stat().st_mode & 0o077 == 0
