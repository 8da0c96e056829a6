"""All questions and instants at once give what the oracle gives one by one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from switch.acl.analysis.finite import Line, Sender
from switch.acl.analysis.pair import Pair
from switch.acl.analysis.side import NOTHING, NOWHERE, Leaving, Side
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from switch.acl.policy import Policy
from switch.acl.rules import Effect, Rule, Subject
from switch.config import Affiliation, Operator, World
from switch.terms import AgencyId, BackendName, DataClass, OperatorId, Verdict
from tests.playbook import golden_state
from tests.switch.acl import random_worlds
from tests.switch.acl.random_changes import two_sides

STACK = golden_state()[1]


@pytest.mark.parametrize("seed", range(6))
def test_what_leaves_is_what_the_oracle_lets_out(tmp_path: Path, seed: int):
    random = Random(seed + 50)
    (oracle, _), (stack, _) = two_sides(random, tmp_path, same_world=True)
    pair = Pair(stack, stack, BackendName("B1"))
    side, cells = pair.sides[0], pair.cells
    for _ in range(25):
        row = random_worlds.request(random, oracle.world)
        line = Line(row["terminal"], row["ori"])
        leaving = side.leaving(Sender(line, row["operator"], row["on_behalf_of"]))
        for number, question in enumerate(cells.questions):
            asked = {**row, "backend": "B1", "key": question.key}
            asked |= {"image": question.image, "purpose": question.purpose}
            for epoch, at in enumerate(cells.starts):
                answer = oracle.decide(asked, max(at, 0.0))
                for place, name in enumerate(cells.classes):
                    cell = cells.of([number], [place], 1 << epoch)
                    verdict = answer["classes"].get(name, "")
                    out = all(v.startswith("ALLOW") for v in (answer["verdict"], verdict))
                    assert bool(leaving.released & cell) == out
                    if out:
                        masked = {f for f, where in leaving.masked.items() if where & cell}
                        assert masked == answer["masks"]


# --- the steps, one by one, on golden-state with these rules alone --------------------------------

BAY1, BAY2, CBP1 = (
    Line("BAY1", "CA0990100"),
    Line("BAY2", "CA0990100"),
    Line("CBP1", "DCCBP0100"),
)
CADMV = BackendName("CADMV")
FIRST, SECOND, THIRD = 1572591600.0, 1575187200.0, 1577865600.0
WORLD = STACK.world
RECORD, SSN, PHOTO = "driver.record", "driver.ssn", "driver.photo"
WITHOUT, WITH = (RECORD, SSN), (RECORD + "+", SSN + "+", PHOTO + "+")  # an image was asked for
WHOLE = (*WITHOUT, *WITH)
EVER = ((None, None),)


def rule(name: str, data: str = "", *exceptions: str, **more: Any) -> Rule:
    """An allow if its name begins with an A, of the police if nobody else is named."""
    effect = Effect.ALLOW if name.startswith("A") else Effect.DENY
    classes = frozenset(map(DataClass, data.split())) or None
    subject = more.pop("of", Subject(group=frozenset({"police"})))
    start, end = more.pop("start", FIRST), more.pop("end", None)
    return Rule(
        name, effect, subject, classes, start, end, exceptions=frozenset(exceptions), **more
    )


CBP, EVERYONE = Subject(agency=frozenset({"CBP"})), Subject(everyone=True)


def ruled(*rules: Rule, world: World = WORLD, default: str = "ALLOW-DEFAULT") -> AccessStack:
    """golden-state with CADMV's file of these rules; those of a terminal are suspensions."""
    owned, network = (
        Policy(name, [r for r in rules if (r.effect is Effect.SUSPEND) is net], verdict, "1", "x")
        for name, net, verdict in (
            (CADMV, False, Verdict(default)),
            (STACK.network.name, True, STACK.network.default),
        )
    )
    return AccessStack(world, Directory(world), {CADMV: owned}, network)


def a_side(*rules: Rule, **more: Any) -> Side:
    stack = ruled(*rules, **more)
    return Pair(stack, stack, CADMV).sides[0]


def told(side: Side, cells: int, key: str = "DQ") -> dict[str, object]:
    """When each class is in the set for a key, and when with an image, marked by a plus."""
    found: dict[str, object] = {}
    laid = side.cells
    for number, question in enumerate(laid.questions):
        if question.key == key:
            mine = laid.of([number], range(len(laid.classes)), laid.every_epoch) & cells
            for name, part in laid.by_class(mine):
                spans = laid.spans(laid.epochs(part))
                assert found.setdefault(name + "+" * question.image, spans) == spans
    return found


def released(side: Side, line: Line, *others: str | None) -> dict[str, object]:
    operator, behalf = (*others, None, None)[:2]
    return told(side, side.leaving(Sender(line, operator, behalf)).released)


