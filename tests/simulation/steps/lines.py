"""Terminals connect, sign on and off, read slowly, and hang up."""

from __future__ import annotations

from tests.seats import SEATS
from tests.simulation.line import SimulatedLine
from tests.simulation.promises.accounts import SIGN_OFF
from tests.simulation.promises.order import OrderWithinALine
from tests.simulation.room import Room
from tests.simulation.step import any_of, one_of, step

FRAMINGS = ("stx", "stx", "length", "line")
NEAR_THE_HIGHEST = 99_997


def chosen(room: Room, which: int) -> SimulatedLine | None:
    """One of the lines on which somebody can type."""
    lines = room.open_lines()
    return lines[which % len(lines)] if lines else None


def signed_on(room: Room, which: int) -> tuple[SimulatedLine, str] | None:
    """One of the lines at which somebody is signed on, and the terminal."""
    states = [state for state in room.switch._dispatcher._lines if state.terminal is not None]
    there = [(room.by_id[state.id], str(state.terminal)) for state in states]
    there = [(line, terminal) for line, terminal in there if line in room.open_lines()]
    return there[which % len(there)] if there else None


@step(6, framing=one_of(*FRAMINGS), seat=one_of(*SEATS), lent=one_of(True, True, False))
def connects(room: Room, framing: str, seat: str, lent: bool) -> None:
    """A terminal connects and signs on, by a plain line or one that only the switch can serve."""
    line = room.connect(framing, lent=lent)
    operator = SEATS[seat][1]
    line.type(f"SIGNON {seat} {operator}", f"SIGNON {seat} {operator}".encode())


@step(1, framing=one_of(*FRAMINGS))
def connects_in_silence(room: Room, framing: str) -> None:
    """A terminal connects and does not sign on."""
    room.connect(framing)


@step(2, which=any_of, terminal=one_of(*SEATS, "NONE9"), operator=one_of("BPD2", "TFO7", "NOBODY"))
def signs_on(room: Room, which: int, terminal: str, operator: str) -> None:
    """Somebody signs on: on a line that may be taken, at a terminal that may not be known."""
    line = chosen(room, which)
    if line is not None:
        line.type(f"SIGNON {terminal} {operator}", f"SIGNON {terminal} {operator}".encode())


@step(3, which=any_of, seat=one_of(*SEATS, None))
def signs_off(room: Room, which: int, seat: str | None) -> None:
    """The operator leaves; often the next one sits down at once."""
    line = chosen(room, which)
    if line is not None:
        line.type(SIGN_OFF, b"SIGNOFF")
        if seat is not None:
            operator = SEATS[seat][1]
            line.type(f"SIGNON {seat} {operator}", f"SIGNON {seat} {operator}".encode())


@step(2, which=any_of)
def sends_no_more(room: Room, which: int) -> None:
    """The far end closes its sending half, and still reads."""
    line = chosen(room, which)
    if line is not None:
        line.done = True


@step(2, which=any_of, lost=one_of(True, False))
def hangs_up(room: Room, which: int, lost: bool) -> None:
    """The connection is gone, with or without what was on its way."""
    line = chosen(room, which)
    if line is not None:
        line.gone = True
        if lost:
            line.outgoing.clear()


@step(3, which=any_of)
def stops_reading(room: Room, which: int) -> None:
    """A terminal does not read any more."""
    line = chosen(room, which)
    if line is not None:
        room.slow.add(line.number)


@step(2, which=any_of, size=one_of(1, 50, 700, None))
def reads(room: Room, which: int, size: int | None) -> None:
    """A slow terminal reads something, or all, and goes on reading."""
    slow = [line for line in room.lines if line.number in room.slow]
    if slow:
        line = slow[which % len(slow)]
        room.listen(line, size or len(line.unread))
        if size is None:
            room.slow.discard(line.number)


@step(2, which=any_of)
def has_sent_much(room: Room, which: int) -> None:
    """A line whose next numbers are the highest there are."""
    found = signed_on(room, which)
    if found is not None and not room.switch.recorder._unconfirmed:
        number = room.connections[found[0].number].id
        connection = room.connections[found[0].number]
        state = room.switch._dispatcher._lines.get(number)
        assert state is not None
        if not connection.unsent:
            state.sequence = NEAR_THE_HIGHEST
            for promise in room.promises:
                if isinstance(promise, OrderWithinALine):
                    promise.winds_forward(number, NEAR_THE_HIGHEST)
