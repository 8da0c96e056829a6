"""Entries that the journal has as answered are delivered again, in order, under their numbers."""

from __future__ import annotations

from switch.core.inquiry.exchange import correlation
from switch.core.inquiry.redelivery import entering, redeliveries
from tests.playbook import Playbook

ENTER = "EW.CA0990100.NAM/SIMROCK, IDA.DOB/19900102.OFF/DRILL CHARGE.DOW/20260105.OCA/SIM26-1"
CLEAR = "CW.CA0990100.NIC/W500000001.OCA/SIM26-1"
TOLD = {"ACK": "ENTERED", "NIC": "W500000001", "OCA": "SIM26-1"}


def desk() -> Playbook:
    play = Playbook("2019-11-01T00:00:00")
    play.sign_on(1, "BAY2", "BPD2")
    return play


def test_an_entry_is_asked_with_the_ori_that_sent_it_and_acknowledged():
    play = desk()
    play.heard(1)
    play.says(1, ENTER)
    (query,) = play.asked[0].queries
    assert (play.asked[0].backend, query.key, query.ori) == ("CAWPS", "EW", "CA0990100")
    play.answers(play.asked[0], TOLD)
    ((key, body),) = play.heard(1)
    assert key == "EAK"
    assert "ACK/ENTERED.NIC/W500000001.OCA/SIM26-1" in body


def test_what_was_answered_is_delivered_again_word_for_word():
    play = desk()
    for message in (ENTER, CLEAR):
        play.says(1, message)
        play.answers(play.asked[-1], TOLD)
    play.says(1, "QW.CA0990100.NAM/SIMROCK, IDA.DOB/19900102")
    play.answers(play.asked[-1])
    found = redeliveries(play.records, entering(play.formats))
    assert found == {"CAWPS": tuple(ask.queries[0] for ask in play.asked[:2])}
    assert [query.id for query in found["CAWPS"]] == [correlation(1, 1), correlation(2, 1)]


def test_what_was_never_acknowledged_is_not_delivered_again():
    play = desk()
    play.says(1, ENTER)
    play.fails(play.asked[0])
    play.says(1, ENTER)
    assert redeliveries(play.records, entering(play.formats)) == {}


def test_an_owner_refuses_entries_by_key():
    from datetime import datetime

    from switch.core.events import RuleAdded

    play = desk()
    since = datetime.fromisoformat("2019-10-14T00:00:00-07:00")
    rule = {"id": "WPS-1", "agency": ["BAY-PD"], "data": "any", "key": ["EW"], "from": since}
    play.tell(RuleAdded("test", "CAWPS", "deny", {**rule, "reason": "a test", "cite": "none"}))
    play.heard(1)
    play.says(1, ENTER)
    ((key, body),) = play.heard(1)
    assert (key, "WPS-1" in body) == ("ER", True)
    play.says(1, CLEAR)
    assert [ask.queries[0].key for ask in play.asked] == ["CW"]


def test_the_keys_that_enter_are_those_of_the_two_files():
    assert entering(desk().formats) == {act + file for act in "EMLCX" for file in "WV"}
