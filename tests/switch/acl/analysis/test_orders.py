"""What an order lets through, in requests and in words, and what two versions differ in."""

from __future__ import annotations

import pytest

from switch.acl.analysis.candidate import compiled, examine
from switch.acl.analysis.explain import explain
from switch.acl.analysis.orders import in_words, let_through, order_changes
from switch.acl.analysis.promises import judged_alone
from switch.acl.rules import Request, Subject
from tests.owners import BASE
from tests.switch.acl.shipped import DIRECTORY, WORLD
from tests.switch.core.inquiry.test_orders import DENY, FILE, ORDER

POLICY = compiled(DIRECTORY, "CADMV", FILE)
ALONE = judged_alone(POLICY, DIRECTORY)
(ONE,) = POLICY.orders
AT = ONE.start + 60
BAY = Request("BAY2", "CA0990100", "BPD2", None, "CADMV", "DQ", False, None)


def examined(file: bytes):
    return [str(each) for each in examine(WORLD, "CADMV", file, BASE).findings]


def test_what_it_lets_through_is_its_agencys_and_its_data():
    found = list(let_through(ALONE, POLICY, ONE))
    assert {each.request.ori for each in found} == {"CA0990100"}
    assert {each.request.key for each in found} == {"DQ", "DNQ"}
    assert {name for each in found for name in each.classes} == {"driver.record"}


def test_it_is_told_in_one_sentence():
    assert in_words(ONE, WORLD.timezone) == (
        "order DMV-O1 lets BAY-PD have driver.record of 2 named records, at most 2 answers, from"
        " 2019-10-15T00:00:00-07:00 until 2019-10-20T00:00:00-07:00, past DMV-09"
        " (Superior Court, order 19-1 (fictional))"
    )


@pytest.mark.parametrize(
    ("old", "new", "kind", "widens"),
    [
        (b"", b"", None, False),
        (ORDER, b"", "removed", False),
        (b"count   = 2", b"count   = 3", "changed", True),
        (b"count   = 2", b"count   = 1", "changed", False),
        (b"2019-10-20", b"2019-10-21", "changed", True),
        (b"2019-10-20", b"2019-10-19", "changed", False),
        (b', { OLN = "S0990002" }', b"", "changed", False),
        (b'data    = ["driver.record"]', b'data = "any"', "changed", True),
    ],
)
def test_a_difference_widens_unless_it_is_seen_to_be_narrower(old, new, kind, widens):
    other = judged_alone(compiled(DIRECTORY, "CADMV", FILE.replace(old, new)), DIRECTORY)
    found = order_changes(ALONE, other)
    assert [(each.kind, each.widens) for each in found] == ([(kind, widens)] if kind else [])


def test_a_new_order_is_new_access():
    without = judged_alone(compiled(DIRECTORY, "CADMV", FILE.replace(ORDER, b"")), DIRECTORY)
    assert [(e.kind, e.widens) for e in order_changes(without, ALONE)] == [("added", True)]


def of_file(*pairs: tuple[bytes, bytes], company: Subject | None = None):
    """What the order of a changed file lets through, and the order."""
    text = FILE
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    policy = compiled(DIRECTORY, "CADMV", text)
    (order,) = policy.orders
    return list(let_through(judged_alone(policy, DIRECTORY), policy, order, company)), order


def test_only_what_would_not_leave_without_it_is_let_through():
    ssn = (b'data   = "any"\nfrom   = 2019-10-10', b'data = ["driver.ssn"]\nfrom = 2019-10-10')
    found, _ = of_file(ssn, (b'data    = ["driver.record"]', b'data = ["driver.ssn"]'))
    assert {each.classes for each in found} == {("driver.ssn",)}
    record = (
        b'data   = "any"\nfrom   = 2019-10-10',
        b'data = ["driver.record"]\nfrom = 2019-10-10',
    )
    found, _ = of_file(record, (b'data    = ["driver.record"]', b'data = "any"'))
    assert {each.classes for each in found} >= {("driver.record", "driver.ssn")}


