"""The stage refuses what virtual time would jump over, and wraps only what has a fault."""

from __future__ import annotations

import pytest

from scenarios.clock import ScenarioClock, run_virtually
from scenarios.faults import FaultyBackend, FaultyLine
from scenarios.runner import play
from scenarios.stage import line_with_faults, refuse_waiting, with_faults
from switch.errors import UsageError
from switch.shell.transport import memory_line
from switch.terms import BackendName
from tests.rehearsal_room import inline, opened

FAULT = '[[fault]]\nkind = "slow"\nbackend = "CADMV"\ntakes = "8s"'


class Waiting:
    async def answer(self, batch):
        return []

    def close(self):
        pass


def test_a_backend_that_waits_is_refused_before_anything_runs():
    with pytest.raises(UsageError, match="backend CADMV waits for a network or a thread"):
        refuse_waiting({BackendName("CADMV"): Waiting()})
    scenario = opened()
    with pytest.raises(UsageError, match="backend ARJIS waits"):
        play(scenario, inline(scenario) | {"ARJIS": Waiting()})


def test_only_backends_with_a_fault_are_wrapped():
    scenario = opened(FAULT)
    backends = inline(scenario)

    async def stage():
        return with_faults(
            backends, scenario.script, scenario.world, ScenarioClock(scenario.script.starts)
        )

    staged = run_virtually(stage, 1)
    assert isinstance(staged["CADMV"], FaultyBackend)
    assert all(staged[name] is backends[name] for name in backends if name != "CADMV")


def test_only_lines_with_a_fault_are_wrapped_and_a_cut_is_not_one():
    scenario = opened(
        '[[fault]]\nkind = "drop"\nseat = "desk"\nat = "1m"',
        '[[fault]]\nkind = "disconnect"\nseat = "desk"\nat = "2m"\nuntil = "3m"',
    )

    async def stage():
        clock, (near, _) = ScenarioClock(scenario.script.starts), memory_line()
        lines = [line_with_faults(near, seat, scenario.script, clock) for seat in ("desk", "far")]
        return near, lines

    near, (desk, far) = run_virtually(stage, 1)
    assert isinstance(desk, FaultyLine)
    assert far is near
