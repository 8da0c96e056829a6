"""The engine against an independent oracle, and the properties that no file may break."""

from __future__ import annotations

import copy
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.candidate import compiled
from switch.acl.decision import Decision
from switch.acl.engine import AccessStack
from switch.acl.orders import Uses
from switch.acl.policy import Policy
from switch.acl.rules import Effect, Request, Rule, Subject
from switch.errors import AuthoredError
from switch.files.authored import instant as authored_instant
from switch.terms import Verdict
from tests.playbook import golden_state
from tests.switch.acl import random_worlds
from tests.switch.acl.agreement import asked, instant, loaded, made, parts
from tests.switch.acl.oracle import Oracle
from tests.switch.core.inquiry.test_orders import FILE as ORDERED

WORLD, STACK, _ = golden_state()
WORLDS = 60
QUICK = 6  # of them are asked whenever one would not wait
REQUESTS = 400  # to each world: 24,000 decisions in one run of the suite


def seeds(first: int, count: int, quick: int = QUICK) -> list[object]:
    """Seeds, all but the first few of them marked slow."""
    rest = range(first + quick, first + count)
    return [*range(first, first + quick), *(pytest.param(n, marks=pytest.mark.slow) for n in rest)]


@pytest.mark.parametrize("seed", seeds(0, WORLDS))
def test_the_engine_agrees_with_the_oracle(tmp_path: Path, seed: int):
    random, place, owners, network = made(seed)
    stack, oracle = loaded(tmp_path, place, owners, network), Oracle(place, owners, network)
    for _ in range(REQUESTS):
        table, at = random_worlds.request(random, place), instant(random, oracle)
        expected, decision = oracle.decide(table, at), stack.decide(asked(table), at)
        assert parts(decision, release=False) == expected, (table, at)


def ordered(seed: int) -> tuple[Random, dict, dict, dict]:
    random, place, owners, network = made(seed)
    owners = {n: random_worlds.with_orders(random, place, file, n) for n, file in owners.items()}
    return random, place, owners, network


@pytest.mark.parametrize("seed", seeds(5000, WORLDS))
def test_the_engine_agrees_with_the_oracle_on_court_orders(tmp_path: Path, seed: int):
    random, place, owners, network = ordered(seed)
    stack, oracle = loaded(tmp_path, place, owners, network), Oracle(place, owners, network)
    for _ in range(200):
        table, at = random_worlds.request(random, place), instant(random, oracle)
        fields = {"NAM": random.choice([*random_worlds.RECORDS, "NOBODY"]), "SEX": "F"}
        used = {f"{table['backend']}-O{n}": random.randint(0, 3) for n in range(6)}
        uses = {(table["backend"], name): count for name, count in used.items()}
        expected = oracle.decide_named(table, at, fields, used)
        decision = stack.decide_named(asked(table), at, fields, uses)
        assert decision.verdict == expected["verdict"], (table, at)
        assert decision.order == expected.get("order", ""), (table, at)
        if expected["verdict"] != "DENY-ERROR":
            assert {n: v for n, v, _ in decision.classes} == expected["classes"], (table, at)
            for name in ("rules", "exceptions", "masks", "notices"):
                assert set(getattr(decision, name)) == expected[name], (table, at, name)


def test_orders_are_met_often_enough_in_those_worlds_to_mean_something(tmp_path: Path):
    met = 0
    for seed in range(5000, 5010):
        random, place, owners, network = ordered(seed)
        oracle = Oracle(place, owners, network)
        for _ in range(200):
            table, at = random_worlds.request(random, place), instant(random, oracle)
            met += "order" in oracle.decide_named(table, at, {"NAM": "ALBITE"}, {})
    assert met > 20


@pytest.mark.parametrize("seed", seeds(6000, 12, 3))
def test_an_order_never_narrows_and_never_passes_a_suspension(tmp_path: Path, seed: int):
    random, place, owners, network = ordered(seed)
    stack, oracle = loaded(tmp_path, place, owners, network), Oracle(place, owners, network)
    for _ in range(200):
        request, at = asked(random_worlds.request(random, place)), instant(random, oracle)
        plain, under = stack.decide(request, at), stack.decide_named(request, at, ALBITE, {})
        assert leaving(plain) <= leaving(under)
        if plain.suspension or plain.verdict in (Verdict.DENY_IDENTITY, Verdict.DENY_ERROR):
            assert under is plain
        used_up = {(n, o["id"]): 9 for n, file in owners.items() for o in file.get("order", [])}
        assert stack.decide_named(request, at, ALBITE, used_up) is plain
        assert stack.decide_named(request, at, {"NAM": "NOBODY"}, {}) is plain


