"""The log, searched: what is found is judged by its owner's rules too, now and for the searcher."""

from __future__ import annotations

from datetime import datetime

import msgpack
import pytest

from switch.core.events import RuleAdded
from switch.core.log import search
from switch.core.log.search import HITS_MAX, TURN_MAX
from switch.core.log.words import Wanted
from tests.playbook import ALBITE, Playbook

DAY = "BEG/20190101.END/20301231"
AFTER, BEFORE = "2019-11-01T00:00:00", "2019-10-14T12:00:00"
SEATS = {
    "BAY2": ("BPD2", "CA0990100"),
    "VSO1": ("VSO1A", "CA0990200"),
    "ERO1": ("ERO1A", "DCICE0900"),
    "HSI1": ("HSI1A", "DCICE0500"),
    "CBP1": ("CBP1A", "DCCBP0100"),
}


class Room(Playbook):
    """A playbook whose journal is at hand to the log, and whose backends answer at once."""

    def __init__(self, starts: str = AFTER) -> None:
        super().__init__(starts)
        self.lines = {}
        self.answer = {"CADMV": (ALBITE,)}
        self.turns = 0  # that the last search took beyond the one that brought it
        for number, (terminal, (operator, _)) in enumerate(SEATS.items(), 1):
            self.sign_on(number, terminal, operator)
            self.lines[terminal] = number
        self._heard.clear()

    def _take(self, commands) -> None:
        super()._take(commands)
        if commands.records:
            self.dispatcher.log.tail.add(msgpack.packb(commands.records))

    def send(self, terminal: str, rest: str) -> str:
        """`DQ.CA.TXTOLN/..` typed there with its own ORI; everything that comes back."""
        key, _, rest = rest.partition(".")
        line = self.lines[terminal]
        self.says(line, f"{key}.{SEATS[terminal][1]}.{rest}")
        while self.asked:
            ask = self.asked.pop(0)
            self.answers(ask, *self.answer.get(ask.backend, ()))
        self.turns = 0
        while self.dispatcher.log:
            self.turns += 1
            self.tell()
        return "\n".join(body for _, body in self.heard(line))

    def fill(self, count: int, terminal: str = "BAY2", asked: str = "") -> None:
        """So many messages more, which are on record in as many batches."""
        for _ in range(count):
            self.send(terminal, asked or ASKED)

    def find(self, terminal: str, what: str) -> list[str]:
        """The hits of a search."""
        body = self.send(terminal, f"NLQ.NL.TXTTYP/ALL.{DAY}.{what}")
        return [line for line in body.split("\n") if line.startswith(("MRI/", "REM/"))]


ASKED = "DQ.CA.*A1.TXTOLN/S0990001"


def test_an_inquiry_and_its_answer_are_found_by_a_word_the_latest_first():
    room = Room()
    room.send("BAY2", ASKED)
    hits = room.find("VSO1", "FND/S0990001")
    assert [hit.split(".")[2] for hit in hits] == ["MKE/DR", "MKE/DQ"]
    assert hits[1].startswith("MRI/1000.DAT/20191101@0000.MKE/DQ.SRC/CA0990100.DST/CA.TXT/OLN/")
    assert ".SRC/CA0998100.DST/CA0990100." in hits[0]


def test_a_message_is_told_in_full_by_the_number_that_the_list_gives():
    room = Room()
    room.send("BAY2", ASKED)
    number = room.find("VSO1", "FND/MARA")[0].split(".")[0]
    body = room.send("VSO1", f"NFQ.NL.TXT{number}")
    assert f"{number}.DAT/20191101@0000.MKE/DR" in body
    assert "TXT/FROM CADMV" in body
    assert "TXT/OLN/S0990001.NAM/ALBITE, MARA QUILL" in body


def test_the_borrowed_answer_is_withheld_from_whoever_is_cut_off_at_its_source():
    room = Room()
    room.send("BAY2", ASKED)
    assert room.find("BAY2", "FND/ALBITE") != []
    assert room.find("HSI1", "FND/ALBITE") == []
    assert "NOT ON FILE" in room.send("HSI1", "NFQ.NL.TXTMRI/1001")
    assert "NOT ON FILE" in room.send("HSI1", "NFQ.NL.TXTMRI/1000")


