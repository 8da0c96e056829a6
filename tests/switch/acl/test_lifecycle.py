"""Where a file stands follows from the list of what happened to it, cut off anywhere."""

from __future__ import annotations

import dataclasses

import pytest

from switch.acl.lifecycle import Change, FileState, Step, after, states


def change(step: Step, digest: str, *, effective: float = 0.0, sequence: int = 0) -> Change:
    return Change(0, 0.0, step, "CADMV", digest, effective, sequence=sequence)


ADOPTED = change(Step.ADOPTED, "a")


def test_the_file_first_found_is_in_force():
    assert states([ADOPTED])["CADMV"] == FileState("a", 0.0, versions=("a",))


def test_a_list_that_begins_otherwise_cannot_be_right():
    with pytest.raises(ValueError, match="begins with `activated`"):
        states([change(Step.ACTIVATED, "b")])


def test_a_proposal_is_kept_and_changes_nothing():
    state = states([ADOPTED, change(Step.PROPOSED, "b", sequence=1)])["CADMV"]
    assert (state.active, state.staged, state.sequence) == ("a", "", 1)
    assert state.standing.known == {"a", "b"}


def test_staged_then_activated():
    staged = states([ADOPTED, change(Step.STAGED, "b", sequence=1)])["CADMV"]
    assert (staged.active, staged.staged) == ("a", "b")
    active = after(staged, change(Step.ACTIVATED, "b", sequence=2))
    assert (active.active, active.staged, active.versions) == ("b", "", ("a", "b"))


def test_what_waits_its_notice_is_not_in_force_until_it_is():
    waits = change(Step.ACTIVATED, "b", effective=10.0, sequence=1)
    state = states([ADOPTED, waits])["CADMV"]
    assert (state.active, state.pending) == ("a", waits)
    assert after(state, change(Step.EFFECTIVE, "b")).active == "b"
    assert after(state, change(Step.VOIDED, "b")).pending is None


def test_another_version_in_force_ends_what_waited_and_what_was_staged():
    waits = change(Step.ACTIVATED, "b", effective=10.0, sequence=1)
    changes = [ADOPTED, waits, change(Step.STAGED, "d"), change(Step.ACTIVATED, "c", sequence=2)]
    state = states(changes)["CADMV"]
    assert (state.active, state.pending, state.staged) == ("c", None, "")


def test_a_rollback_is_a_new_activation_of_an_old_version():
    changes = [ADOPTED, change(Step.ACTIVATED, "b", sequence=1)]
    back = dataclasses.replace(change(Step.ACTIVATED, "a", sequence=2), at=5.0, effective=5.0)
    state = states([*changes, back])["CADMV"]
    assert (state.active, state.since, state.versions) == ("a", 5.0, ("a", "b"))


def test_files_do_not_touch_each_other():
    other = dataclasses.replace(ADOPTED, backend="CAWPS", digest="z")
    found = states([ADOPTED, other, change(Step.ACTIVATED, "b")])
    assert {name: state.active for name, state in found.items()} == {"CADMV": "b", "CAWPS": "z"}
