"""One line without its line: framing, sign-on, deadlines; no byte sequence ends it."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switch.message import InputMessage, Malformed, OutputMessage, SignOff, SignOn, Stamp
from switch.terms import MessageKey, Mnemonic, OperatorId, Ori
from switch.wire.framing import Framing
from switch.wire.output import decode_output
from switch.wire.session import Session, WireLimits
from switch.wire.spec_files import load_formats

FORMATS = load_formats()
BAY2 = SignOn(Mnemonic("BAY2"), OperatorId("BPD2"), None)
UTC = ZoneInfo("UTC")
DQ = b"DQ.CA0990100.NV.*A1.TXTOLN/S1"
WRONG = b"DQ.CA0990100.NV.TXTOLN/S-1"
ANSWER = OutputMessage(
    MessageKey("DR"), Ori("NV0998100"), Stamp(0.0, 1), Stamp(60.0, 2), Ori("CA0990100"), "A1",
    "TRAINING - SIMULATED DATA\nNOT ON FILE",
)  # fmt: skip


def session(**limits) -> Session:
    return Session(FORMATS, UTC, WireLimits(**limits))


def framed(framing: Framing, *messages: bytes) -> bytes:
    match framing:
        case Framing.STX:
            return b"".join(b"\x02" + message + b"\x03" for message in messages)
        case Framing.LENGTH:
            return b"".join(len(m).to_bytes(4, "big") + m for m in messages)
        case Framing.LINE:
            return b"".join(message + b"\r\n" for message in messages)


ALL = pytest.mark.parametrize("framing", list(Framing))


@ALL
def test_a_whole_conversation_in_every_framing(framing):
    line = session()
    chunk = framed(framing, b"SIGNON BAY2 BPD2", DQ, WRONG, DQ, b"signoff")
    sign_on, first, wrong, second, sign_off = line.receive(chunk, 0.0)
    assert sign_on == BAY2
    assert isinstance(first, InputMessage)
    assert (first.fields, first.raw) == ({"OLN": "S1"}, DQ)
    assert isinstance(wrong, Malformed)
    assert (wrong.error.field, wrong.raw) == ("OLN", WRONG)
    assert second == first
    assert sign_off == SignOff()
    assert not line.broken


@ALL
def test_chunks_may_be_cut_anywhere(framing):
    whole, bytewise = session(), session()
    data = framed(framing, b"SIGNON BAY2 BPD2", DQ, WRONG, DQ)
    received = [m for at in range(len(data)) for m in bytewise.receive(data[at : at + 1], 0.0)]
    expected = whole.receive(data, 0.0)
    assert [type(message) for message in received] == [type(message) for message in expected]
    assert [getattr(m, "raw", m) for m in received] == [getattr(m, "raw", m) for m in expected]


@ALL
def test_an_oversized_frame_gives_one_error_and_the_line_lives_on(framing):
    line = session(frame_bytes_max=300)
    error, message = line.receive(framed(framing, b"X" * 5000, DQ), 0.0)
    assert isinstance(error, Malformed)
    assert (error.error.code, error.raw) == ("0", b"X" * 100)
    assert "300 bytes" in error.error.fix
    assert isinstance(message, InputMessage)
    assert line.next_deadline() is None
    assert not line.broken


def test_an_absurd_length_is_told_and_breaks_the_line():
    line = session()
    (error,) = line.receive(b"\x00\xff\xff\xff" + DQ, 0.0)
    assert isinstance(error, Malformed)
    assert line.broken
    assert line.receive(framed(Framing.LENGTH, DQ), 0.0) == []
    assert line.next_deadline() is None


@ALL
def test_the_answer_goes_out_in_the_framing_of_the_line(framing: Framing):
    line = session()
    line.receive(framed(framing, DQ), 0.0)
    data = line.send(ANSWER)
    match framing:
        case Framing.STX:
            assert (data[:1], data[-1:]) == (b"\x02", b"\x03")
            data = data[1:-1]
        case Framing.LENGTH:
            assert int.from_bytes(data[:4], "big") == len(data) - 4
            data = data[4:]
        case Framing.LINE:
            assert data.endswith(b"NOT ON FILE\n\n")
            assert b"\r" not in data
            assert data.count(b"\n\n") == 1
    assert decode_output(data).body == ANSWER.body


def test_a_line_that_never_spoke_hears_lines():
    assert session().send(ANSWER).endswith(b"\n\n")


def test_the_control_field_goes_out_with_the_prefix_of_the_world():
    line = Session(FORMATS, UTC, WireLimits(), "#")
    (message,) = line.receive(DQ.replace(b"*", b"#") + b"\n", 0.0)
    assert isinstance(message, InputMessage)
    assert message.control == "A1"
    assert b"\n#A1\nTXT" in line.send(ANSWER)


# --- deadlines -----------------------------------------------------------------------------------


@ALL
def test_half_a_frame_has_a_deadline_from_its_first_byte_on(framing):
    line = session(half_frame_s=30.0)
    data = framed(framing, DQ)
    assert line.next_deadline() is None
    line.receive(data + data[:10], 100.0)
    line.receive(data[10:12], 120.0)  # more of it does not put the deadline off
    assert line.next_deadline() == 130.0
    assert line.on_deadline(129.0) == []
    (error,) = line.on_deadline(130.0)
    assert isinstance(error, Malformed)
    assert "in time" in error.error.fix
    (message,) = line.receive(data[12:] + data, 131.0)
    assert isinstance(message, InputMessage)
    assert line.next_deadline() is None


def test_the_deadline_of_the_next_half_frame_starts_with_it():
    line = session(half_frame_s=30.0)
    line.receive(b"\x02HA", 0.0)
    line.receive(b"LF\x03\x02HA", 20.0)
    assert line.next_deadline() == 50.0


def test_a_skipped_frame_whose_rest_never_comes_breaks_a_sized_line():
    line = session(half_frame_s=30.0, frame_bytes_max=300)
    line.receive((5000).to_bytes(4, "big") + b"X" * 200, 0.0)
    line.on_deadline(30.0)
    assert line.broken
    assert line.next_deadline() is None


def test_a_whole_frame_leaves_no_deadline():
    line = session()
    line.receive(framed(Framing.STX, DQ) + b"\r\n", 0.0)
    assert line.next_deadline() is None
    assert line.on_deadline(1e9) == []


# --- signing on ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"SIGNON BAY2 BPD2", BAY2),
        (b"signon bay2 bpd2", BAY2),
        (b"  SignOn\tBAY2   BPD2  ", BAY2),
        (b"SIGNON BAY2 BPD2 s3cret.X", BAY2._replace(secret="s3cret.X")),
        (b"SIGNOFF", SignOff()),
        (b"SignOff \r", SignOff()),
    ],
)
def test_sign_on_and_off_are_read_in_any_case(text, expected):
    assert session().receive(text + b"\n", 0.0) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        b"SIGNON",
        b"SIGNON BAY2",
        b"SIGNON BAY2 BPD2 secret more",
        b"SIGNON BAY_2 BPD2 secret",
        b"SIGNON BAY2 B\xe9 secret",
        b"SIGNON BAY2 BPD2 " + b"s" * 65,
    ],
)
def test_a_wrong_sign_on_says_what_to_write_and_keeps_no_secret(text):
    (error,) = session().receive(text + b"\n", 0.0)
    assert isinstance(error, Malformed)
    assert "SIGNON TERMINAL OPERATOR" in error.error.fix
    assert error.raw == b"SIGNON"


def test_a_last_line_needs_no_line_feed():
    line = session()
    assert line.receive(b"SIGNOFF", 0.0) == []
    assert line.finish(1.0) == [SignOff()]
    assert line.finish(2.0) == []
    assert not line.unfinished


@pytest.mark.parametrize("half", [b"\x02SIGNOFF", b"\x00\x00\x00\x08SIGNOFF"])
def test_half_a_frame_at_the_end_is_malformed(half):
    line = session()
    assert line.receive(half, 0.0) == []
    (message,) = line.finish(1.0)
    assert isinstance(message, Malformed)
    assert not line.unfinished


@pytest.mark.parametrize("text", [b"SIGNOFF BAY2", b"SIGNONX", b"SIGN ON BAY2 BPD2", b"SIGNOFFS"])
def test_what_only_looks_like_signing_on_is_malformed(text):
    (error,) = session().receive(text + b"\n", 0.0)
    assert isinstance(error, Malformed)


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_no_bytes_end_a_line_with_an_exception(chunks):
    line = session(frame_bytes_max=60)
    for now, chunk in enumerate(chunks):
        for message in line.receive(chunk, float(now)):
            assert not isinstance(message, Malformed) or len(message.raw) <= 100
    line.on_deadline(1e9)
    assert line.next_deadline() is None or not line.broken
