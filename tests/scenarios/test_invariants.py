"""Asserts: watched entry by entry, over every facet of who asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scenarios.invariants import Watch
from scenarios.script import Invariant, When
from tests.rehearsal_room import october

NEVER = Invariant("x", When(), None, ("released",), "ero", None, None, None, None)
OUTCOMES = Invariant("y", When(), None, (), None, None, None, None, None)
WHO = {"terminal": "BAY2", "operator": "BPD2", "ori": "CA0990100", "on_behalf_of": None}


def watch(row: Invariant, *entries: dict) -> Watch:
    one = Watch(row, october()[0].world)
    one.start = 0.0
    for number, entry in enumerate(entries, 1):
        one.take({"n": number, "at": 1571122800.0, **entry})
    one.end()
    return one


def broken(one: Watch) -> tuple[str, int]:
    assert one.broken is not None
    why, entry = one.broken
    return why, entry["n"]


def query(number: int = 1, legs: int = 1, **who: str) -> dict:
    listed = [{"leg": leg} for leg in range(1, legs + 1)]
    return {"kind": "query", "query": number, "legs": listed, **WHO, **who}


def ends(kind: str, number: int = 1, leg: int = 1, **more: object) -> dict:
    return {"kind": kind, "query": number, "leg": leg, "backend": "CADMV", **more}


@pytest.mark.parametrize(
    "who",
    [
        {"terminal": "ERO1"},
        {"ori": "DCICE0900"},
        {"operator": "ERO1A"},
        {"operator": "TFO7"},
        {"on_behalf_of": "DCICE0910"},
    ],
)
def test_a_release_to_a_group_is_seen_through_every_facet(who):
    assert watch(NEVER, query(**who), ends("released")).broken is not None


def test_a_release_to_others_breaks_nothing():
    assert watch(NEVER, query(), ends("released")).broken is None


@pytest.mark.parametrize(
    ("narrow", "breaks"),
    [
        ({"backend": "ARJIS"}, False),
        ({"backend": "CADMV"}, True),
        ({"terminal": "BAY2"}, False),
        ({"key": "RR"}, False),
        ({"text": "IMG/"}, False),
        ({"until": -1.0}, True),
    ],
)
def test_an_assert_looks_only_at_what_it_names(narrow, breaks):
    row = replace(NEVER, **narrow)
    entry = ends("released", terminal="ERO1", key="DR", text="NAM/X")
    assert (watch(row, query(terminal="ERO1"), entry).broken is not None) is breaks


def test_nothing_counts_before_the_window_and_after_it():
    one = Watch(NEVER, october()[0].world)
    asked, entry = query(terminal="ERO1"), ends("released")
    one.take({"n": 1, "at": 1.0, **asked})
    one.take({"n": 2, "at": 1.0, **entry})
    one.start, one.until = 5.0, 9.0
    one.take({"n": 3, "at": 4.9, **entry})
    one.take({"n": 4, "at": 9.0, **entry})
    assert one.broken is None
    one.take({"n": 5, "at": 5.0, **entry})
    assert broken(one)[1] == 5


def test_one_outcome_for_every_leg_holds():
    assert watch(OUTCOMES, query(legs=2), ends("released"), ends("refused", leg=2)).broken is None


def test_a_late_answer_may_follow_once_after_no_answer_in_time():
    late = ends("released", late=True)
    assert watch(OUTCOMES, query(), ends("no-answer"), late).broken is None
    why, entry = broken(watch(OUTCOMES, query(), ends("no-answer"), late, late))
    assert "second outcome" in why
    assert entry == 4


def test_a_leg_without_an_outcome_is_silence():
    why, entry = broken(watch(OUTCOMES, query(legs=2), ends("released")))
    assert why == "leg 2 of inquiry 1 had no outcome"
    assert entry == 1


def test_a_leg_that_is_held_may_have_its_outcome_after_the_end_and_only_one():
    held = {"kind": "held", "query": 1, "leg": 1}
    assert watch(OUTCOMES, query(), held).broken is None
    assert watch(OUTCOMES, query(), held, ends("released")).broken is None
    assert broken(watch(OUTCOMES, query(), held, ends("released"), ends("refused")))[1] == 4