def test_what_was_found_before_a_cut_off_is_not_found_after_it():
    room = Room(BEFORE)
    room.send("BAY2", ASKED)
    assert len(room.find("HSI1", "FND/ALBITE")) == 1
    room.at("2019-10-15T00:00:00")
    assert room.find("HSI1", "FND/ALBITE") == []


def test_the_answer_to_a_search_is_not_searched_again():
    """Else the one who may read could read it out for one who may not."""
    room = Room()
    room.send("BAY2", ASKED)
    assert len(room.find("BAY2", "FND/ALBITE")) == 1
    assert len(room.find("BAY2", "FND/ALBITE")) == 1
    assert room.find("HSI1", "FND/ALBITE") == []


def test_what_is_withheld_cannot_be_counted():
    """Word for word the same, however much is on record that he may not have."""
    heard = []
    for asked in (0, 1, HITS_MAX + 5):
        room = Room()
        room.answer["NVDMV"] = ({"OLN": "S0990001", "NAM": "ALBITE, MARA QUILL"},)
        for _ in range(asked):
            room.send("BAY2", ASKED)
        for _ in range(HITS_MAX + 5 - asked):
            room.send("BAY2", "RQ.CA.TXTLIC/SIM9.LIY/19.LIT/PC")
        room.send("BAY2", "DQ.NV.TXTOLN/S0990001")
        heard.append([room.find("HSI1", "FND/S0990001"), room.find("HSI1", "NAM/ALB*")])
    assert heard[0] == heard[1] == heard[2]
    assert len(heard[0][0]) == 2


def test_a_search_goes_on_until_enough_is_found_and_says_that_there_is_more():
    room = Room()
    for _ in range(HITS_MAX):
        room.send("BAY2", ASKED)
    hits = room.find("BAY2", "FND/S0990001")
    assert len(hits) == HITS_MAX + 1
    assert hits[-1] == "REM/MORE THAN 20 FOUND. ASK FOR LESS TIME, OR MORE WORDS"


def test_the_logs_own_rules_come_first():
    room = Room()
    room.send("BAY2", ASKED)
    who = {"id": "LOG-1", "agency": ["VALLEY-SO"], "data": ["message.log"]}
    since = datetime.fromisoformat("2019-10-14T00:00:00-07:00")
    table = {**who, "from": since, "reason": "a test", "cite": "none"}
    room.tell(RuleAdded("test", "RAND", "deny", table))
    assert ".93." in room.send("VSO1", f"NLQ.NL.TXTTYP/ALL.{DAY}.FND/ALBITE")
    assert room.find("BAY2", "FND/ALBITE") != []


@pytest.mark.parametrize(
    ("what", "found"),
    [
        ("TYP/DQ", ["DQ"]),
        ("TYP/RR, DR", ["DR"]),
        ("TYP/ALL.SRC/NV", []),
        ("TYP/ALL.SRC/CA0998100", ["DR"]),
        ("TYP/ALL.DST/CA0990100", ["DR"]),
        ("TYP/ALL.SRC/CA0990100.DST/CA", ["DQ"]),
    ],
)
def test_a_search_is_narrowed_by_key_source_and_destination(what, found):
    room = Room()
    room.send("BAY2", ASKED)
    body = room.send("BAY2", f"NLQ.NL.TXT{what}.{DAY}.FND/S0990001")
    assert [line.split(".")[2][4:] for line in body.split("\n") if line[:4] == "MRI/"] == found


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [
        ("20191101", "20191101", True),
        ("20191031", "20191031", False),
        ("20191102", "20301231", False),
        ("20191101@0000", "20191101@0000", True),
        ("20191101@0001", "20301231", False),
    ],
)
def test_both_ends_of_the_time_are_local_and_inclusive(begin, end, found):
    room = Room()
    room.send("BAY2", ASKED)
    body = room.send("BAY2", f"NLQ.NL.TXTTYP/ALL.BEG/{begin}.END/{end}.FND/S0990001")
    assert ("MRI/" in body) is found
    assert ("NOT ON FILE" in body) is not found


def test_every_owner_has_on_record_who_read_its_answers_in_the_log():
    room = Room()
    room.send("BAY2", ASKED)
    room.find("VSO1", "FND/ALBITE")
    room.find("HSI1", "FND/ALBITE")
    (read,) = room.recorded("read-in-log")
    assert (read["backend"], read["terminal"], read["of"], read["of_leg"]) == (
        "CADMV",
        "VSO1",
        1,
        1,
    )


