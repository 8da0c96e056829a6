"""What nobody is there for waits, is judged again, and goes to who comes, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from switch.config import Limits
from switch.core.events import LineClosed, LineOpened, MessageArrived, RuleAdded
from switch.core.held import CARRIED, carried_over
from switch.core.mail.post import Letter
from switch.message import Resume
from switch.terms import MessageKey
from tests.playbook import Playbook, golden_state
from tests.switch.core.mail.test_administrative import TO_VALLEY, class_of

WORLD = golden_state()[0]
ADDRESSED = {"CA0990100": "BAY-PD", "CA0990200": "VALLEY-SO"}
SUSPEND_VALLEY = RuleAdded(
    "test",
    "NETWORK",
    "suspend",
    {
        "id": "NET-77",
        "agency": ["VALLEY-SO"],
        "from": datetime(2019, 10, 14, tzinfo=UTC),
        "tell": "CLOSED",
        "reason": "test",
        "cite": "test",
    },
)


def limited(**limits: float):
    return replace(WORLD, limits=Limits(**limits))  # type: ignore[arg-type]


def test_what_waits_goes_to_the_first_who_comes_in_the_order_of_its_sending():
    play = class_of("BAY2")
    play.says(1, TO_VALLEY, "AM.CA0990100.CA0990200.*B2.TXTSECOND")
    play.after(3600)
    play.sign_on(2, "VSO1", "VSO1A")
    assert [key for key, _ in play.heard(2)] == ["SM", "AM", "AM"]
    first, second = [m for line, m in play.steps[-1].sends if m.mke == "AM"]
    assert first.received.at == play.now - 3600  # when the switch took it in
    assert first.sent.at == play.now  # when it went out
    assert second.control == "B2"
    assert [e["kind"] for e in play.records if e["kind"] in ("held", "forwarded")] == [
        *("held", "held", "forwarded", "forwarded")
    ]
    play.sign_off(2)
    play.sign_on(3, "VSO1", "VSO1A")
    assert [key for key, _ in play.heard(3)] == ["SM"]


def test_a_terminal_that_acknowledges_gets_what_waits_after_its_sign_on_and_owes_for_it():
    play = class_of("BAY2")
    play.says(1, TO_VALLEY)
    back = Resume("VSO1", "VSO1A", 0, None)
    play.tell(LineOpened(2), MessageArrived(2, back))
    assert [key for key, _ in play.heard(2)] == ["SM", "AM"]
    play.tell(LineClosed(2))
    play.tell(LineOpened(3), MessageArrived(3, back._replace(last=1)))
    assert "POSSIBLE DUPLICATE" in play.heard(3)[1][1]


def test_a_suspension_that_began_meanwhile_stops_what_waits():
    play = class_of("BAY2")
    play.says(1, TO_VALLEY)
    play.tell(SUSPEND_VALLEY)
    play.sign_on(2, "VSO1", "VSO1A")
    assert [key for key, _ in play.heard(2)] == ["SM"]
    assert play.recorded("removed")[0]["reason"] == "suspended"
    assert not play.recorded("forwarded")


def test_what_a_suspended_agency_sent_before_is_stopped_too():
    play = class_of("VSO1")
    play.says(1, "AM.CA0990200.CA0990100.TXTHELLO")
    play.tell(SUSPEND_VALLEY)
    play.sign_on(2, "BAY2", "BPD2")
    assert [key for key, _ in play.heard(2)] == ["SM"]
    assert play.recorded("removed")[0]["reason"] == "suspended"


def test_what_comes_for_a_suspended_agency_does_not_wait_for_the_end_of_that():
    play = class_of("BAY2")
    play.tell(SUSPEND_VALLEY)
    play.says(1, TO_VALLEY)
    assert "WILL FORWARD" in play.heard(1)[0][1]  # as for any agency where nobody is
    assert not play.recorded("held")


def test_what_waits_too_long_goes_nowhere():
    play = class_of("BAY2", world=limited(held_s=600))
    play.says(1, TO_VALLEY)
    play.after(599)
    assert not play.recorded("expired")
    play.after(1)
    assert [entry["place"] for entry in play.recorded("expired")] == ["VALLEY-SO"]
    play.sign_on(2, "VSO1", "VSO1A")
    assert [key for key, _ in play.heard(2)] == ["SM"]


@pytest.mark.parametrize("limit", [{"held_max": 1}, {"held_bytes_max": 80}])
def test_beyond_a_limit_the_sender_keeps_it(limit):
    play = class_of("BAY2", world=limited(**limit))
    play.says(1, TO_VALLEY, TO_VALLEY)
    bodies = [body for _, body in play.heard(1)]
    assert [".02." in bodies[0], ".04." in bodies[1]] == [True, True]
    assert len(play.recorded("held")) == 1


def restarted(play: Playbook) -> Playbook:
    """A switch that goes on with what this one put on record."""
    owed = carried_over(entry for entry in play.records if entry["kind"] in CARRIED)
    return Playbook("2019-10-14T23:59:00", carried=owed)


def test_a_switch_that_was_killed_forwards_what_it_had_held_exactly_once():
    play = class_of("BAY2")
    play.says(1, TO_VALLEY)
    later = restarted(play)
    later.sign_on(1, "VSO1", "VSO1A")
    (_, (key, body)) = later.heard(1)
    assert (key, body.split("\n")[1]) == ("AM", "STOLEN TRAILER SEEN NEAR MILE 40")
    play.records += later.records
    last = restarted(play)
    last.sign_on(1, "VSO1", "VSO1A")
    assert [key for key, _ in last.heard(1)] == ["SM"]


def test_a_notice_of_the_switch_s_own_goes_the_same_way():
    play = class_of("BAY2")
    post, out = play.dispatcher.post, play.dispatcher._out
    out.start(play.now)
    letter = Letter(
        query=out.next_query(),
        mke=MessageKey("AM"),
        sender=WORLD.switch_ori,
        terminal=None,
        operator=None,
        control=None,
        received=out.receive(),
        body="TRAINING - SIMULATED DATA\nHIT ON YOUR RECORD",
    )
    addressed = [(ori, WORLD.agencies[name]) for ori, name in ADDRESSED.items()]
    delivery = post.deliver(letter, addressed, play.dispatcher.stack)
    play._take(out.finish())
    assert delivery.delivered == ("BAY2",)
    assert delivery.held == (("VALLEY-SO", "CA0990200"),)
    assert play.heard(1)[0][1].endswith("HIT ON YOUR RECORD")
    play.sign_on(2, "VSO1", "VSO1A")
    assert play.heard(2)[1][1].endswith("HIT ON YOUR RECORD")
