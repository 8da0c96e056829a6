"""The shipped tapes: what the kit sends and accepts, byte for byte."""

from __future__ import annotations

import pytest

from terminals.conformance.exercises import EXERCISES
from terminals.conformance.steps import Outcome, Send, Step
from terminals.conformance.tape import CONNECTS, TAPE_BYTES_MAX, Sent, Tape, read
from terminals.conformance.walk import Walk
from tests.terminals.conformance.reference import STARTS, TAPES, record

FILES = [f"{each.clause}-{each.name}.txt" for each in EXERCISES]


def test_there_is_one_for_each_exercise():
    assert sorted(path.name for path in TAPES.iterdir()) == sorted(FILES)


def test_they_are_what_goes_over_the_line():
    """Recorded anew by: python -m tests.terminals.conformance.reference"""
    for part in record().tape.parts:
        assert part.text() == (TAPES / part.file_name).read_text(encoding="ascii")


def test_the_kit_sends_what_is_on_them_and_accepts_what_the_terminal_says_there():
    walk, now = Walk(), STARTS
    coming: list[Step] = list(walk.start(now))
    for name in FILES:
        for entry in read((TAPES / name).read_text(encoding="ascii")):
            if entry == CONNECTS:
                coming += walk.connected(now)
            elif isinstance(entry, Sent) and not entry.by_switch:
                coming += walk.received(entry.pieces[0], now)
            elif isinstance(entry, Sent):
                sends = [step for step in coming if isinstance(step, Send)]
                assert sends[0].pieces == entry.pieces, name
                coming.remove(sends[0])
    walk.dropped(now)
    assert walk.passed
    assert [step for step in coming if isinstance(step, Send)] == []
    assert {verdict.outcome for verdict in walk.verdicts} == {Outcome.PASSED, Outcome.NOT_ASKED}


def test_a_tape_is_read_as_it_was_written():
    tape = Tape()
    tape.begin("9.9", "all", "every byte")
    tape.connected()
    tape.heard(bytes(range(256)))
    tape.said((b"\\x02\r\n#",))
    tape.said((b"a", b"\n", b"\xff"))
    tape.dropped()
    tape.hung_up()
    (part,) = tape.parts
    assert part.text().isascii()
    assert part.file_name == "9.9-all.txt"
    assert list(read(part.text())) == part.entries


@pytest.mark.parametrize("line", ["switch", "somebody says hello", "terminal"])
def test_a_line_that_is_none_is_refused(line):
    with pytest.raises(ValueError, match="no line of a tape"):
        list(read(line))


def test_a_tape_does_not_grow_for_ever():
    tape = Tape()
    tape.begin("9.9", "long", "too much")
    for _ in range(10):
        tape.heard(b"x" * (TAPE_BYTES_MAX // 4))
    assert len(tape.parts[0].entries) == 4
