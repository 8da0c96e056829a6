"""`kill -9` under load: what a terminal has heard is on record, and the journal goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.killing.kills import Unrecorded, account, kills, numbers_go_up
from tests.simulation.line import Heard

KILLS = 5  # in the suite, one of each kind; `make kill9` does a hundred


@pytest.mark.slow
def test_what_was_heard_before_a_kill_is_on_record_and_the_journal_goes_on(tmp_path: Path):
    found = list(kills(tmp_path, KILLS, seed=7))
    assert [one.victim for one in found] == ["switch", "both", "scribe", "switch", "disk"]
    assert sum(one.heard for one in found) > 50
    assert found[-1].entries > found[0].entries > 50


START = {"kind": "started"}
SIGNED_ON = {"kind": "signed-on", "line": 1, "terminal": "BAY2"}
RELEASED = {"kind": "released", "line": 1, "sequence": 2, "text": "TRAINING\nX", "query": 1}


def heard(number: int, body: str) -> dict[str, list[Heard]]:
    welcome = Heard("SM", 1, 1, None, "TRAINING - SIMULATED DATA\nSIGNED ON BAY2 BPD2")
    return {"BAY2": [welcome, Heard("DR", 2, number, "A1", body)]}


def test_a_message_that_is_on_record_is_accounted_for():
    assert account([START, SIGNED_ON, RELEASED], heard(2, "TRAINING\nX")) == 2


def test_a_message_that_is_not_on_record_is_noticed():
    with pytest.raises(Unrecorded, match="number 3, not on record"):
        account([START, SIGNED_ON, RELEASED], heard(3, "TRAINING\nX"))
    with pytest.raises(Unrecorded, match="something else"):
        account([START, SIGNED_ON, RELEASED], heard(2, "TRAINING\nY"))


def test_what_an_earlier_run_recorded_accounts_for_nothing():
    with pytest.raises(Unrecorded):
        account([START, SIGNED_ON, RELEASED, START, SIGNED_ON], heard(2, "TRAINING\nX"))


def test_a_number_that_comes_twice_is_noticed():
    with pytest.raises(Unrecorded, match="opened twice"):
        numbers_go_up([{"kind": "query", "query": 1}, {"kind": "query", "query": 1}])
    with pytest.raises(Unrecorded, match="query 1 after 2"):
        numbers_go_up([{"kind": "query", "query": 2}, {"kind": "rejected", "query": 1}])