def test_an_administrative_message_is_found_by_who_sent_or_got_it_alone():
    room = Room()
    room.send("BAY2", "AM.CA0990200.TXTGRANITE MEETING AT NOON")
    assert len(room.find("BAY2", "FND/GRANITE")) == 1
    assert len(room.find("VSO1", "FND/GRANITE")) == 1
    assert room.find("CBP1", "FND/GRANITE") == []


def test_a_message_that_was_held_is_found_by_its_receiver_once_it_was_forwarded():
    room = Room()
    room.sign_off(room.lines["VSO1"])
    room.send("BAY2", "AM.CA0990200.TXTGRANITE MEETING AT NOON")
    room.send("BAY2", "AM.CA0990300.TXTGRANITE MEETING AT ONE")
    room.sign_on(room.lines["VSO1"], "VSO1", "VSO1A")
    room.heard(room.lines["VSO1"])
    assert [hit[-12:] for hit in room.find("VSO1", "FND/GRANITE")] == ["TING AT NOON"]
    assert len(room.find("BAY2", "FND/GRANITE")) == 2
    assert room.find("CBP1", "FND/GRANITE") == []


def test_what_lies_further_back_than_the_log_reaches_is_not_found():
    room = Room()
    room.dispatcher.log.tail._messages_max = 3
    room.send("BAY2", ASKED)
    assert len(room.find("BAY2", "FND/ALBITE")) == 1
    assert len(room.find("BAY2", "FND/ALBITE")) == 1
    remark = "REM/NOT ON FILE. THE LOG REACHES BACK TO 20191101@0000"
    assert room.find("BAY2", "FND/ALBITE") == [remark]
    assert "NOT ON FILE" in room.send("BAY2", "NFQ.NL.TXTMRI/1001")


def test_a_merged_answer_is_one_message_and_shown_only_if_every_leg_is():
    room = Room()
    room.answer["NVDMV"] = ({"OLN": "S0990001", "NAM": "ALBITE, MARA QUILL"},)
    room.send("BAY2", "DQ.NL.TXTOLN/S0990001")
    assert [hit.split(".")[2] for hit in room.find("BAY2", "FND/ALBITE")] == ["MKE/DR"]
    assert room.find("HSI1", "FND/ALBITE") == []


def test_a_log_that_fails_is_told_like_any_source_that_fails():
    room = Room()
    room.says(1, f"NLQ.CA0990100.NL.TXTTYP/ALL.{DAY}.FND/A")
    room.fails(room.asked[0])
    assert "RAND TEMPORARILY UNAVAILABLE" in room.heard(1)[0][1]


# --- the budget of a search -----------------------------------------------------------------------

OTHER = "RQ.CA.TXTLIC/SIM9.LIY/19.LIT/PC"


def test_a_search_looks_at_so_many_messages_in_a_turn_and_everybody_has_one_between():
    room = Room()
    room.fill(TURN_MAX * 5)
    room.says(room.lines["BAY2"], f"NLQ.CA0990100.NL.TXTTYP/ALL.{DAY}.FND/NOWHERE")
    room.answers(room.asked.pop(0))
    assert room.dispatcher.next_deadline() == room.now
    room.says(room.lines["VSO1"], "DQ.CA0990200.CA.TXTOLN/S0990001")
    room.answers(room.asked.pop(0), ALBITE)
    assert [key for key, _ in room.heard(room.lines["VSO1"])] == ["DR"]
    assert room.heard(room.lines["BAY2"]) == []
    room.after(0.0)
    assert "NOT ON FILE" in room.heard(room.lines["BAY2"])[0][1]
    assert not room.dispatcher.log


@pytest.mark.parametrize("what", ["FND/ALBITE", "FND/MARA.AND/QUILL", "NAM/ALB*, M*"])
def test_what_is_withheld_changes_neither_the_work_of_a_search_nor_its_answer(what, monkeypatch):
    """The same turns, the same messages unpacked and judged, no text looked at but what he may see:
    whether all messages, some or none are answered with what is looked for."""
    looked: list[str] = []
    means = Wanted.means

    def watched(self, text):
        looked.append(text)
        return means(self, text)

    monkeypatch.setattr(Wanted, "means", watched)
    seen = []
    for records in ((), (ALBITE,), (ALBITE,) * 3):
        room = Room()
        room.fill(10, "HSI1", OTHER)
        room.answer = {"CADMV": records}
        room.fill(TURN_MAX * 4)
        looked.clear()
        assert room.find("HSI1", what) == []
        seen.append((room.turns, tuple(looked)))
        assert bool(room.find("BAY2", what)) is bool(records)
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0] > 3


