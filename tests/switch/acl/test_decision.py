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
