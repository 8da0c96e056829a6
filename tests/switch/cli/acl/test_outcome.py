"""How a cut-off, or its end, comes out: what leads to each outcome, and its exit code."""

from __future__ import annotations

import pytest

from switch.cli.acl.outcome import Outcome, of_cutoff, of_restore

TAKEN, REFUSED = {"accepted": True}, {"accepted": False}
EXITS = {
    Outcome.UNCHANGED: 1,
    Outcome.REFUSED_STILL: 1,
    Outcome.DRY: 0,
    Outcome.WRITTEN: 0,
    Outcome.REFUSED: 1,
    Outcome.ACTIVATED: 0,
    Outcome.LATER: 0,
    Outcome.UNKNOWN: 1,
    Outcome.MASKS_ONLY: 0,
    Outcome.LIVE: 0,
    Outcome.OPEN: 1,
}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"changes": False}, Outcome.UNCHANGED),
        ({"changes": False, "dry_run": True}, Outcome.UNCHANGED),
        ({"dry_run": True}, Outcome.DRY),
        ({}, Outcome.WRITTEN),
        ({"order": REFUSED}, Outcome.REFUSED),
        ({"order": TAKEN}, Outcome.LATER),
        ({"order": TAKEN, "probe": {"error": "the switch is stopping"}}, Outcome.UNKNOWN),
        ({"order": TAKEN, "probe": {"requests": 0, "live": None}}, Outcome.MASKS_ONLY),
        ({"order": TAKEN, "probe": {"requests": 4, "live": True}}, Outcome.LIVE),
        ({"order": TAKEN, "probe": {"requests": 4, "live": False}}, Outcome.OPEN),
    ],
)
def test_what_was_done_and_found_leads_to_one_outcome(facts, expected):
    facts = {"changes": True, "dry_run": False, "order": None, "probe": None, **facts}
    assert of_cutoff(**facts) is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"changes": False}, Outcome.REFUSED_STILL),
        ({"changes": False, "dry_run": True}, Outcome.REFUSED_STILL),
        ({"dry_run": True}, Outcome.DRY),
        ({}, Outcome.WRITTEN),
        ({"order": REFUSED}, Outcome.REFUSED),
        ({"order": TAKEN}, Outcome.ACTIVATED),
    ],
)
def test_a_restore_that_gives_nothing_back_is_not_one_that_was_carried_out(facts, expected):
    facts = {"changes": True, "dry_run": False, "order": None, **facts}
    assert of_restore(**facts) is expected


@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_has_its_exit_code(outcome):
    assert outcome.exit == EXITS[outcome]


def test_no_outcome_is_another_under_a_second_name():
    assert len(Outcome.__members__) == len(list(Outcome))