ALBITE = {"NAM": "ALBITE"}


def leaving(decision) -> frozenset:
    return decision.released_classes if decision.released else frozenset()


@pytest.mark.parametrize("seed", seeds(1000, 12, 3))
def test_adding_a_deny_never_widens_access(tmp_path: Path, seed: int):
    random, place, owners, network = made(seed)
    before = loaded(tmp_path / "before", place, owners, network)
    deny = random_worlds.timed(random, "NEW") | random_worlds.subject(random, place)
    owners["B1"].setdefault("deny", []).append(deny | {"data": "any"})
    after = loaded(tmp_path / "after", place, owners, network)
    oracle = Oracle(place, owners, network)
    for _ in range(200):
        request = asked(random_worlds.request(random, place))
        at = instant(random, oracle)
        was, now = before.decide(request, at), after.decide(request, at)
        assert now.released_classes <= was.released_classes
        assert not (now.released and not was.released)


@pytest.mark.parametrize("seed", seeds(2000, 12, 3))
def test_the_order_of_rules_never_matters(tmp_path: Path, seed: int):
    random, place, owners, network = made(seed)
    one = loaded(tmp_path / "one", place, owners, network)
    turned = copy.deepcopy(owners)
    for file in turned.values():
        for effect in ("deny", "refer", "allow"):
            if effect in file:
                file[effect] = list(reversed(file[effect]))
    other = loaded(tmp_path / "other", place, turned, network)
    oracle = Oracle(place, owners, network)
    for _ in range(200):
        request, at = asked(random_worlds.request(random, place)), instant(random, oracle)
        a, b = one.decide(request, at), other.decide(request, at)
        parts = ("verdict", "classes", "rules", "exceptions", "masks", "notices", "tell")
        assert [getattr(a, part) for part in parts] == [getattr(b, part) for part in parts]


@pytest.mark.parametrize("seed", seeds(3000, 12, 3))
def test_an_owners_file_never_affects_anothers_backend(tmp_path: Path, seed: int):
    random, place, owners, network = made(seed)
    one = loaded(tmp_path / "one", place, owners, network)
    changed = owners | {"B2": random_worlds.owner_file(random, place, "B2")}
    other = loaded(tmp_path / "other", place, changed, network)
    oracle = Oracle(place, owners, network)
    for _ in range(200):
        table = random_worlds.request(random, place) | {"backend": "B1", "key": "DQ"}
        at = instant(random, oracle)
        a, b = one.decide(asked(table), at), other.decide(asked(table), at)
        assert (a.verdict, a.classes, a.masks) == (b.verdict, b.classes, b.masks)


@pytest.mark.parametrize("seed", seeds(4000, 8, 3))
def test_a_release_is_never_wider_than_either_decision(tmp_path: Path, seed: int):
    random, place, owners, network = made(seed)
    stack, oracle = loaded(tmp_path, place, owners, network), Oracle(place, owners, network)
    for _ in range(200):
        request = asked(random_worlds.request(random, place))
        first, second = sorted((instant(random, oracle), instant(random, oracle)))
        earlier, later = stack.decide(request, first), stack.decide(request, second)
        release = stack.decide_release(request, first, earlier, second)
        assert release.released_classes <= earlier.released_classes & later.released_classes
        assert set(release.masks) >= set(earlier.masks)
        if stack.epoch(first) == stack.epoch(second):
            assert release is earlier


@pytest.mark.parametrize("seed", seeds(5000, 20, 3))
def test_a_release_agrees_with_the_oracle(tmp_path: Path, seed: int):
    random, place, owners, network = made(seed)
    stack, oracle = loaded(tmp_path, place, owners, network), Oracle(place, owners, network)
    for _ in range(200):
        table = random_worlds.request(random, place)
        first, second = sorted((instant(random, oracle), instant(random, oracle)))
        request, expected = asked(table), oracle.release(table, first, second)
        release = stack.decide_release(request, first, stack.decide(request, first), second)
        assert parts(release, release=True) == expected, (table, first, second)


