"""How a cut-off ends: what leads to each outcome, and the exit code that it has."""

from __future__ import annotations

import pytest

from switch.cli.acl.outcome import Outcome, outcome_of

TAKEN, REFUSED = {"accepted": True}, {"accepted": False}
EXITS = {
    Outcome.UNCHANGED: 1,
    Outcome.DRY: 0,
    Outcome.WRITTEN: 0,
    Outcome.REFUSED: 1,
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
    assert outcome_of(**facts) is expected


@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_has_its_exit_code(outcome):
    assert outcome.exit == EXITS[outcome]


def test_no_outcome_is_another_under_a_second_name():
    assert len(Outcome.__members__) == len(list(Outcome))