def test_offered_is_what_an_answer_can_have_with_the_flag_and_without():
    side = a_side()
    assert told(side, side.offered) == dict.fromkeys(WHOLE, EVER)
    registration = dict.fromkeys(("vehicle.registration", "vehicle.owner"), EVER)
    assert told(side, side.offered, "RQ") == registration


def test_what_this_side_does_not_answer_is_not_offered():
    fewer = replace(WORLD, catalog=tuple(e for e in WORLD.catalog if e.key != "DQ"))
    side = Pair(ruled(), ruled(world=fewer), CADMV).sides[1]
    assert told(side, side.offered) == {}
    assert told(side, side.offered, "DNQ") == dict.fromkeys(WHOLE, EVER)


def test_a_rule_speaks_of_its_classes_keys_and_time():
    side = a_side(
        rule("A", f"{RECORD} {PHOTO}", end=SECOND, keys=frozenset({"DQ"})),
        rule("B", SSN, image=True),
    )
    spans = ((FIRST, SECOND),)
    assert told(side, side.spoken["A"]) == dict.fromkeys((RECORD, RECORD + "+", PHOTO + "+"), spans)
    assert told(side, side.spoken["A"], "DNQ") == {}
    assert told(side, side.spoken["B"]) == {SSN + "+": ((FIRST, None),)}


def test_with_the_primary_class_an_answer_is_given_or_withheld_whole():
    side = a_side()
    laid = side.cells
    record, photo = (
        laid.of_classes([laid.classes.index(name)]) & side.offered for name in (RECORD, PHOTO)
    )
    assert told(side, side.reach(photo)) == {PHOTO + "+": EVER}
    assert told(side, side.reach(record)) == dict.fromkeys(WHOLE, EVER)
    assert told(side, side.answered(photo)) == {}
    assert told(side, side.answered(record)) == {RECORD: EVER, RECORD + "+": EVER}


def test_a_deny_withholds_its_class_or_with_the_primary_one_all():
    side = a_side(rule("D", PHOTO), rule("E", RECORD, start=SECOND))
    until = dict.fromkeys(WHOLE, ((None, SECOND),)) | {PHOTO + "+": ((None, FIRST),)}
    assert released(side, BAY1) == until
    assert released(side, CBP1) == dict.fromkeys(WHOLE, EVER)
    assert released(side, CBP1, "BPD2") == until


def test_what_no_rule_allows_is_withheld_where_the_file_says_so():
    side = a_side(rule("A", f"{RECORD} {SSN}", end=SECOND), default="DENY-DEFAULT")
    assert released(side, BAY1) == dict.fromkeys((*WITHOUT, *WITH[:2]), ((FIRST, SECOND),))
    assert released(side, CBP1) == {}


def test_masks_of_every_allow_that_is_met_hold_for_whole_answers_while_it_does():
    side = a_side(
        rule("A", SSN, masks=("NAM", "DOB"), end=SECOND),
        rule("A2", PHOTO, masks=("DOB",), start=SECOND),
        rule("A3", SSN, masks=("RES",), of=CBP),
    )
    classes = RECORD, SSN, PHOTO, "vehicle.registration", "vehicle.owner"
    first = {f"{name}{flag}": ((FIRST, SECOND),) for name in classes for flag in ("", "+")}
    later = {f"{name}+": ((FIRST, None),) for name in classes}
    for operator in (None, "TFO7"):  # who works for somebody else now and then
        masked = side.leaving(Sender(BAY1, operator, None)).masked
        assert sorted(masked) == ["DOB", "NAM"]
        assert told(side, masked["NAM"]) == first
        assert told(side, masked["DOB"]) == first | later


def test_an_allow_masks_nothing_where_its_class_is_refused():
    side = a_side(rule("A", SSN, masks=("NAM",)), rule("D", SSN, start=SECOND))
    masked = side.leaving(Sender(BAY1, None, None)).masked
    assert set(told(side, masked["NAM"]).values()) == {((FIRST, SECOND),)}


def test_an_exception_excuses_whom_its_allow_contains_for_what_it_allows():
    record, photo = rule("A", f"{RECORD} {SSN}", end=SECOND), rule("A2", PHOTO)
    kept = dict.fromkeys((*WITHOUT, *WITH[:2]), ((None, SECOND),)) | {PHOTO + "+": ((None, FIRST),)}
    assert released(a_side(record, photo, rule("D", "", "A")), BAY1, "BPD2") == kept
    excused = kept | {PHOTO + "+": ((None, SECOND),)}  # later withheld with the primary class
    assert released(a_side(record, photo, rule("D", "", "A", "A2")), BAY1) == excused
    everyone = a_side(record, rule("D", "", "A", of=EVERYONE))
    for others in (("CBP1A",), (None, "DCCBP0100")):
        assert released(everyone, BAY1, *others) == dict.fromkeys(WHOLE, ((None, FIRST),))
    assert released(everyone, BAY1, "BPD2") == kept


