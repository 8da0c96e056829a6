"""What all lints stand on: who can ask what of one file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from switch.acl.analysis.finite import Line, Sender, asked
from switch.acl.analysis.lints.ground import Ask
from switch.acl.lint import Lint
from switch.acl.rules import Effect, Subject
from switch.files.authored import local_time
from switch.terms import Mnemonic, OperatorId, Ori
from tests.switch.acl.analysis.lints.files import ground, head, rule

ZONE = ZoneInfo("America/Los_Angeles")


def test_agencies_are_named_through_oris_prefixes_and_desks(tmp_path: Path):
    made = ground(
        tmp_path,
        head()
        + rule("deny", "A", 'ori = ["CA0990300"]; terminal = ["BAY1"]; data = "any"')
        + rule("deny", "B", 'ori_prefix = ["DC"]; data = "any"')
        + rule("deny", "C", 'ori_prefix = ["DC"]; group = ["ero"]; data = "any"'),
    )
    assert made.named == {
        "A": ["BAY-PD", "HARBOR-PD"],
        "B": ["ICE-ERO", "ICE-HSI", "CBP"],
        "C": [],
    }


def test_a_rule_is_met_in_its_time_only(tmp_path: Path):
    ends = "until = 2020-01-01T00:00:00"
    made = ground(
        tmp_path, head() + rule("deny", "A", f'operator = ["TFO7"]; data = "any"; {ends}')
    )
    (deny,) = made.rules
    asks = list(made.met(deny))
    assert asks
    assert all(deny.in_force(ask.at) and ask.request.operator == "TFO7" for ask in asks)


def test_witnesses_come_with_a_purpose_that_the_key_takes(tmp_path: Path):
    made = ground(tmp_path, head("CACHS") + rule("deny", "A", 'group = ["police"]; data = "any"'))
    assert next(made.met(made.rules[0])).request.purpose in ("C", "J", "F", "D", "E", "S")
    assert any(ask.request.purpose is None for ask in made.met(made.rules[0]))


def test_asks_are_a_senders_requests_with_one_of_some_cells_in_the_rules_time(tmp_path: Path):
    time = "from = 2019-01-01T00:00:00; until = 2020-01-01T00:00:00"
    later = rule("deny", "B", 'group = ["police"]; data = "any"; from = 2019-07-01T00:00:00')
    made = ground(
        tmp_path, head() + rule("deny", "A", f'group = ["police"]; data = "any"; {time}') + later
    )
    bay = Sender(Line(Mnemonic("BAY1"), Ori("CA0990100")), None, None)
    deny, question = made.rules[0], made.questions[1]
    cells = made.spoken(deny, [question])
    assert not cells & made.cells.in_epochs(made.cells.span(deny.end, None))
    asks = list(made.asks(bay, deny, cells))
    assert [(ask.request, made.when(ask.at)[:10]) for ask in asks] == [
        (asked(bay, question), day) for day in ("2019-01-01", "2019-07-01")
    ]
    later_half = made.cells.in_epochs(made.cells.span(made.rules[1].start, None))
    assert list(made.asks(bay, deny, cells & later_half)) == asks[1:]
    assert list(made.asks(bay, deny, 0)) == []
    assert made.leaving(deny, asks[0].request, asks[0].at) is None


def test_without_and_lasting_change_one_rule_alone(tmp_path: Path):
    ends = "until = 2020-01-01T00:00:00"
    one = rule("deny", "A", f'group = ["police"]; data = "any"; {ends}')
    made = ground(tmp_path, head() + one + rule("deny", "B", 'group = ["ero"]; data = "any"'))
    deny = made.rules[0]
    ask = next(made.met(deny))
    after = deny.end or 0.0
    assert made.decide(ask.request, ask.at).verdict == "DENY-RULE"
    assert made.without(deny).decide(ask.request, ask.at).verdict == "ALLOW-DEFAULT"
    assert made.decide(ask.request, after).verdict == "ALLOW-DEFAULT"
    assert made.lasting(deny).decide(ask.request, after).verdict == "DENY-RULE"


def test_what_an_exception_lets_through_is_no_gap(tmp_path: Path):
    allow = rule("allow", "A", 'group = ["hsi"]; data = ["driver.record"]')
    deny = rule("deny", "D", 'group = ["hsi"]; data = "any"; except = ["A"]')
    made = ground(tmp_path, head() + deny + allow)
    deny_rule = made.restricting[0]
    assert next(made.open_to(deny_rule.subject, deny_rule, made.questions), None) is None


def test_a_desk_beside_a_prefix_names_an_agency_too(tmp_path: Path):
    keys = 'terminal = ["BAY1"]; ori_prefix = ["DCC"]; data = "any"'
    assert ground(tmp_path, head() + rule("deny", "A", keys)).named == {"A": ["BAY-PD", "CBP"]}


@pytest.mark.parametrize(
    ("keys", "asked"),
    [
        ('data = ["driver.photo"]', {("DQ", True), ("DNQ", True)}),
        ('data = ["vehicle.owner"]', {("RQ", False), ("RNQ", False)}),
        ('data = "any"; key = ["DQ"]', {("DQ", False), ("DQ", True)}),
        ('data = ["vehicle.owner"]; key = ["DQ"]', set()),
    ],
)
def test_a_rule_is_met_by_questions_that_it_speaks_of(tmp_path: Path, keys: str, asked: set):
    made = ground(tmp_path, head() + rule("deny", "A", f'group = ["police"]; {keys}'))
    assert {(a.request.key, a.request.image) for a in made.met(made.rules[0])} == asked


def who(asks: Iterable[Ask]) -> set[tuple[str, str | None, str | None, str]]:
    """Who asks when, of these: ORI, operator, on whose behalf, day."""
    return {
        (a.request.ori, a.request.operator, a.request.on_behalf_of, local_time(a.at, ZONE)[:10])
        for a in asks
    }


ERO = 'group = ["ero"]; data = ["driver.ssn"]; key = ["DQ"]; from = 2019-01-01T00:00:00'
TASK_FORCE = {  # TFO7 works for ERO from June to June
    ("CA0990100", "TFO7", None, "2019-06-01"),
    ("CA0990100", "TFO7", None, "2020-06-01"),
}


def test_an_allow_is_met_by_its_own_lines_and_a_deny_in_any_company(tmp_path: Path):
    made = ground(tmp_path, head() + rule("allow", "A", ERO) + rule("deny", "D", ERO))
    deny, allow = sorted(made.rules, key=lambda each: each.effect is Effect.ALLOW)
    assert who(made.met(allow)) == {("DCICE0900", None, None, "2019-01-01")}
    met = who(made.met(deny))
    assert met >= {
        ("DCICE0900", None, None, "2019-01-01"),
        ("CA0990100", None, "DCICE0900", "2019-01-01"),
        ("CA0990100", "ERO1A", None, "2019-01-01"),
    }
    assert met & TASK_FORCE == {("CA0990100", "TFO7", None, "2019-06-01")}


def test_the_facets_of_an_ask_are_those_of_its_instant(tmp_path: Path):
    made = ground(tmp_path, head() + rule("deny", "D", f"{ERO}; until = 2020-07-01T00:00:00"))
    (deny,) = made.rules
    sender = Sender(Line(Mnemonic("BAY1"), Ori("CA0990100")), OperatorId("TFO7"), None)
    spans = [(local_time(at, ZONE)[:10], f) for at, f in made.spans(sender, deny)]
    assert [(day, facets.operator_agencies) for day, facets in spans] == [
        ("2019-01-01", ("BAY-PD",)),
        ("2019-06-01", ("BAY-PD", "ICE-ERO")),
        ("2020-06-01", ("BAY-PD",)),
    ]


def test_what_a_subject_still_gets_is_found_with_its_class_while_it_is_the_subject(tmp_path: Path):
    """Refused by DQ, it leaves by DNQ: at its own line, on its behalf, by whoever works for it."""
    made = ground(tmp_path, head() + rule("deny", "D", ERO))
    (deny,) = made.rules
    wider = replace(deny, keys=frozenset())
    asked = [each for each in made.questions if each.key == "DNQ" and not each.image]
    found = list(made.open_to(deny.subject, wider, asked))
    assert {name for _, name in found} == {"driver.ssn"}
    asks = who(ask for ask, _ in found)
    assert ("DCICE0900", None, None, "2019-01-01") in asks
    assert asks & TASK_FORCE == {("CA0990100", "TFO7", None, "2019-06-01")}
    by_dq = [each for each in made.questions if each.key == "DQ"]
    assert list(made.open_to(deny.subject, wider, by_dq)) == []


def test_an_agency_that_a_rule_names_by_its_ori_is_told_from_others(tmp_path: Path):
    """ERO's other ORI is as good as anybody's for the rule, and is found for the agency."""
    made = ground(tmp_path, head() + rule("deny", "D", 'ori = ["DCICE0900"]; data = "any"'))
    (deny,) = made.rules
    agency = Subject(agency=frozenset(made.named["D"]))
    found = made.open_to(agency, deny, made.questions)
    assert ("ERO1", "DCICE0910") in {(a.request.terminal, a.request.ori) for a, _ in found}


def test_only_the_named_rule_lasts(tmp_path: Path):
    ends = 'group = ["police"]; data = "any"; until = 2020-01-01T00:00:00'
    both = rule("deny", "A", ends) + rule("deny", "B", ends.replace("police", "hsi"))
    made = ground(tmp_path, head() + both)
    lasting = made.lasting(made.rules[0])
    request = next(made.met(made.rules[1])).request
    assert lasting.decide(request, made.rules[1].end or 0.0).verdict == "ALLOW-DEFAULT"


def test_a_release_is_told_with_the_masked_fields_of_each_class(tmp_path: Path):
    text = head() + rule("allow", "A", 'everyone = true; data = "any"; mask = ["RES", "SOC"]')
    made = ground(tmp_path, text + rule("deny", "D", 'everyone = true; data = ["driver.photo"]'))
    asks = (ask for ask in made.met(made.restricting[0]) if ask.request.image)
    ask = next(asks)
    assert made.release(made.stack, ask.request, ask.at) == {
        "driver.record": {"RES"},
        "driver.ssn": {"SOC"},
    }


def test_a_finding_is_of_a_rule_at_one_of_its_keys_or_of_the_file(tmp_path: Path):
    made = ground(tmp_path, head() + rule("deny", "A", 'group = ["police"]; data = "any"'))
    (deny,) = made.rules
    edits = made.layout.take_out(made.place(deny, "data"))
    at_key = made.found(Lint.DEAD_RULE, deny, "what", "fix", key="data", edits=edits)
    assert str(at_key.finding) == (
        "CADMV.toml:10: L01 dead-rule: what\n    fix: fix; take out line 10"
    )
    assert at_key.finding.edits == edits
    as_such = made.found(Lint.NO_NEVER, deny, "what", "fix")
    assert str(as_such.finding) == "CADMV.toml:8: L19 no-never: what\n    fix: fix"
    of_all = made.found(Lint.NO_NEVER, None, "what", "fix", key="default")
    assert str(of_all.finding) == "CADMV.toml:5: L19 no-never: what\n    fix: fix"
    assert [each.rule for each in (at_key, as_such, of_all)] == ["A", "A", None]
