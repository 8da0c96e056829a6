"""The finite world loses nothing: its requests reach every decision that any request reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from switch.acl.analysis.finite import FiniteWorld, Line, Sender, asked
from switch.acl.directory import Directory
from switch.acl.document import load_stack
from switch.acl.rules import Effect, Facets, Request, Rule, Subject
from switch.config import Affiliation, Operator, Terminal
from switch.terms import AgencyId, Instant, Mnemonic, OperatorId
from switch.world_file import load_world
from tests.switch.acl import random_worlds
from tests.switch.acl.shipped import DIRECTORY, WORLD


def outcome(stack, request: Request, at: float) -> tuple[object, ...]:
    decision = stack.decide_owner_only(request, at)
    return request.key, decision.verdict, decision.classes, decision.masks


@pytest.mark.parametrize("seed", range(5))
def test_every_decision_is_reached(tmp_path: Path, seed: int):
    random = Random(seed)
    place = random_worlds.world(random)
    owners = {name: random_worlds.owner_file(random, place, name, 4) for name in ("B1", "B2")}
    network = {"format": 1, "timezone": "America/Los_Angeles"}
    world = load_world(str(random_worlds.write(tmp_path, place, owners, network)))
    stack = load_stack(world)
    finite = FiniteWorld(stack.directory, stack.owners["B1"].rules)
    entries = [entry for entry in world.catalog if entry.backend == "B1"]
    for at in sorted({0.0, *stack.directory.instants(), *stack.owners["B1"].instants()})[::3]:
        reached = {outcome(stack, request, at) for request in finite.requests(entries, at)}
        agency_of = stack.directory.agency_of
        for terminal, entry in product(world.terminals.values(), entries):
            own = world.agencies[terminal.agency]
            oris = [ori for ori, a in agency_of.items() if a == own.id or a in own.services]
            for ori, operator, behalf, purpose in product(
                oris, [None, *world.operators], [None, *agency_of], [None, "C", "J", "F", "S"]
            ):
                for image in (False, True):
                    request = Request(
                        terminal.mnemonic, ori, operator, behalf, "B1", entry.key, image, purpose
                    )
                    assert outcome(stack, request, at) in reached, (request, at)


def test_a_senders_decisions_change_only_at_his_own_instants(tmp_path: Path):
    random = Random(9)
    place = random_worlds.world(random)
    owners = {name: random_worlds.owner_file(random, place, name, 6) for name in ("B1", "B2")}
    network = {"format": 1, "timezone": "America/Los_Angeles"}
    world = load_world(str(random_worlds.write(tmp_path, place, owners, network)))
    stack = load_stack(world)
    finite = FiniteWorld(stack.directory, stack.owners["B1"].rules)
    questions = finite.questions(entry for entry in world.catalog if entry.backend == "B1")
    moments = sorted({*stack.directory.instants(), *stack.owners["B1"].instants()})
    for line, operator in product(finite.lines(), finite.operators()):
        sender = Sender(line, operator, None)
        own = finite.instants(sender, moments[0])
        for at, then in pairwise(moments):
            if then not in own:
                for request in (asked(sender, question) for question in questions):
                    assert outcome(stack, request, at) == outcome(stack, request, then)


# --- one axis at a time: the places and people of golden-state, and what tells them apart ---------

BAY, VALLEY = Line("BAY1", "CA0990100"), Line("VSO1", "CA0990200")
SERVICED, HARBOR = Line("VSO1", "CA0990300"), Line("HRB1", "CA0990300")
ERO1, ERO1_TOO = Line("ERO1", "DCICE0900"), Line("ERO1", "DCICE0910")
WITHIN, LATER = 1567321200.0, 1600000000.0  # the task force officer works for ERO, no longer does
DQ, RQ, IQ = (
    next(entry for entry in WORLD.catalog if (entry.backend, entry.key) == each)
    for each in (("CADMV", "DQ"), ("CADMV", "RQ"), ("CACHS", "IQ"))
)


def of(**lists: str) -> Subject:
    """Whoever is in lists of one entry each."""
    found: dict[str, Any] = {name: frozenset({value}) for name, value in lists.items()}
    return Subject(**found)


def rule(name: str, subject: Subject, effect: str = "deny", **more: Any) -> Rule:
    return Rule(name, Effect(effect), subject, None, **{"start": 0.0, "end": None, **more})


def rules(*subjects: Subject) -> list[Rule]:
    return [rule(f"R{number}", subject) for number, subject in enumerate(subjects)]


def working(agency: str, start: Instant, end: Instant | None) -> Affiliation:
    return Affiliation(AgencyId(agency), start, end)


def place(**people: tuple[Affiliation, ...]) -> Directory:
    """golden-state with these people only, all of one agency, who work for others besides."""
    members = {
        name: Operator(name, AgencyId("BAY-PD"), people[name]) for name in map(OperatorId, people)
    }
    return Directory(replace(WORLD, operators=members))


def test_lines_are_terminals_with_their_own_oris_and_those_they_service():
    assert list(FiniteWorld(DIRECTORY, ()).lines_by_name()) == [
        BAY,
        Line("BAY2", "CA0990100"),
        VALLEY,
        SERVICED,
        HARBOR,
        ERO1,
        ERO1_TOO,
        Line("HSI1", "DCICE0500"),
        Line("CBP1", "DCCBP0100"),
        Line("NVH1", "NV0990100"),
    ]


@pytest.mark.parametrize(
    ("subjects", "more"),
    [
        ([], []),
        ([Subject(everyone=True)], []),
        ([of(terminal="BAY2")], [Line("BAY2", "CA0990100")]),
        ([of(agency="DHS")], [ERO1]),
        ([of(function="immigration")], [ERO1]),
        ([of(ori="DCICE0910")], [ERO1_TOO]),
        ([Subject(ori_prefix=("DCICE05",))], [Line("HSI1", "DCICE0500")]),
        ([of(group="ero"), of(group="hsi")], [ERO1, Line("HSI1", "DCICE0500")]),
    ],
)
def test_lines_that_no_list_tells_apart_are_one(subjects, more):
    """Beside those that differ by whose ORI it is and by whether there is a hub."""
    for finite in (
        FiniteWorld(DIRECTORY, (), subjects),
        FiniteWorld(DIRECTORY, rules(*subjects)),
        FiniteWorld(DIRECTORY, rules(*subjects[:1]), subjects[1:]),
    ):
        assert set(finite.lines()) == {BAY, SERVICED, HARBOR, *more}


def test_lines_are_told_apart_by_their_hubs_where_a_list_is():
    desks = {"A": ("BAY-PD", "ICE"), "B": ("BAY-PD", "REGION-HUB"), "C": ("NV-HP", "CBP")}
    rows = {name: Terminal(name, agency, (hub,), ()) for name, (agency, hub) in desks.items()}
    directory = Directory(replace(WORLD, terminals=rows))
    lines = FiniteWorld(directory, rules(of(agency="REGION-HUB"))).lines()
    assert [line.terminal for line in lines] == ["A", "B"]


def test_an_exception_for_the_lines_own_agencies_keeps_all_agencies_apart():
    everyone = rule("ALL", Subject(everyone=True), "allow")
    police = rule("POLICE", of(group="police"), "allow")
    deny = rule("D", Subject(everyone=True))

    def found(*rules: Rule) -> int:
        return len(FiniteWorld(DIRECTORY, rules).lines())

    assert found(everyone, replace(deny, exceptions=frozenset({"ALL"}))) == 8
    assert found(everyone, deny) == 3  # no exception
    assert found(police, everyone, replace(deny, exceptions=frozenset({"POLICE"}))) == 4


def test_plain_lines_are_those_without_hubs_and_with_their_own_oris():
    lines = FiniteWorld(DIRECTORY, ()).lines_by_name()
    plain = FiniteWorld(DIRECTORY, ()).plain_lines()
    assert plain == [line for line in lines if line not in (SERVICED, HARBOR)]


@pytest.mark.parametrize(
    ("subject", "at", "operators"),
    [
        (None, None, ["TFO7", "BPD2"]),
        (None, WITHIN, ["TFO7", "BPD2"]),
        (None, LATER, ["TFO7"]),  # like everybody
        (of(group="ero"), None, ["TFO7", "BPD2", "ERO1A"]),
        (of(group="ero"), LATER, ["TFO7", "ERO1A"]),
        (of(operator="CBP1A"), LATER, ["TFO7", "CBP1A"]),
    ],
)
def test_operators_that_no_list_tells_apart_are_one(subject, at, operators):
    finite = FiniteWorld(DIRECTORY, rules(subject) if subject else ())
    assert finite.operators(at) == [None, *operators]


def test_operators_differ_by_whom_they_work_for_besides_and_when():
    spans = {"A": (10.0, 20.0), "B": (10.0, 20.0), "C": (11.0, 20.0), "D": (10.0, 21.0)}
    people = {name: (working("ICE-ERO", *span),) for name, span in spans.items()}
    directory = place(**people, E=(working("CBP", 10.0, 20.0),))
    assert FiniteWorld(directory, ()).operators() == [None, "A", "C", "D"]
    ero = FiniteWorld(directory, rules(of(group="ero")))
    assert ero.operators() == [None, "A", "C", "D", "E"]
    assert ero.operators(10.0) == [None, "A", "C", "E"]
    assert ero.operators(15.0) == [None, "A", "E"]
    assert ero.operators(20.0) == [None, "A", "D"]


def test_behalves_are_nobody_and_one_ori_of_each_kind():
    assert FiniteWorld(DIRECTORY, ()).behalves() == [None, "CA0990100"]
    subjects = of(group="ero"), of(ori="DCICE0910")
    behalves = FiniteWorld(DIRECTORY, rules(*subjects)).behalves()
    assert behalves == [None, "CA0990100", "DCICE0900", "DCICE0910"]


def test_allowed_by_name_are_the_operators_of_allows_in_order():
    allows = [rule(name, of(operator=name), "allow") for name in ("VSO1A", "BPD2", "CBP1A")]
    finite = FiniteWorld(DIRECTORY, [*allows, rule("D", of(operator="TFO7"))])
    assert finite.allowed_by_name() == ["BPD2", "CBP1A", "VSO1A"]


# --- what is asked -------------------------------------------------------------------------------


def test_purposes_are_those_that_rules_name_and_one_for_all_others():
    nobody = FiniteWorld(DIRECTORY, ())
    assert nobody.purposes(DQ) == nobody.purposes(DQ, admitted=True) == [None, "C"]
    assert nobody.purposes(IQ) == [None, "C"]
    assert nobody.purposes(IQ, admitted=True) == ["C", "J", "F", "D", "E", "S"]
    named = [rule("A", of(group="ero"), purposes=frozenset({"J", "C"})), rule("B", of(group="hsi"))]
    assert FiniteWorld(DIRECTORY, named).purposes(DQ) == [None, "C", "J", "F"]


def test_both_flags_are_asked_where_a_class_or_a_rule_depends_on_them():
    plain = FiniteWorld(DIRECTORY, rules(of(group="ero")))
    assert (plain.images(DQ), plain.images(RQ)) == ((False, True), (False,))
    for image in (True, False):
        depends = FiniteWorld(DIRECTORY, [rule("A", of(group="ero"), image=image)])
        assert (depends.images(DQ), depends.images(RQ)) == ((False, True), (False, True))


def test_questions_are_every_key_flag_and_purpose_asked_by_nobody_yet():
    finite = FiniteWorld(DIRECTORY, ())
    asked_by_nobody = [Request("", "", None, None, "CACHS", "IQ", False, p) for p in (None, "C")]
    assert finite.questions([IQ]) == asked_by_nobody
    assert [q.purpose for q in finite.questions([IQ], admitted=True)] == list("CJFDES")
    assert [(q.key, q.image, q.purpose) for q in finite.questions([DQ, RQ])] == [
        *(("DQ", image, purpose) for image in (False, True) for purpose in (None, "C")),
        *(("RQ", False, purpose) for purpose in (None, "C")),
    ]


def test_a_question_is_asked_by_a_sender():
    [question, *_] = FiniteWorld(DIRECTORY, ()).questions([DQ])
    request = asked(Sender(SERVICED, "TFO7", "DCCBP0100"), question)
    assert request[:4] == ("VSO1", "CA0990300", "TFO7", "DCCBP0100")
    assert request[4:] == question[4:]


def test_requests_are_every_question_by_every_line_operator_and_behalf():
    finite = FiniteWorld(DIRECTORY, rules(of(group="ero")))
    for at, operators in (
        (WITHIN, (None, "TFO7", "BPD2", "ERO1A")),
        (LATER, (None, "TFO7", "ERO1A")),
    ):
        expected = product(
            ((line.terminal, line.ori) for line in (BAY, SERVICED, HARBOR, ERO1)),
            ((key, image) for key, image in (("DQ", False), ("DQ", True), ("RQ", False))),
            (None, "C"),
            operators,
            (None, "CA0990100", "DCICE0900"),
        )
        assert [
            (r[:2], (r.key, r.image), r.purpose, r.operator, r.on_behalf_of)
            for r in finite.requests([DQ, RQ], at)
        ] == list(expected)


# --- who asks ------------------------------------------------------------------------------------

SMALL = replace(
    WORLD,
    terminals={name: WORLD.terminals[name] for name in map(Mnemonic, ("BAY1", "ERO1"))},
    operators={name: WORLD.operators[name] for name in map(OperatorId, ("BPD2", "TFO7", "ERO1A"))},
)
NAMED = rule("NAMED", of(operator="BPD2"), "allow")


def small(subject: Subject, *rules: Rule) -> FiniteWorld:
    return FiniteWorld(Directory(SMALL), rules, [subject])


def people(*rows: tuple[Line, Iterable[str | None], Iterable[str | None]]) -> list[Sender]:
    return [Sender(line, *both) for line, *each in rows for both in product(*each)]


def test_a_line_is_joined_by_one_who_is_needed_and_by_whom_an_allow_names():
    ero = of(group="ero")
    by_behalf = Sender(BAY, None, "DCICE0900")
    by_operator = [Sender(BAY, "TFO7", None), Sender(BAY, "ERO1A", None)]
    assert list(small(ero).senders(ero)) == [Sender(ERO1, None, None), by_behalf, *by_operator]
    assert list(small(ero, NAMED).senders(ero)) == [
        *people((ERO1, (None, "BPD2"), (None,))),
        *(by_behalf, Sender(BAY, "BPD2", "DCICE0900"), *by_operator),
    ]


def test_senders_on_some_lines_are_those_of_all_that_are_on_these():
    ero = of(group="ero")
    everybody = list(small(ero, NAMED).senders(ero))
    for line in (BAY, ERO1):
        on_it = [sender for sender in everybody if sender.line == line]
        assert list(small(ero, NAMED).senders(ero, [line])) == on_it
    assert list(small(ero).senders(ero, [])) == []


def test_lists_are_met_by_a_line_an_operator_and_a_behalf_together_where_it_takes_all():
    both = of(group="police", ori="DCICE0910")
    assert list(small(both).senders(both)) == [
        Sender(BAY, None, "DCICE0910"),
        *people((ERO1, ("BPD2", "TFO7"), ("DCICE0910",))),
        Sender(ERO1_TOO, None, "CA0990100"),
        *people((ERO1_TOO, ("BPD2", "TFO7"), (None,))),
    ]


def test_company_among_others_is_on_lines_that_may_meet_those_too():
    ero, police = of(group="ero"), of(group="police")
    finite = small(ero, rule("POLICE", police, "allow"))
    at_the_desk = [who for who in finite.company(ero) if who.line == BAY]
    assert at_the_desk
    assert list(finite.company(ero, police)) == at_the_desk
    assert list(finite.company(ero, ero)) == [w for w in finite.company(ero) if w.line == ERO1]


def test_an_agencys_own_lines_are_its_terminals_with_its_own_oris():
    finite = small(of(group="ero"))
    assert finite.own_lines(AgencyId("ICE-ERO")) == [ERO1, ERO1_TOO]
    assert finite.own_lines(AgencyId("BAY-PD")) == [BAY]
    assert finite.own_lines(AgencyId("CBP")) == []
    assert len(FiniteWorld(Directory(WORLD), ()).own_lines(AgencyId("BAY-PD"))) == 2


def test_company_is_everybody_who_may_help_to_meet_a_subject_likely_ones_first():
    ero = of(group="ero")
    for rules, helping in (
        ((), (None, "TFO7", "ERO1A")),
        ((NAMED,), (None, "BPD2", "TFO7", "ERO1A")),
    ):
        met = people((ERO1, helping, (None, "DCICE0900")), (BAY, helping, (None, "DCICE0900")))
        alone = [Sender(BAY, None, None), Sender(BAY, "BPD2", None)]
        assert list(small(ero, *rules).company(ero)) == [who for who in met if who not in alone]


def test_company_of_everyone_is_everybody():
    everyone = Subject(everyone=True)
    everybody = (BAY, (None, "BPD2", "TFO7"), (None, "CA0990100"))
    assert list(small(everyone).company(everyone)) == people(everybody)


def test_no_company_is_where_nobody_but_the_line_meets_the_subject():
    terminal, ori = of(terminal="ERO1"), of(ori="DCICE0900")
    assert list(small(terminal).company(terminal)) == [Sender(ERO1, None, None)]
    assert list(small(ori).company(ori)) == [
        *people((ERO1, (None,), (None, "DCICE0900"))),
        Sender(BAY, None, "DCICE0900"),
    ]


def test_a_subject_of_an_operator_has_company_at_every_line_in_order():
    person = of(operator="BPD2")
    company = FiniteWorld(DIRECTORY, (), [person]).company(person)
    assert list(company) == [Sender(line, "BPD2", None) for line in (BAY, SERVICED, HARBOR)]


def test_an_allow_lets_in_lines_and_whom_it_names():
    ero, person, everyone = of(group="ero"), of(operator="BPD2"), Subject(everyone=True)
    assert list(small(ero).allowed(ero)) == [Sender(ERO1, None, None)]
    assert list(small(ero, NAMED).allowed(ero)) == people((ERO1, (None, "BPD2"), (None,)))
    assert list(small(person, NAMED).allowed(person)) == [Sender(BAY, "BPD2", None)]
    assert list(small(everyone).allowed(everyone)) == [Sender(BAY, None, None)]
    harbor = of(agency="HARBOR-PD")  # whose ORI another agency may send, which does not let it in
    let_in = FiniteWorld(DIRECTORY, (), [harbor]).allowed(harbor)
    assert list(let_in) == [Sender(HARBOR, None, None)]


def test_facets_are_of_everybody_in_the_request():
    finite = FiniteWorld(DIRECTORY, ())
    sender = Sender(HARBOR, "TFO7", "DCICE0910")
    own, others = ("HARBOR-PD", "HARBOR-PD"), ("ICE-ERO", "REGION-HUB")
    names = ("HRB1", "TFO7", "CA0990300", "DCICE0910")
    both = ("BAY-PD", "ICE-ERO")
    assert finite.facets(sender, WITHIN) == Facets(*names, own, both, others)
    assert finite.facets(sender, LATER) == Facets(*names, own, ("BAY-PD",), others)
    assert finite.facets(sender) == Facets(*names, own, both, others)  # all that he ever works for
    assert finite.facets(Sender(SERVICED, None, None), WITHIN) == Facets(
        "VSO1", None, "CA0990300", None, ("VALLEY-SO", "HARBOR-PD"), (), ()
    )
    at_home = FiniteWorld(place(A=(working("BAY-PD", 0.0, 1.0),)), ())
    assert at_home.facets(Sender(BAY, "A", None)).operator_agencies == ("BAY-PD",)


@pytest.mark.parametrize(
    ("sender", "instants"),
    [
        (Sender(BAY, None, None), [7, 10, 20, 60]),
        (Sender(BAY, None, None), [10, 20, 60]),
        (Sender(ERO1, None, None), [0, 5, 30]),
        (Sender(BAY, None, "DCICE0900"), [20, 30, 60]),
        (Sender(BAY, "A", None), [12, 15, 20, 25, 30, 35, 45, 60]),
        (Sender(BAY, "B", None), [12, 16, 20, 60]),
    ],
)
def test_a_sender_has_the_instants_of_his_rules_and_affiliations_from_one_on(sender, instants):
    filed = [
        rule("P", of(group="police"), start=10, end=20),
        rule("E", of(group="ero"), start=30),
        rule("H", of(group="hsi"), start=40, end=50),
        rule("Q", of(group="police"), start=60, end=20),
        rule("ALL", Subject(everyone=True), start=5),
    ]
    both = working("ICE-ERO", 15, 25), working("CBP", 35, 45)
    finite = FiniteWorld(place(A=both, B=(working("CBP", 16, None),)), filed)
    assert finite.instants(sender, instants[0]) == instants
