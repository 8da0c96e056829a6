"""The journal's own process: what it confirms is on disk; what it cannot write ends the switch."""

from __future__ import annotations

import os
import resource
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgpack
import pytest

from switch.core.record.journal import Common
from switch.core.record.ledger import Head
from switch.errors import JournalError
from switch.shell.clerk import Short
from switch.shell.reader import JournalReader
from switch.shell.scribe import Scribe
from switch.shell.store import Journal
from tests.running import disk_at_work
from tests.switch.shell.books import files_up_to, noise

LEG = {"backend": "CADMV", "leg": 1, "destination": "CA", "verdict": "ALLOW"}


def asked(query: int, note: str = "") -> dict:
    common = Common({"terminal": "BAY2", "legs": [LEG]})
    return {"kind": "query", "at": 1.0, "query": query, "raw": note, "common": common}


@contextmanager
def scribe(path: Path) -> Iterator[Scribe]:
    opened = Scribe.open(path)
    try:
        yield opened
    finally:
        opened.close()


def entries(path: Path) -> list[tuple[int, int, str]]:
    reader = JournalReader(path)
    try:
        assert reader.verify().faults == ()
        return [(e["n"], e["query"], e["terminal"]) for e in reader.entries()]
    finally:
        reader.close()


async def until(writer: Scribe, number: int) -> None:
    while writer.head.entries < number:
        await writer.wait()


async def test_what_is_confirmed_is_on_disk_whole_and_numbered(tmp_path: Path):
    path = tmp_path / "a.journal"
    with scribe(path) as writer:
        assert writer.append([asked(1), asked(2)]) == 1
        assert writer.append([asked(3)]) == 3
        await until(writer, 3)
        os.kill(writer._process.pid, signal.SIGKILL)
    assert entries(path) == [(1, 1, "BAY2"), (2, 2, "BAY2"), (3, 3, "BAY2")]


async def test_closing_waits_for_the_rest_and_knows_the_head(tmp_path: Path):
    path = tmp_path / "a.journal"
    with scribe(path) as writer:
        for query in range(1, 40):
            writer.append([asked(query, "x" * 5000)])
    assert len(entries(path)) == 39
    assert writer.head.entries == 39
    reader = JournalReader(path)
    assert reader.verify().head == writer.head
    reader.close()


async def test_a_journal_is_continued(tmp_path: Path):
    path = tmp_path / "a.journal"
    with scribe(path) as writer:
        writer.append([asked(1), asked(7)])
    with scribe(path) as writer:
        assert (writer.last_query(), writer.head.entries) == (7, 2)
        assert [(head.backend, head.rows) for head in writer.heads] == [("CADMV", 2)]
        assert writer.append([asked(8)]) == 3
    assert [query for _, query, _ in entries(path)] == [1, 7, 8]


async def test_the_owners_heads_are_delivered_with_the_confirmation(tmp_path: Path):
    delivered: list[Head] = []
    with scribe(tmp_path / "a.journal") as writer:
        writer.deliver_to(delivered.extend)
        writer.append([asked(1)])
        await until(writer, 1)
        writer.append([asked(2), asked(3)])
        await until(writer, 3)
        assert [(head.page, head.rows) for head in delivered] == [(1, 1), (2, 3)]
    reader = JournalReader(tmp_path / "a.journal")
    assert [Head.of(page) for page in reader.pages("CADMV")] == delivered
    reader.close()


async def test_what_comes_while_the_disk_is_at_work_is_written_together(tmp_path: Path):
    path, many = tmp_path / "a.journal", 20
    with scribe(path) as writer:
        with disk_at_work(writer):
            for query in range(1, many + 1):
                assert writer.append([asked(query, "x" * 300)]) == query
        await until(writer, many)
    assert [query for _, query, _ in entries(path)] == list(range(1, many + 1))
    with sqlite3.connect(path) as database:
        (batches,) = database.execute("SELECT count(*) FROM batch").fetchone()
    database.close()
    assert batches < many


def test_a_journal_that_cannot_be_opened_is_the_same_error_as_in_this_process(tmp_path: Path):
    with pytest.raises(JournalError, match="fix: make it first"):
        Scribe.open(tmp_path / "none" / "a.journal")


def test_a_journal_in_use_is_an_error(tmp_path: Path):
    first = Journal.open(tmp_path / "a.journal")
    first.append([asked(1)])
    with pytest.raises(JournalError, match="not in use by a switch"):
        Scribe.open(tmp_path / "a.journal")
    first.close()


async def test_a_scribe_that_is_gone_is_an_error_and_nothing_is_confirmed(tmp_path: Path):
    with scribe(tmp_path / "a.journal") as writer:
        os.kill(writer._process.pid, signal.SIGKILL)
        writer._process.wait()
        with pytest.raises(JournalError, match="nothing more is released"):
            await writer.wait()
        with pytest.raises(JournalError, match="nothing more is released"):
            writer.append([asked(1)])
        assert writer.head.entries == 0


def test_a_scribe_that_is_killed_with_something_unread_is_the_same_error():
    ours, theirs = socket.socketpair()
    ours.send(b"a batch")
    theirs.close()
    with ours, pytest.raises(JournalError, match="nothing more is released"):
        Scribe(None, ours).hear()  # type: ignore[arg-type]


