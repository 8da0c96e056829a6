"""What misbehaves does so while its fault lasts, the same way every time, and then no more."""

from __future__ import annotations

import pytest
import trio

from scenarios.clock import ScenarioClock, run_virtually
from scenarios.faults import LATE_BY_S, Faults, FaultyBackend, FaultyLine
from scenarios.script import Fault, FaultKind
from switch.backend import Query
from switch.shell.transport import memory_line
from switch.terms import MessageKey
from tests.rehearsal_room import ALBITE, Inline, played, statuses

QUERY = Query(1, MessageKey("DQ"), "CA", {}, False, None, 0.0)
STARTS = 1000.0


def fault(kind: FaultKind, at: float = 0, until: float = 100, takes: float | None = None) -> Fault:
    return Fault("f", kind, "CADMV", "", at, until, takes, "")


def asked(*faults: Fault, at: float = 0.0) -> tuple[list, float]:
    """The replies to one query at that moment, and how long they took."""

    async def ask() -> tuple[list, float]:
        given = Faults(faults, STARTS, ScenarioClock(STARTS))
        backend = FaultyBackend(Inline("CADMV"), given, 10.0)
        await trio.sleep_until(at)
        replies = list(await backend.answer([QUERY]))
        took = trio.current_time() - at
        backend.close()
        return replies, took

    return run_virtually(ask, 1)


def test_an_answer_takes_as_long_as_the_slowest_fault_that_holds_when_it_is_asked():
    slow = [fault(FaultKind.SLOW, 10, 20, 7), fault(FaultKind.SLOW, 15, 30, 3)]
    took = [asked(*slow, at=at)[1] for at in (0, 10, 19.5, 20, 40)]
    assert took == [0, 7, 7, 3, 0]


def test_a_late_answer_comes_after_the_switch_has_given_it_up():
    assert asked(fault(FaultKind.LATE))[1] == 10.0 + LATE_BY_S
    assert asked(fault(FaultKind.LATE, takes=12.0))[1] == 12.0


def test_a_lost_answer_never_comes_and_frees_its_worker_when_its_time_is_over():
    replies, took = asked(fault(FaultKind.DROP))
    assert replies == []
    assert took == pytest.approx(10.001)


def test_an_outage_says_that_there_is_no_answer_at_once():
    (reply,), took = asked(fault(FaultKind.OUTAGE))
    assert (reply.records, took) == ((), 0)
    assert "out of service" in reply.error


def test_a_crash_fails_the_whole_batch():
    with pytest.raises(RuntimeError, match="crashed"):
        asked(fault(FaultKind.CRASH))


def test_a_doubled_answer_comes_twice_and_a_garbled_one_keeps_its_length():
    assert len(asked(fault(FaultKind.DUPLICATE))[0]) == 2
    (reply,) = asked(fault(FaultKind.GARBLE))[0]
    (record,) = reply.records
    assert record["NAM"] == "ALBI#E, M#RA Q#ILL"
    assert record.keys() == ALBITE.keys()


def test_faults_add_up():
    replies, took = asked(fault(FaultKind.SLOW, takes=3.0), fault(FaultKind.DUPLICATE))
    assert (len(replies), took) == (2, 3.0)


def test_after_its_end_nothing_of_a_fault_is_left():
    for kind in FaultKind:
        replies, took = asked(fault(kind, takes=5.0), at=100.0)
        assert (len(replies), replies[0].records, took) == (1, (ALBITE,), 0)


# --- lines ------------------------------------------------------------------------------------


def through(*sent: bytes, kind: FaultKind, takes: float | None = None) -> list[tuple[float, bytes]]:
    """What arrives of chunks sent a second apart from second 5 on; the fault ends at 100."""

    async def talk() -> list[tuple[float, bytes]]:
        near, far = memory_line()
        given = Faults([fault(kind, takes=takes)], STARTS, ScenarioClock(STARTS))
        line, arrived = FaultyLine(near, given), []

        async def say() -> None:
            for second, chunk in enumerate(sent, 5):
                await trio.sleep_until(second)
                await far.send_all(chunk)
            await trio.sleep_until(200)
            await far.aclose()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(say)
            while chunk := await line.receive():
                arrived.append((trio.current_time(), chunk))
        return arrived

    return run_virtually(talk, 1)


ONE, TWO = b"\x02ONE\x03", b"\x02TWO.CA0990100\x03"


