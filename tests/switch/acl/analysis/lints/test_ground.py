"""What all lints stand on: who can ask what of one file."""

from __future__ import annotations

from pathlib import Path

from tests.switch.acl.analysis.lints.files import ground, head, rule


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
