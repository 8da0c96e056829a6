"""One sender on both sides: what he gains, loses and sees otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from switch.acl.analysis.finite import Line, Sender
from switch.acl.analysis.pair import Delta, Pair
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from tests.playbook import golden_state

STACK = golden_state()[1]
DESK = Sender(Line("BAY2", "CA0990100"), None, None)
NOVEMBER = 1572591600.0  # 2019-11-01T00:00:00 in Los Angeles


def rule(stack, effect: str, name: str, **more: object):
    when = datetime.fromisoformat("2019-11-01T00:00:00")
    words = {"data": "any", "group": ["police"], "reason": "r", "cite": "c"}
    return stack.with_rule("CADMV", effect, {"id": name, "from": when, **words, **more})


def masked():
    return rule(STACK, "allow", "NEW", mask=["DOB"])


def with_fields(**fields: frozenset[str]):
    """The same stack in a world in which a class has other fields."""
    world = replace(STACK.world, class_fields={**STACK.world.class_fields, **fields})
    return AccessStack(world, Directory(world), dict(STACK.owners), STACK.network)


def without_the_owner():
    return AccessStack(STACK.world, STACK.directory, {}, STACK.network)


def of_class(pair: Pair, name: str, since: float) -> int:
    """The cells of a class from an instant on, in the answers that can have it."""
    cells = pair.cells
    return (
        cells.in_epochs(cells.span(since, None))
        & cells.of_classes([cells.classes.index(name)])
        & pair.sides[0].offered
    )


def test_a_stack_and_itself_differ_for_nobody():
    assert Pair(STACK, STACK, "CADMV").delta(DESK) == Delta(0, 0, 0)


def test_a_new_mask_covers_and_a_lifted_one_uncovers():
    covered = Pair(STACK, masked(), "CADMV").delta(DESK)
    lifted = Pair(masked(), STACK, "CADMV").delta(DESK)
    assert covered.masked == lifted.masked == lifted.uncovered != 0
    assert (covered.gained, covered.lost, covered.uncovered) == (0, 0, 0)


def test_a_deny_loses_what_it_speaks_of_from_its_day_on_and_its_end_gains_it():
    denied = rule(STACK, "deny", "PHOTO", data=["driver.photo"])
    forth, back = Pair(STACK, denied, "CADMV"), Pair(denied, STACK, "CADMV")
    assert forth.delta(DESK) == Delta(0, of_class(forth, "driver.photo", NOVEMBER), 0)
    assert back.delta(DESK) == Delta(of_class(back, "driver.photo", NOVEMBER), 0, 0)


def test_every_field_counts_where_its_own_class_is():
    several = rule(masked(), "allow", "MORE", mask=["OWN", "SOC"])
    forth, back = Pair(masked(), several, "CADMV"), Pair(several, masked(), "CADMV")
    both = of_class(forth, "vehicle.owner", NOVEMBER) | of_class(forth, "driver.ssn", NOVEMBER)
    assert forth.delta(DESK) == Delta(0, 0, both, 0)
    assert back.delta(DESK) == Delta(0, 0, both, both)


def test_a_field_that_a_class_is_given_is_uncovered_in_it_alone():
    wider = with_fields(**{"driver.ssn": frozenset({"SOC", "NEW"})})
    forth, back = Pair(STACK, wider, "CADMV"), Pair(wider, STACK, "CADMV")
    everywhere = of_class(forth, "driver.ssn", forth.cells.starts[0])
    assert forth.delta(DESK) == Delta(0, 0, everywhere, everywhere)
    assert back.delta(DESK) == Delta(0, 0, everywhere, 0)


def test_where_nothing_is_released_no_field_differs():
    closed = rule(STACK, "deny", "ALL")
    pair = Pair(closed, rule(closed, "allow", "NEW", mask=["DOB"]), "CADMV")
    assert pair.delta(DESK) == Delta(0, 0, 0)


def test_what_others_explain_is_taken_away():
    whole = Delta(0b11, 0b10, 0b100, 0b100)
    assert whole.without(Delta(0b01, 0b10, 0b100)) == Delta(0b10, 0, 0, 0)
    whole = Delta(0b0001, 0b0110, 0b111000, 0b110000)
    others = Delta(0, 0b0010, 0b001000), Delta(0, 0, 0b010000)
    assert whole.without(*others) == Delta(0b0001, 0b0100, 0b100000, 0b100000)


def test_asked_is_what_either_side_is_asked_of_this_backend():
    purposes = {None, "C", "J"}  # the one that a rule names, and one that stands for all others
    gone = without_the_owner()
    for old, new in ((STACK, STACK), (gone, STACK), (STACK, gone)):
        cells = Pair(old, new, "CADMV").cells
        assert {q.key for q in cells.questions} == {"DQ", "DNQ", "RQ", "RNQ"}
        assert {q.backend for q in cells.questions} == {"CADMV"}
        assert {q.purpose for q in cells.questions} == purposes
        assert cells.classes == [
            "driver.record",
            "driver.ssn",
            "driver.photo",
            "vehicle.registration",
            "vehicle.owner",
        ]


def test_an_epoch_begins_wherever_rules_affiliations_or_suspensions_of_either_side_change():
    when = datetime.fromisoformat("2019-12-01T00:00:00")
    suspension = {"id": "OUT", "terminal": ["BAY1"], "from": when, "reason": "r", "cite": "c"}
    suspended = STACK.with_rule("NETWORK", "suspend", suspension)
    local = (
        "2019-06-01T00:00:00-07:00",  # the task force officer's affiliation
        "2019-10-15T00:00:00-07:00",  # the owner's rules
        "2019-12-01T00:00:00-08:00",  # the suspension
        "2020-06-01T00:00:00-07:00",
        "2020-10-15T00:00:00-07:00",
    )
    instants = [datetime.fromisoformat(text).timestamp() for text in local]
    for old, new in ((STACK, suspended), (suspended, without_the_owner())):
        beginning, *starts = Pair(old, new, "CADMV").cells.starts
        assert starts == instants
        assert beginning < 0


def test_lines_are_told_apart_by_a_suspension_of_either_side():
    when = datetime.fromisoformat("2019-12-01T00:00:00")
    suspension = {"id": "OUT", "terminal": ["BAY1"], "from": when, "reason": "r", "cite": "c"}
    suspended = STACK.with_rule("NETWORK", "suspend", suspension)
    for finite in Pair(STACK, suspended, "CADMV").finite:
        kinds = {finite.line_kind(Line(name, "CA0990100")) for name in ("BAY1", "BAY2")}
        assert len(kinds) == 2
    finite = Pair(STACK, STACK, "CADMV").finite[0]
    assert len({finite.line_kind(Line(name, "CA0990100")) for name in ("BAY1", "BAY2")}) == 1
