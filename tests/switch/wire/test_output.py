"""Output headers: written as documented, read tolerantly."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switch.errors import FormatError
from switch.message import OutputMessage, Stamp
from switch.terms import MessageKey, Ori
from switch.wire.output import decode_output, encode_output, is_output
from switch.wire.spec_files import load_formats

PACIFIC = ZoneInfo("America/Los_Angeles")
MIDNIGHT = 1571122800.0  # 2019-10-15T00:00:00-07:00
BODY = "TRAINING - SIMULATED DATA\nDQ OLN/S1\nFROM NVDMV\nNOT ON FILE"
HEADER = "DR.NV0998100\n23:59 10/14/2019 00119\n00:00 10/15/2019 01233 CA0990100"


def message(body: str = BODY, control: str | None = "A1") -> OutputMessage:
    return OutputMessage(
        MessageKey("DR"),
        Ori("NV0998100"),
        Stamp(MIDNIGHT - 1, 119),
        Stamp(MIDNIGHT, 1233),
        Ori("CA0990100"),
        control,
        body,
    )


def test_the_header_is_written_as_published_and_may_cross_midnight():
    assert encode_output(message(), PACIFIC) == (
        b"DR.NV0998100\r\n"
        b"23:59 10/14/2019 00119\r\n"
        b"00:00 10/15/2019 01233 CA0990100\r\n"
        b"*A1\r\n"
        b"TXT\r\n" + BODY.replace("\n", "\r\n").encode()
    )


def test_without_a_control_field_there_is_no_line_for_it():
    assert b"CA0990100\r\nTXT\r\n" in encode_output(message(control=None), PACIFIC)


def test_the_stamp_follows_the_timezone_through_its_clock_changes():
    before, after = 1572771540.0, 1572771600.0  # 2019-11-03: 01:59 PDT, then 01:00 PST
    for at, shown in ((before, b"01:59 11/03"), (after, b"01:00 11/03")):
        assert shown in encode_output(message()._replace(sent=Stamp(at, 1)), PACIFIC)


def test_nothing_but_ascii_reaches_the_line():
    assert encode_output(message("Aé"), PACIFIC).endswith(b"TXT\r\nA?")


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=80), st.booleans())
def test_what_is_written_is_read_back(body, referenced):
    body = f"LINE 1\n{body.rstrip() or '-'}"
    sent = message(body, "A1" if referenced else None)
    read = decode_output(encode_output(sent, PACIFIC))
    assert (read.mke, read.ori, read.receiver) == (sent.mke, sent.sender, sent.receiver)
    assert (read.control, read.body) == (sent.control, body)
    assert read.received == ("23:59", "10/14/2019", "00119")
    assert read.sent == ("00:00", "10/15/2019", "01233")
    assert read.text.endswith(f"TXT\n{body}")


@pytest.mark.parametrize(
    "raw",
    [
        f"{HEADER}\n*A1\nTXT\nBODY",
        f"{HEADER}\n*A1\nTXT\nBODY".replace("\n", "\r\n"),
        f"{HEADER}\n*A1\nTXT\nBODY".replace("\n", "\r\n\x7f"),
        f"\r\n{HEADER}\n*A1\nTXT\nBODY\n\n",
        f"{HEADER}\n*A1\nTXT\nBODY".replace("NV0998100\n", "NV0998100"),
        f"{HEADER}\n*A1  \n TXT\nBODY".lower().replace("body", "BODY"),
    ],
)
def test_line_breaks_of_all_kinds_and_a_missing_one_are_tolerated(raw):
    assert is_output(raw.encode())
    read = decode_output(raw.encode())
    assert read[:7] == (
        "DR",
        "NV0998100",
        ("23:59", "10/14/2019", "00119"),
        ("00:00", "10/15/2019", "01233"),
        "CA0990100",
        "A1",
        "BODY",
    )


def test_keys_that_are_known_by_name_only_can_be_read():
    text = HEADER.replace("DR.NV0998100", "HR.OKSUPV000") + "\nTXT\nWEATHER INFORMATION"
    assert decode_output(text.encode()).mke == "HR"


def test_the_fields_of_an_inquiry_that_is_passed_on_are_read():
    raw = f"DQ{HEADER[2:]}\nTXT\nTRAINING - SIMULATED DATA\nOLN/S1.IMQ/Y"
    assert decode_output(raw.encode()).fields == {"OLN": "S1", "IMQ": "Y"}
    wrong = raw.replace("S1", "S-1")
    with pytest.raises(FormatError) as caught:
        decode_output(wrong.encode())
    assert caught.value.offset == wrong.index("S-1")


@pytest.mark.parametrize(
    ("raw", "code", "where"),
    [
        ("", ".01.", ""),
        ("HELLO", ".01.", "HELLO"),
        (HEADER.replace("DR.", "DZ.") + "\nTXT\n", ".01.", "DZ."),
        (HEADER.replace("23:59", "24:00") + "\nTXT\n", ".01.", "24:00"),
        (HEADER.replace("23:59", "12:60") + "\nTXT\n", ".01.", "12:60"),
        (HEADER.replace("10/15/2019", "02/30/2019") + "\nTXT\n", ".01.", "00:00"),
        (HEADER.replace("01233", "1233") + "\nTXT\n", ".01.", "00:00"),
        (HEADER.replace(" CA0990100", "") + "\nTXT\n", ".01.", "00:00"),
        (f"{HEADER}\n*12345678901\nTXT\n", ".01.", "*123"),
        (f"{HEADER}\n*A1\nTEXT\n", ".03.", "TEXT"),
        (f"{HEADER}\n", ".03.", ""),
        (f"{HEADER}\nTXT\n\xe9", "0", "\xe9"),
    ],
)
def test_what_is_no_output_header_is_refused_at_its_byte(raw, code, where):
    with pytest.raises(FormatError) as caught:
        decode_output(raw.encode("latin-1"), load_formats())
    assert caught.value.code == code
    assert caught.value.offset == (raw.rindex(where) if where else len(raw))


def test_a_terminal_that_was_not_told_the_keys_of_its_world_reads_any():
    raw = (HEADER.replace("DR.", "ZDR.") + "\nTXT\nNOT ON FILE").encode()
    assert decode_output(raw).mke == "ZDR"
    with pytest.raises(FormatError):
        decode_output(raw, load_formats())


@pytest.mark.parametrize(
    "raw", [b"", b"DQ.CA0990100.NV.TXTOLN/S1", b"QW.CA0990100.NAM/X", b"SIGNON BAY1 BPD2"]
)
def test_what_terminals_send_is_no_output(raw):
    assert not is_output(raw)


@given(st.binary(max_size=120))
def test_no_bytes_raise_anything_but_a_format_error(raw):
    try:
        decode_output(HEADER.encode() + raw)
    except FormatError:
        return
