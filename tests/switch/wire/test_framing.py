"""Framing: every case is run whole, byte by byte, and with more behind it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switch.wire.framing import SKIP_BYTES_MAX, WRAPS, Framing, Spoiled, cutter, framing_of

LIMIT = 200
LONG = b"L" * (LIMIT + 1)
FULL = b"F" * LIMIT


def sized(message: bytes) -> bytes:
    return len(message).to_bytes(4, "big") + message


TOO_LONG = Spoiled("a frame has 200 bytes at most", b"L" * 100)
NO_ETX = Spoiled("ETX did not come before the next STX", b"HALF")
NOISE = Spoiled("a message stands between STX and ETX", b"NOISE")

CASES = {
    "one STX frame": (b"\x02ONE\x03", [b"ONE"]),
    "two STX frames": (b"\x02ONE\x03\x02TWO\x03", [b"ONE", b"TWO"]),
    "line breaks between STX frames": (b"\x02ONE\x03\r\n\x00 \x02TWO\x03\r\n", [b"ONE", b"TWO"]),
    "an empty STX frame is a keep-alive": (b"\x02\x03\x02ONE\x03", [b"ONE"]),
    "line breaks inside STX": (b"\x02ONE\r\nTWO\x00\x03", [b"ONE\r\nTWO\x00"]),
    "an ETX of nobody's": (b"\x02ONE\x03\x03\x02TWO\x03", [b"ONE", b"TWO"]),
    "STX before ETX": (b"\x02HALF\x02ONE\x03", [NO_ETX, b"ONE"]),
    "bytes outside STX": (b"\x02ONE\x03NO\r\nISE\x02TWO\x03", [b"ONE", NOISE, b"TWO"]),
    "a full STX frame": (b"\x02" + FULL + b"\x03", [FULL]),
    "a long STX frame": (b"\x02" + LONG * 3 + b"\x03\x02ONE\x03", [TOO_LONG, b"ONE"]),
    "a long STX frame, cut off": (b"\x02" + LONG * 3 + b"\x02ONE\x03", [TOO_LONG, b"ONE"]),
    "one sized frame": (sized(b"ONE"), [b"ONE"]),
    "two sized frames": (sized(b"ONE") + sized(b"\x02TWO\x03\n"), [b"ONE", b"\x02TWO\x03\n"]),
    "a size of nought is a keep-alive": (sized(b"") + sized(b"ONE"), [b"ONE"]),
    "a full sized frame": (sized(FULL), [FULL]),
    "a long sized frame": (sized(LONG * 3) + sized(b"ONE"), [TOO_LONG, b"ONE"]),
    "one line": (b"ONE\n", [b"ONE"]),
    "two lines, CR LF": (b"ONE\r\nTWO\r\n", [b"ONE", b"TWO"]),
    "empty lines": (b"\n\r\n \nONE\n\n", [b"ONE"]),
    "a full line": (FULL + b"\n", [FULL]),
    "a full line, CR LF": (FULL + b"\r\n", [FULL]),
    "a line one CR too long": (b"L" * LIMIT + b"\rL\n", [TOO_LONG]),
    "a long line": (LONG * 3 + b"\nONE\n", [TOO_LONG, b"ONE"]),
    "STX inside a line": (b"A\x02ONE\x03\n", [b"A\x02ONE\x03"]),
}
MORE = {Framing.STX: (b"\x02MORE\x03", b"\x02HA"), Framing.LENGTH: (sized(b"MORE"), b"\x00\x00"),
        Framing.LINE: (b"MORE\n", b"HA")}  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), CASES.values(), ids=CASES.keys())
def test_frames_are_the_same_wherever_the_chunks_are_cut(data, expected):
    framing = framing_of(data[0])
    whole, bytewise = cutter(framing, LIMIT), cutter(framing, LIMIT)
    assert whole.feed(data) == expected
    assert [cut for at in range(len(data)) for cut in bytewise.feed(data[at : at + 1])] == expected
    assert not whole.unfinished
    assert not bytewise.unfinished
    more, half = MORE[framing]
    assert cutter(framing, LIMIT).feed(data + more + half) == [*expected, b"MORE"]
    assert whole.feed(more + half) == [b"MORE"]
    assert whole.unfinished
    assert not whole.broken


@given(
    st.sampled_from([b"\x02", b"\x00", b"A"]),
    st.lists(st.sampled_from([b"\x02", b"\x03", b"\n", b"\r", b"\x00\x00\x00", b"A", b"ABC", LONG])
             | st.binary(max_size=3), max_size=30),
    st.lists(st.integers(0, 2000), max_size=8),
)  # fmt: skip
def test_any_bytes_give_the_same_however_they_are_cut(first, pieces, places):
    data = first + b"".join(pieces)
    one, many = cutter(framing_of(data[0]), LIMIT), cutter(framing_of(data[0]), LIMIT)
    whole = one.feed(data)
    edges = sorted({0, len(data), *(place for place in places if place < len(data))})
    cuts = [cut for a, b in pairwise(edges) for cut in many.feed(data[a:b])]
    assert cuts == whole
    assert (one.unfinished, one.broken) == (many.unfinished, many.broken)
    assert all(0 < len(cut) <= LIMIT for cut in whole if isinstance(cut, bytes))


def test_an_absurd_length_breaks_the_line_since_nobody_knows_where_to_go_on():
    sized_cutter = cutter(Framing.LENGTH, LIMIT)
    header = (SKIP_BYTES_MAX + 1).to_bytes(4, "big")
    assert sized_cutter.feed(sized(b"ONE") + header + b"ABC") == [
        b"ONE",
        Spoiled("a frame has 200 bytes at most", header),
    ]
    assert sized_cutter.broken
    assert not sized_cutter.unfinished


@pytest.mark.parametrize(
    ("half", "raw", "rest", "expected"),
    [
        (b"\x02HALF", b"HALF", b"REST\x03\x02ONE\x03", [b"ONE"]),
        (b"\x02HALF", b"HALF", b"REST\x02ONE\x03", [b"ONE"]),
        (b"\x02ONE\x03NOISE", b"NOISE", b"\x02ONE\x03", [b"ONE"]),
        (sized(b"HALFREST")[:8], b"HALF", b"REST" + sized(b"ONE"), [b"ONE"]),
        (b"HALF", b"HALF", b"REST\nONE\n", [b"ONE"]),
    ],
)
def test_what_is_given_up_is_skipped_and_the_line_lives_on(half, raw, rest, expected):
    tired = cutter(framing_of(half[0]), LIMIT)
    tired.feed(half)
    (spoiled,) = tired.give_up()
    assert isinstance(spoiled, Spoiled)
    assert spoiled.raw == raw
    assert tired.feed(rest) == expected
    assert not tired.unfinished
    assert not tired.broken


@pytest.mark.parametrize("half", [b"\x00\x00", sized(LONG)[:150]])
def test_a_sized_line_without_its_place_is_broken(half):
    tired = cutter(Framing.LENGTH, LIMIT)
    tired.feed(half)
    assert tired.unfinished
    tired.give_up()
    assert tired.broken


@pytest.mark.parametrize(
    ("first", "framing"),
    [(0x02, Framing.STX), (0x00, Framing.LENGTH), (0x44, Framing.LINE), (0xFF, Framing.LINE)],
)
def test_the_first_byte_decides(first, framing):
    assert framing_of(first) is framing


def test_a_message_is_wrapped_as_its_line_wants_it():
    assert WRAPS[Framing.STX](b"A\r\nB") == b"\x02A\r\nB\x03"
    assert WRAPS[Framing.LENGTH](b"A\r\nB") == b"\x00\x00\x00\x04A\r\nB"
    assert WRAPS[Framing.LINE](b"A\r\nB") == b"A\nB\n\n"


def test_no_blank_line_ends_an_answer_too_early():
    assert WRAPS[Framing.LINE](b"A\r\n\r\nB") == b"A\nB\n\n"
