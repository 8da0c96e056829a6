"""An inquiry to a source out of service waits, is judged again, and is answered once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from switch.config import Limits
from switch.core.events import RuleAdded, ServiceChanged
from switch.core.held import CARRIED, carried_over
from switch.core.services import Service
from tests.playbook import ALBITE, Playbook, golden_state
from tests.switch.core.mail.test_administrative import class_of

WORLD = golden_state()[0]
ASK = "DQ.CA0990100.CA.*A1.TXTOLN/S0990001"
OUTCOMES = ("released", "refused", "no-answer", "undelivered")


def change(destination: str, service: Service, *keys: str) -> ServiceChanged:
    return ServiceChanged("operator", destination, service, keys)


DOWN, UP = change("CADMV", Service.HOLD), change("CADMV", Service.UP)
DENY_BAY = RuleAdded(
    "test",
    "CADMV",
    "deny",
    {
        "id": "DMV-77",
        "agency": ["BAY-PD"],
        "data": "any",
        "from": datetime(2019, 10, 14, tzinfo=UTC),
        "reason": "test",
        "cite": "test",
    },
)


def waiting(*, world=None) -> Playbook:
    """BAY2 has asked, and its inquiry is held."""
    play = class_of("BAY2", world=world)
    play.tell(DOWN)
    play.says(1, ASK)
    return play


def outcomes(play: Playbook) -> list[str]:
    return [entry["kind"] for entry in play.records if entry["kind"] in OUTCOMES]


def test_an_inquiry_waits_for_its_source_and_is_answered_when_it_is_back():
    play = waiting()
    ((key, body),) = play.heard(1)
    assert (key, body.split("\n")[1]) == (
        "SM",
        ".02. USER OUT OF SERVICE FOR MSG TYPE, NLETS WILL FORWARD - CA",
    )
    assert play.asked == []
    play.after(3600)
    play.tell(UP)
    play.answers(play.asked[0], ALBITE)
    ((key, body),) = play.heard(1)
    assert key == "DR"
    assert "S0990001" in body
    assert outcomes(play) == ["released"]
    assert [entry["kind"] for entry in play.records if entry["kind"] in CARRIED] == [
        *("service", "held", "service", "forwarded")
    ]


def test_it_has_its_whole_time_again_once_it_goes_on():
    play = waiting()
    play.after(3600)
    play.tell(UP)
    play.heard(1)
    play.after(9)
    assert outcomes(play) == []
    play.after(1)
    assert "NO ANSWER IN TIME" in play.heard(1)[0][1]


@pytest.mark.parametrize(
    ("service", "status"),
    [(Service.REMOVE, ".04. USER OUT OF SERVICE"), (Service.NEVER, ".01. USER DOES NOT RESPOND")],
)
def test_what_is_not_forwarded_ends_at_once(service, status):
    play = class_of("BAY2")
    play.tell(change("CA", service, "DQ"))
    play.says(1, ASK)
    assert status in play.heard(1)[0][1]
    assert outcomes(play) == ["no-answer"]
    play.says(1, "RQ.CA0990100.CA.TXTLIC/SIM2019.LIY/2019.LIT/PC")
    assert len(play.asked) == 1  # another key is in service


def test_of_several_states_the_one_that_is_down_says_so_and_the_others_answer():
    play = class_of("BAY2")
    play.tell(change("NV", Service.HOLD))
    play.says(1, "DQ.CA0990100.CA.NV.TXTOLN/S0990001")
    assert "NLETS WILL FORWARD - NV" in play.heard(1)[0][1]
    assert [ask.backend for ask in play.asked] == ["CADMV"]


def test_in_a_merged_answer_a_source_that_is_down_is_one_without_an_answer():
    play = class_of("BAY2")
    play.tell(change("NV", Service.HOLD))
    play.says(1, "DQ.CA0990100.NL.TXTOLN/S0990001")
    play.answers(play.asked[0], ALBITE)
    assert "NO ANSWER: NV" in play.heard(1)[0][1]
    assert not play.recorded("held")


def test_what_the_rules_forbid_meanwhile_is_refused_at_once():
    play = waiting()
    play.heard(1)
    play.tell(DENY_BAY)
    assert ".93." in play.heard(1)[0][1]
    assert play.recorded("refused")[0]["point"] == "waiting"
    assert play.recorded("removed")[0]["reason"] == "refused"
    play.tell(UP)
    assert play.asked == []
    assert outcomes(play) == ["refused"]


def test_it_waits_for_whoever_asked_and_for_nobody_else_at_his_terminal():
    play = waiting()
    play.sign_off(1)
    play.tell(UP)
    assert play.asked == []
    play.sign_on(2, "BAY2", "TFO7")
    assert play.asked == []
    play.sign_off(2)
    play.sign_on(3, "BAY2", "BPD2")
    play.answers(play.asked[0], ALBITE)
    assert [key for key, _ in play.heard(3)] == ["SM", "DR"]


def test_a_line_may_end_while_its_inquiry_waits():
    play = waiting()
    play.heard(1)
    play.sign_off(1)
    assert "SIGNED OFF" in play.heard(1)[0][1]


def test_what_waits_too_long_has_no_answer():
    play = waiting(world=replace(WORLD, limits=Limits(held_s=600)))
    play.heard(1)
    play.after(600)
    assert ".04. USER OUT OF SERVICE" in play.heard(1)[0][1]
    assert outcomes(play) == ["no-answer"]
    assert play.recorded("no-answer")[0]["reason"] == "expired"
    assert len(play.recorded("expired")) == 1


def test_beyond_the_limit_it_is_not_stored():
    play = waiting(world=replace(WORLD, limits=Limits(held_max=1)))
    play.heard(1)
    play.says(1, ASK)
    assert ".04." in play.heard(1)[0][1]


def killed(play: Playbook) -> Playbook:
    """A switch that goes on with what this one put on record."""
    owed = carried_over(entry for entry in play.records if entry["kind"] in CARRIED)
    return Playbook("2019-10-14T23:59:00", carried=owed)


def test_a_switch_that_was_killed_answers_what_it_had_held_exactly_once():
    play = waiting()
    later = killed(play)
    later.sign_on(1, "BAY2", "BPD2")
    assert later.asked == []  # its source is still out of service
    later.tell(UP)
    later.answers(later.asked[0], ALBITE)
    _, (key, _) = later.heard(1)
    assert key == "DR"
    assert later.steps[-1].sends[0][1].control == "A1"
    play.records += later.records
    last = killed(play)
    last.sign_on(1, "BAY2", "BPD2")
    assert last.asked == []


def test_after_a_restart_it_is_judged_by_the_rules_of_then():
    play = waiting()
    later = killed(play)
    later.tell(DENY_BAY)
    later.sign_on(1, "BAY2", "BPD2")
    later.tell(UP)
    assert later.asked == []
    assert len(later.recorded("refused")) == 1


def test_two_that_waited_go_on_in_their_order_and_before_what_comes_then():
    play = waiting()
    play.says(1, ASK.replace("*A1", "*A2"))
    play.tell(UP)
    (ask,) = play.asked
    assert [query.id // 1000 for query in ask.queries] == [1, 2]


@pytest.mark.parametrize("limit", ["in_flight_max", "inbox_max"])
def test_not_more_go_on_at_once_than_may_be_open_and_none_of_them_is_lost(limit: str):
    world = WORLD
    if limit == "in_flight_max":
        world = replace(world, limits=replace(world.limits, in_flight_max=2))
    else:
        entries = dict(world.backends)
        entries["CADMV"] = replace(entries["CADMV"], inbox_max=2, workers=1, batch_max=1)
        world = replace(world, backends=entries)
    play = waiting(world=world)
    play.says(1, *[ASK] * 4)
    play.tell(UP)
    assert len(play.recorded("forwarded")) == 2
    while play.asked:
        play.answers(play.asked.pop(0), ALBITE)
    assert len(play.recorded("forwarded")) == 5
    assert outcomes(play) == ["released"] * 5
