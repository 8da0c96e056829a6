"""A rule's life: ordered, activated, live, taken out; the delay that nobody may overlook."""

from __future__ import annotations

from switch.acl.analysis.chronicle import below, came_back, in_force, lives
from switch.acl.lifecycle import Change, Step
from tests.owners import BASE, CUT, NOW

ADOPTED = Change(1, 1.0, Step.ADOPTED, "CADMV", "a", 1.0)
ORDERED = CUT.replace(
    b"from   = 2019-10-14T00:00:00", b"from = 2019-10-14T00:00:00\nordered = 2019-10-02T00:00:00"
)


def activated(at: float, digest: str, effective: float | None = None, number: int = 2) -> Change:
    effective = at if effective is None else effective
    return Change(number, at, Step.ACTIVATED, "CADMV", digest, effective)


def test_what_was_in_force_when_is_the_order_of_activations():
    late = activated(5.0, "c", 9.0)
    effective = Change(3, 9.0, Step.EFFECTIVE, "CADMV", "c", 9.0)
    staged = Change(4, 9.0, Step.STAGED, "CADMV", "d", 9.0)
    second = activated(2.0, "b")
    changes = [ADOPTED, second, late, staged, effective]
    assert in_force(changes) == [ADOPTED, second, effective]


def test_a_rule_lives_from_its_first_version_to_the_first_without_it():
    first, last = activated(NOW, "b"), activated(NOW + 9, "a", number=3)
    found = lives([ADOPTED, first, last], {"a": BASE, "b": ORDERED})
    life = {each.id: each for each in found}["DMV-04"]
    assert (life.live, life.begun, life.until, life.ended) == (NOW, first, NOW + 9, last)
    assert life.delay_s is not None
    assert life.delay_s > 12 * 86_400  # ordered on October 2, live on October 14


def test_a_rule_that_was_restored_and_cut_off_again_has_two_lives_with_the_gap_between():
    """As `acl cutoff`, `acl restore` and `owner rollback` leave it."""
    restored = CUT.replace(
        b"from   = 2019-10-14", b"until = 2019-10-14T23:58:05\nfrom = 2019-10-14"
    )
    changes = [
        ADOPTED,
        activated(NOW, "b", number=2),
        activated(NOW + 5, "c", number=3),
        activated(NOW + 9, "b", number=4),
    ]
    files = {"a": BASE, "b": ORDERED, "c": restored}
    first, second = (life for life in lives(changes, files) if life.id == "DMV-04")
    assert (first.live, first.until, first.again) == (NOW, NOW + 5, False)
    assert (second.live, second.until, second.again) == (NOW + 9, None, True)
    assert (first.ended, second.begun) == (changes[2], changes[3])
    assert second.delay_s is None


def test_a_rule_of_the_future_is_live_from_its_own_instant():
    life = {each.id: each for each in lives([ADOPTED], {"a": BASE})}["DMV-01"]
    assert life.live == life.start > life.begun.at
    assert (life.until, life.delay_s, life.effect) == (None, None, "deny")


def test_a_rule_keeps_the_day_on_which_it_came_into_force_through_later_versions():
    changes = [activated(NOW, "b"), activated(NOW + 9, "c")]
    (life,) = (one for one in lives(changes, {"b": ORDERED, "c": CUT}) if one.id == "DMV-04")
    assert (life.live, life.until) == (NOW, None)


def test_a_version_that_was_replaced_and_is_in_force_again_came_back():
    numbered = [activated(float(n), name, number=n) for n, name in enumerate("abbca")]
    assert came_back(numbered) == {4}


def test_one_rollback_after_the_other_leads_further_back_and_never_forth():
    def then(versions: str) -> str | None:
        return below(activated(float(n), name) for n, name in enumerate(versions))

    assert [then("a"), then("ab"), then("abc"), then("abcb"), then("abcba")] == [
        *(None, "a", "b", "a", None)
    ]


def test_instants_are_those_of_the_files_own_time_zone():
    life = {each.id: each for each in lives([activated(NOW, "b")], {"b": ORDERED})}
    assert life["DMV-04"].ordered == 1_569_999_600.0  # 2019-10-02T00:00:00-07:00
    assert life["DMV-02"].start == 1_571_122_800.0  # 2019-10-15T00:00:00-07:00
    assert life["DMV-02"].end == 1_602_745_200.0  # 2020-10-15T00:00:00-07:00


def test_a_rule_about_others_under_the_same_id_has_another_life():
    others = CUT.replace(b'agency = ["CBP"]', b'agency = ["DHS"]')
    changes = [activated(NOW, "b"), activated(NOW + 9, "c")]
    found = lives(changes, {"b": CUT, "c": others})
    assert [(life.live, life.until) for life in found if life.id == "DMV-04"] == [
        (NOW, NOW + 9),
        (NOW + 9, None),
    ]
