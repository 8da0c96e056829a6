"""The prober: nothing to ask is said; what it found is summed over its batches."""

from __future__ import annotations

from switch.office.probing import Prober
from switch.shell.store import Journal
from tests.running import VirtualClock, running


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
        assert "refuses nothing" in (await prober.probe(switch, "CADMV", "DMV-02"))["error"]
