"""What counts as answered, refused, missing and wrong."""

from __future__ import annotations

import pytest

from switch.wire.answer import LATE_LINE
from switch.wire.spec_files import load_formats
from terminals.inquiry import Inquiry, prepared
from terminals.load.tally import Tally, percentile
from tests.terminals.test_inquiry import came

FORMATS = load_formats()
REFUSED = "TRAINING\n.93. REFUSED BY RECORD OWNER"


def inquiry(control: str, *places: str) -> Inquiry:
    to = ".".join(places or ("CA",))
    return prepared(f"DQ.CA0990100.{to}.TXTOLN/S0990001", control, FORMATS)


def asked(*places: str) -> Tally:
    tally = Tally(FORMATS)
    tally.asked(inquiry("L1", *places), "BAY1", 10.0, 10.5)
    return tally


def outcomes(tally: Tally) -> list[tuple]:
    tally.finish()
    return [row[:4] for row in tally.rows() if row.key != "all"]


def test_latency_runs_from_the_instant_a_message_was_due():
    tally = asked()
    tally.came(came("DR", "L1"), "BAY1", 12.0)
    assert outcomes(tally) == [("DQ", "answered", 1, 2000.0)]
    assert tally.behind_s == 0.5


@pytest.mark.parametrize(
    ("mke", "body", "outcome"),
    [
        ("DR", "NOT ON FILE", "answered"),
        ("ER", REFUSED, "refused"),
        ("ER", "TRAINING\n.91. REFUSED - SUSPENDED", "refused"),
        ("ER", "TRAINING\n0 MESSAGE FORMAT/STRUCTURE ERROR", "error"),
        ("SM", "TRAINING\n.02. OUT OF SERVICE", "error"),
    ],
)
def test_each_reply_has_its_outcome(mke: str, body: str, outcome: str):
    tally = asked()
    tally.came(came(mke, "L1", body), "BAY1", 11.0)
    assert outcomes(tally) == [("DQ", outcome, 1, 1000.0)]
    assert (tally.wrong, tally.missing, tally.open) == (0, 0, 0)


def test_several_destinations_need_all_answers_and_the_worst_of_them_counts():
    tally = asked("CA", "NV")
    tally.came(came("ER", "L1", REFUSED), "BAY1", 11.0)
    assert tally.open == 1
    tally.came(came("DR", "L1"), "BAY1", 13.0)
    assert outcomes(tally) == [("DQ", "refused", 1, 3000.0)]


def test_an_answer_that_never_comes_is_missing():
    tally = asked("CA", "NV")
    tally.came(came("DR", "L1"), "BAY1", 11.0)
    assert outcomes(tally) == [("DQ", "none", 1, None)]
    assert tally.missing == 1


@pytest.mark.parametrize(
    ("mke", "control", "line", "why"),
    [
        ("DR", "L1", "BAY2", "asked at BAY1"),
        ("RR", "L1", "BAY1", "does not answer DQ"),
        ("DR", "L2", "BAY1", "nothing that was sent"),
        ("ER", None, "BAY1", "nothing that was sent"),
    ],
)
def test_a_wrong_reply_is_counted_and_described(mke, control, line, why):
    tally = asked()
    tally.came(came(mke, control), line, 11.0)
    assert tally.wrong == 1
    assert why in tally.wrong_shown[0]
    assert tally.open == 1


def test_a_reply_that_comes_twice_is_wrong_unless_it_is_labelled_late():
    tally = asked()
    tally.came(came("ER", "L1", "TRAINING\nNO ANSWER IN TIME"), "BAY1", 11.0)
    tally.came(came("DR", "L1", f"TRAINING\n{LATE_LINE}\nHELLO"), "BAY1", 12.0)
    assert (tally.wrong, tally.late) == (0, 1)
    tally.came(came("DR", "L1"), "BAY1", 13.0)
    assert tally.wrong_shown == ["DR *L1 at BAY1: one reply too many"]


def test_what_nobody_asked_for_is_no_reply():
    tally = asked()
    tally.came(came("AM", "L1"), "BAY1", 11.0)
    tally.came(came("SM", None), "BAY1", 11.0)
    assert (tally.unasked, tally.wrong, tally.open) == (2, 0, 1)


def test_delivery_of_free_text_is_its_answer():
    tally = Tally(FORMATS)
    tally.asked(prepared("AM.CA0990100.NV0990100.TXTHI", "L1", FORMATS), "BAY1", 0.0, 0.0)
    tally.came(came("SM", "L1", "TRAINING\nDELIVERED TO 1 TERMINALS"), "BAY1", 1.0)
    assert outcomes(tally) == [("AM", "answered", 1, 1000.0)]


def test_percentiles_are_values_that_were_measured():
    ordered = [float(n) for n in range(1, 101)]
    assert [percentile(ordered, share) for share in (0.0, 0.5, 0.95, 0.99, 1.0)] == [
        1.0,
        50.0,
        95.0,
        99.0,
        100.0,
    ]
    assert percentile([7.0], 0.5) == 7.0
