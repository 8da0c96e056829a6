"""Slow backends: slow while the fault lasts, and their own answers all the same."""

from __future__ import annotations

import trio

from scenarios.clock import ScenarioClock, run_virtually
from scenarios.faults import SlowBackend
from scenarios.script import Fault
from switch.backend import Query
from switch.terms import MessageKey
from tests.rehearsal_room import Inline, played

QUERY = Query(1, MessageKey("DQ"), "CA", {}, False, None, 0.0)


def test_an_answer_takes_as_long_as_the_fault_that_holds_when_it_is_asked():
    async def asked() -> list[float]:
        clock = ScenarioClock(1000.0)
        faults = [Fault("f", "CADMV", 10, 20, 7), Fault("g", "CADMV", 15, 30, 3)]
        backend = SlowBackend(Inline("CADMV"), faults, 1000.0, clock)
        took = []
        for at in (0, 10, 19.5, 40):
            await trio.sleep_until(at)
            (reply,) = await backend.answer([QUERY])
            assert reply.id == 1
            took.append(trio.current_time() - at)
        backend.close()
        return took

    assert run_virtually(asked, 1) == [0, 7, 7, 0]


def test_what_waits_behind_a_slow_answer_is_answered_after_it():
    fault = '[[fault]]\nkind = "slow"\nbackend = "CADMV"\ntakes = "8s"'
    second = (
        '[[expect]]\nid = "second"\nafter = "ask"\nwithin = "10s"\nseat = "desk"\n'
        'sends = { key = "DQ", OLN = "S1" }\nideal = "1s"'
    )
    run = played(fault, second)
    start = run.result.started
    released = [e["at"] - start for e in run.entries if e["kind"] == "released"]
    assert released == [88.0, 96.0]
    (timed_out,) = [e for e in run.entries if e["kind"] == "no-answer"]
    assert timed_out["at"] - start == 91.0
