"""What company withholds where no exception is at stake."""

from __future__ import annotations

from datetime import datetime

from switch.acl.analysis.finite import Line
from switch.acl.analysis.pair import Pair
from switch.acl.analysis.withheld import Withheld
from tests.playbook import golden_state

STACK = golden_state()[1]
DESK = Line("BAY1", "CA0990100")
WORDS = {"from": datetime.fromisoformat("2019-11-01T00:00:00"), "reason": "r", "cite": "c"}


def withheld(new) -> Withheld:
    return Withheld(*Pair(STACK, new, "CADMV").sides)


def test_an_operator_of_a_denied_agency_withholds_on_the_side_that_denies():
    agency, operator = next((o.agency, o.id) for o in STACK.world.operators.values())
    found = withheld(
        STACK.with_rule("CADMV", "deny", {"id": "GONE", "agency": [agency], "data": "any", **WORDS})
    )
    old, new = found.at(DESK, found.parts(DESK), operator, None)
    assert new & ~old
    assert not old & ~new


def test_nobody_else_withholds_nothing():
    found = withheld(STACK)
    assert found.at(DESK, found.parts(DESK), None, None) == (0, 0)


def test_who_is_in_no_directory_is_not_known():
    found = withheld(STACK)
    assert found.known(None, DESK.ori)
    assert not found.known("NOBODY", None)
    assert not found.known(None, "XX0000000")
