"""The table and its JSON."""

from __future__ import annotations

import io

from rich.console import Console

from terminals.load.table import Run, as_json, show
from tests.terminals.load.test_tally import asked
from tests.terminals.test_inquiry import came


def shown(run: Run) -> str:
    out = io.StringIO()
    show(run, Console(file=out, width=100))
    return out.getvalue()


def good() -> Run:
    tally = asked()
    tally.came(came("DR", "L1"), "BAY1", 12.0)
    tally.finish()
    return Run(1, 50.0, 1, 2.0, tally)


def bad() -> Run:
    tally = asked()
    tally.came(came("DR", "L7"), "BAY1", 12.0)
    tally.lost("BAY1")
    tally.finish()
    return Run(1, 50.0, 3, 2.0, tally)


def test_a_good_run_says_so():
    text = shown(good())
    assert good().fine
    assert "TRAINING - SIMULATED DATA" in text
    assert "2000.0" in text
    assert "Every reply came" in text


def test_what_is_wrong_is_said_in_words():
    text = shown(bad())
    assert not bad().fine
    for word in ("MISSING: 1", "NOT SENT: 2", "WRONG: 1", "DR *L7 at BAY1", "LINE CLOSED"):
        assert word in text


def test_the_same_for_machines():
    found = as_json(bad())
    assert found["training"] is True
    assert (found["missing"], found["wrong"], found["planned"], found["sent"]) == (1, 1, 3, 1)
    assert found["rows"][0] == {
        "key": "DQ",
        "outcome": "none",
        "messages": 1,
        "p50_ms": None,
        "p95_ms": None,
        "p99_ms": None,
        "max_ms": None,
    }
