"""A class of its own process, with browsers in its seats."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.process import PROGRAM, TIME_MAX_S

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WAIT_MS = TIME_MAX_S * 1000

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

LESSON = """
format = 1
[scenario]
id = "three-desks"
title = "Three desks, one licence"
world = "golden-state"
starts = 2026-03-14T22:00:00
length = "2h"
seed = 7
pass = 50
floor = 10
[seats]
one = { terminal = "BAY2", ori = "CA0990100", operator = "BPD2" }
two = { terminal = "VSO1", ori = "CA0990200", operator = "VSO1A" }
three = { terminal = "HRB1", ori = "CA0990300", operator = "HPD1" }
[actors]
far = { terminal = "NVH1", ori = "NV0990100", operator = "NHP1" }
"""
ROWS = """
[[inject]]
id = "call-{seat}"
at = "1s"
to = "{seat}"
radio = "Licence S0990001, {seat}?"
[[expect]]
id = "ask-{seat}"
after = "call-{seat}"
within = "1h"
seat = "{seat}"
sends = {{ key = "DQ", to = "CA", OLN = "S0990001" }}
points = 10
ideal = "1s"
"""
FAR = """
[[inject]]
id = "hello"
at = "90m"
actor = "far"
sends = { key = "AM", to = "one", text = "HELLO FROM NEVADA" }
"""


TRAINER = "the trainer"  # no seat can be called so


class Class(NamedTuple):
    """A class that runs; `links` by seat, and the trainer's."""

    process: subprocess.Popen[str]
    folder: Path
    links: dict[str, str]

    @property
    def port(self) -> int:
        return int(self.links[TRAINER].split("/")[2].rpartition(":")[2])

    def kill(self) -> None:
        """As if the machine had lost its power."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(TIME_MAX_S)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(TIME_MAX_S)


def lesson(folder: Path) -> Path:
    """The file of a lesson whose times are short, or longer than any test."""
    path = folder / "three-desks.toml"
    rows = "".join(ROWS.format(seat=seat) for seat in ("one", "two", "three"))
    path.write_text(LESSON + rows + FAR)
    return path


@contextmanager
def running_class(
    tmp: Path, *, resume: Class | None = None, file: str | None = None
) -> Iterator[Class]:
    """`wireroom class` on a free port; on the same port and folder where it is resumed."""
    folder = tmp / "class"
    if resume is None:
        command = [*PROGRAM, "class", file or str(lesson(tmp)), "--folder", str(folder)]
        command += ["--listen", "127.0.0.1:0"]
    else:
        command = [*PROGRAM, "class", "--resume", str(folder)]
        command += ["--listen", f"127.0.0.1:{resume.port}"]
    errors = (tmp / "stderr").open("w+")
    process = subprocess.Popen(
        [*command, "--json"], stdout=subprocess.PIPE, stderr=errors, text=True, env=os.environ
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (tmp / "stderr").read_text()
        told = json.loads(line)
        yield Class(process, folder, {**told["seats"], TRAINER: told["trainer"]})
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(TIME_MAX_S)
        assert process.stdout is not None
        process.stdout.close()
        errors.close()
    assert "Traceback" not in (tmp / "stderr").read_text(), (tmp / "stderr").read_text()


@contextmanager
def browser() -> Iterator:
    """Headless Chromium; each person gets a context of her own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"], timeout=WAIT_MS
        )
        try:
            yield chromium
        finally:
            chromium.close()


def sit(chromium, link: str, *, width: int = 1200, height: int = 850):
    """A person of her own opens her link; whatever a script of ours throws fails the test."""
    context = chromium.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(link)
    page.wait_for_selector("#link:not(.lost) >> text=connected")
    return page


def sign_on(page) -> None:
    """As her card says, with the keyboard alone."""
    page.wait_for_selector("#sign-on:not([hidden])")
    page.focus("#operator")
    page.keyboard.type(page.inner_text("#sign-on b.mono"))
    page.keyboard.press("Enter")
    page.wait_for_selector("#signed:not([hidden])")


def choose(page, key: str) -> None:
    """A form, with the keyboard alone."""
    page.keyboard.press("F2")
    page.keyboard.type(key)
    page.keyboard.press("Enter")
    page.wait_for_selector(f'form[data-key="{key}"]:not([hidden])')


def begin(desk) -> None:
    desk.wait_for_selector("button[data-do=go]")
    desk.keyboard.press("g")
    desk.wait_for_selector("button[data-do=pause]")
