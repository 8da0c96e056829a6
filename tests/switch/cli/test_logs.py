"""The log says what changes, and holds up nobody."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog

from switch.cli import logs
from switch.cli.logs import KEPT_FOR_WARNINGS, WAITING_MAX, Log, set_up_logs


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


class Page:
    """Standard error that is read at once, or not before it is told."""

    def __init__(self, *, read: bool = True) -> None:
        self.text = ""
        self.going = threading.Event()
        self.reached = threading.Event()
        if read:
            self.going.set()

    def write(self, data: bytes) -> None:
        self.reached.set()
        assert self.going.wait(60)
        self.text += data.decode()

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.text.splitlines()]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@contextmanager
def writing_to(page: Page, monkeypatch: pytest.MonkeyPatch, **options: bool) -> Iterator[None]:
    """At the end all of it is on the page, however long that takes."""
    monkeypatch.setattr(logs, "_to_standard_error", page.write)
    with set_up_logs(**options) as log:
        yield
        log.close(grace_s=60)


def test_a_machine_reads_json_lines_that_say_that_this_is_training(monkeypatch):
    page = Page()
    with writing_to(page, monkeypatch, as_json=True):
        structlog.get_logger("a test").info("signed on", line=3, terminal="BAY2")
    (line,) = page.lines()
    assert list(line) == ["training", "timestamp", "level", "event", "line", "terminal"]
    assert (line["training"], line["event"], line["line"]) == (True, "signed on", 3)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line["timestamp"])


def test_a_person_reads_a_line_for_each_change_below_the_bar(monkeypatch):
    page = Page()
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    with writing_to(page, monkeypatch):
        structlog.get_logger("a test").info("signed on", line=3, terminal="BAY2")
    bar, line = page.text.splitlines()
    assert bar == "TRAINING - SIMULATED DATA - CONNECTED TO NOTHING"
    assert re.fullmatch(r"\d\d:\d\d:\d\d \[info     \] signed on +line=3 terminal=BAY2", line)


def test_what_went_wrong_has_its_traceback(monkeypatch):
    page = Page()
    with writing_to(page, monkeypatch, as_json=True):
        try:
            raise RuntimeError("a bug")
        except RuntimeError:
            structlog.get_logger("a test").exception("line failed")
    (line,) = page.lines()
    assert line["exception"][0]["exc_value"] == "a bug"


def test_a_standard_error_that_takes_nothing_holds_up_nobody_and_the_rest_is_counted(monkeypatch):
    page = Page(read=False)
    changes = 50_000
    with writing_to(page, monkeypatch, as_json=True):
        log = structlog.get_logger("a test")
        log.info("the first")
        assert page.reached.wait(60)  # the thread holds it, and is held up with it
        for number in range(changes):
            log.info("line opened", line=number)
        page.going.set()
    first, *opened, told = page.lines()
    assert first["event"] == "the first"
    assert [line["line"] for line in opened] == list(range(WAITING_MAX - KEPT_FOR_WARNINGS))
    assert (told["event"], told["level"]) == ("log lines left out", "warning")
    assert len(opened) + told["count"] == changes


def test_a_flood_of_changes_leaves_room_for_what_is_wrong(monkeypatch):
    page = Page(read=False)
    with writing_to(page, monkeypatch, as_json=True):
        log = structlog.get_logger("a test")
        log.info("the first")
        assert page.reached.wait(60)
        for number in range(WAITING_MAX):
            log.info("line opened", line=number)
        log.warning("line refused")
        page.going.set()
    assert "line refused" in [line["event"] for line in page.lines()]


def test_the_end_does_not_wait_for_ever():
    page = Page(read=False)
    log = Log(page.write)
    with log:
        log.put("a line")
        assert page.reached.wait(60)
        log.close(grace_s=0.0)
        assert page.text == ""
        page.going.set()


def test_a_standard_error_that_nobody_reads_any_more_ends_nothing():
    def broken(data: bytes) -> None:
        raise BrokenPipeError

    with Log(broken, pause_s=0.0) as log:
        log.put("a line")
        log.close()
        log.put("another one")


def test_all_is_written_to_a_pipe_that_was_made_non_blocking(monkeypatch):
    end, start = os.pipe()
    os.set_blocking(start, False)
    text = b"x" * 300_000
    with os.fdopen(start, "wb") as pipe, os.fdopen(end, "rb") as reader:
        monkeypatch.setattr(sys, "stderr", pipe)
        writing = threading.Thread(target=logs._to_standard_error, args=(text,))
        writing.start()
        assert reader.read(len(text)) == text
        writing.join(60)
