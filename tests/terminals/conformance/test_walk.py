"""The walk: its waits end, it judges everything once, and a lost terminal is not asked the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminals.conformance.exercises import EXERCISES
from terminals.conformance.steps import Outcome, Send, Verdict
from terminals.conformance.walk import FAILURES_MAX, Walk
from tests.terminals.conformance.reference import STARTS, Reference


def outcomes(walk: Walk) -> list[Outcome]:
    return [verdict.outcome for verdict in walk.verdicts]


def test_where_nobody_comes_the_walk_ends_all_the_same():
    walk = Walk()
    walk.start(STARTS)
    now = STARTS
    while (due := walk.next_deadline()) is not None:
        now = due
        walk.pass_time(now)
    assert walk.over
    assert not walk.passed
    assert now - STARTS == FAILURES_MAX * 300.0
    assert outcomes(walk).count(Outcome.NOT_REACHED) == len(EXERCISES) - FAILURES_MAX


def test_everything_is_judged_once_whatever_happens():
    for fault in ("", "gives up", "acts twice", "stays", "forgets"):
        walk = Reference(Walk(), fault=fault).run()
        judged = [verdict.name for verdict in walk.verdicts]
        assert sorted(judged) == sorted(
            ["secret", "certificate", *(each.name for each in EXERCISES)]
        )


def test_a_terminal_that_hangs_up_fails_and_may_come_back():
    walk = Walk(wait_s=10.0)
    walk.start(STARTS)
    walk.connected(STARTS)
    walk.received(b"\x02SIGNON BAY2 BPD2\x03", STARTS)
    walk.received(b"\x02SIGNON BAY2 BPD2\x03", STARTS)
    verdict, *_ = walk.dropped(STARTS)
    assert isinstance(verdict, Verdict)
    assert (verdict.clause, verdict.why) == ("3.1", "hung up")
    walk.connected(STARTS)
    (greeting,) = walk.received(b"\x02SIGNON BAY2 BPD2\x03", STARTS)
    assert isinstance(greeting, Send)
    assert b"00001 CA0990100" in greeting.pieces[0]
    assert b"SIGNED ON BAY2 BPD2" in greeting.pieces[0]


def test_what_comes_after_the_end_is_not_looked_at():
    walk = Reference(Walk()).run()
    assert walk.received(b"\x02DQ\x03", STARTS) == []
    assert walk.next_deadline() is None


def test_time_that_has_passed_counts_before_what_came_then():
    walk = Walk(wait_s=10.0)
    walk.start(STARTS)
    walk.connected(STARTS)
    steps = walk.received(b"\x02SIGNON BAY2 BPD2\x03", STARTS + 301.0)
    assert isinstance(steps[0], Verdict)
    assert "nobody signed on" in steps[0].why


@pytest.mark.parametrize(
    ("shown", "outcome"),
    [(("BAY2",), Outcome.PASSED), (("BAY1",), Outcome.FAILED), ((), Outcome.FAILED)],
)
def test_the_certificate_is_compared_with_the_mnemonic(shown, outcome):
    walk = Walk(certified=True)
    walk.start(STARTS)
    walk.connected(STARTS, shown)
    for frame in (b"SIGNON BAY2 BPD2", b"SIGNON BAY2 BPD2", b"SIGNOFF"):
        walk.received(b"\x02" + frame + b"\x03", STARTS)
    walk.received(b"\x02DQ.CA0990100.CA.*K001.TXTOLN/S0990001\x03", STARTS)
    (verdict,) = [verdict for verdict in walk.verdicts if verdict.clause == "3.4"]
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("given", "outcome"),
    [("Open-Sesame", Outcome.PASSED), ("open-sesame", Outcome.FAILED), ("", Outcome.FAILED)],
)
def test_the_secret_is_compared_as_it_is_written(given, outcome):
    walk = Reference(Walk(secret="Open-Sesame"), secret=given).run()
    (verdict,) = [verdict for verdict in walk.verdicts if verdict.clause == "3.3"]
    assert verdict.outcome is outcome


WORDS = [
    *(b"SIGNON BAY2 BPD2", b"RESUME BAY2 BPD2 00000", b"RESUME BAY2 BPD2 00002", b"SIGNOFF"),
    *(b"ACK 00002", b"ACK 99999", b"HEARTBEAT", b"HELLO", b""),
    *(b"DQ.CA0990100.CA.*K00%d.TXTOLN/S0990001" % number for number in range(4)),
]
HAPPENINGS = st.one_of(
    st.sampled_from([b"\x02" + word + b"\x03" for word in WORDS]),
    st.sampled_from(["connects", "hangs up", "waits"]),
    st.binary(max_size=20),
)


@given(st.lists(HAPPENINGS, max_size=60))
def test_whatever_a_terminal_does_the_walk_goes_on_and_ends(happenings):
    walk, now = Walk(wait_s=10.0), STARTS
    walk.start(now)
    walk.connected(now)
    for happening in happenings:
        if walk.over:
            break
        match happening:
            case "connects":
                walk.dropped(now)
                walk.connected(now)
            case "hangs up":
                walk.dropped(now)
            case "waits":
                now = walk.next_deadline() or now
                walk.pass_time(now)
            case _:
                walk.received(happening, now)
    for _ in range(100):
        due = walk.next_deadline()
        if due is None:
            break
        walk.pass_time(due)
    assert walk.over
    assert len(walk.verdicts) == len(EXERCISES) + 2
