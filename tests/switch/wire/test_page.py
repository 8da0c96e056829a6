"""A page forgets control characters and remembers where everything stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switch.errors import FormatError
from switch.wire.page import Page, free_text
from switch.wire.spec import MESSAGE_BYTES_MAX
from switch.wire.spec_files import load_formats

FORMATS = load_formats()


def test_lower_case_is_folded_and_control_characters_are_gone():
    assert Page(b"\x02dq.\r\nCA\x7f\x00 x \x03", FORMATS).clean == "DQ.CA X"


@given(st.binary(max_size=60).map(lambda raw: bytes(byte & 0x7F for byte in raw)))
def test_every_character_is_traced_to_its_byte(raw):
    page = Page(raw, FORMATS)
    for at, character in enumerate(page.clean):
        assert raw[page.offset(at) : page.offset(at) + 1].upper() == character.encode()
    assert page.offset(len(page.clean)) <= len(raw)


@pytest.mark.parametrize(
    ("raw", "offset"), [(b"DQ.\xc3\xa9", 3), (b"A" * (MESSAGE_BYTES_MAX + 9), MESSAGE_BYTES_MAX)]
)
def test_what_is_not_ascii_or_too_long_is_refused_at_its_byte(raw, offset):
    with pytest.raises(FormatError) as caught:
        Page(raw, FORMATS)
    assert (caught.value.code, caught.value.offset) == ("0", offset)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"one\r\ntwo", "one\ntwo"),
        (b"\r\n\x7f\r\none  \rtwo\n\n", "one\ntwo"),
        (b"a\tb\x00c", "a bc"),
        (b"a\n\nb", "a\n\nb"),
        (b"", ""),
    ],
)
def test_free_text_keeps_line_breaks_alone(raw, text):
    assert free_text(raw) == text
