"""A message for a person: each part with its meaning, and a caret where it went wrong."""

import pytest

from switch.errors import FormatError
from switch.wire.codec import decode, decode_output
from switch.wire.describe import caret, describe
from switch.wire.spec_files import load_formats

FORMATS = load_formats()


def parts(text: str) -> list[tuple[str, str]]:
    return [part[:2] for part in describe(decode(text.encode(), FORMATS), FORMATS)]


def test_an_inquiry_is_told_part_by_part():
    assert parts("DQ.CA0990100.NV.NL.*A1.TXTRSN/T.OLN/S1.OBO/CA0990300") == [
        ("key", "DQ"),
        ("sender", "CA0990100"),
        ("destination", "NV"),
        ("destination", "NL"),
        ("control", "A1"),
        ("RSN", "T"),
        ("OLN", "S1"),
        ("OBO", "CA0990300"),
    ]


def test_free_text_is_one_part():
    assert parts("AM.CA0990100.NV0990100.TXTHELLO")[-1] == ("text", "HELLO")


def test_an_output_message_is_told_with_its_stamps():
    raw = b"DR.NV0998100\n23:59 10/14/2019 00119\n00:00 10/15/2019 01233 CA0990100\n*A1\nTXT\nX"
    told = describe(decode_output(raw), FORMATS)
    assert [part.name for part in told] == [
        "key", "sender", "received", "sent", "receiver", "control", "text",
    ]  # fmt: skip
    assert told[2].value == "23:59 10/14/2019 00119"


def test_codes_are_told_with_their_meaning_and_simulated_ones_are_marked():
    message = decode(b"IQ.CA0990100.NV.TXTPUR/H.ATN/LOPEZ.SOC/000991234", FORMATS)
    purpose = next(part for part in describe(message, FORMATS) if part.name == "PUR")
    assert (purpose.meaning, purpose.simulated) == ("Purpose: housing", True)


@pytest.mark.parametrize(
    "text",
    [
        "DQ.CA0990100.NV.TXTOLN/S-1",
        "DQ.CA0990100.NV.TXT\r\n\x7fNAM/DOE, JANE.\r\nDOB/19700231.\r\nSEX/F",
        "AM.CA0990100.NV.TXT" + "A" * 200 + "\xe9" + "A" * 200,
        "X",
        "",
    ],
)
def test_the_caret_stands_under_the_byte(text):
    raw = text.encode("latin-1")
    with pytest.raises(FormatError) as caught:
        decode(raw, FORMATS)
    shown, mark = caret(raw, caught.value)
    assert len(shown) <= 80
    assert mark.strip() == "^"
    under = shown[len(mark) - 1 : len(mark)]
    expected = raw[caught.value.offset : caught.value.offset + 1].decode("latin-1")
    assert under == (expected if expected.isascii() else "·")
