"""What the log tells is judged like an answer: by the rules of the backend it came from."""

from __future__ import annotations

import pytest

from switch.core.record.derived import HIDDEN, asked_in, shown
from switch.terms import Verdict
from tests.playbook import ALBITE, Playbook

BAY = "DQ.CA0990100.CA.*A1.TXTOLN/S0990001"
READERS = {
    "BAY2": ("BAY2", "CA0990100", "BPD2"),
    "ERO1": ("ERO1", "DCICE0900", "ERO1A"),
    "HSI1": ("HSI1", "DCICE0500", "HSI1A"),
    "TFO7": ("BAY1", "CA0990100", "TFO7"),  # a police desk, an operator of two agencies
}


def log(*, at: str = "2019-11-01T00:00:00", asked: str = BAY) -> Playbook:
    play = Playbook(at)
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, asked)
    play.answers(play.asked[0], ALBITE)
    return play


def read(play: Playbook, reader: str, kind: str) -> dict:
    queries = {entry["query"]: entry for entry in play.recorded("query")}
    (entry,) = play.recorded(kind)
    seen = shown(play.dispatcher.stack, entry, queries, READERS[reader], play.now)
    assert seen is not None
    return seen


@pytest.mark.parametrize("kind", ["query", "released"])
def test_who_would_get_the_answer_reads_the_log(kind):
    play = log()
    assert read(play, "BAY2", kind) == play.recorded(kind)[0]


@pytest.mark.parametrize("reader", ["ERO1", "HSI1", "TFO7"])
@pytest.mark.parametrize("kind", ["query", "released"])
def test_who_is_cut_off_learns_nothing_of_it_from_the_log(reader, kind):
    seen = read(log(), reader, kind)
    assert all(seen[name] is None for name in HIDDEN if name in seen)
    assert seen["hidden"].startswith("DENY-")
    assert "ALBITE" not in repr(seen)
    assert "S0990001" not in repr(seen)


def test_who_is_cut_off_does_not_learn_whether_there_was_a_record():
    assert read(log(), "ERO1", "released")["records"] is None


def test_who_would_get_less_of_the_answer_does_not_read_what_its_sender_got():
    """HSI asking with purpose C gets the record, without photograph and residence."""
    purpose = "DQ.CA0990100.CA.TXTPUR/C.OLN/S0990001"
    seen = read(log(asked=f"{purpose}.IMQ/Y"), "HSI1", "released")
    assert (seen["text"], seen["hidden"]) == (None, "DENY-RULE")  # the photograph
    masked = read(log(asked=purpose), "HSI1", "released")
    assert masked["text"] is None
    assert "ALBITE" not in repr(masked)


def test_fields_of_no_class_are_named_to_nobody_who_reads_the_log():
    play = Playbook("2019-11-01T00:00:00")
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, BAY)
    play.answers(play.asked[0], {**ALBITE, "ZZZ": "1"})
    assert play.recorded("released")[0]["unknown_fields"] == ("ZZZ",)
    assert read(play, "BAY2", "released")["unknown_fields"] == ()


def test_before_the_cut_off_it_could_be_read():
    assert "hidden" not in read(log(at="2019-10-14T12:00:00"), "ERO1", "released")


def test_what_tells_nothing_of_data_is_shown_to_everybody():
    play = log()
    assert "hidden" not in read(play, "ERO1", "signed-on")


def test_what_cannot_be_judged_is_hidden():
    play = log()
    entry = play.recorded("released")[0]
    seen = shown(play.dispatcher.stack, entry, {}, READERS["BAY2"], play.now)
    assert seen["hidden"] == Verdict.DENY_ERROR


def test_one_leg_that_may_not_be_read_hides_an_inquiry_of_several():
    play = Playbook("2019-11-01T00:00:00")
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, "DQ.CA0990100.CA.NV.TXTOLN/S0990001")
    queries = {entry["query"]: entry for entry in play.recorded("query")}
    entry = play.recorded("query")[0]
    # HSI is refused by CADMV alone.
    seen = shown(play.dispatcher.stack, entry, queries, READERS["HSI1"], play.now)
    assert seen["fields"] is None


def test_what_was_asked_is_read_from_the_record():
    play = log(asked="DQ.CA0990100.CA.TXTPUR/C.OLN/S0990001.IMQ/Y")
    request = asked_in(play.recorded("query")[0], "CADMV", "DQ")
    assert request == ("BAY2", "CA0990100", "BPD2", None, "CADMV", "DQ", True, "C")


def test_what_was_answered_out_of_the_log_is_read_there_by_nobody():
    play = Playbook("2019-11-01T00:00:00")
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, "NLQ.CA0990100.NL.TXTTYP/ALL.BEG/20191101.END/20191101.FND/ALBITE")
    play.answers(play.asked[0])
    assert read(play, "BAY2", "released")["text"] is None


def test_that_somebody_read_an_answer_is_shown_to_nobody_who_may_not_read_it():
    play = log()
    queries = {entry["query"]: entry for entry in play.recorded("query")}
    entry = {"kind": "read-in-log", "query": 9, "of": 1}
    stack = play.dispatcher.stack
    assert shown(stack, entry, queries, READERS["BAY2"], play.now) == entry
    assert shown(stack, entry, queries, READERS["HSI1"], play.now) is None
    assert shown(stack, {**entry, "of": 7}, queries, READERS["BAY2"], play.now) is None
