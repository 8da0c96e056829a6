"""The careful reader of fields, where the tables of test_codec leave something unsaid."""

import pytest

from switch.errors import FormatError
from switch.wire.fields import read_fields
from switch.wire.page import Page
from switch.wire.spec_files import load_formats

FORMATS = load_formats()


def fields(key: str, text: str, *destinations: str):
    page = Page(text.encode(), FORMATS)
    page.mke = key
    return read_fields(page, 0, FORMATS.keys[key], destinations)


def test_fields_stay_in_the_order_in_which_they_were_sent():
    assert list(fields("QW", "SEX/F.DOB/19700131.NAM/DOE, JANE")) == ["SEX", "DOB", "NAM"]


def test_a_period_ends_a_value_only_where_a_field_follows():
    found = fields("IQ", "PUR/C.ATN/SGT. A.B. DOE.MNU/1")
    assert found["ATN"] == "SGT. A.B. DOE"


def test_a_place_changes_nothing_for_messages_that_do_not_go_there():
    text = "VIN/SIM1"
    assert fields("RQ", text, "NV") == {"VIN": "SIM1"}
    with pytest.raises(FormatError):
        fields("RQ", text, "NV", "MO")


@pytest.mark.parametrize(
    ("key", "text", "fix"),
    [
        ("DQ", "OLN/S-1", "no blanks or hyphens"),
        ("DQ", "OLN/" + "S" * 21, "21 characters are too many"),
        ("DQ", "OLN/S.1", "a period ends a value"),
        ("DQ", "OLN/S1.PUR/Z", "one of C, F"),
        ("DQ", "OLN/S1.RSN/", "leave out RSN/"),
        ("DQ", "OLN/S1.ONL/1", "did you mean OLN?"),
        ("DQ", "NAM/DOE, JANE.OLN/S1", "OLN does not go with NAM"),
        ("QV", "LIC/SIM1", "such as LIS/NV"),
        ("QW", "DOE, JANE", "such as NAM/DOE, JANE"),
        ("ZIQ", "", "\n2. LIC"),
        ("DNQ", "NAM/DOE, JANE.DOB/19700131", "DNQ has no DOB\n1. NAM, [PUR], [OBO]"),
        ("RQ", "LIC/SIM1.LIY/2026.LIT/PCC", "passenger car; 3 characters are too many"),
    ],
)
def test_a_refusal_says_what_to_write(key, text, fix):
    with pytest.raises(FormatError) as caught:
        fields(key, text)
    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("key", "text", "place", "odd", "fix"),
    [
        ("DQ", "NAM/DOE, JANE.DOB/19700131.SEX/F.IMQ/Y", "E1", "IMQ",
         "a region takes NAM, DOB, SEX only\n1. NAM, DOB, SEX, [PUR], [OBO]"),
        ("IQ", "PUR/C.ATN/L.NAM/DOE, JANE.SOC/000991234", "CN", "SOC",
         "CN takes PUR, ATN, NAM, DOB, SEX only\n1. PUR, ATN, NAM, DOB, SEX, [OBO]"),
        ("IQ", "PUR/C.ATN/L.NAM/DOE, JANE.SEX/F", "CN", "DOB",
         "CN takes PUR, ATN, NAM, DOB, SEX only\n1. PUR, ATN, NAM, DOB, SEX, [OBO]"),
    ],
)  # fmt: skip
def test_what_a_place_does_not_take_is_pointed_at_and_its_whole_form_told(
    key, text, place, odd, fix
):
    with pytest.raises(FormatError) as caught:
        fields(key, text, place)
    assert (caught.value.field, caught.value.fix) == (odd, fix)
    assert caught.value.offset == (text.index(f"{odd}/") if odd in text else len(text))