async def test_a_full_disk_is_told_in_the_journals_own_words(tmp_path: Path):
    writer = Scribe.open(tmp_path / "a.journal")
    try:
        writer.append([asked(1)])
        await until(writer, 1)
        resource.prlimit(writer._process.pid, resource.RLIMIT_FSIZE, (300_000, 300_000))
        writer.append([asked(2, noise(400_000).hex())])
        with pytest.raises(JournalError, match="cannot write the journal"):
            await until(writer, 2)
        assert writer.head.entries == 1
    finally:
        writer.close()
    assert entries(tmp_path / "a.journal") == [(1, 1, "BAY2")]


def test_a_disk_without_room_for_a_daybook_is_told_in_the_journals_own_words(tmp_path: Path):
    with files_up_to(300_000), pytest.raises(JournalError) as raised:  # the scribe inherits it
        Scribe.open(tmp_path / "a.journal")
    assert f"cannot write the journal `{tmp_path / 'a.journal'}`: its disk" in str(raised.value)
    with scribe(tmp_path / "a.journal") as writer:
        assert writer.head.entries == 0


async def test_a_scribe_does_not_stop_when_the_switch_is_told_to(tmp_path: Path):
    with scribe(tmp_path / "a.journal") as writer:
        assert os.getpgid(writer._process.pid) != os.getpgrp()  # nor does a key's signal reach it
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(writer._process.pid, number)
        writer.append([asked(1)])
        await until(writer, 1)


@contextmanager
def lent(writer: Scribe, number: int) -> Iterator[socket.socket]:
    """The far end of a line that is lent under that number; our own end is closed."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    writer.lend(number, ours.fileno())
    ours.close()
    with theirs:
        yield theirs


async def all_done(writer: Scribe) -> None:
    while writer.done < writer.frames:
        await writer.wait()


async def test_what_is_let_out_leaves_on_its_line_in_order_when_it_is_on_disk(tmp_path: Path):
    path = tmp_path / "a.journal"
    with scribe(path) as writer, lent(writer, 1) as one, lent(writer, 2) as two:
        with disk_at_work(writer):
            writer.append([asked(1)], {1: b"first ", 2: b"other"})
            writer.append([asked(2)], {1: b"second"})
            one.setblocking(False)
            with pytest.raises(BlockingIOError):
                one.recv(1)
            one.setblocking(True)
        await all_done(writer)
        assert writer.head.entries == 2
        assert one.recv(100) == b"first second"
        assert two.recv(100) == b"other"
        assert writer.short() == []


async def test_how_much_a_line_did_not_take_is_said_and_it_is_sent_nothing_more(tmp_path: Path):
    with scribe(tmp_path / "a.journal") as writer, lent(writer, 1) as slow:
        parts = [bytes([65 + number]) * 400_000 for number in range(4)]
        for number, part in enumerate(parts):
            writer.append([asked(number)], {1: part})
        await all_done(writer)
        short = writer.short()
        assert [(each.line, each.taken) for each in short[1:]] == [(1, 0)] * (len(short) - 1)
        sent = b"".join(parts[: short[0].frame - 2]) + parts[short[0].frame - 2][: short[0].taken]
        assert short[-1].frame == writer.frames
        taken = b""
        while chunk := slow.recv(1_000_000):  # until the scribe has closed its copy
            taken += chunk
        assert taken
        assert taken == sent
        assert writer.short() == []


def test_whoever_meets_a_failure_later_is_told_the_same_reason():
    ours, theirs = socket.socketpair()
    with theirs:
        scribe = Scribe(None, ours)  # type: ignore[arg-type]  # there is no process to end
        theirs.sendall(msgpack.packb(["failed", "the disk is full"]))
    for use in (scribe.hear, scribe.hear, lambda: scribe.append([asked(1)])):
        with pytest.raises(JournalError, match="the disk is full"):
            use()
    ours.close()


async def test_a_line_that_was_not_lent_or_is_gone_takes_nothing(tmp_path: Path):
    with scribe(tmp_path / "a.journal") as writer:
        with lent(writer, 2):
            pass
        writer.append([asked(1)], {1: b"not lent", 2: b"gone"})
        await all_done(writer)
        assert writer.short() == [Short(2, 1, 0), Short(2, 2, 0)]


async def test_a_line_that_is_taken_back_is_closed_after_what_was_let_out(tmp_path: Path):
    with scribe(tmp_path / "a.journal") as writer, lent(writer, 1) as far:
        writer.append([asked(1)], {1: b"last"})
        writer.take_back(1)
        writer.let_go()
        await all_done(writer)
        assert far.recv(100) == b"last"
        assert far.recv(100) == b""


async def test_lines_that_all_close_at_once_hold_up_neither_end(tmp_path: Path):
    with scribe(tmp_path / "a.journal") as writer:
        for line in range(5_000):  # before anything is heard
            writer.take_back(line)
        writer.append([asked(1)])
        writer.take_back(5_000)
        writer.let_go()
        assert writer.frames == 2
        await all_done(writer)


def test_where_heads_are_delivered_no_line_can_be_lent(tmp_path: Path):
    with scribe(tmp_path / "a.journal") as writer:
        assert writer.may_send
        writer.deliver_to(lambda heads: None)
        assert not writer.may_send
