"""Patterns against journal entries: what matches, and how a difference is worded."""

from __future__ import annotations

import pytest

from scenarios.pattern import Way, received_differences, received_key, sent_differences, way
from scenarios.script import Receives, Seat, Sends

SEATS = {"far": Seat("far", "NVH1", "NV0990100", "NHP1", actor=True)}
QUERY = {
    "kind": "query",
    "key": "DQ",
    "destinations": ("CA",),
    "control": "A1",
    "fields": {"OLN": "S0990001", "IMQ": "Y"},
}
RELEASED = {
    "kind": "released",
    "query": 7,
    "key": "DR",
    "backend": "CADMV",
    "verdict": "ALLOW",
    "rules": ("DMV-02", "DMV-03"),
    "withheld": {"driver.photo": ["DMV-03"]},
    "masks": ("RES",),
    "records": 1,
    "late": False,
    "text": "DQ OLN/S0990001\nNAM/ALBITE, MARA QUILL",
}


def sends(key="DQ", to=(), fields=None, text=None, control=None) -> Sends:
    return Sends(key, to, fields or {}, text, control)


def test_a_message_matches_if_all_that_is_asked_for_is_in_it():
    assert sent_differences(sends(to=("CA",), fields={"OLN": "S0990001"}), SEATS, QUERY) == ()


@pytest.mark.parametrize(
    ("pattern", "differs"),
    [
        (sends(key="RQ"), "key: `RQ` was expected, `DQ` came"),
        (sends(to=("NV",)), "to: `NV` was expected, `CA` came"),
        (sends(fields={"OLN": "S0990002"}), "OLN: `S0990002` was expected, `S0990001` came"),
        (sends(fields={"PUR": "C"}), "PUR: `C` was expected, nothing came"),
        (sends(control="B2"), "control: `B2` was expected, `A1` came"),
        (sends(text="help"), "text: `help` was expected, nothing came"),
    ],
)
def test_each_difference_of_a_message_is_named(pattern, differs):
    assert sent_differences(pattern, SEATS, QUERY) == (differs,)


def test_the_name_of_a_seat_stands_for_its_ori():
    entry = {"kind": "message", "key": "AM", "destinations": ["NV0990100"], "text": "confirmed"}
    pattern = sends(key="AM", to=("far",), text="Confirmed")
    assert sent_differences(pattern, SEATS, entry) == ()


def test_an_answer_matches_if_nothing_that_is_given_differs():
    pattern = Receives(
        reply_to="ask",
        key="DR",
        verdict="ALLOW",
        rule=("DMV-02",),
        fields={"NAM": "ALBITE, MARA QUILL"},
        without=("RES/",),
        withheld=("driver.photo",),
        masked=("RES",),
        records=1,
        late=False,
    )
    assert received_differences(pattern, RELEASED, reply_to=7) == ()


@pytest.mark.parametrize(
    ("pattern", "differs"),
    [
        (Receives(key="ER"), "key: `ER` was expected, `DR` came"),
        (Receives(backend="ARJIS"), "backend: `ARJIS` was expected, `CADMV` came"),
        (Receives(point="route"), "point: `route` was expected, nothing came"),
        (Receives(records=0), "records: `0` was expected, `1` came"),
        (Receives(rule=("X",)), "rule: `X` was expected, `DMV-02 DMV-03` came"),
        (Receives(text=("HIT",)), "`HIT` does not stand in it"),
        (Receives(without=("NAM/",)), "`NAM/` stands in it"),
        (Receives(fields={"DOB": "1"}), "DOB/1 does not stand in it"),
        (
            Receives(withheld=("driver.ssn",)),
            "withheld: `driver.ssn` was expected, `driver.photo` came",
        ),
        (Receives(masked=("SOC",)), "masked: `SOC` was expected, `RES` came"),
        (Receives(reply_to="ask"), "it does not answer the message of `ask`"),
    ],
)
def test_each_difference_of_an_answer_is_named(pattern, differs):
    assert received_differences(pattern, RELEASED, reply_to=None) == (differs,)


@pytest.mark.parametrize(
    ("kind", "key"),
    [("refused", "ER"), ("malformed", "ER"), ("no-answer", "SM"), ("delivered", "AM")],
)
def test_the_key_is_the_one_that_the_terminal_saw(kind, key):
    assert received_key({"kind": kind}) == key


def test_entries_about_no_message_go_no_way():
    assert [way({"kind": kind}) for kind in ("query", "refused", "effective")] == [
        Way.SENT,
        Way.RECEIVED,
        None,
    ]


def test_whoever_names_the_terminal_of_a_seat_reaches_the_seat():
    seat = SEATS["far"]
    entry = {**QUERY, "destinations": (seat.terminal,)}
    assert sent_differences(sends(to=("far",)), SEATS, entry) == ()
    assert sent_differences(sends(to=(seat.terminal,)), SEATS, entry) == ()
    assert sent_differences(sends(to=("CA",)), SEATS, entry)
