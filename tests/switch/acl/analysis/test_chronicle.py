"""A rule's life: ordered, activated, live, taken out; the delay that nobody may overlook."""

from __future__ import annotations

import dataclasses

from switch.acl.analysis.chronicle import in_force, lives
from switch.acl.lifecycle import Change, Step
from tests.owners import BASE, CUT, NOW

ADOPTED = Change(1, 1.0, Step.ADOPTED, "CADMV", "a", 1.0)
ORDERED = CUT.replace(
    b"from   = 2019-10-14T00:00:00", b"from = 2019-10-14T00:00:00\nordered = 2019-10-02T00:00:00"
)


def activated(at: float, digest: str, effective: float | None = None) -> Change:
    effective = at if effective is None else effective
    return Change(2, at, Step.ACTIVATED, "CADMV", digest, effective)


def test_what_was_in_force_when_is_the_order_of_activations():
    late = dataclasses.replace(activated(5.0, "c", 9.0))
    effective = Change(3, 9.0, Step.EFFECTIVE, "CADMV", "c", 9.0)
    staged = Change(4, 9.0, Step.STAGED, "CADMV", "d", 9.0)
    changes = [ADOPTED, activated(2.0, "b"), late, staged, effective]
    assert in_force(changes) == [(1.0, "a"), (2.0, "b"), (9.0, "c")]


def test_a_rule_lives_from_its_first_version_to_the_first_without_it():
    versions = [(1.0, "a"), (NOW, "b"), (NOW + 9, "a")]
    life = {each.id: each for each in lives(versions, {"a": BASE, "b": ORDERED})}["DMV-04"]
    assert (life.activated, life.live, life.removed) == (NOW, NOW, NOW + 9)
    assert life.delay_s is not None
    assert life.delay_s > 12 * 86_400  # ordered on October 2, live on October 14


def test_a_rule_of_the_future_is_live_from_its_own_instant():
    life = {each.id: each for each in lives([(1.0, "a")], {"a": BASE})}["DMV-01"]
    assert life.live == life.start > life.activated
    assert (life.removed, life.delay_s, life.effect) == (None, None, "deny")


def test_a_rule_keeps_the_day_on_which_it_came_into_force_through_later_versions():
    versions = [(NOW, "b"), (NOW + 9, "c")]
    life = {each.id: each for each in lives(versions, {"b": ORDERED, "c": CUT})}["DMV-04"]
    assert (life.activated, life.removed) == (NOW, None)


def test_instants_are_those_of_the_files_own_time_zone():
    life = {each.id: each for each in lives([(NOW, "b")], {"b": ORDERED})}
    assert life["DMV-04"].ordered == 1_569_999_600.0  # 2019-10-02T00:00:00-07:00
    assert life["DMV-02"].start == 1_571_122_800.0  # 2019-10-15T00:00:00-07:00
    assert life["DMV-02"].end == 1_602_745_200.0  # 2020-10-15T00:00:00-07:00
