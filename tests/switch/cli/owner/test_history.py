"""`wireroom owner history`: what is ordered and not yet effective is said so."""

from __future__ import annotations

import pytest

from switch.acl.analysis.chronicle import Life
from switch.cli.owner.history import _status, _tally

NOW = 1_000.0


@pytest.mark.parametrize(
    ("life", "said"),
    [
        (Life("R", "deny", 1.0, 2.0, None, 3.0, None), "in force"),
        (Life("R", "deny", 1.0, 2_000.0, None, 3.0, None), "ORDERED, NOT YET EFFECTIVE"),
        (Life("R", "deny", None, 2.0, 4.0, 3.0, None), "ended 1970-01-01T00:00:04.000+00:00"),
        (Life("R", "deny", None, 2.0, None, 3.0, 9.0), "taken out 1970-01-01T00:00:09.000+00:00"),
    ],
)
def test_where_a_rule_stands(life, said):
    assert _status(life, NOW) == said


def test_what_a_staged_version_would_have_meant_in_words():
    counts = {"judged": 7, "refused": 2, "released": 0, "otherwise": 1}
    assert _tally(counts) == "judged 7: would refuse 2, release 0, answer 1 otherwise"
    assert _tally(None) == ""
