"""Bodies: the TRAINING line first, no blank line, printable, within the size of a message."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switch.message import OutputMessage, Stamp
from switch.terms import TRAINING_LINE, MessageKey, Ori
from switch.wire.answer import (
    BODY_BYTES_MAX,
    administrative_body,
    answer_body,
    error_body,
    merged_body,
    repeated,
    status_body,
)
from switch.wire.output import encode_output
from switch.wire.spec import MESSAGE_BYTES_MAX
from switch.wire.spec_files import load_formats

DQ = load_formats().keys["DQ"]
ASKED = {"OLN": "S0990001"}
RECORD = {"OLN": "S0990001", "NAM": "ALBITE, MARA QUILL"}


def answer(records=(), closing=(), late=False, asked=ASKED) -> list[str]:
    return answer_body(DQ, repeated(DQ, asked), "NVDMV", records, closing, late).split("\n")


def test_the_inquiry_comes_first_then_the_source_then_the_records():
    assert answer((RECORD, RECORD)) == [
        TRAINING_LINE,
        "DQ OLN/S0990001",
        "FROM NVDMV",
        "OLN/S0990001.NAM/ALBITE, MARA QUILL",
        "OLN/S0990001.NAM/ALBITE, MARA QUILL",
    ]


def test_no_record_says_so():
    assert answer()[-1] == "NOT ON FILE"


def test_what_is_withheld_and_noticed_stands_behind_the_records():
    lines = answer((RECORD,), ["WITHHELD: driver.photo (DMV-03)", "NOT FOR CIVIL ENFORCEMENT."])
    assert lines[-2:] == ["WITHHELD: driver.photo (DMV-03)", "NOT FOR CIVIL ENFORCEMENT."]


def test_late_answer_is_labelled():
    assert answer(late=True)[1].startswith("LATE ANSWER")


def test_more_records_than_fit_are_counted():
    lines = answer([{**RECORD, "INC": str(n)} for n in range(1000)], ["WITHHELD: x"])
    shown = sum(line.startswith("OLN/") for line in lines)
    assert lines[-2] == f"{1000 - shown} MORE RECORDS NOT SHOWN: THE MESSAGE IS FULL"
    assert lines[-1] == "WITHHELD: x"
    assert 200 < shown < 1000


def test_one_record_too_large_is_counted_as_well():
    assert answer(({"REM": "X" * 20_000},))[-1] == "1 MORE RECORD NOT SHOWN: THE MESSAGE IS FULL"


@pytest.mark.parametrize("value", ["A\nTXT\nB", "A\r\n\r\nB", "\x02A\x03", "é", "\x00"])
def test_a_value_cannot_forge_a_line_or_a_frame(value):
    lines = answer(({"REM": value},))
    assert len(lines) == 4
    assert lines[3].startswith("REM/")
    assert lines[3].isprintable()


def test_an_error_ends_with_the_first_hundred_characters_of_the_original():
    body = error_body(
        ".05.", "DOB INVALID or MISSING", b"DQ\r\n" + b"A" * 200, ["WHY", "1. A\n2. B"]
    )
    assert body.split("\n") == [
        TRAINING_LINE,
        ".05. DOB INVALID or MISSING",
        "WHY",
        "1. A",
        "2. B",
        "ORIGINAL MESSAGE",
        "DQ  " + "A" * 96,
    ]


def test_an_error_about_nothing_quotes_nothing():
    assert error_body("0", "X", b"", []).split("\n") == [TRAINING_LINE, "0 X"]


def test_status_and_administrative_texts_follow_the_training_line():
    assert status_body("NLETS IN SERVICE") == f"{TRAINING_LINE}\nNLETS IN SERVICE"
    assert administrative_body("ONE\n\nTWO\n") == f"{TRAINING_LINE}\nONE\nTWO"


anything = st.text(max_size=40)


@given(
    records=st.lists(st.dictionaries(anything, anything, max_size=3), max_size=4),
    words=st.lists(anything | st.just("LONG " * 4000), max_size=3),
    late=st.booleans(),
    original=st.binary(max_size=200),
)
def test_every_body_can_be_sent_as_it_stands(records, words, late, original):
    bodies = (
        answer_body(DQ, repeated(DQ, ASKED), "NVDMV", records, words, late),
        error_body(".93.", "REFUSED", original, words),
        status_body("\n".join(words)),
        administrative_body("\n".join(words)),
    )
    for body in bodies:
        lines = body.split("\n")
        assert lines[0] == TRAINING_LINE
        assert all(line.strip() and line.isascii() and line.isprintable() for line in lines)
        stamp, ori = Stamp(0.0, 1), Ori("CA0990100")
        message = OutputMessage(MessageKey("DR"), ori, stamp, stamp, ori, "0123456789", body)
        sent = encode_output(message, ZoneInfo("UTC"))
        assert len(sent) <= MESSAGE_BYTES_MAX
        assert sent.decode().replace("\r\n", "\n").endswith(f"TXT\n{body}")


def test_a_merged_answer_keeps_its_summary_whatever_the_records():
    spec = load_formats().key("DQ")
    assert spec is not None
    many = [{"OLN": f"S{number:07}", "REM": "X" * 200} for number in range(200)]
    body = merged_body(spec, {"OLN": "S1"}, [("CADMV", many, ())], ["ASKED 2 SOURCES", "HIT: CA"])
    assert len(body) <= BODY_BYTES_MAX
    assert body.endswith("ASKED 2 SOURCES\nHIT: CA")
    assert "MORE RECORDS NOT SHOWN" in body


def test_who_did_not_answer_is_read_before_that_there_is_no_record():
    spec = load_formats().key("DQ")
    assert spec is not None
    summary = ["ASKED 2 SOURCES", "NO RECORD: CA", "NO ANSWER: NV"]
    body = merged_body(spec, {"OLN": "S1"}, [], summary)
    assert body.split("\n") == [TRAINING_LINE, "DQ OLN/S1", *summary, "NOT ON FILE"]
    unsearched = merged_body(spec, {"OLN": "S1"}, [], summary, searched=False)
    assert unsearched.split("\n") == [TRAINING_LINE, "DQ OLN/S1", *summary]