def test_decisions_change_only_at_the_instants_that_the_stack_names(tmp_path: Path):
    random, place, owners, network = made(5)
    stack, oracle = loaded(tmp_path, place, owners, network), Oracle(place, owners, network)
    at = oracle.when(random_worlds.START) - 1
    requests = [asked(random_worlds.request(random, place)) for _ in range(100)]
    while (change := stack.next_instant(at)) is not None:
        for request in requests:
            just_before = stack.decide_owner_only(request, change - 0.001)
            assert just_before.classes == stack.decide_owner_only(request, at).classes
        at = change


def test_a_full_memory_of_decisions_forgets_and_goes_on(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("switch.acl.engine.REMEMBERED_MAX", 3)
    random, place, owners, network = made(6)
    stack, oracle = loaded(tmp_path, place, owners, network), Oracle(place, owners, network)
    for _ in range(50):
        table, at = random_worlds.request(random, place), instant(random, oracle)
        assert stack.decide(asked(table), at).verdict == oracle.decide(table, at)["verdict"]
        assert len(stack._remembered) <= 3


def test_a_line_is_looked_up_once_and_a_full_memory_of_lines_forgets(monkeypatch):
    monkeypatch.setattr("switch.acl.engine.REMEMBERED_MAX", 3)
    stack = AccessStack(WORLD, STACK.directory, STACK.owners, STACK.network)
    for line in [(terminal, ori) for terminal in WORLD.terminals for ori in ("CA0990100", "X")]:
        found = stack.suspending(*line)
        assert stack.suspending(*line) is found
        assert len(stack._suspending) <= 3


# --- what a decision says, case by case ------------------------------------------------------

DESK = Request("BAY1", "CA0990100", "TFO7", None, "CADMV", "DQ", False, None)
ERO = Request("ERO1", "DCICE0900", "ERO1A", None, "CADMV", "DQ", False, None)


def when(text: str) -> float:
    return authored_instant(datetime.fromisoformat(text), WORLD.timezone)


def rule(id: str, **more: object) -> dict:
    start = datetime.fromisoformat("2019-01-01T00:00:00")
    return {"id": id, "data": "any", "from": start, "reason": "r", "cite": "c", **more}


def test_a_release_sees_an_affiliation_that_was_valid_when_the_query_was_made():
    asked_at, now = when("2020-05-31T23:59:59"), when("2020-06-01T00:00:01")
    judged_late = STACK.decide(DESK, now)
    assert judged_late.released
    release = STACK.decide_release(DESK, asked_at, judged_late, now)
    assert (release.verdict, release.rules) == ("DENY-RULE", ("DMV-01",))
    assert STACK.decide_release(DESK, asked_at, release, now) is release


def test_withdrawing_a_rule_that_has_ended_does_not_make_it_last_longer():
    later = STACK.withdrawn("CADMV", "DMV-02", when("2022-01-01T00:00:00"))
    ends = {each.id: each.end for each in later.owners["CADMV"].rules}
    assert ends["DMV-02"] == when("2020-10-15T00:00:00")


def test_an_allow_for_everyone_excuses_nobody_but_the_lines_own_agencies():
    table = rule("EVERY", everyone=True)
    stack = STACK.with_rule("CADMV", "allow", table)
    stack = stack.with_rule("CADMV", "deny", rule("NO-HSI", group=["hsi"], **{"except": ["EVERY"]}))
    stack = stack.withdrawn("CADMV", "DMV-03", when("2019-10-15T00:00:00"))
    at = when("2019-11-01T00:00:00")
    desk = DESK._replace(terminal="BAY2", operator="HSI1A")
    assert stack.decide(desk, at).rules == ("EVERY", "NO-HSI")
    own = Request("HSI1", "DCICE0500", "HSI1A", None, "CADMV", "DQ", False, None)
    assert stack.decide(own, at).exceptions == ("NO-HSI",)


def test_every_suspension_that_covers_a_line_is_named_and_the_first_by_id_speaks():
    table = rule("NET-00", terminal=["ERO1"], tell="FIRST")
    del table["data"]
    stack = STACK.with_rule("NETWORK", "suspend", table)
    decision = stack.decide(ERO, when("2019-11-01T00:00:00"))
    assert decision.classes[0][2] == ("NET-00", "NET-01")
    assert (decision.suspension, decision.tell) == ("NET-00", "FIRST")
    assert decision.owner == "DENY-RULE"


def test_what_is_suspended_carries_no_mask_and_no_notice():
    table = rule("NET-02", agency=["ICE-HSI"])
    del table["data"]
    stack = STACK.with_rule("NETWORK", "suspend", table)
    own = Request("HSI1", "DCICE0500", "HSI1A", None, "CADMV", "DQ", False, "C")
    decision = stack.decide(own, when("2019-11-01T00:00:00"))
    assert (decision.verdict, decision.owner) == ("DENY-SUSPENDED", "ALLOW")
    assert (decision.network, decision.tell) == ("DENY-SUSPENDED", "")
    assert (decision.rules, decision.exceptions) == (("DMV-02", "DMV-03"), ("DMV-03",))
    assert (decision.masks, decision.notices) == ((), ())


def test_a_fault_of_ours_refuses_and_says_so_for_the_journal(monkeypatch):
    def broken(*_: object) -> None:
        raise KeyError("directory")

    monkeypatch.setattr("switch.acl.weighing.index_keys_of", broken)
    _, stack, _ = golden_state()
    fresh = AccessStack(stack.world, stack.directory, stack.owners, stack.network)
    decision = fresh.decide(DESK, when("2019-11-01T00:00:00"))
    assert (decision.verdict, decision.released) == ("DENY-ERROR", False)
    assert "directory" in decision.fault


def test_a_decision_names_the_versions_of_rules_directory_and_catalog():
    decision = STACK.decide(DESK, when("2019-11-01T00:00:00"))
    for name in ("CADMV", "NETWORK", "directory", "catalog"):
        assert len(decision.versions[name]) == 64


@pytest.mark.parametrize("effect", ["deny", "refer"])
def test_a_refusal_looks_at_no_rule_that_cannot_match(effect):
    """However many rules speak of others, nobody walks through them all."""
    rules = [
        Rule(f"R{n}", Effect(effect), Subject(agency=frozenset({f"X{n}"})), None, 0.0, None)
        for n in range(1000)
    ]
    mine = Rule("MINE", Effect(effect), Subject(group=frozenset({"ero"})), None, 0.0, None)
    policy = Policy("CADMV", [*rules, mine], Verdict.ALLOW_DEFAULT, "v", "o")
    stack = AccessStack(WORLD, STACK.directory, {"CADMV": policy}, STACK.network)
    policy.rules = Untouched(policy.rules)
    assert stack.decide(DESK, when("2019-11-01T00:00:00")).rules == ("MINE",)


class Untouched(tuple):
    """Rules that nobody may walk through."""

    __slots__ = ()

    def __iter__(self):
        raise AssertionError("walked through all the rules of a file")


# --- time ------------------------------------------------------------------------------------


def spell(id: str, start: float, end: float | None = None, effect: Effect = Effect.DENY) -> Rule:
    return Rule(id, effect, Subject(everyone=True), None, start, end)


def timed() -> AccessStack:
    """Two owners' rules and a suspension in the first seconds of 1970."""
    owners = {
        name: Policy(name, rules, Verdict.ALLOW_DEFAULT, name, "o")
        for name, rules in (
            ("NVDMV", [spell("N1", 10.0)]),
            ("CADMV", [spell("C1", 10.0, 20.0), spell("C2", 30.0)]),
        )
    }
    network = Policy(
        "NETWORK", [spell("S1", 10.0, 20.0, Effect.SUSPEND)], Verdict.DENY_ERROR, "", "o"
    )
    return AccessStack(WORLD, STACK.directory, owners, network)


def test_time_is_cut_where_a_rule_begins_or_ends():
    stack = timed()
    assert [stack.epoch(at) for at in (9.9, 10.0, 19.9, 20.0, 30.0)] == [0, 1, 1, 2, 3]
    assert [stack.next_instant(at) for at in (0.0, 10.0, 20.0)] == [10.0, 20.0, 30.0]
    assert stack.next_instant(when("2100-01-01T00:00:00")) is None
    assert stack.instants_until(9.9) == []
    assert stack.instants_until(20.0) == [10.0, 20.0]


def test_before_a_change_is_the_last_change_before_it_or_a_second_earlier():
    assert [timed().before(at) for at in (10.0, 20.0, 30.0)] == [9.0, 10.0, 20.0]


def test_what_began_and_what_ended_is_listed_by_file_the_networks_first():
    began = [("NETWORK", ("S1",), ()), ("CADMV", ("C1",), ()), ("NVDMV", ("N1",), ())]
    ended = [("NETWORK", (), ("S1",)), ("CADMV", (), ("C1",))]
    stack = timed()
    assert stack.changes(9.0, 10.0) == began
    assert stack.changes(10.0, 19.0) == []
    assert stack.changes(19.0, 20.0) == ended
    assert stack.changes(20.0, 29.0) == []
    assert stack.changes(0.0, 20.0)[1] == ("CADMV", ("C1",), ("C1",))


# --- changes ---------------------------------------------------------------------------------


def test_a_rule_that_is_not_there_cannot_be_withdrawn():
    for backend in ("CADMV", "NETWORK"):
        with pytest.raises(AuthoredError) as caught:
            STACK.withdrawn(backend, "DMV-99", 0.0)
        (found,) = caught.value.findings
        assert str(found) == f"{backend}: there is no rule `DMV-99` of {backend} to withdraw"


def test_nothing_is_added_to_or_withdrawn_from_a_backend_that_is_not_there():
    for name, fix in (("CADM", "did you mean `CADMV`?"), ("NETWORKS", "did you mean `NETWORK`?")):
        changes = (
            lambda name=name: STACK.withdrawn(name, "DMV-99", 0.0),
            lambda name=name: STACK.with_rule(name, "deny", rule("X-1", group=["hsi"])),
        )
        for change in changes:
            with pytest.raises(AuthoredError) as caught:
                change()
            (found,) = caught.value.findings
            assert str(found) == f"{name}: there is no backend `{name}`\n    fix: {fix}"


def test_a_rule_that_is_added_begins_at_its_time_and_ends_when_it_is_withdrawn():
    table = rule("X-1", agency=["BAY-PD"]) | {"from": datetime.fromisoformat("2019-10-16T00:00:00")}
    wider, start = STACK.with_rule("CADMV", "deny", table), when("2019-10-16T00:00:00")
    ended = wider.withdrawn("CADMV", "X-1", start + 60)
    request = Request("BAY2", "CA0990100", None, None, "CADMV", "RQ", False, None)
    verdicts = [ended.decide(request, start + more).verdict for more in (-1, 0, 59, 60)]
    assert verdicts == ["ALLOW-DEFAULT", "DENY-RULE", "DENY-RULE", "ALLOW-DEFAULT"]
    assert wider.decide(request, start + 60).verdict == "DENY-RULE"


def test_withdrawing_again_later_does_not_make_a_rule_last_longer():
    twice = STACK.withdrawn("CADMV", "DMV-01", 1571300000.0).withdrawn("CADMV", "DMV-01", 1.6e9)
    assert twice.owners["CADMV"].rules[0].end == 1571300000.0


def test_an_id_stays_used_when_its_rule_is_withdrawn():
    ended = STACK.withdrawn("CADMV", "DMV-01", 1571300000.0)
    with pytest.raises(AuthoredError, match="stands there already"):
        ended.with_rule("CADMV", "deny", rule("DMV-01", group=["hsi"]))


def test_every_change_is_another_version_of_its_own_file_alone():
    at = when("2019-11-01T00:00:00")
    added = STACK.with_rule("CADMV", "deny", rule("X-1", group=["hsi"]))
    other = STACK.with_rule("CADMV", "deny", rule("X-2", group=["hsi"]))
    ended = STACK.withdrawn("CADMV", "DMV-01", at)
    sooner = STACK.withdrawn("CADMV", "DMV-01", at - 1)
    versions = {each.versions["CADMV"] for each in (STACK, added, other, ended, sooner)}
    assert len(versions) == 5
    assert all(len(version) == 64 for version in versions)
    for each in (added, ended):
        rest = {name: text for name, text in each.versions.items() if name != "CADMV"}
        assert rest == {n: text for n, text in STACK.versions.items() if n != "CADMV"}
    again = STACK.with_rule("CADMV", "deny", rule("X-1", group=["hsi"]))
    assert again.versions["CADMV"] == added.versions["CADMV"]


def test_a_change_keeps_everything_else_of_its_file():
    old = compiled(STACK.directory, "CADMV", ORDERED)
    new = STACK.with_policy(old).withdrawn("CADMV", "DMV-09", 9.0).policy("CADMV")
    assert (new.default, new.owner, new.orders) == (old.default, old.owner, old.orders)
    assert [each.id for each in new.rules] == [each.id for each in old.rules]
    assert {each.id: each.end for each in new.rules}["DMV-09"] == 9.0
    network = STACK.withdrawn("NETWORK", "NET-01", 9.0)
    assert network.policy("NETWORK").rules[0].end == 9.0
    assert network.owners == STACK.owners


# --- court orders ----------------------------------------------------------------------------

BAY = Request("BAY2", "CA0990100", "BPD2", None, "CADMV", "DQ", False, None)
LICENCE = {"OLN": "S0990001"}
IN_FORCE, ENDED = "2019-10-16T00:00:00", "2019-10-21T00:00:00"
TWICE: Uses = {("CADMV", "DMV-O1"): 2}


def under_order(*pairs: tuple[bytes, bytes]) -> AccessStack:
    """The shipped stack with a deny for BAY-PD and an order that lifts it."""
    file = ORDERED
    for old, new in pairs:
        assert old in file
        file = file.replace(old, new, 1)
    return STACK.with_policy(compiled(STACK.directory, "CADMV", file))


def released(
    stack: AccessStack,
    at: str = IN_FORCE,
    uses: Uses | None = None,
    later: AccessStack | None = None,
    request: Request = BAY,
) -> Decision:
    """What was asked under the order at its first instant, judged again at `at`."""
    asked_at, now = when("2019-10-15T00:00:00"), when(at)
    earlier = stack.decide_named(request, asked_at, LICENCE, {})
    assert earlier.order == "DMV-O1"
    now_in_force = later or stack
    found = now_in_force.decide_release_under(request, asked_at, earlier, now, uses or {})
    assert found.epoch == now_in_force.epoch(now)
    assert found.asked_in == now_in_force.epoch(asked_at)
    return found


def test_a_release_under_an_order_stands_while_the_order_does():
    found = released(under_order())
    assert (found.verdict, found.order) == (Verdict.ALLOW, "DMV-O1")
    assert "DMV-O1" in found.rules
    assert found.exceptions == ("DMV-09",)
    assert found.notices == ("UNDER COURT ORDER 19-1.",)


@pytest.mark.parametrize(("at", "uses"), [(ENDED, {}), (IN_FORCE, TWICE)])
def test_a_release_under_an_order_that_is_over_or_used_up_is_refused(at: str, uses: Uses):
    found = released(under_order(), at, uses)
    assert (found.verdict, found.order) == (Verdict.DENY_RULE, "")
    assert found.rules == ("DMV-09",)


def test_a_release_that_needs_no_order_any_more_uses_none():
    stack = under_order()
    open_again = stack.withdrawn("CADMV", "DMV-09", when("2019-10-15T12:00:00"))
    found = released(stack, later=open_again)
    assert (found.released, found.order) == (True, "")
    assert found.rules == ("DMV-09",)  # of the earlier decision: it withheld another class


def test_a_release_under_an_order_is_never_let_through_by_another():
    first = ORDERED[ORDERED.index(b"[[order]]") :].replace(b"DMV-O1", b"DMV-O0")
    both = STACK.with_policy(compiled(STACK.directory, "CADMV", ORDERED + first))
    found = released(under_order(), later=both)
    assert found.order == "DMV-O1"
    assert released(under_order(), later=both, uses=TWICE).verdict is Verdict.DENY_RULE


def test_a_release_under_an_order_does_not_pass_a_suspension():
    table = rule("NET-09", agency=["BAY-PD"])
    del table["data"]
    stack = under_order()
    found = released(stack, later=stack.with_rule("NETWORK", "suspend", table))
    assert (found.verdict, found.suspension) == (Verdict.DENY_SUSPENDED, "NET-09")
    assert found.order == ""


def test_a_release_under_an_order_sees_who_the_operator_was_when_it_was_asked():
    """TFO7 works for ERO until June 2020, which the order does not contain."""
    longer = (b"until   = 2019-10-20", b"until   = 2020-10-20")
    lifts = (b'lifts   = ["DMV-09"]', b'lifts   = ["DMV-09", "DMV-01"]')
    stack = under_order(longer, lifts)
    asked_at, now = when("2020-05-31T23:00:00"), when("2020-06-01T01:00:00")
    desk = BAY._replace(operator="TFO7")
    earlier = stack.decide_named(BAY, asked_at, LICENCE, {})
    assert earlier.order == "DMV-O1"
    assert stack.decide_named(desk, now, LICENCE, {}).order == "DMV-O1"
    found = stack.decide_release_under(desk, asked_at, earlier, now, {})
    assert (found.verdict, found.order) == (Verdict.DENY_RULE, "")


def test_an_order_for_what_cannot_leave_anyway_is_not_used():
    """The record stays denied, so the photograph that the order lifts has nothing to ride on."""
    photo = (b'["driver.record"]\ncount', b'["driver.photo"]\ncount')
    found = under_order(photo).decide_named(BAY._replace(image=True), when(IN_FORCE), LICENCE, {})
    assert (found.verdict, found.order) == (Verdict.DENY_RULE, "")


def test_there_is_no_order_for_a_stranger_or_of_a_stranger():
    stack, at = under_order(), when(IN_FORCE)
    assert [each.id for each in stack.orders(BAY, at)] == ["DMV-O1"]
    assert stack.orders(BAY, when(ENDED)) == ()
    assert stack.orders(BAY._replace(terminal="NONE"), at) == ()
    assert stack.orders(BAY._replace(backend="NONE"), at) == ()
    assert stack.orders(ERO, at) == ()


# --- the line --------------------------------------------------------------------------------


def test_a_line_is_suspended_by_the_first_that_covers_it_or_by_none():
    table = rule("NET-00", terminal=["ERO1"])
    del table["data"]
    stack, at = STACK.with_rule("NETWORK", "suspend", table), when("2019-11-01T00:00:00")
    found = stack.suspension("ERO1", "DCICE0900", at)
    assert found is not None
    assert found.id == "NET-00"
    assert [r.id for r in stack.suspensions("ERO1", "DCICE0900", at)] == ["NET-00", "NET-01"]
    assert stack.suspension("BAY2", "CA0990100", at) is None
    assert stack.suspension("NONE", "CA0990100", at) is None
    borrowed = stack.suspension("BAY2", "DCICE0900", at)
    assert borrowed is not None
    assert borrowed.id == "NET-01"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"terminal": "X1"}, "terminal X1 is not known"),
        ({"ori": "CA0990999"}, "ORI CA0990999 is not known"),
        ({"operator": "X2"}, "operator X2 is not known"),
        ({"on_behalf_of": "CA0990999"}, "ORI CA0990999 is not known"),
        ({"ori": "DCICE0900"}, "terminal BAY2 may not send ORI DCICE0900"),
        ({"operator": None}, None),
        ({"on_behalf_of": "DCICE0900"}, None),
        ({}, None),
    ],
)
def test_who_may_not_send_is_told_why(change: dict[str, str | None], why: str | None):
    request = BAY._replace(**change)
    assert STACK.identity(request) == why
    decision = STACK.decide(request, when("2019-11-01T00:00:00"))
    assert (decision.owner == "DENY-IDENTITY") is (why is not None)


