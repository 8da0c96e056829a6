"""From bytes to text."""

from __future__ import annotations

import pytest

from switch.errors import AuthoredError
from switch.files.toml import encoding
from switch.files.toml.encoding import decoded


def test_utf8_is_read_as_it_is():
    assert decoded("a = \u00e4\r\n".encode(), "x") == ("a = \u00e4\r\n", [])


def test_bytes_of_another_encoding_are_told_once_and_read_as_letters():
    text, (finding,) = decoded("a\nb = \u00e4\nc = \u00f6\nd = \u20ac".encode("cp1252"), "x")
    assert text == "a\nb = \u00e4\nc = \u00f6\nd = \u20ac"
    assert (finding.line, finding.fix) == (2, "save it as UTF-8")
    assert finding.what == "not UTF-8 text (byte 0xE4), nor are 3 lines in all"


def test_bytes_that_are_no_letter_anywhere_make_no_second_mistake():
    assert decoded(b'a = "\x81"', "x")[0] == 'a = "\ufffd"'


def test_a_byte_order_mark_is_told_and_left_out():
    text, (finding,) = decoded(b"\xef\xbb\xbfa = 1\r\n", "x")
    assert (text, finding.line) == ("a = 1\r\n", 1)
    assert [str(edit) for edit in finding.edits] == ["in line 1 write: a = 1"]


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_utf16_is_told_as_such_and_read(name: str):
    text, (finding,) = decoded("\ufeffa = 1".encode(name), "x")
    assert (text, finding.line) == ("a = 1", 1)
    assert "UTF-16" in finding.what


def test_a_file_over_the_limit_is_not_read(monkeypatch):
    monkeypatch.setattr(encoding, "FILE_BYTES_MAX", 3)
    with pytest.raises(AuthoredError, match="longer than 3 bytes"):
        decoded(b"a = 1", "x")
