"""Lines on which a mask of one class hides another class's field."""

from __future__ import annotations

from datetime import datetime

from switch.acl.analysis.comparison import Comparison
from switch.acl.analysis.difference import Kind, difference
from switch.acl.analysis.finite import Line
from switch.acl.analysis.unmasking import NOTHING_HIDDEN, Unmasking
from tests.playbook import golden_state

STACK = golden_state()[1]
DESK = Line("BAY1", "CA0990100")


def rule(stack, effect: str, name: str, **more: object):
    when = datetime.fromisoformat("2019-11-01T00:00:00")
    table = {"id": name, "from": when, "reason": "r", "cite": "c", **more}
    return stack.with_rule("CADMV", effect, table)


# Whoever gets the owner of a vehicle loses a field of the registration by it.
HIDING = rule(STACK, "allow", "OWNER", group=["police"], data=["vehicle.owner"], mask=["VIN"])


def hidden(old, new, changed: set[str]):
    sides = Comparison(old, new, "CADMV").sides
    found = Unmasking(sides, changed).of(*(side.standing(DESK) for side in sides))
    return found if found is NOTHING_HIDDEN else (found.somewhere, found.shifts, found.twofold)


def test_a_mask_on_a_field_of_its_own_class_hides_nothing():
    own = rule(STACK, "allow", "OWN", group=["police"], data=["vehicle.owner"], mask=["OWN"])
    assert hidden(STACK, own, {"OWN"}) == NOTHING_HIDDEN


def test_a_mask_through_a_second_class_is_seen_and_whether_it_shifts():
    assert hidden(HIDING, HIDING, set()) == (True, False, False)
    assert hidden(STACK, HIDING, {"OWNER"}) == (True, True, False)


def test_the_company_that_takes_the_mask_away_uncovers_the_difference():
    refused = rule(HIDING, "deny", "NO-OWNER", agency=["CBP"], data=["vehicle.owner"])
    masked = rule(
        refused, "allow", "REG", group=["police"], data=["vehicle.registration"], mask=["VIN"]
    )
    changes = difference(refused, masked)
    assert {(change.kind, change.who) for change in changes} == {
        (Kind.MASKED, "at another desk, an operator of CBP"),
        (Kind.MASKED, "at another desk, on behalf of CBP"),
        *((change.kind, change.who) for change in changes if change.asks is not None),
    }
    police = [change for change in changes if change.asks == "BAY-PD"]
    assert not any("vehicle.registration" in change.data_classes for change in police)
