"""Decisions combined: the stricter verdict per class, the union of masks and notices."""

from __future__ import annotations

from switch.acl.decision import combined, decided
from switch.terms import Verdict

CLASSES = ("driver.record", "driver.photo")


def decision(first: Verdict, second: Verdict, **parts):
    verdicts = zip(CLASSES, (first, second), strict=True)
    classes = tuple((name, verdict, (verdict.value,)) for name, verdict in verdicts)
    return decided("B", classes, owner=first.value, versions={}, epoch=1, **parts)


def test_the_primary_class_decides_and_others_are_withheld_by_their_own_verdict():
    found = decision(Verdict.ALLOW, Verdict.DENY_RULE)
    assert found.released
    assert found.withheld == (("driver.photo", ("DENY-RULE",)),)
    assert not decision(Verdict.REFER, Verdict.ALLOW).released


def test_the_stricter_verdict_of_both_instants_counts_class_by_class():
    early = decision(Verdict.ALLOW, Verdict.DENY_RULE)
    late = decision(Verdict.ALLOW_DEFAULT, Verdict.ALLOW)
    both = combined(early, late)
    assert [verdict for _, verdict, _ in both.classes] == [Verdict.ALLOW, Verdict.DENY_RULE]
    assert both.withheld == early.withheld


def test_masks_notices_and_rules_are_united():
    early = decision(Verdict.ALLOW, Verdict.ALLOW, masks=("RES",), notices=("A",), rules=("1",))
    late = decision(Verdict.ALLOW, Verdict.ALLOW, masks=("SOC",), notices=("B", "A"), rules=("2",))
    both = combined(early, late)
    assert (both.masks, both.notices, both.rules) == (("RES", "SOC"), ("A", "B"), ("1", "2"))


def test_a_refusal_keeps_the_words_of_whoever_refused():
    early = decision(Verdict.ALLOW, Verdict.ALLOW)
    late = decision(Verdict.DENY_RULE, Verdict.DENY_RULE, tell="NO")
    assert combined(early, late).tell == "NO"
    assert combined(late, early).tell == "NO"
    assert not combined(late, early).released


def test_what_only_one_of_both_says_is_kept():
    says = {"network": "DENY-SUSPENDED", "suspension": "NET-1", "fault": "a fault"}
    about = {"exceptions": ("E1",), "order": "O1"}
    plain = decision(Verdict.ALLOW, Verdict.ALLOW)
    for both in (
        combined(decision(Verdict.ALLOW, Verdict.ALLOW, **says, exceptions=("E1",)), plain),
        combined(plain, decision(Verdict.ALLOW, Verdict.ALLOW, **says, exceptions=("E1",))),
    ):
        assert (both.network, both.suspension, both.fault) == tuple(says.values())
        assert both.exceptions == ("E1",)
    late = decision(Verdict.ALLOW, Verdict.ALLOW, **about)
    assert combined(plain, late).order == "O1"
    assert combined(late, plain).order == ""  # the later decision stands without it


def test_of_two_that_say_something_the_later_speaks():
    early = decision(Verdict.ALLOW, Verdict.ALLOW, network="N1", suspension="S1", fault="F1")
    late = decision(Verdict.ALLOW, Verdict.ALLOW, network="N2", suspension="S2", fault="F2")
    both = combined(early, late)
    assert (both.network, both.suspension, both.fault) == ("N2", "S2", "F2")


def test_a_verdict_goes_with_the_rules_that_gave_it():
    early = decided("B", (("a", Verdict.ALLOW, ("1",)),), owner="ALLOW", versions={}, epoch=1)
    late = decided("B", (("a", Verdict.ALLOW, ("2",)),), owner="ALLOW", versions={}, epoch=2)
    assert combined(early, late).classes == (("a", Verdict.ALLOW, ("2",)),)
    refused = decided(
        "B", (("a", Verdict.DENY_RULE, ("3",)),), owner="DENY-RULE", versions={}, epoch=1
    )
    assert combined(refused, late).classes == (("a", Verdict.DENY_RULE, ("3",)),)
    assert combined(refused, late).owner == combined(late, refused).owner == "DENY-RULE"


def test_a_class_that_only_the_later_decision_knows_is_judged_by_it_alone():
    early = decided("B", (("a", Verdict.ALLOW, ("1",)),), owner="ALLOW", versions={}, epoch=1)
    late = decision(Verdict.ALLOW, Verdict.REFER)
    assert combined(early, late).classes == late.classes


def test_a_decision_is_of_the_epoch_in_which_it_was_asked_unless_it_says_otherwise():
    assert decision(Verdict.ALLOW, Verdict.ALLOW).asked_in == 1
    assert decision(Verdict.ALLOW, Verdict.ALLOW, asked_in=0).asked_in == 0
    late = decided(
        "B", (("a", Verdict.ALLOW, ()),), owner="ALLOW", versions={"B": "2"}, epoch=7, asked_in=3
    )
    both = combined(decision(Verdict.ALLOW, Verdict.ALLOW), late)
    assert (both.epoch, both.asked_in, both.versions) == (7, 3, {"B": "2"})


def test_nothing_is_said_of_network_and_owner_where_nothing_is_told():
    found = decided("B", (("a", Verdict.ALLOW, ()),), versions={}, epoch=1)
    silent = (found.network, found.owner, found.suspension, found.tell, found.order, found.fault)
    assert silent == ("", "", "", "", "", "")