def test_those_of_a_promise_are_asked_for_at_its_agencys_desks_one_after_the_other():
    people = Subject(operator=frozenset({"TFO7", "BPD2"}))
    found, _ = of_file(company=people)
    assert "BPD2" in {each.request.operator for each in found}
    assert {each.request.operator for each in found} <= {"TFO7", "BPD2"}
    police = Subject(group=frozenset({"police"}))
    found, _ = of_file((b"BAY-PD", b"VALLEY-SO"), company=police)
    assert {each.request.terminal for each in found} == {"VSO1"}


def test_one_and_many_are_told_apart_in_words():
    second = DENY.replace(b"DMV-09", b"DMV-10")
    _, order = of_file(
        (b', { OLN = "S0990002" }', b""),
        (b"count   = 2", b"count   = 1"),
        (b'["driver.record"]\ncount', b'["driver.record", "driver.photo"]\ncount'),
        (b'["DMV-09"]', b'["DMV-10", "DMV-09"]'),
        (DENY, DENY + second),
    )
    assert in_words(order, WORLD.timezone).startswith(
        "order DMV-O1 lets BAY-PD have driver.photo, driver.record of 1 named record,"
        " at most 1 answer, from"
    )
    assert "past DMV-09, DMV-10 (" in in_words(order, WORLD.timezone)
    found, order = of_file(
        (b'data    = ["driver.record"]', b'data = "any"'), (b', { OLN = "S0990002" }', b"")
    )
    assert "have any data of" in in_words(order, WORLD.timezone)
    assert found


# --- what check says -----------------------------------------------------------------------------

NEVER = b"""
[[never]]
id    = "DMV-N9"
group = ["police"]
data  = ["driver.record"]
from  = 2019-10-15T00:00:00
"""


def test_an_order_does_not_pass_a_never():
    (found,) = examined(FILE + NEVER)
    assert "DMV-N9 does not hold" in found
    for_others = NEVER.replace(b"police", b"ero")
    assert not [each for each in examined(FILE + DENY_ERO + for_others) if "order" in each]
    only = FILE.replace(b'agency = ["BAY-PD"]', b'group = ["police"]', 1)
    (found,) = examined(only + NEVER)
    assert "order DMV-O1 lets driver.record through for" in found


DENY_ERO = DENY.replace(b"DMV-09", b"DMV-10").replace(b'agency = ["BAY-PD"]', b'group = ["ero"]')


def test_a_never_that_the_order_does_not_touch_holds():
    only = FILE.replace(b'agency = ["BAY-PD"]', b'group = ["police"]', 1)
    assert examined(only + NEVER.replace(b"driver.record", b"driver.photo")) == []
    later = NEVER.replace(b"2019-10-15", b"2019-10-20")
    assert examined(only + later) == []


TEST = b"""
[[test]]
at       = 2019-10-16T00:00:00
terminal = "BAY2"
ori      = "CA0990100"
key      = "DQ"
fields   = { OLN = "S0990001" }
expect   = "ALLOW"
rule     = "DMV-O1"
"""


def test_a_test_can_name_a_record():
    assert examined(FILE + TEST) == []
    (found,) = examined(FILE + TEST.replace(b"S0990001", b"S0990009"))
    assert "the file says DENY-RULE" in found


# --- what decide says ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "used", "sentence"),
    [
        ({"OLN": "S0990001"}, 1, "Court order DMV-O1 lifts DMV-09 for this record until"),
        ({"OLN": "S0990001"}, 2, "Court order DMV-O1 is used up: 0 of 2 answers are left."),
        ({"OLN": "S0990009"}, 0, "Court order DMV-O1 holds for other records"),
    ],
)
def test_it_is_explained_what_an_order_does_here(fields, used, sentence):
    uses = {("CADMV", "DMV-O1"): used}
    decision = ALONE.decide_named(BAY, AT, fields, uses)
    assert any(sentence in each for each in explain(ALONE, BAY, AT, decision, fields, uses))


def test_what_an_order_lifted_is_said_to_be_excused_by_it():
    decision = ALONE.decide_named(BAY, AT, {"OLN": "S0990001"}, {})
    found = " ".join(explain(ALONE, BAY, AT, decision, {"OLN": "S0990001"}))
    assert "answered without driver.ssn" in found
