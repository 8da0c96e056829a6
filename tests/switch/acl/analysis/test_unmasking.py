"""Lines on which a mask of one class hides another class's field."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from switch.acl.analysis.comparison import Comparison
from switch.acl.analysis.difference import Kind, difference
from switch.acl.analysis.finite import Line
from switch.acl.analysis.unmasking import NOTHING_HIDDEN, Hidden, Unmasking
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from tests.playbook import golden_state
from tests.switch.acl.analysis.test_cells import CELLS

STACK = golden_state()[1]
DESK = Line("BAY1", "CA0990100")
NOVEMBER = 1572591600.0  # 2019-11-01T00:00:00 in Los Angeles


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


def test_both_classes_are_hidden_at_once_where_one_answer_has_both():
    wider = rule(
        STACK, "allow", "TWO", group=["police"], data=["driver.ssn", "driver.photo"], mask=["DOB"]
    )
    assert hidden(STACK, wider, {"TWO"}) == (True, True, True)
    assert hidden(wider, STACK, {"TWO"}) == (True, True, True)


def test_masks_of_several_rules_and_classes_are_put_together():
    found = rule(HIDING, "allow", "SSN", group=["police"], data=["driver.ssn"], mask=["VIN", "DOB"])
    other = rule(found, "allow", "CBP", group=["cbp"], data=["vehicle.owner"], mask=["VIN"])
    sides = Comparison(other, other, "CADMV").sides
    of = Unmasking(sides, set()).of(*(side.standing(DESK) for side in sides))
    classes = [
        dict(side.cells.by_class(cells)) for side, cells in zip(sides, of.through, strict=True)
    ]
    assert [set(each) for each in classes] == [{"vehicle.owner", "driver.ssn"}] * 2
    # Of the owner's cells those from the day on which the rule that hides begins, and no others.
    cells = sides[0].cells
    for name, part in classes[0].items():
        assert cells.spans(cells.epochs(part)) == ((NOVEMBER, None),), name


def test_masks_may_shift_where_fields_do_though_no_rule_does():
    world = HIDING.world
    fields = {**world.class_fields, "driver.ssn": frozenset[str]()}
    other = replace(world, class_fields=fields)
    moved = AccessStack(other, Directory(other), dict(HIDING.owners), HIDING.network)
    assert hidden(HIDING, moved, set()) == (True, True, False)


def test_only_a_rule_that_the_line_meets_shifts_its_masks():
    assert hidden(HIDING, HIDING, {"DMV-01"}) == (True, False, False)
    everybody = rule(HIDING, "deny", "ALL", group=["police"], data=["driver.photo"])
    assert hidden(everybody, everybody, {"ALL"}) == (True, True, False)


def test_a_key_that_no_other_backend_answers_hides_too():
    alone = rule(
        STACK, "allow", "N", group=["police"], data=["vehicle.owner"], mask=["VIN"], key=["RNQ"]
    )
    assert hidden(STACK, alone, {"N"}) == (True, True, False)


def test_two_classes_at_once_are_seen_past_one_at_another_time():
    entry = next(e for e in STACK.world.catalog if (e.backend, e.key) == ("CADMV", "DQ"))
    wider = replace(entry, classes=(*entry.classes, "vehicle.owner"))
    catalog = tuple(wider if each is entry else each for each in STACK.world.catalog)
    world = replace(STACK.world, catalog=catalog)
    stack = AccessStack(world, Directory(world), dict(STACK.owners), STACK.network)
    december = datetime.fromisoformat("2019-12-01T00:00:00")
    who = {"group": ["police"], "mask": ["DOB"], "key": ["DQ"]}
    both = rule(stack, "allow", "A", **who, data=["driver.ssn", "driver.photo"], until=december)
    later = both.with_rule(
        "CADMV",
        "allow",
        {**who, "id": "B", "data": ["vehicle.owner"], "from": december, "reason": "r", "cite": "c"},
    )
    assert hidden(later, later, set()) == (True, False, True)


def test_what_stays_open_in_an_answer_of_which_a_mask_falls_is_bared():
    one, two = CELLS.of([0], [1], 0b0010), CELLS.of([1], [1], 0b0100)  # photos of two answers
    hidden = Hidden((one, two), shifts=False, twofold=False)
    everything = CELLS.in_epochs(CELLS.every_epoch)
    records = CELLS.of([0], [0], 0b0010), CELLS.of([1], [0], 0b0100)
    assert hidden.bared(CELLS, everything, one, 0) == records[0]
    assert hidden.bared(CELLS, everything, 0, two) == records[1]
    assert hidden.bared(CELLS, everything, one, two) == records[0] | records[1]
    assert hidden.bared(CELLS, everything, two, one) == 0  # the mask is the other side's
    assert hidden.bared(CELLS, everything, one, records[0]) == 0
    assert hidden.bared(CELLS, records[1], one, two) == records[1]
