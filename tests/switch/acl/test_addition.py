"""Rules given at run time: checked as in the file, and refused in words."""

from __future__ import annotations

from datetime import datetime

import pytest

from switch.acl.addition import parse_rule
from switch.acl.rules import Effect, Rule
from switch.errors import AuthoredError
from tests.playbook import golden_state

STACK = golden_state()[1]
TABLE = {
    "id": "NEW-1",
    "agency": ["BAY-PD"],
    "data": "any",
    "from": datetime.fromisoformat("2019-10-16T00:00:00"),
    "reason": "r",
    "cite": "c",
}
SUSPENDED = {name: value for name, value in TABLE.items() if name != "data"}


def given(backend: str, effect: str, table: dict) -> Rule:
    return parse_rule(STACK.policy(backend), STACK.directory, effect, table)


@pytest.mark.parametrize("effect", ["deny", "refer", "allow"])
def test_an_owner_can_be_given_a_rule_of_each_effect(effect: str):
    rule = given("CADMV", effect, TABLE)
    assert (rule.id, rule.effect, rule.reason, rule.cite) == ("NEW-1", Effect(effect), "r", "c")
    assert rule.subject.agency == {"BAY-PD"}


def test_the_network_can_be_given_a_suspension_and_its_ids_are_its_own():
    assert given("NETWORK", "suspend", SUSPENDED | {"id": "DMV-01"}).effect is Effect.SUSPEND
    with pytest.raises(AuthoredError, match="id `NET-01` stands there already"):
        given("NETWORK", "suspend", SUSPENDED | {"id": "NET-01"})


def test_it_excepts_allows_of_that_file_only():
    for other in ("DMV-01", "WPS-01"):
        with pytest.raises(AuthoredError, match=f"exception `{other}` is not an allow"):
            given("CADMV", "deny", TABLE | {"except": [other]})
    assert given("CADMV", "deny", TABLE | {"except": ["DMV-02"]}).exceptions == {"DMV-02"}


def test_its_local_times_are_the_worlds():
    here = given("CADMV", "deny", TABLE).start
    assert here == datetime.fromisoformat("2019-10-16T00:00:00-07:00").timestamp()
    there = datetime.fromisoformat("2019-10-16T00:00:00-04:00")
    assert here - given("CADMV", "deny", TABLE | {"from": there}).start == 3 * 3600


@pytest.mark.parametrize("change", [{"data": "?"}, {"from": "?"}, {"agency": ["?"]}])
def test_it_may_leave_nothing_open(change: dict):
    with pytest.raises(AuthoredError):
        given("CADMV", "deny", TABLE | change)


THREE = "\n    fix: one of deny, refer, allow"


@pytest.mark.parametrize(
    ("backend", "effect", "table", "said"),
    [
        ("CADMV", "suspend", TABLE, f"`suspend` is not a rule that CADMV can have{THREE}"),
        ("CADMV", "grant", TABLE, f"`grant` is not a rule that CADMV can have{THREE}"),
        (
            "NETWORK",
            "deny",
            TABLE,
            "`deny` is not a rule that NETWORK can have\n    fix: one of suspend",
        ),
        ("CADMV", "deny", {"id": "DMV-01"}, "id `DMV-01` stands there already; ids are for ever"),
        ("CADMV", "deny", {"agency": [3]}, "`agency[1]` must be a text in quotes (got 3)"),
        ("CADMV", "deny", {"agency": ["NOBODY"]}, "agency `NOBODY` is not in the directory"),
        ("CADMV", "deny", {"reason": 3}, "`reason` must be a text in quotes (got 3)"),
        ("CADMV", "deny", {"mask": ["RES"]}, "`mask` is not a key here\n    fix: "),
        ("CADMV", "deny", {"key": ["QQQQ"]}, "CADMV does not answer key `QQQQ`"),
        ("CADMV", "deny", {"from": "x"}, "not a date and time\n    fix: write it without quotes"),
        ("CADMV", "deny", {"timezone": "x"}, "`timezone` is not a key here\n    fix: "),
    ],
)
def test_it_is_refused_word_for_word(backend: str, effect: str, table: dict, said: str):
    with pytest.raises(AuthoredError) as caught:
        given(backend, effect, TABLE | table)
    (found,) = caught.value.findings
    assert str(found).startswith(f"rule for {backend}: {said}")
    assert found.edits == ()


def test_all_that_is_wrong_with_it_is_said_at_once():
    with pytest.raises(AuthoredError) as caught:
        given("CADMV", "deny", TABLE | {"agency": [3], "reason": 3})
    assert [str(found) for found in caught.value.findings] == [
        "rule for CADMV: `agency[1]` must be a text in quotes (got 3)\n    fix: write it in quotes",
        "rule for CADMV: `reason` must be a text in quotes (got 3)\n    fix: write it in quotes",
    ]
    with pytest.raises(AuthoredError) as caught:
        given("CADMV", "deny", TABLE | {"id": "DMV-01", "agency": ["X"], "except": ["DMV-01"]})
    assert [found.what.partition(" ")[0] for found in caught.value.findings] == [
        "agency",
        "exception",
        "id",
    ]
