"""The full-screen terminal's shell: urwid draws and reads keys, a line is kept up, `screen` thinks.

The terminal acknowledges (docs/line-protocol.md, 6): a line that drops is connected again, and what
is missing in either direction comes then, once.
"""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable, Hashable, Iterable
from contextlib import suppress
from datetime import datetime

import trio
import urwid

from switch.errors import UsageError
from switch.shell.clock import Clock
from switch.wire.codec import Output
from terminals.client import Client, Place
from terminals.screen import model
from terminals.screen.draw import draw
from terminals.screen.state import (
    COLS,
    ROWS,
    Effect,
    Quit,
    Ring,
    Send,
    Settled,
    SignOff,
    SignOn,
    State,
)

AGAIN_S = (1.0, 2.0, 5.0, 10.0)  # between tries to connect again; the last one for good
SIGN_ON_S_MAX = 15.0
SIGN_OFF_S_MAX = 3.0
EFFECTS_MAX = 1_000  # that wait for the line
Connect = Callable[[], Awaitable[Client]]

# name, foreground, background, monochrome: bold and reverse stand for colour where there is none
PALETTE = (
    ("bar", "black,bold", "yellow", "standout"),
    ("title", "white,bold", "dark blue", "bold"),
    ("alarm", "yellow,bold", "dark blue", "standout"),
    ("key", "black", "light gray", "standout"),
    ("word", "light cyan", "default", "bold"),
    ("problem", "light red,bold", "default", "bold"),
    ("soft", "dark cyan", "default", "default"),
    ("prompt", "light green,bold", "default", "bold"),
    ("line", "white", "default", "default"),
    ("chosen", "white,bold", "default", "bold"),
    ("field", "light gray", "default", "underline"),
    ("focus", "white,bold", "dark blue", "underline"),
    ("sent", "light blue", "default", "default"),
    ("record", "light green,bold", "default", "bold"),
    ("clear", "light green", "default", "default"),
    ("refused", "light red,bold", "default", "bold"),
    ("status", "light gray", "default", "default"),
    ("message", "light magenta,bold", "default", "bold"),
)


