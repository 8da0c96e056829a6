"""The scribe's work without its process: whole frames are written, then let out; half ones wait."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgpack
import pytest

from switch.core.record.journal import Entry
from switch.core.record.ledger import Ledgers
from switch.shell.clerk import LENT, PREFIX, RETURNED, Clerk
from switch.shell.reader import JournalReader
from switch.shell.store import Journal
from tests.switch.shell.books import asked


class Switch:
    """What the other end hands over."""

    def __init__(self) -> None:
        self._ledgers = Ledgers()

    def frame(self, entries: Sequence[Entry] = (), *messages: object) -> bytes:
        heads = self._ledgers.after(entries) if entries else []
        self._ledgers.advance(heads)
        parts = [msgpack.packb(part) if part else b"" for part in (entries, heads, messages)]
        return PREFIX.pack(*map(len, parts)) + b"".join(parts)


@contextmanager
def clerk() -> Iterator[tuple[Clerk, Journal]]:
    journal = Journal.in_memory()
    made = Clerk(journal)
    made.opening()
    yield made, journal
    assert JournalReader.over(journal._database).verify().faults == ()
    journal.close()


def said(data: bytes) -> list[Any]:
    return msgpack.unpackb(data) if data else []


@pytest.mark.parametrize("size", [1, 7, 64, 100_000])
def test_whole_frames_are_written_however_they_are_cut(size: int):
    switch = Switch()
    data = b"".join(switch.frame([asked(query, "CADMV")]) for query in range(1, 6))
    with clerk() as (made, journal):
        chunks = (data[at : at + size] for at in range(0, len(data), size))
        confirmed = [each for chunk in chunks if (each := said(made.receive(chunk)))]
        assert [entry["query"] for entry in journal.entries()] == [1, 2, 3, 4, 5]
    assert confirmed[-1][:3] == ["written", 5, 5]


def test_half_a_frame_is_neither_written_nor_confirmed():
    with clerk() as (made, journal):
        assert made.receive(Switch().frame([asked(1, "CADMV")])[:-1]) == b""
        assert journal.head.entries == 0


def test_frames_that_come_together_are_one_batch_with_the_heads_of_each():
    switch = Switch()
    data = switch.frame([asked(1, "CADMV", "NVDMV")]) + switch.frame([asked(2, "CADMV")] * 2)
    with clerk() as (made, journal):
        word, frames, entries, _, short = said(made.receive(data))
        assert (word, frames, entries, short) == ("written", 2, 3, [])
        pages = list(JournalReader.over(journal._database).pages("CADMV"))
        assert [(page.number, page.first, page.rows) for page in pages] == [(1, 1, 1), (2, 2, 2)]


def test_messages_leave_on_lent_lines_and_a_line_that_is_returned_is_closed():
    ours, theirs = socket.socketpair()
    switch = Switch()
    with ours, clerk() as (made, _):
        made.receive(switch.frame((), 7, LENT), [theirs.detach()])
        assert said(made.receive(switch.frame([asked(1, "CADMV")], 7, b"ANSWER")))[4] == []
        assert ours.recv(100) == b"ANSWER"
        assert said(made.receive(switch.frame((), 7, RETURNED)))[1] == 3
        assert ours.recv(100) == b""


def test_a_message_for_a_line_that_was_not_lent_is_said_to_be_unsent():
    with clerk() as (made, _):
        frame = Switch().frame([asked(1, "CADMV")], 7, b"ANSWER")
        assert said(made.receive(frame))[4] == [[1, 7, 0]]


def test_a_line_that_takes_a_part_is_said_how_much_and_given_back():
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    kept = os.dup(theirs.fileno())
    switch, long = Switch(), bytes(10_000_000)
    with ours, clerk() as (made, _):
        made.receive(switch.frame((), 7, LENT), [theirs.detach()])
        frame = switch.frame([asked(1, "CADMV")], 7, long, 7, b"MORE")
        (one, two) = said(made.receive(frame))[4]
        assert one[:2] == [2, 7]
        assert 0 < one[2] < len(long)
        assert two == [2, 7, 0]
    os.close(kept)
