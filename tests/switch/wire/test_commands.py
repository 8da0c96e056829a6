"""What is said to the line itself: five words, each with one form."""

from __future__ import annotations

import pytest

from switch.message import Acknowledged, Heartbeat, Malformed, Resume, SignOff, SignOn
from switch.wire.commands import read_command
from switch.wire.spec_files import load_formats

FORMATS = load_formats()


def read(frame: bytes, *, by_line: bool = False):
    return read_command(frame, FORMATS, by_line=by_line)


@pytest.mark.parametrize(
    ("frame", "meant"),
    [
        (b"SIGNON bay2 BPD2", SignOn("BAY2", "BPD2", None)),
        (b"\r\nsignon BAY2 BPD2 Open-Sesame", SignOn("BAY2", "BPD2", "Open-Sesame")),
        (b"SIGNOFF\r\n", SignOff()),
        (b"RESUME BAY2 BPD2 00000", Resume("BAY2", "BPD2", 0, None)),
        (b"resume BAY2 BPD2 99999 secret", Resume("BAY2", "BPD2", 99_999, "secret")),
        (b"ACK 00012", Acknowledged(12)),
        (b"HEARTBEAT", Heartbeat()),
    ],
)
def test_each_command_has_one_form(frame, meant):
    assert read(frame) == meant


@pytest.mark.parametrize(
    "frame",
    [
        *(b"SIGNON", b"SIGNON BAY2", b"SIGNON BAY2 BPD2 a b", b"SIGNOFF now", b"HEARTBEAT 1"),
        *(b"RESUME BAY2 BPD2", b"RESUME BAY2 BPD2 1", b"RESUME BAY2 BPD2 100000", b"RESUME"),
        *(b"ACK", b"ACK 1", b"ACK 00001 00002", b"ACK 0000\xb9", b"SIGNON B\xc4Y2 BPD2"),
        b"SIGNON BAY2 BPD2 " + b"x" * 65,
    ],
)
def test_any_other_form_is_told_what_to_write(frame):
    wrong = read(frame)
    assert isinstance(wrong, Malformed)
    assert wrong.error.fix.startswith(frame.split()[0].decode())


@pytest.mark.parametrize("word", [b"SIGNON BAY2 BPD2 secret x", b"RESUME BAY2 BPD2 1 secret"])
def test_a_secret_in_a_wrong_command_is_not_kept(word):
    wrong = read(word)
    assert isinstance(wrong, Malformed)
    assert wrong.raw in (b"SIGNON", b"RESUME")


@pytest.mark.parametrize("frame", [b"ACK 00001", b"RESUME BAY2 BPD2 00000"])
def test_a_line_of_text_lines_cannot_acknowledge(frame):
    wrong = read(frame, by_line=True)
    assert isinstance(wrong, Malformed)
    assert "STX and ETX" in wrong.error.fix


@pytest.mark.parametrize("frame", [b"SIGNONX", b"ACK.CA0990100.CA.TXT", b"DQ.CA0990100", b""])
def test_what_only_looks_like_one_is_none(frame):
    assert read(frame) is None