def test_what_cannot_be_judged_says_who_is_suspended_and_when():
    at = when("2019-11-01T00:00:00")
    found = STACK.decide(ERO._replace(key="ZZ"), at)
    assert (found.verdict, found.classes) == (Verdict.DENY_ERROR, ())
    assert (found.network, found.owner) == ("DENY-SUSPENDED", "DENY-ERROR")
    assert (found.suspension, found.epoch) == ("NET-01", STACK.epoch(at))
    assert found.versions is STACK.versions
    open_line = STACK.decide(BAY._replace(key="ZZ"), at)
    assert (open_line.network, open_line.suspension, open_line.fault) == ("", "", "")


def test_what_the_owners_file_alone_says_knows_of_no_suspension():
    at = when("2019-11-01T00:00:00")
    table = {
        name: value for name, value in rule("X-1", terminal=["BAY1"]).items() if name != "data"
    }
    stack = STACK.with_rule("NETWORK", "suspend", table)
    assert stack.decide(DESK, at).verdict == "DENY-SUSPENDED"
    alone, before = (each.decide_owner_only(DESK, at) for each in (stack, STACK))
    assert (alone.network, alone.verdict, alone.classes) == ("", before.verdict, before.classes)


def test_a_refusal_carries_the_words_of_its_rule():
    fresh = AccessStack(WORLD, STACK.directory, STACK.owners, STACK.network)  # remembers nothing
    found = fresh.decide(DESK, when("2019-11-01T00:00:00"))
    assert found.tell == "ACCESS DENIED BY RECORD OWNER. SUBMIT REQUEST IN WRITING."