class Screen(urwid.Widget):
    """The whole screen as one widget: 80 by 24 in the upper left corner of what there is."""

    _sizing = frozenset([urwid.BOX])
    _selectable = True

    def __init__(self, desk: Emulator) -> None:
        super().__init__()
        self._desk = desk

    def render(  # type: ignore[override]
        self, size: tuple[int, int], focus: bool = False
    ) -> urwid.Canvas:
        """What `draw` says; a word where the window is too small."""
        cols, rows = size
        if cols < COLS or rows < ROWS:
            return _small(f"TRAINING - this window is {cols}x{rows}: make it {COLS}x{ROWS}", size)
        picture = draw(self._desk.state, self._desk.at())
        lines = ["".join(text for _, text in row) for row in picture.rows]
        lines += [""] * (rows - ROWS)
        attributes: list[list[tuple[Hashable, int]]] = [
            [(name or None, len(_bytes(text))) for name, text in row] for row in picture.rows
        ]
        attributes += [[] for _ in range(rows - ROWS)]
        return urwid.TextCanvas(
            [_bytes(line) for line in lines],
            attr=attributes,
            cursor=picture.cursor,
            maxcol=cols,
        )

    def get_cursor_coords(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """Where the cursor stands."""
        cols, rows = size
        if cols < COLS or rows < ROWS:
            return None
        return draw(self._desk.state, self._desk.at()).cursor

    def keypress(  # type: ignore[override]
        self, size: tuple[int, int], key: str
    ) -> str | None:
        """Every key is the model's."""
        self._desk.press(key)
        return None

    def refresh(self) -> None:
        """Draw it anew."""
        self._invalidate()


def _signed_off(message: Output) -> bool:
    """Whether it answers SIGNOFF (docs/line-protocol.md, 8.1)."""
    last = message.body.rpartition("\n")[2]
    return message.mke == "SM" and message.control is None and last.startswith("SIGNED OFF")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8")


def _small(text: str, size: tuple[int, int]) -> urwid.Canvas:
    cols, rows = size
    lines = [text[:cols].encode(), *([b""] * (rows - 1))]
    return urwid.TextCanvas(lines, maxcol=cols)


class Emulator:
    """Holds the state between what happens; `run` ends when the person quits."""

    def __init__(self, state: State, connect: Connect, clock: Clock, *, colour: bool) -> None:
        self.state = state
        self._connect = connect
        self._clock = clock
        self._wanted, self._effects = trio.open_memory_channel[Effect](EFFECTS_MAX)
        self._screen = Screen(self)
        self._display = urwid.display.raw.Screen()
        if not colour:
            self._display.set_terminal_properties(colors=1)
        self._events = urwid.TrioEventLoop()
        self._loop = urwid.MainLoop(
            self._screen,
            PALETTE,
            screen=self._display,
            handle_mouse=False,
            event_loop=self._events,
        )
        self._client: Client | None = None
        self._gone = False  # the window is
        self._place = Place()
        self._over = trio.Event()  # the line of whoever signed on has come to its end

    def at(self) -> str:
        """The time of day, here."""
        return datetime.fromtimestamp(self._clock.now()).astimezone().strftime("%H:%M:%S")

    def press(self, key: str) -> None:
        """A key was pressed."""
        self._then(*model.press(self.state, key, self.at()))

    def want(self, effect: Effect) -> None:
        """Have something done as if a key had asked for it."""
        self._then(self.state, (effect,))

    async def run(self) -> None:
        """The terminal, until it is left."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._tick)
            nursery.start_soon(self._work, nursery)
            nursery.start_soon(self._listen)
            self._loop.start()
            try:
                await self._events.run_async()
            except* (urwid.InputClosedError, OSError):  # the window was closed
                self._gone = True
                await self._leave()
            finally:
                with suppress(OSError):
                    self._loop.stop()
            nursery.cancel_scope.cancel()

    # --- the screen ------------------------------------------------------------------------------

    def _then(self, state: State, effects: Iterable[Effect]) -> None:
        self.state = state
        for effect in effects:
            if isinstance(effect, Ring) and not self._gone:
                self._display.write("\a")
                self._display.flush()
            else:
                with suppress(trio.WouldBlock):
                    self._wanted.send_nowait(effect)
        self._show()

    def _show(self) -> None:
        self._screen.refresh()
        if self._display.started and not self._gone:
            try:
                self._loop.draw_screen()
            except OSError:  # the window was closed: the keyboard will say so
                self._gone = True

    async def _tick(self) -> None:
        """The clock in the bar."""
        while True:
            await trio.sleep(1)
            self._show()

    async def _listen(self) -> None:
        """Ctrl+C is F10; who is told to end, or has lost his window, signs off first."""
        with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM, signal.SIGHUP) as signals:
            async for number in signals:
                if number == signal.SIGINT:
                    self.press("f10")
                else:
                    self.want(Quit())

    # --- the line --------------------------------------------------------------------------------

    async def _work(self, nursery: trio.Nursery) -> None:
        """Do what the model wants, one thing after the other."""
        line = trio.CancelScope()
        async for effect in self._effects:
            match effect:
                case SignOn():
                    line.cancel()
                    line = trio.CancelScope()
                    nursery.start_soon(self._keep, line, effect)
                case Send(raw):
                    await self._send(raw)
                case Settled(raw):
                    self._place.answered(raw)
                case SignOff():
                    await self._send(b"SIGNOFF")
                case Quit():
                    await self._leave()
                    nursery.cancel_scope.cancel()
                case Ring():
                    pass  # done at once

    async def _send(self, raw: bytes) -> None:
        if self._client is None:  # the line has dropped since the key was pressed
            self._place.count(raw)  # kept, and sent on the next line
            return
        with suppress(UsageError):  # the same
            await self._client.send(raw)

    async def _leave(self) -> None:
        if self._client is not None and self.state.operator:
            with trio.move_on_after(SIGN_OFF_S_MAX):
                await self._send(b"SIGNOFF")
                await self._over.wait()

    async def _keep(self, scope: trio.CancelScope, who: SignOn) -> None:
        """A line of that operator: connected again whenever it drops, until he signs off."""
        self._place, self._over, tries = Place(), trio.Event(), 0
        with scope:
            while True:
                last = self._place.last
                try:
                    await self._converse(who)
                    break
                except UsageError as error:
                    self._then(model.line_down(self.state, error.what), ())
                if not self.state.operator:
                    break  # nobody was signed on yet: let him try again
                tries = 0 if self._place.last != last else tries + 1
                await trio.sleep(AGAIN_S[min(tries, len(AGAIN_S) - 1)])
        self._over.set()

    async def _converse(self, who: SignOn) -> None:
        """One line until its operator has signed off, or is refused; UsageError if it drops."""
        async with await self._connect() as client:
            with trio.move_on_after(SIGN_ON_S_MAX) as limit:
                answer = await client.resume(
                    self.state.desk.terminal, who.operator, self._place, who.secret or None
                )
            if limit.cancelled_caught:
                raise UsageError(f"no answer to the sign-on within {SIGN_ON_S_MAX:g} s")
            doubt, self._place.in_doubt = self._place.in_doubt, []
            self._then(model.signed_on(self.state, who.operator, answer, doubt, self.at()), ())
            if answer.mke == "ER":
                return
            self._client = client
            try:
                while (message := await client.receive()) is not None:
                    if _signed_off(message):
                        self._then(model.signed_off(self.state), ())
                        return
                    self._then(*model.received(self.state, message, self.at()))
            finally:
                self._client = None
        raise UsageError("the line dropped; connecting again ...")