def test_standing_says_which_rules_a_line_meets_and_what_they_refuse():
    deny, refer = rule("D", PHOTO), replace(rule("R", SSN), effect=Effect.REFER)
    allow, other = rule("A", RECORD), rule("A2", of=CBP)
    side = a_side(deny, refer, allow, other)
    standing = side.standing(BAY1)
    assert standing == ((allow,), (deny, refer), side.spoken["D"] | side.spoken["R"])
    more = side.left_to(standing, side.spoken["A"]).released
    assert told(side, more) == dict.fromkeys(WHOLE, ((None, FIRST),))


def test_a_suspended_line_gets_nothing_while_it_is_whoever_is_at_it():
    bay1 = Subject(terminal=frozenset({"BAY1"}))
    now, then = (replace(rule(n, of=bay1), effect=Effect.SUSPEND) for n in ("S", "T"))
    masking = rule("A", SSN, masks=("NAM",))
    side = a_side(replace(now, end=SECOND), replace(then, start=THIRD), masking)
    spans = (None, FIRST), (SECOND, THIRD)
    for operator in (None, "BPD2"):
        assert released(side, BAY1, operator) == dict.fromkeys(WHOLE, spans)
        assert released(side, BAY2, operator) == dict.fromkeys(WHOLE, EVER)
    masked = side.leaving(Sender(BAY1, None, None)).masked["NAM"]
    assert told(side, masked)[SSN] == ((SECOND, THIRD),)
    assert told(side, side.left_to(side.standing(BAY1)).released) == dict.fromkeys(WHOLE, spans)


def test_an_operator_is_refused_for_whom_he_works_for_while_he_does():
    side = a_side(rule("D", of=Subject(group=frozenset({"ero"})), start=FIRST))
    june = 1590994800.0  # 2020, when the task force officer ends to work for ERO
    assert released(side, BAY1, "TFO7") == dict.fromkeys(WHOLE, ((None, FIRST), (june, None)))
    assert released(side, BAY1, "BPD2") == dict.fromkeys(WHOLE, EVER)


@pytest.mark.parametrize(
    ("spans", "phases"),
    [
        ([], [(None, None)]),
        ([(FIRST, None)], [(None, FIRST), (FIRST, None)]),
        ([(FIRST, SECOND)], [(None, FIRST), (FIRST, SECOND), (SECOND, None)]),
        (
            [(SECOND, THIRD), (FIRST, SECOND)],
            [(None, FIRST), (FIRST, SECOND), (SECOND, THIRD), (THIRD, None)],
        ),
    ],
)
def test_phases_are_the_spans_in_which_an_operator_works_for_the_same_agencies(spans, phases):
    affiliations = tuple(Affiliation(AgencyId("CBP"), *span) for span in spans)
    officer = Operator(OperatorId("X"), AgencyId("BAY-PD"), affiliations)
    side = a_side(world=replace(WORLD, operators={officer.id: officer}))
    beginning = side.cells.starts[0]
    found = list(side.phases(officer.id))
    assert [side.cells.spans(epochs) for epochs, _ in found] == [(each,) for each in phases]
    assert [at for _, at in found] == [beginning if at is None else at for at, _ in phases]
    assert list(side.phases(None)) == [(side.cells.every_epoch, beginning)]


# --- who gets nothing ----------------------------------------------------------------------------


def test_who_is_not_known_gets_nothing():
    side = a_side(default="ALLOW-DEFAULT")
    nobody = [Sender(BAY1, "NOBODY", None), Sender(BAY1, None, "XX0000000")]
    lines = Line("BAY1", "DCICE0900"), Line("BAY9", "CA0990100")
    for sender in (*nobody, *(Sender(line, None, None) for line in lines)):
        assert side.unknown(sender)
        assert side.leaving(sender) is NOTHING
    for line in lines:
        assert side.standing(line) is NOWHERE
    assert side.left_to(NOWHERE) is NOTHING
    assert not side.unknown(Sender(BAY1, "CBP1A", "DCCBP0100"))


def test_a_stack_without_the_backend_releases_nothing():
    side = Side(STACK, BackendName("NOWHERE"), Pair(STACK, STACK, CADMV).cells)
    assert (side.policy, side.rules, side.offered) == (None, {}, 0)
    assert side.leaving(Sender(BAY1, None, None)) is NOTHING
    assert side.standing(BAY1) is NOWHERE


def test_what_leaves_within_some_cells_has_the_masks_of_what_is_released_there():
    leaving = Leaving(0b0111, {"RES": 0b1110, "SOC": 0b1000})
    assert leaving.within(0b1010) == Leaving(0b0010, {"RES": 0b0010})