def test_a_line_that_loses_delays_or_repeats_does_so_by_the_message():
    assert through(ONE, TWO, kind=FaultKind.DROP) == []
    assert through(ONE + TWO, kind=FaultKind.DUPLICATE) == [(5, ONE * 2 + TWO * 2)]
    assert through(ONE, kind=FaultKind.SLOW, takes=4.0) == [(9, ONE)]


def test_a_message_in_pieces_is_one_message():
    assert through(TWO[:4], TWO[4:], kind=FaultKind.DUPLICATE) == [(6, TWO * 2)]


def test_a_garbled_message_keeps_its_frame():
    assert through(TWO, kind=FaultKind.GARBLE) == [(5, b"\x02TWO.#A099#100\x03")]


def test_what_has_no_end_is_passed_on_when_the_line_is_closed():
    assert through(b"\x02HALF", kind=FaultKind.DROP) == [(200, b"\x02HALF")]


def test_in_an_outage_a_line_carries_nothing_either_way():
    async def talk() -> bytes:
        near, far = memory_line()
        given = Faults([fault(FaultKind.OUTAGE)], STARTS, ScenarioClock(STARTS))
        line = FaultyLine(near, given)
        assert line.send_now(b"LOST") == 4
        await trio.sleep_until(100)
        assert line.send_now(b"HEARD") == 5
        await line.wait_writable()
        heard = await far.receive_some()
        line.close()
        return heard

    assert run_virtually(talk, 1) == b"HEARD"
    assert through(ONE, kind=FaultKind.OUTAGE) == []


# --- in a run -----------------------------------------------------------------------------------


def block(kind: str, more: str = "", whose: str = 'backend = "CADMV"') -> str:
    return f'[[fault]]\nkind = "{kind}"\n{whose}\n{more}\n'


def outcomes(run) -> list[str]:
    kinds = ("released", "no-answer", "unmatched", "malformed", "query")
    return [e["kind"] for e in run.entries if e["kind"] in kinds]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (block("outage"), ["query", "no-answer"]),
        (block("crash"), ["query", "no-answer"]),
        (block("drop"), ["query", "no-answer"]),
        (block("late"), ["query", "no-answer", "released"]),
        (block("duplicate"), ["query", "released", "unmatched"]),
        (block("garble"), ["query", "released"]),
        (block("drop", whose='seat = "desk"'), []),
        (block("outage", whose='seat = "desk"'), []),
        (block("garble", whose='seat = "desk"'), ["malformed"]),
        (block("duplicate", whose='seat = "desk"'), ["query", "query", "released", "released"]),
        (block("disconnect", 'at = "70s"', whose='seat = "desk"'), []),
        (block("disconnect", 'at = "10s"\nuntil = "30s"', 'seat = "desk"'), ["query", "released"]),
    ],
)
def test_each_fault_is_what_the_switch_makes_of_it(given, expected):
    # Seats sign on when the scenario begins: their lines fail from the first second on.
    if "\nat =" not in given:
        given += 'at = "1s"\n'
    run = played(given)
    assert outcomes(run) == expected
    assert statuses(run)["ask"] == ("met" if "query" in expected else "missed")


def test_what_waits_behind_a_slow_answer_is_answered_after_it():
    second = (
        '[[expect]]\nid = "second"\nafter = "ask"\nwithin = "10s"\nseat = "desk"\n'
        'sends = { key = "DQ", OLN = "S1" }\nideal = "1s"'
    )
    run = played(block("slow", 'takes = "8s"'), second)
    start = run.result.started
    released = [e["at"] - start for e in run.entries if e["kind"] == "released"]
    assert released == [88.0, 96.0]
    (timed_out,) = [e for e in run.entries if e["kind"] == "no-answer"]
    assert timed_out["at"] - start == 91.0


def test_a_seat_whose_line_was_cut_signs_on_again_when_the_fault_ends():
    run = played(block("disconnect", 'at = "10s"\nuntil = "30s"', 'seat = "desk"'))
    start = run.result.started
    desk = [
        (e["at"] - start, e["kind"])
        for e in run.entries
        if e["kind"].startswith("signed") and e["terminal"] == "BAY2"
    ]
    assert desk[:3] == [(0.0, "signed-on"), (10.0, "signed-off"), (30.0, "signed-on")]
