"""Recorded decisions made again: every outcome, and the same as judging them one by one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.traffic import Outcome, tally
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from switch.acl.rules import Request
from tests.playbook import golden_state
from tests.switch.acl import random_worlds
from tests.switch.acl.random_changes import two_sides

STACK = golden_state()[1]
NOVEMBER = 1572591600.0  # 2019-11-01T00:00:00 in Los Angeles
PLAIN = Request("BAY2", "CA0990100", None, None, "CADMV", "DQ", False, None)


def rule(effect: str, who: dict, backend: str = "CADMV", **more: object):
    when = datetime.fromisoformat("2019-11-01T00:00:00")
    table = {"id": "NEW", "data": "any", "from": when, "reason": "r", "cite": "c", **who, **more}
    return STACK.with_rule(backend, effect, table)


def judged(new, *requests: Request, at: float = NOVEMBER, old=STACK):
    return tally(old, new, [(f"line {n}", each, at) for n, each in enumerate(requests, 1)])


def test_a_cut_off_revokes_what_was_asked_and_shows_the_first():
    found = judged(
        rule("deny", {"agency": ["BAY-PD"]}), PLAIN._replace(terminal="VSO1"), PLAIN, PLAIN
    )
    assert found.decisions == 3
    assert found.counts[Outcome.REVOKED] == 2
    example = found.examples[Outcome.REVOKED]
    assert (example.place, example.classes) == ("line 2", ("driver.record", "driver.ssn"))
    assert (example.old, example.new) == ("ALLOW-DEFAULT", "DENY-RULE")
    assert (found.differs, found.widened) == (True, 0)


def test_before_its_instant_a_rule_changes_nothing():
    found = judged(rule("deny", {"agency": ["BAY-PD"]}), PLAIN, at=NOVEMBER - 1)
    assert found.counts == {Outcome.SAME: 1}
    assert not found.differs


def test_what_a_withdrawn_rule_gives_back_is_gained():
    cut = rule("deny", {"agency": ["BAY-PD"]})
    found = judged(STACK, PLAIN, old=cut)
    assert (found.counts, found.widened) == ({Outcome.GAINED: 1}, 1)


def test_a_mask_is_told_and_only_a_lifted_one_widens():
    masked = rule("allow", {"group": ["police"]}, mask=["DOB"])
    added, lifted = judged(masked, PLAIN), judged(STACK, PLAIN, old=masked)
    assert (added.counts, added.widened) == ({Outcome.MASKED: 1}, 0)
    assert (lifted.counts, lifted.widened) == ({Outcome.MASKED: 1}, 1)


def test_what_no_catalog_or_directory_knows_is_undecidable():
    found = judged(
        STACK,
        PLAIN._replace(key="ZZZ"),
        PLAIN._replace(backend="NOWHERE"),
        PLAIN._replace(ori="CA0999900"),
        PLAIN._replace(operator="NOBODY"),
    )
    assert found.counts == {Outcome.UNDECIDABLE: 4}
    assert found.differs


def test_a_line_that_may_not_send_an_ori_is_refused_by_both_alike():
    assert judged(STACK, PLAIN._replace(ori="DCICE0900")).counts == {Outcome.SAME: 1}


def test_every_decision_that_widens_is_counted():
    cut = rule("deny", {"agency": ["BAY-PD"]})
    found = judged(STACK, PLAIN, PLAIN, PLAIN._replace(terminal="VSO1", ori="CA0990200"), old=cut)
    assert (found.widened, found.counts) == (2, {Outcome.GAINED: 2, Outcome.SAME: 1})
    assert found.examples[Outcome.GAINED].classes == ("driver.record", "driver.ssn")


@pytest.mark.parametrize(
    ("who", "request_"),
    [
        ({"operator": ["BPD2"]}, PLAIN._replace(operator="BPD2")),
        ({"agency": ["HARBOR-PD"]}, PLAIN._replace(on_behalf_of="CA0990300")),
        ({"agency": ["REGION-HUB"]}, PLAIN._replace(terminal="HRB1", ori="CA0990300")),
    ],
)
def test_everybody_in_the_request_can_be_near_a_change(who: dict, request_: Request):
    found = judged(rule("deny", who), request_, PLAIN)
    assert found.counts == {Outcome.REVOKED: 1, Outcome.SAME: 1}


def test_a_rule_that_says_something_else_now_is_a_change():
    old = rule("deny", {"agency": ["BAY-PD"]}, key=["DQ"])
    new = rule("deny", {"agency": ["BAY-PD"]}, key=["RQ"])
    found = judged(new, PLAIN, PLAIN._replace(key="RQ"), old=old)
    assert found.counts == {Outcome.GAINED: 1, Outcome.REVOKED: 1}


def test_of_a_class_that_is_gone_no_mask_is_told():
    hidden = rule("allow", {"group": ["police"]}, data=["driver.record"], mask=["DOB"])
    when = datetime.fromisoformat("2019-11-01T00:00:00")
    table = {"id": "SSN", "data": ["driver.ssn"], "from": when, "reason": "r", "cite": "c"}
    both = hidden.with_rule("CADMV", "deny", {**table, "group": ["police"]})
    found = judged(both, PLAIN)
    assert found.examples[Outcome.MASKED].classes == ("driver.record",)
    assert found.examples[Outcome.REVOKED].classes == ("driver.ssn",)


def with_catalog(backend: str, key: str, **parts: object) -> AccessStack:
    """The shipped rules in a world whose catalog differs; a key without classes is not there."""
    world = STACK.world
    catalog = [
        replace(entry, **parts) if (entry.backend, entry.key) == (backend, key) else entry
        for entry in world.catalog
        if parts or (entry.backend, entry.key) != (backend, key)
    ]
    other = replace(world, catalog=tuple(catalog))
    return AccessStack(other, Directory(other), dict(STACK.owners), STACK.network)


def test_what_only_one_catalog_has_is_undecidable():
    fewer = with_catalog("CADMV", "DQ")
    assert judged(fewer, PLAIN).counts == {Outcome.UNDECIDABLE: 1}
    assert judged(STACK, PLAIN, old=fewer).counts == {Outcome.UNDECIDABLE: 1}


def test_another_catalog_of_this_backend_is_a_change_and_of_another_is_none():
    without = with_catalog("CADMV", "DQ", classes=("driver.record",))
    found = judged(without, PLAIN)
    assert found.counts == {Outcome.REVOKED: 1}
    assert found.examples[Outcome.REVOKED].classes == ("driver.ssn",)
    elsewhere = with_catalog("NVDMV", "DQ", classes=("driver.record",))
    assert judged(elsewhere, PLAIN).counts == {Outcome.SAME: 1}


@pytest.mark.parametrize("seed", range(8))
def test_it_agrees_with_judging_one_by_one(tmp_path: Path, seed: int):
    random = Random(seed)
    oracles, stacks = two_sides(random, tmp_path, same_world=seed % 2 == 0)
    asked, expected = [], Counter[str]()
    for number in range(400):
        row = random_worlds.request(random, oracles[seed % 2].world)
        at = oracles[0].when(random_worlds.day(random))
        asked.append((str(number), Request(**row), at))
        for outcome in _outcomes(oracles, row, at):
            expected[outcome] += 1
    assert tally(*stacks, asked).counts == dict(expected)


def _outcomes(oracles, row, at: float) -> set[str]:
    answers = [oracle.decide(row, at) for oracle in oracles]
    if any(answer["verdict"] == "DENY-ERROR" for answer in answers):
        return {"undecidable"}
    if not any(_known(oracle, row) for oracle in oracles):
        return {"undecidable"}
    before, after = (_seen(*pair) for pair in zip(oracles, answers, strict=True))
    found = {"revoked" for name in before if name not in after}
    found |= {"gained" for name in after if name not in before}
    both = before.keys() & after.keys()
    found |= {"masked differently" for name in both if before[name] != after[name]}
    return found or {"same"}


def _known(oracle, row) -> bool:
    people = {None, *oracle.operators}
    oris = {None, *oracle.oris}
    named = row["terminal"] in oracle.terminals and row["ori"] in oracle.oris
    return named and row["operator"] in people and row["on_behalf_of"] in oris


def _seen(oracle, answer) -> dict[str, set[str]]:
    if not answer["verdict"].startswith("ALLOW"):
        return {}
    fields = oracle.world["classes"]
    allowed = [name for name, verdict in answer["classes"].items() if verdict.startswith("ALLOW")]
    return {name: set(fields[name]) - answer["masks"] for name in allowed}
