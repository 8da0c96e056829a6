"""The prober: nothing to ask is said; what it found is summed over its batches."""

from __future__ import annotations

from pathlib import Path

import trio
import trio.testing

from switch.office.probing import Prober
from switch.shell.reader import JournalReader
from switch.shell.scribe import Scribe
from switch.shell.store import Journal
from tests.running import VirtualClock, disk_at_work, running


async def test_a_rule_not_yet_in_force_is_found_open_in_all_batches(autojump_clock):
    journal, prober = Journal.in_memory(), Prober(VirtualClock())
    async with running(journal=journal) as switch:
        switch.recorder.watch = prober.watch
        found = await prober.probe(switch, "CADMV", "DMV-01")  # from midnight on
        batches = [entry for entry in journal.entries() if entry["kind"] == "probe"]
        assert len(batches) > 1
        assert found["requests"] == sum(entry["requests"] for entry in batches)
        assert not found["live"]
        assert found["points"]["route"]["open"] == found["requests"]
        assert found["points"]["route"]["witness"]


async def test_what_cannot_be_probed_is_said(autojump_clock):
    prober = Prober(VirtualClock())
    async with running() as switch:
        assert "no backend" in (await prober.probe(switch, "NO", "X"))["error"]
        found = await prober.probe(switch, "CADMV", "DMV-02")
        assert (found["requests"], found["live"]) == (0, None)


async def test_what_a_slow_disk_confirms_late_is_waited_for_and_counted(tmp_path: Path):
    """Of all batches, also the last: what was not heard of would not count."""
    scribe, prober, found = Scribe.open(tmp_path / "a.journal"), Prober(VirtualClock()), []
    async with running(journal=scribe) as switch:
        switch.recorder.watch = prober.watch
        await switch.recorder.all_released()

        async def probe() -> None:
            found.append(await prober.probe(switch, "CADMV", "DMV-01"))

        async with trio.open_nursery() as nursery:
            with disk_at_work(scribe):
                nursery.start_soon(probe)
                await trio.testing.wait_all_tasks_blocked()
                assert not found
    scribe.close()
    journal = JournalReader(tmp_path / "a.journal")
    batches = [entry for entry in journal.entries() if entry["kind"] == "probe"]
    journal.close()
    assert len(batches) > 1
    assert found[0]["requests"] == sum(entry["requests"] for entry in batches)
