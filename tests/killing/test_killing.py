"""`kill -9` under load: what a terminal has heard is on record, and the journal goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.killing.books import Unrecorded, account, entries_hold, mail_holds, numbers_go_up
from tests.killing.kills import kills
from tests.simulation.line import Heard

KILLS = 5  # in the suite, one of each kind; `make kill9` does a hundred
HEARD_MAX = 500  # messages before each of them, also on a busy machine


@pytest.mark.slow
def test_what_was_heard_before_a_kill_is_on_record_and_the_journal_goes_on(tmp_path: Path):
    found = list(kills(tmp_path, KILLS, seed=7, heard_max=HEARD_MAX))
    assert [one.victim for one in found] == ["switch", "both", "scribe", "switch", "disk"]
    assert sum(one.heard for one in found) > 50
    assert found[-1].entries > found[0].entries > 50
    assert found[-1].entered > 0


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


def life(*told: tuple[str, str]) -> list[dict[str, object]]:
    """The journal of one case: keys that were sent, and what was answered."""
    entries: list[dict[str, object]] = []
    fields = {"OCA": "SIM1-1", "NIC": "W500000001"}
    for number, (key, text) in enumerate(told, 1):
        entries.append({"kind": "query", "query": number, "key": key, "fields": fields})
        entries.append({"kind": "released", "query": number, "text": text})
    return entries


ENTERED = ("EW", "ACK/ENTERED.NIC/W500000001.OCA/SIM1-1")
AGAIN = ("EW", "REJ/NOT DONE. ALREADY ON FILE AS W500000001.OCA/SIM1-1")
CLEARED = ("CW", "ACK/CLEARED.NIC/W500000001.OCA/SIM1-1")
NOT_THERE = ("CW", "REJ/NOT DONE. NOT ON FILE UNDER THAT NIC AND OCA.NIC/W500000001.OCA/SIM1-1")


def test_an_entry_lasts_until_it_is_cleared():
    other = ("EW", "ACK/ENTERED.NIC/W500000002.OCA/SIM1-1")
    assert entries_hold(life(ENTERED, AGAIN, CLEARED, NOT_THERE, other)) == 2


@pytest.mark.parametrize(
    "told",
    [
        (ENTERED, ENTERED),
        (ENTERED, CLEARED, ENTERED),
        (ENTERED, CLEARED, CLEARED),
        (ENTERED, NOT_THERE),
        (ENTERED, CLEARED, AGAIN),
    ],
)
def test_an_entry_that_is_lost_or_applied_twice_is_noticed(told: tuple[tuple[str, str], ...]):
    with pytest.raises(Unrecorded):
        entries_hold(life(*told))


HELD = {"kind": "held", "n": 1, "query": 1, "leg": 0, "place": "HARBOR-PD"}
CAME = {"kind": "signed-on", "n": 2, "terminal": "HRB1"}
FORWARDED = {**HELD, "kind": "forwarded", "n": 3}
DELIVERED = {"kind": "delivered", "n": 4, "query": 1, "terminal": "HRB1"}


def test_what_waits_is_forwarded_once_and_no_later_than_somebody_comes():
    assert mail_holds([HELD, CAME, FORWARDED, DELIVERED]) == 1
    assert mail_holds([HELD]) == 0
    for wrong in ([HELD, CAME], [HELD, FORWARDED, FORWARDED], [HELD, DELIVERED, DELIVERED]):
        with pytest.raises(Unrecorded):
            mail_holds(wrong)
