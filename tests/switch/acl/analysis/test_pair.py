"""One sender on both sides: what he gains, loses and sees otherwise."""

from __future__ import annotations

from datetime import datetime

from switch.acl.analysis.finite import Line, Sender
from switch.acl.analysis.pair import Delta, Pair
from tests.playbook import golden_state

STACK = golden_state()[1]
DESK = Sender(Line("BAY2", "CA0990100"), None, None)


def masked():
    when = datetime.fromisoformat("2019-11-01T00:00:00")
    rule = {"id": "NEW", "data": "any", "from": when, "reason": "r", "cite": "c"}
    return STACK.with_rule("CADMV", "allow", {**rule, "group": ["police"], "mask": ["DOB"]})


def test_a_stack_and_itself_differ_for_nobody():
    assert Pair(STACK, STACK, "CADMV").delta(DESK) == Delta(0, 0, 0)


def test_a_new_mask_covers_and_a_lifted_one_uncovers():
    covered = Pair(STACK, masked(), "CADMV").delta(DESK)
    lifted = Pair(masked(), STACK, "CADMV").delta(DESK)
    assert covered.masked == lifted.masked == lifted.uncovered != 0
    assert (covered.gained, covered.lost, covered.uncovered) == (0, 0, 0)


def test_what_others_explain_is_taken_away():
    whole = Delta(0b11, 0b10, 0b100, 0b100)
    assert whole.without(Delta(0b01, 0b10, 0b100)) == Delta(0b10, 0, 0, 0)
