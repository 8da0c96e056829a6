"""`wireroom owner history`: what is ordered and not yet effective is said so."""

from __future__ import annotations

import pytest

from switch.acl.analysis.chronicle import Life
from switch.acl.lifecycle import Change, Step
from switch.cli.owner.history import _by, _status, _tally

NOW = 1_000.0
FOUND = Change(1, 3.0, Step.ADOPTED, "CADMV", "a", 3.0)
ORDER = Change(3, 9.0, Step.ACTIVATED, "CADMV", "b", 9.0, cite="Letter 14", key="1f2e")


def life(live: float, until: float | None = None, ended: Change | None = None) -> Life:
    return Life("R", "deny", 1.0, 2.0, None, live, until, FOUND, ended)


@pytest.mark.parametrize(
    ("life", "said"),
    [
        (life(3.0), "in force"),
        (life(2_000.0), "ORDERED, NOT YET EFFECTIVE"),
        (life(3.0, 4.0), "ended 1970-01-01T00:00:04.000+00:00"),
        (
            life(3.0, 9.0, ORDER),
            "ended 1970-01-01T00:00:09.000+00:00 by no. 3, key 1f2e (Letter 14)",
        ),
    ],
)
def test_where_a_rule_stands_and_who_ended_it(life, said):
    assert _status(life, NOW) == said


def test_what_nobody_signed_was_found_in_the_file():
    assert _by(FOUND) == "the file as found"


def test_what_a_staged_version_would_have_meant_in_words():
    counts = {"judged": 7, "refused": 2, "released": 0, "otherwise": 1}
    assert _tally(counts) == "judged 7: would refuse 2, release 0, answer 1 otherwise"
    assert _tally(None) == ""
