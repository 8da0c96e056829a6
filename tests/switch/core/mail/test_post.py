"""What nobody is there for waits, is judged again, and goes to who comes, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from switch.config import Limits
from switch.core.events import LineClosed, LineOpened, MessageArrived, RuleAdded, RuleWithdrawn
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
    assert play.recorded("barred")[0]["place"] == "VALLEY-SO"
    play.tell(RuleWithdrawn("test", "NETWORK", "NET-77"))
    play.sign_off(2)
    play.sign_on(3, "VSO1", "VSO1A")
    assert [key for key, _ in play.heard(3)] == ["SM"]  # not even now
    assert not play.recorded("forwarded")


def test_what_waits_for_an_agency_is_not_stopped_because_one_of_its_terminals_is():
    play = class_of("VSO1")
    play.says(1, "AM.CA0990200.CA0990100.TXTHELLO")
    one = {key: value for key, value in SUSPEND_VALLEY.table.items() if key != "agency"}
    play.tell(SUSPEND_VALLEY._replace(table={**one, "terminal": ["BAY2"]}))
    play.sign_on(2, "BAY2", "BPD2")
    assert [key for key, _ in play.heard(2)] == ["SM"]
    play.sign_on(3, "BAY1", "BPD2")
    assert [key for key, _ in play.heard(3)] == ["SM", "AM"]


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
    assert play.recorded("held")[0]["barred"]
    play.tell(RuleWithdrawn("test", "NETWORK", "NET-77"))
    play.sign_on(2, "VSO1", "VSO1A")
    assert [key for key, _ in play.heard(2)] == ["SM"]


def test_what_waits_too_long_goes_nowhere():
    play = class_of("BAY2", world=limited(held_s=600))
    play.says(1, TO_VALLEY)
    play.after(599)
    assert not play.recorded("expired")
    play.after(1)
    assert [entry["place"] for entry in play.recorded("expired")] == ["VALLEY-SO"]
    play.sign_on(2, "VSO1", "VSO1A")
    assert [key for key, _ in play.heard(2)] == ["SM"]


def heard_by_the_sender(*, suspended: str, there: bool) -> list[tuple[float, str, str]]:
    """All that a sender hears, and when, until what it sent has expired: of an agency that is
    suspended before it sends, after that, or not at all, and whether somebody sits there."""
    play = class_of("BAY2", world=limited(held_s=600, held_max=2))
    if suspended == "before":
        play.tell(SUSPEND_VALLEY)
        if there:
            play.sign_on(2, "VSO1", "VSO1A")
    play.says(1, *[TO_VALLEY] * 3)
    if suspended == "after":
        play.tell(SUSPEND_VALLEY)
        if there:
            play.sign_on(2, "VSO1", "VSO1A")
    play.after(300)
    play.says(1, TO_VALLEY)
    play.after(301)
    play.says(1, TO_VALLEY)
    play.after(700)
    return [(m.sent.at, m.mke, m.body) for each in play.steps for to, m in each.sends if to == 1]


def test_a_sender_is_told_what_expired_and_cannot_tell_a_suspended_agency_from_an_absent_one():
    absent = heard_by_the_sender(suspended="never", there=False)
    texts = [body.split("\n")[-1].partition(". ")[0] for _, _, body in absent[1:]]
    assert texts == [".02", ".02", ".04", ".04", *[".04"] * 2, ".02", ".04"]
    for suspended in ("before", "after"):
        for there in (False, True):
            assert heard_by_the_sender(suspended=suspended, there=there) == absent


def test_the_sender_of_what_expired_finds_its_own_reference_in_the_notice():
    play = class_of("BAY2", world=limited(held_s=600))
    play.says(1, TO_VALLEY)
    (sent,) = (m for _, m in play.steps[-1].sends)
    play.after(600)
    (notice,) = (m for _, m in play.steps[-2].sends + play.steps[-1].sends)
    assert (notice.received, notice.control) == (sent.received, sent.control)
    assert "WILL NOT FORWARD - CA0990200" in notice.body
    assert play.recorded("told")[-1]["text"] == notice.body


def test_where_the_sender_is_gone_its_agency_is_told_and_where_nobody_is_there_nobody():
    for others in ([], ["BAY1"]):
        play = class_of("BAY2", *others, world=limited(held_s=600))
        play.says(1, TO_VALLEY)
        play.sign_off(1)
        play.heard(1)
        play.after(600)
        assert not any("FORWARD" in body for _, body in play.heard(1))
        assert ["NOT FORWARD" in body for _, body in play.heard(2)] == [True] * len(others)


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
