"""Delayed-inquiry hits: who asked in vain hears of the record, if he may have it, then and now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from backends.entries import ENTRY_KEYS, with_entries
from backends.memory import MemoryBackend
from switch.config import World
from switch.core.events import RuleAdded, ServiceChanged
from switch.core.held import CARRIED, carried_over
from switch.core.mail.delayed import HEADING, KIND
from switch.core.services import Service
from tests.playbook import Playbook, golden_state

WORLD = golden_state()[0]
DAY_S = 86_400.0
SEATS = {
    "BAY2": ("BPD2", "CA0990100"),
    "VSO1": ("VSO1A", "CA0990200"),
    "NVH1": ("NHP1", "NV0990100"),
    "HSI1": ("HSI1A", "DCICE0500"),
}
PERSON = "NAM/SIMROCK, IDA.DOB/19900102"
LOOK = f"QW.{{}}.{PERSON}"
ENTER = f"EW.CA0990200.{PERSON}.OFF/DRILL CHARGE.DOW/20191001.OCA/SIM19-7001"


class Desk(Playbook):
    """A playbook over a real file of wanted persons, in which nobody is at first."""

    def __init__(
        self,
        *seats: str,
        world: World = WORLD,
        carried: list[Any] | None = None,
        file: Any = None,
        starts: str = "2019-11-01T00:00:00",
    ) -> None:
        self.file = file or with_entries(MemoryBackend([]), ENTRY_KEYS)
        super().__init__(starts, world, carried or [])
        self.lines: dict[str, int] = {}
        for seat in seats:
            self.sits(seat)

    def sits(self, seat: str) -> int:
        line = self.lines[seat] = max(self.lines.values(), default=0) + 1
        self.sign_on(line, seat, SEATS[seat][0])
        self._heard[line] = [one for one in self._heard.get(line, []) if one[0] != "SM"]
        return line

    def leaves(self, seat: str) -> None:
        self.sign_off(self.lines[seat])

    def types(self, seat: str, message: str) -> list[tuple[str, str]]:
        """What comes back at once, at that seat."""
        self.says(self.lines[seat], message.format(SEATS[seat][1]))
        while self.asked:
            ask = self.asked.pop(0)
            for query, reply in zip(ask.queries, self.file.answer(ask.queries), strict=True):
                self.answers(replace_queries(ask, query), *reply.records)
        return self.heard(self.lines[seat])

    def hears(self, seat: str) -> list[tuple[str, str]]:
        return self.heard(self.lines[seat])

    def deny(self, agency: str, data: object = "any", **more: object) -> None:
        since = datetime.fromisoformat("2019-10-14T00:00:00-07:00")
        table: Mapping[str, object] = {"id": f"T-{len(self.steps)}", "agency": [agency], **more}
        rule = {**table, "data": data, "from": since, "reason": "a test", "cite": "none"}
        self.tell(RuleAdded("test", "CAWPS", "deny", rule))

    def hits(self, what: str = "") -> list[Any]:
        return [e for e in self.recorded(KIND) if not what or e["what"] == what]


def replace_queries(ask: Any, query: Any) -> Any:
    return ask._replace(queries=(query,))


def test_who_asked_in_vain_is_told_of_the_record_and_who_entered_it_that_he_asked():
    desk = Desk("BAY2", "VSO1")
    assert "NOT ON FILE" in desk.types("BAY2", LOOK)[0][1]
    (_, acknowledged), (key, asked_before) = desk.types("VSO1", ENTER)
    assert "ACK/ENTERED" in acknowledged
    assert key == "EAK"
    assert f"INQUIRED BEFORE THIS ENTRY\n20191101@0000 CA0990100 QW {PERSON}" in asked_before
    ((key, body),) = desk.hears("BAY2")
    assert key == "QWR"
    assert body.split("\n")[1:4] == [HEADING, f"QW {PERSON}", "FROM CAWPS"]
    assert "NAM/SIMROCK, IDA" in body
    assert "NIC/W500000001.ORI/CA0990200" in body
    assert [entry["what"] for entry in desk.hits()] == ["told", "told-who-entered"]
    assert desk.hits("told")[0]["text"] == body


def test_who_does_not_ask_for_that_person_is_told_nothing():
    desk = Desk("BAY2", "VSO1")
    desk.types("BAY2", "QW.{}.NAM/SIMROCK, IDA.DOB/19910102")
    assert len(desk.types("VSO1", ENTER)) == 1
    assert desk.hears("BAY2") == []


def test_ones_own_inquiry_before_ones_own_entry_is_no_news():
    desk = Desk("VSO1")
    desk.types("VSO1", LOOK)
    assert len(desk.types("VSO1", ENTER)) == 1
    assert desk.hits() == []


def test_a_record_that_is_modified_until_it_fits_is_told_once():
    desk = Desk("BAY2", "VSO1")
    desk.types("BAY2", LOOK)
    desk.types("VSO1", ENTER.replace("19900102", "19900103"))
    assert desk.hears("BAY2") == []
    modify = "MW.{}.NIC/W500000001.OCA/SIM19-7001."
    desk.types("VSO1", f"{modify}DOB/19900102")
    assert len(desk.hears("BAY2")) == 1
    desk.types("VSO1", f"{modify}MIS/CONFIRM FIRST")
    assert desk.hears("BAY2") == []


def test_an_inquiry_that_is_asked_again_and_again_is_told_once():
    desk = Desk("BAY2", "VSO1")
    for _ in range(5):
        desk.types("BAY2", LOOK)
    assert desk.types("VSO1", ENTER)[1][1].count("CA0990100 QW") == 1
    assert len(desk.hears("BAY2")) == 1


@pytest.mark.parametrize(("days", "told"), [(4.9, 1), (5.1, 0)])
def test_an_inquiry_is_remembered_as_long_as_the_world_says(days: float, told: int):
    desk = Desk("BAY2", "VSO1")
    desk.types("BAY2", LOOK)
    desk.after(days * DAY_S)
    desk.types("VSO1", ENTER)
    assert len(desk.hears("BAY2")) == told


def test_a_world_may_remember_nothing():
    desk = Desk(
        "BAY2", "VSO1", world=replace(WORLD, limits=replace(WORLD.limits, delayed_inquiry_s=0))
    )
    desk.types("BAY2", LOOK)
    desk.types("VSO1", ENTER)
    assert desk.hears("BAY2") == []


# --- who may not ----------------------------------------------------------------------------------


def test_who_is_cut_off_meanwhile_gets_no_notice_and_nothing_that_tells_of_one():
    heard: list[list[Any]] = []
    for entered in (True, False):
        desk = Desk("BAY2", "VSO1")
        desk.types("BAY2", LOOK)
        desk.deny("BAY-PD", ["person.wanted"])
        desk.types("VSO1", ENTER if entered else ENTER.replace("IDA", "ADA"))
        desk.after(60)
        unasked = desk.hears("BAY2")
        answers = [desk.types("BAY2", LOOK), desk.types("BAY2", "AM.{}.NV0990100.TXTHELLO")]
        sent = [message for step in desk.steps for line, message in step.sends if line == 1]
        heard.append([unasked, answers, sent])
        assert bool(desk.hits("withheld")) is entered
    assert heard[0] == heard[1]


def test_who_was_cut_off_when_he_asked_is_not_remembered():
    desk = Desk("VSO1", "BAY2")
    desk.deny("BAY-PD", ["person.wanted"])
    assert desk.types("BAY2", LOOK)[0][0] == "ER"
    desk.types("VSO1", ENTER)
    assert desk.hits() == []


def test_a_notice_holds_no_more_than_he_could_have_got_then_and_would_get_now():
    desk = Desk("BAY2", "VSO1")
    desk.types("BAY2", LOOK)
    since = datetime.fromisoformat("2019-10-14T00:00:00-07:00")
    mask = {"id": "M-1", "agency": ["BAY-PD"], "data": "any", "mask": ["OFF"], "from": since}
    desk.tell(RuleAdded("test", "CAWPS", "allow", {**mask, "reason": "a test", "cite": "none"}))
    desk.types("VSO1", ENTER)
    ((_, body),) = desk.hears("BAY2")
    assert "DRILL CHARGE" not in body
    assert "NAM/SIMROCK, IDA" in body


def test_who_enters_is_not_told_of_inquiries_whose_answer_he_may_not_have():
    desk = Desk("BAY2", "VSO1")
    desk.types("BAY2", LOOK)
    desk.deny("VALLEY-SO", ["person.wanted"])
    assert len(desk.types("VSO1", ENTER)) == 1
    assert len(desk.hears("BAY2")) == 1
    assert desk.hits("told-who-entered") == []


# --- who is not there -----------------------------------------------------------------------------


def test_a_notice_waits_for_whoever_comes_first_and_is_told_once():
    desk = Desk("BAY2", "VSO1")
    desk.types("BAY2", LOOK)
    desk.leaves("BAY2")
    desk.types("VSO1", ENTER)
    assert [entry["what"] for entry in desk.hits()] == ["held", "told-who-entered"]
    desk.after(3600)
    desk.sits("BAY2")
    assert [key for key, _ in desk.hears("BAY2")] == ["QWR"]
    desk.leaves("BAY2")
    desk.sits("BAY2")
    assert desk.hears("BAY2") == []


def test_a_notice_waits_for_an_agency_that_is_out_of_service():
    desk = Desk("BAY2", "VSO1")
    desk.types("BAY2", LOOK)
    desk.tell(ServiceChanged("the operator", "CA0990100", Service.HOLD))
    desk.types("VSO1", ENTER)
    desk.after(60)
    assert desk.hears("BAY2") == []
    desk.tell(ServiceChanged("the operator", "CA0990100", Service.UP))
    assert [key for key, _ in desk.hears("BAY2")] == ["QWR"]


def test_what_waits_is_judged_when_it_leaves():
    desk = Desk("BAY2", "VSO1")
    desk.types("BAY2", LOOK)
    desk.leaves("BAY2")
    desk.types("VSO1", ENTER)
    desk.deny("BAY-PD", ["person.wanted"])
    desk.sits("BAY2")
    assert desk.hears("BAY2") == []
    assert len(desk.hits("withheld")) == 1


def test_what_waits_too_long_goes_nowhere():
    desk = Desk("BAY2", "VSO1")
    desk.types("BAY2", LOOK)
    desk.leaves("BAY2")
    desk.types("VSO1", ENTER)
    desk.after(WORLD.limits.held_s + 1)
    assert len(desk.hits("expired")) == 1
    desk.sits("BAY2")
    assert desk.hears("BAY2") == []


def test_no_more_wait_for_an_agency_than_the_world_says():
    desk = Desk("BAY2", "VSO1", world=replace(WORLD, limits=replace(WORLD.limits, held_max=0)))
    desk.types("BAY2", LOOK)
    desk.leaves("BAY2")
    desk.types("VSO1", ENTER)
    assert [entry["what"] for entry in desk.hits()] == ["removed", "told-who-entered"]


def test_a_switch_that_was_killed_still_owes_what_waits():
    desk = Desk("BAY2", "VSO1")
    desk.types("BAY2", LOOK)
    desk.leaves("BAY2")
    desk.types("VSO1", ENTER)
    carried = carried_over(e for e in desk.records if e["kind"] in CARRIED)
    assert [entry["kind"] for entry in carried] == [KIND]
    again = Desk("BAY2", carried=carried, file=desk.file, starts="2019-11-01T02:00:00")
    ((key, body),) = again.hears("BAY2")
    assert (key, body.split("\n")[1]) == ("QWR", HEADING)
    done = carried_over(e for e in (*desk.records, *again.records) if e["kind"] in CARRIED)
    assert done == []


def test_a_switch_that_goes_on_still_knows_who_had_asked_and_what_he_could_get_then():
    desk = Desk("BAY2", "VSO1")
    desk.types("BAY2", LOOK)
    again = Desk("BAY2", "VSO1", file=desk.file, starts="2019-11-01T02:00:00")
    again.dispatcher.delayed.earlier.resume(desk.records, again.now)
    again.dispatcher._out.resume(10)
    again.types("VSO1", ENTER)
    live = Desk("BAY2", "VSO1")
    live.types("BAY2", LOOK)
    live.types("VSO1", ENTER)
    assert again.hears("BAY2") == live.hears("BAY2") != []