def test_a_search_that_finds_enough_takes_as_many_turns_as_one_that_finds_nothing():
    room = Room()
    room.fill(TURN_MAX * 4)
    assert len(room.find("BAY2", "FND/ALBITE")) == HITS_MAX + 1
    found = room.turns
    assert room.find("BAY2", "FND/NOWHERE") == []
    assert room.turns == found > 2


def test_a_search_that_stops_says_how_far_it_came_whatever_was_withheld(monkeypatch):
    monkeypatch.setattr(search, "LOOKED_AT_MAX", 20)
    heard = []
    for records in ((), (ALBITE,)):
        room = Room()
        room.fill(10)
        room.after(3600)
        room.answer = {"CADMV": records}
        room.fill(20)
        heard.append(room.find("HSI1", "FND/ALBITE"))
    remark = "REM/NOT ON FILE. SEARCHED BACK TO 20191101@0100. FOR MORE, ASK WITH THAT END"
    assert heard == [[remark], [remark]]
    assert "MRI/" in room.send("BAY2", "NLQ.NL.TXTTYP/ALL.BEG/20191101.END/20191101@0000.FND/ALB")


def test_a_search_with_an_early_end_does_not_look_at_what_came_later():
    room = Room()
    room.fill(1)
    room.after(3600)
    room.fill(TURN_MAX * 2)
    assert "MRI/" in room.send("BAY2", "NLQ.NL.TXTTYP/DR.BEG/20191101.END/20191101@0000.FND/ALB")
    assert room.turns == 0


def test_a_search_begins_again_when_the_rules_change_under_it():
    room = Room(BEFORE)
    room.fill(TURN_MAX * 2)
    room.says(room.lines["HSI1"], f"NLQ.DCICE0500.NL.TXTTYP/DQ.{DAY}.SRC/CA.FND/S0990001")
    room.answers(room.asked.pop(0))
    while room.dispatcher.log:
        room.tell()
    room.heard(room.lines["HSI1"])
    room.says(room.lines["HSI1"], f"NLQ.DCICE0500.NL.TXTTYP/ALL.{DAY}.FND/ALBITE.AND/NOWHERE")
    room.answers(room.asked.pop(0))
    since = datetime.fromisoformat("2019-10-14T00:00:00-07:00")
    table = {"id": "NEW", "agency": ["ICE-HSI"], "data": "any", "from": since}
    room.tell(RuleAdded("test", "CADMV", "deny", {**table, "reason": "a test", "cite": "none"}))
    assert room.dispatcher.log
    room.after(0.0)
    assert "NOT ON FILE" in room.heard(room.lines["HSI1"])[0][1]
    assert room.recorded("read-in-log")[-1]["query"] == TURN_MAX * 2 + 1


def test_a_search_whose_asker_has_gone_looks_at_nothing_more():
    room = Room()
    room.fill(TURN_MAX * 2)
    room.says(room.lines["BAY2"], f"NLQ.CA0990100.NL.TXTTYP/ALL.{DAY}.FND/NOWHERE")
    room.answers(room.asked.pop(0))
    room.says(room.lines["VSO1"], f"NLQ.CA0990200.NL.TXTTYP/ALL.{DAY}.FND/ALBITE")
    room.hangs_up(room.lines["BAY2"])
    room.after(0.0)
    assert not room.dispatcher.log
    assert [entry["kind"] for entry in room.records if entry["kind"] == "undelivered"] != []


def test_a_message_that_may_not_be_seen_is_refused_in_full_as_quickly_as_one_that_is_not_there():
    room = Room()
    room.fill(TURN_MAX * 2)
    for number in (1000, 1001, 1002, 999_000):
        assert "NOT ON FILE" in room.send("HSI1", f"NFQ.NL.TXTMRI/{number}")
        assert room.turns == 0
