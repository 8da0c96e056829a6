"""The careful reader of headers, where the tables of test_codec leave something unsaid."""

import pytest

from switch.errors import FormatError
from switch.wire.header import control_in, read_header, read_key
from switch.wire.page import Page
from switch.wire.spec_files import load_formats

FORMATS = load_formats()


def header(text: str):
    page = Page(text.encode(), FORMATS)
    spec, at = read_key(page)
    return read_header(page, spec, at, "*"), page


def test_the_body_starts_behind_the_marker_and_its_blanks():
    found, page = header("DQ.CA0990100.NV.*A1.TXT \r\n OLN/S1")
    assert (found.ori, found.destinations, found.control) == ("CA0990100", ("NV",), "A1")
    assert page.clean[found.body_at :] == "OLN/S1"


def test_a_key_routed_alone_has_its_body_behind_the_ori():
    found, page = header("QW.CA0990100.NAM/DOE, JANE")
    assert (found.destinations, found.control) == ((), None)
    assert page.clean[found.body_at :] == "NAM/DOE, JANE"


@pytest.mark.parametrize("key", FORMATS.terminal_keys)
def test_every_key_demands_an_ori_of_nine(key):
    with pytest.raises(FormatError) as caught:
        header(f"{key}.CA09901.NV.TXT")
    assert (caught.value.code, caught.value.offset) == (".01.", len(key) + 1)


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("XQ.CA0990100.ON.TXT", "published key"),
        ("TA.CA0990100.OD.TXT", "nobody adds to it by message; TQ reads it"),
        ("TU.CA0990100.OD.TXT", "nobody changes it by message; TQ reads it"),
        ("TD.CA0990100.OD.TXT", "nobody deletes from it by message; TQ reads it"),
        ("IR.CA0990100.NV.TXT", "switch alone"),
        ("DQX.CA0990100.NV.TXT", "did you mean DQ?"),
        ("DQ.CA0990100.NV.REF1.TXT", "two characters"),
        ("DQ.CA0990100.NV.*A.B1.TXT", "before it"),
        ("AM.CA0990100.NV.B-.TXT", "an ORI of nine or a terminal's mnemonic"),
        ("AM.CA0990100.NV.BAY2.HELLO.", "TXT stands between"),
        ("YQ.CA0990100.BAY2.TXT", "two characters"),
        ("ZIQ.CA0990100.CA.TXT", "takes ZA"),
    ],
)
def test_a_refusal_says_what_to_write(text, fix):
    with pytest.raises(FormatError) as caught:
        header(text)
    assert fix in caught.value.fix


@pytest.mark.parametrize("key", ["AM", "AML"])
def test_a_message_to_people_takes_mnemonics_beside_other_destinations(key):
    """[WI-AM]"""
    read, _ = header(f"{key}.CA0990100.BAY2,NV.STATION-12.NV0990100.*A1.TXTHELLO")
    assert read.destinations == ("BAY2", "NV", "STATION-12", "NV0990100")


def test_what_begins_like_the_marker_is_the_marker():
    read, _ = header("AM.CA0990100.NV.TXTX.TXTHELLO")
    assert read.destinations == ("NV",)


@pytest.mark.parametrize(
    ("raw", "control"),
    [
        (b"DQ.CA0990100.W.*N2.TXTOLN/S1", "N2"),
        (b"dq.ca0990100.NV.* n2 .TXTOLN/", "N2"),
        (b"XX.CA0990100.\xff.*A1.TXT", "A1"),
        (b"QW.CA0990100.*A1.NAM/", "A1"),
        (b"DQ.CA0990100.NV.TXTOLN/S1.*A1.X", None),  # in the body
        (b"QW.CA0990100.NAM/X.*A1.", None),
        (b"DQ.CA0990100.NV.*A1", None),  # no period ends it
        (b"DQ.CA0990100.NV.*12345678901.TXT", None),  # longer than one can be
        (b"DQ.*A1.NV.TXT", None),  # where the ORI belongs
        (b"", None),
    ],
)
def test_of_a_message_that_cannot_be_read_the_control_field_is_found(raw, control):
    assert control_in(raw, "*") == control
