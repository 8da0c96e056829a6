"""Nothing leaves before it is on disk, and turns leave in their order."""

from __future__ import annotations

from pathlib import Path

import trio
import trio.testing

from switch.shell.daybook import beside, readable
from switch.shell.recorder import TURNS_UNCONFIRMED_MAX, Recorder, Turn
from switch.shell.scribe import Scribe
from switch.shell.store import Journal
from tests.running import disk_at_work


def turn(*queries: int) -> Turn:
    return Turn([{"kind": "query", "at": 1.0, "query": query} for query in queries])


def test_a_journal_of_this_process_releases_at_once_after_it_was_watched():
    said: list[object] = []
    recorder = Recorder(
        Journal.in_memory(), lambda t: said.append("released"), lambda e: said.append(e[0]["n"])
    )
    recorder.commit(turn(1))
    recorder.commit(Turn())
    recorder.commit(turn(2, 3))
    assert said == [1, "released", "released", 2, "released"]


async def test_a_scribes_turn_is_released_when_it_is_on_disk_and_not_before(tmp_path: Path):
    path, released = tmp_path / "a.journal", list[Turn]()

    def release(one: Turn) -> None:
        released.append(one)
        assert on_disk(path) >= one.first + len(one.records) - 1

    scribe = Scribe.open(path)
    recorder = Recorder(scribe, release, None)
    turns = [turn(1, 2), Turn(), turn(3)]
    for one in turns:
        recorder.commit(one)
        assert released == []  # even the one without records: it may not overtake
    async with trio.open_nursery() as nursery:
        nursery.start_soon(recorder.run)
        await recorder.all_released()
        nursery.cancel_scope.cancel()
    assert released == turns
    scribe.close()


def on_disk(path: Path) -> int:
    """Read beside the scribe, which locks its journal: from its daybook, as far as it was written
    in one."""
    batches = (record.batch for record in readable(beside(path).read_bytes()))
    return max(batch.first + batch.entries - 1 for batch in batches)


async def test_no_more_turns_are_handled_than_may_wait_for_the_disk(tmp_path: Path):
    scribe = Scribe.open(tmp_path / "a.journal")
    recorder = Recorder(scribe, lambda one: None, None)
    for query in range(TURNS_UNCONFIRMED_MAX):
        await recorder.room()
        recorder.commit(turn(query))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(recorder.run)
        await recorder.room()
        assert len(recorder._unconfirmed) < TURNS_UNCONFIRMED_MAX
        nursery.cancel_scope.cancel()
    scribe.close()


async def test_who_waits_for_what_is_on_record_so_far_does_not_wait_for_later_turns(tmp_path: Path):
    scribe, released = Scribe.open(tmp_path / "a.journal"), list[Turn]()
    recorder = Recorder(scribe, released.append, None)
    first, later = turn(1), turn(2)
    recorder.commit(first)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(recorder.so_far_released)
        await trio.testing.wait_all_tasks_blocked()
        while scribe.done < first.frame:
            scribe.hear()
        with disk_at_work(scribe):
            recorder.commit(later)
            assert released == []
            recorder._release_confirmed()
    assert released == [first]
    scribe.close()
