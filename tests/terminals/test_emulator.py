"""The full-screen terminal by keystrokes, in a real window (tmux), against a real switch."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trio
import trio.testing

from switch.shell.transport import MemoryStream
from terminals.client import Client
from terminals.emulator import AGAIN_S, Emulator
from terminals.screen.entry import Entry
from terminals.screen.state import SignOn, State
from tests.process import TIME_MAX_S, Serving, run, serving
from tests.running import LICENCE, VirtualClock, connect, running
from tests.terminals.screen.desk import DESK

POLL_S = 0.05

needs_tmux = pytest.mark.skipif(
    shutil.which("tmux") is None, reason="needs tmux (.ci/run installs it)"
)


class Window:
    """One tmux server with one window of 80 by 24."""

    def __init__(self, folder: Path, *arguments: str, size: tuple[int, int] = (80, 24)) -> None:
        self._socket, self._exit = folder / "tmux", folder / "exit"
        # By a shell that notes the exit code: tmux sometimes never tells it.
        noted = ("sh", "-c", 'trap : INT; "$@"; echo $? >"$0"', str(self._exit))
        command = [*noted, sys.executable, "-m", "wireroom", "terminal", *arguments]
        cols, rows = map(str, size)
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", cols, "-y", rows, *command)
        self.tmux("set-option", "-g", "remain-on-exit", "on")

    def tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", str(self._socket), *arguments],
            capture_output=True,
            text=True,
            timeout=TIME_MAX_S,
            check=True,
        )
        return done.stdout

    def type(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def text(self) -> str:
        return self.tmux("capture-pane", "-p")

    def shows(self, *words: str) -> str:
        """The screen as soon as it has all these words."""
        return self._as_soon_as(lambda: all(word in self.text() for word in words), str(words))

    def shows_no(self, word: str) -> str:
        """The screen as soon as it does not have this word."""
        return self._as_soon_as(lambda: word not in self.text(), f"end of {word}")

    def left(self) -> int:
        """The exit code of the terminal, as soon as it has ended."""
        self._as_soon_as(lambda: self._exit.exists() and self._exit.read_text() != "", "end")
        return int(self._exit.read_text())

    def _as_soon_as(self, seen: Callable[[], bool], what: str) -> str:
        until = time.monotonic() + TIME_MAX_S
        while not seen():
            assert time.monotonic() < until, f"no {what} in:\n{self.text()}"
            time.sleep(POLL_S)  # noqa: TID251 - a screen of another process is looked at
        return self.text()

    def close(self) -> None:
        self.tmux("kill-server")


@pytest.fixture
def switch(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path) as one:
        yield one


@pytest.fixture
def window(tmp_path: Path, switch: Serving) -> Iterator[Window]:
    one = Window(tmp_path, "--to", switch.address, "--as", "BAY2")
    yield one
    one.close()


@pytest.mark.slow
@needs_tmux
def test_a_shift_at_the_terminal_by_keystrokes(window: Window, switch: Serving):
    first = window.shows("SIGN ON", "Operator")
    assert first.startswith(" TRAINING - SIMULATED DATA")
    assert len(first.splitlines()) == 24

    window.type("nobody", "Enter")
    window.shows("! not signed on", "NOBODY IS NOT KNOWN")
    window.type("C-u", "bpd2", "Enter")
    window.shows("SIGNED ON BAY2 BPD2", "SEND>")

    window.type("F2")
    window.shows("FORMS", "> DQ")
    window.type("Enter", "ca", "Enter")
    window.shows("needed", "! nothing was sent")
    window.type("S0990001", "Enter")
    window.shows("RECORD", "NAM/ALBITE, MARA QUILL")

    window.type("QW.CA0990200.NAM/BASALT, ORRIN.DOB/19790820", "Enter")
    window.shows("REFUSED", ".92.")

    sent = run(
        *("send", "--to", switch.address, "--as", "VSO1", "VSO1A"),
        "AM.CA0990200.CA0990100.TXTLOOK OUT FOR A BLUE VAN",
    )
    assert sent.returncode == 0, sent.stderr
    window.shows("* 1 UNREAD", "new: AM from CA0990200")
    window.type("F6")
    window.shows("MAILBOX", "> * ")
    window.type("Enter")
    assert "UNREAD" not in window.shows("MESSAGE", "LOOK OUT FOR A BLUE VAN")

    window.type("F7")
    window.shows("RECALL", "> QW.CA0990200")
    window.type("Down", "Enter")
    window.shows("SEND> DQ.CA0990100.CA.TXTOLN", "as it was sent")
    window.type("F1")
    window.shows("HELP", "Ctrl+X")
    window.type("F9")
    window.shows("signed off", "(nobody)")
    window.type("F10")
    assert window.left() == 0


@pytest.mark.slow
@needs_tmux
def test_a_switch_that_goes_and_comes_again_is_signed_on_to_by_itself(tmp_path: Path):
    with serving(tmp_path) as first:
        window = Window(tmp_path, "--to", first.address, "--as", "BAY2", "BPD2", "--mono")
        try:
            window.shows("SIGNED ON BAY2 BPD2")
            assert first.stop() == 0
            window.shows("LINE DOWN")
            window.type("DQ.CA0990100.CA.TXTOLN/S0990001", "Enter")
            window.shows("nothing was sent", "SEND> DQ.CA0990100")
            with serving(tmp_path, "--listen", first.address):
                window.shows_no("LINE DOWN")
                window.type("Enter")
                window.shows("NAM/ALBITE, MARA QUILL")
                window.type("C-c")
                assert window.left() == 0
        finally:
            window.close()


@pytest.mark.slow
@needs_tmux
def test_a_window_that_is_too_small_says_so(tmp_path: Path, switch: Serving):
    window = Window(tmp_path, "--to", switch.address, "--as", "BAY2", size=(60, 20))
    try:
        window.shows("TRAINING - this window is 60x20: make it 80x24")
    finally:
        window.close()


class Dropping(MemoryStream):
    """A line on whose end something happens, before the terminal has taken it in."""

    def __init__(self, line: MemoryStream, meanwhile: Callable[[], None]) -> None:
        super().__init__(line._incoming, line._outgoing)
        self._meanwhile = meanwhile

    async def aclose(self) -> None:
        self._meanwhile()
        await super().aclose()


async def test_what_is_sent_while_the_line_drops_is_sent_on_the_next_one(autojump_clock):
    async with running() as switch, trio.open_nursery() as nursery:

        def send() -> None:
            desk.state = replace(desk.state, entry=Entry.holding(LICENCE))
            desk.press("enter")

        async def dial() -> Client:
            return Client(Dropping(connect(switch), send))

        desk = Emulator(State(DESK), dial, VirtualClock(), colour=False)
        nursery.start_soon(desk._work, nursery)
        desk.want(SignOn("BPD2", ""))
        await trio.testing.wait_all_tasks_blocked()
        (line,) = switch._connections.values()
        line.close("a test")
        await trio.testing.wait_all_tasks_blocked()
        assert (desk.state.up, len(desk.state.waiting)) == (False, 1)
        await trio.sleep(AGAIN_S[0])
        await trio.testing.wait_all_tasks_blocked()
        assert (desk.state.up, desk.state.waiting) == (True, ())
        assert "NAM/ALBITE" in desk.state.paper[-1].body
        nursery.cancel_scope.cancel()
