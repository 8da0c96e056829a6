"""A message of the log as a line of the list and in full."""

from __future__ import annotations

from switch.core.log.shown import LINES_MAX, SHORT_CHARACTERS_MAX, hit, in_full, line_of, minute
from switch.terms import TRAINING_LINE
from tests.playbook import golden_state

WORLD = golden_state()[0]
ANSWER = {
    "kind": "released",
    "at": 1_572_591_600.0,
    "query": 12,
    "leg": 3,
    "backend": "CADMV",
    "key": "DR",
    "ori": "CA0990100",
    "text": f"{TRAINING_LINE}\nFROM CADMV\nOLN/S0990001",
}


def test_an_answer_comes_from_its_source_and_has_the_number_of_its_leg():
    line = line_of(WORLD, ANSWER)
    assert (line.number, line.source, line.targets) == (12_003, "CA0998100", ("CA0990100",))
    assert line.text == "FROM CADMV\nOLN/S0990001"


def test_an_inquiry_shows_its_fields_and_a_message_its_text():
    about = {"at": 0.0, "query": 7, "ori": "CA0990100", "destinations": ["NV"], "key": "DQ"}
    asked = line_of(WORLD, {"kind": "query", "fields": {"OLN": "S0990001"}, **about})
    typed = line_of(WORLD, {"kind": "message", "text": "HELLO", **about})
    assert (asked.text, typed.text) == ("OLN/S0990001", "HELLO")
    assert asked.number == 7_000


def test_a_hit_is_one_short_line():
    long = line_of(WORLD, {**ANSWER, "text": "WORD\n" * 100})
    assert hit(WORLD, long)["TXT"] == ("WORD " * 100)[:SHORT_CHARACTERS_MAX] + "..."
    assert hit(WORLD, long)["DAT"] == minute(WORLD, ANSWER["at"]) == "20191101@0000"


def test_a_message_in_full_is_a_line_for_each_of_its_lines_up_to_a_limit():
    assert [one.get("TXT") for one in in_full(WORLD, line_of(WORLD, ANSWER))] == [
        None,
        "FROM CADMV",
        "OLN/S0990001",
    ]
    long = line_of(WORLD, {**ANSWER, "text": "WORD\n" * 1000})
    assert len(in_full(WORLD, long)) == LINES_MAX + 1
