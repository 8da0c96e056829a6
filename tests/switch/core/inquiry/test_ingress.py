"""What goes no further than the door: one ER, nothing asked, on record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from switch.core.dispatcher import Dispatcher
from tests.playbook import Playbook


def heard(at: str, who: tuple[str, str], raw: str) -> tuple[str, Playbook]:
    play = Playbook(at)
    play.sign_on(1, *who)
    play.heard(1)
    play.kinds()
    play.says(1, raw)
    ((mke, body),) = play.heard(1)
    assert mke == "ER"
    assert not play.asked
    return body, play


@pytest.mark.parametrize(("destination", "number"), [("ZA", ".02."), ("TX", ".19.")])
def test_a_destination_that_does_not_take_the_key_is_told_from_one_that_nobody_serves(
    destination, number
):
    raw = f"DQ.CA0990100.{destination}.TXTOLN/S1"
    body, play = heard("2019-10-16T08:00:00", ("BAY2", "BPD2"), raw)
    assert body.split("\n")[1].startswith(number)
    assert destination in body
    assert play.kinds() == ["query", "rejected"]


def test_a_suspended_line_is_refused_even_what_nobody_serves():
    raw = "DQ.DCICE0900.TX.TXTOLN/S1"
    body, play = heard("2019-10-16T08:00:00", ("ERO1", "ERO1A"), raw)
    assert ".91. REFUSED - SUSPENDED FROM THE NETWORK" in body
    assert play.kinds() == ["query", "rejected"]


def test_whoever_may_not_send_an_ori_is_refused_before_anything_is_routed():
    raw = "DQ.NV0990100.CA.TXTOLN/S1"
    body, play = heard("2019-10-16T08:00:00", ("BAY2", "BPD2"), raw)
    assert ".92. REFUSED - NOT IDENTIFIED" in body
    (refused,) = play.recorded("refused")
    assert refused["point"] == "ingress"


def test_a_state_that_does_not_take_a_key_is_told_by_a_status_where_the_network_keeps_a_table():
    """[N-BQG, N-SQG, N-PPC]"""
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    play.kinds()
    for text in ("BQ.CA0990100.CA.TXTREG/SIM1", "PPQ.CA0990100.CA.TXTFBI/SIM1"):
        play.says(1, text)
        ((mke, body),) = play.heard(1)
        said = f"MESSAGE TYPE {text.split('.')[0]} NLETS WILL NOT FORWARD TO CA"
        assert (mke, body.split("\n")[1]) == ("SM", f".01. USER DOES NOT RESPOND TO {said}")
        assert play.kinds() == ["query", "rejected"]


def test_a_key_that_nothing_here_does_anything_with_is_refused_cleanly():
    play = Playbook()
    orphan = replace(play.formats.keys["HQ"], answer="", free_text=False)
    formats = replace(play.formats, keys={**play.formats.keys, "HQ": orphan})
    play.dispatcher = Dispatcher(play.world, play.dispatcher.stack, formats)
    play.dispatcher.start(play.now)
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    play.says(1, "HQ.CA0990100.CA.TXTWEATHER")
    ((mke, body),) = play.heard(1)
    assert (mke, body.split("\n")[1][:5]) == ("ER", ".02. ")
