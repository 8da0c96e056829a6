"""Who is on which line: connections, sign-ons, and each line's running number."""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from switch.config import Terminal, World
from switch.core.events import LineEnding, MessageArrived
from switch.message import Resume, SignOn
from switch.terms import SEQUENCE_MAX, AgencyId, Instant, LineId, Mnemonic, OperatorId, Ori


@dataclass(slots=True)
class LineState:
    """One connection."""

    id: LineId
    receiver: Ori  # printed on what it is sent
    terminal: Mnemonic | None = None
    operator: OperatorId | None = None
    session: int = 0  # another one, never used before, with every sign-on, sign-off and hang-up
    sequence: int = 0
    in_flight: int = 0  # inquiries whose last outcome is still to come
    proved: tuple[Mnemonic, ...] | None = None  # terminals of its certificate; see `LineOpened`
    # What came behind a sign-off, or the end, that waits for open inquiries: see `core.farewell`.
    behind: deque[MessageArrived | LineEnding] = field(default_factory=deque)
    acknowledges: bool = False  # see `core.acknowledging`
    careful: bool = False  # something waits behind, or it acknowledges: see `look`

    @property
    def who(self) -> dict[str, object]:
        """Who is signed on there, as it goes on record."""
        return {"line": self.id, "terminal": self.terminal, "operator": self.operator}

    def look(self) -> None:
        """Whether what comes can be taken just so."""
        self.careful = self.acknowledges or bool(self.behind)

    def next_sequence(self) -> int:
        """The number of the next message on this line."""
        self.sequence = self.sequence % SEQUENCE_MAX + 1
        return self.sequence


class Lines:
    """All connections, and the terminals that are signed on."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lines: dict[LineId, LineState] = {}
        self._signed_on: dict[Mnemonic, LineState] = {}
        self._at_agency: dict[AgencyId, dict[Mnemonic, LineState]] = {}
        self._last_session = 0
        self._expected: deque[tuple[Instant, LineState, int]] = deque()

    def __iter__(self) -> Iterator[LineState]:
        return iter(self._lines.values())

    def open(
        self, line: LineId, now: Instant = 0.0, proved: tuple[Mnemonic, ...] | None = None
    ) -> LineState:
        """A new connection; nobody is signed on, and somebody must within `sign_on_s`."""
        state = LineState(line, receiver=self._world.switch_ori, proved=proved)
        self._lines[line] = state
        self._expect_sign_on(state, now)
        return state

    def _expect_sign_on(self, line: LineState, now: Instant) -> None:
        self._expected.append((now + self._world.limits.sign_on_s, line, line.session))

    def next_deadline(self) -> Instant | None:
        """When the next line at which nobody has signed on is to be closed."""
        expected = self._expected
        while expected and not self._still_empty(*expected[0][1:]):
            expected.popleft()
        return expected[0][0] if expected else None

    def overdue(self, now: Instant) -> Iterator[LineState]:
        """Every line whose time to sign on is over; each is handed out once."""
        while (due := self.next_deadline()) is not None and due <= now:
            yield self._expected.popleft()[1]

    def _still_empty(self, line: LineState, session: int) -> bool:
        return self._lines.get(line.id) is line and line.session == session

    def close(self, line: LineId) -> LineState | None:
        """Forget a connection; returns its last state, None if it was closed already."""
        state = self._lines.pop(line, None)
        if state is not None:
            state.session = self._next_session()
            if state.terminal is not None:
                self._gone(state.terminal)
        return state

    def detach(self, line: LineState) -> None:
        """Its connection is gone, but its terminal stays signed on: it may come back."""
        self._lines.pop(line.id, None)

    def keep(
        self, line: LineId, terminal: Mnemonic, operator: OperatorId, sequence: int
    ) -> LineState | None:
        """A terminal that was signed on in an earlier run of the switch, and has no connection yet;
        None if this world does not know it, or him."""
        if terminal not in self._world.terminals or operator not in self._world.operators:
            return None
        state = LineState(line, self._world.switch_ori, sequence=sequence)
        self._seat(state, terminal, operator)
        return state

    def take_over(self, line: LineState, fresh: LineState) -> None:
        """Its terminal came back on a fresh connection, which is its line from now on."""
        self._lines.pop(line.id, None)
        line.id, line.proved = fresh.id, fresh.proved
        self._lines[line.id] = line

    def leave(self, line: LineState) -> None:
        """Its terminal does not come back."""
        self._lines.pop(line.id, None)
        if line.terminal is not None:
            self._gone(line.terminal)
        line.terminal = line.operator = None
        line.session = self._next_session()

    def get(self, line: LineId) -> LineState | None:
        """The state of an open line."""
        return self._lines.get(line)

    def at(self, terminal: Mnemonic) -> LineState | None:
        """The line on which this terminal is signed on."""
        return self._signed_on.get(terminal)

    def at_agency(self, agency: AgencyId) -> list[LineState]:
        """The signed-on lines of an agency's terminals, in the order of their sign-on."""
        return list(self._at_agency.get(agency, {}).values())

    def _gone(self, terminal: Mnemonic) -> None:
        """Nobody is signed on there any more."""
        del self._signed_on[terminal]
        del self._at_agency[self._world.terminals[terminal].agency][terminal]

    def sign_on(self, line: LineState, wanted: SignOn) -> str | None:
        """Sign a terminal and its operator on; the reason as a sentence where that cannot be.

        Any known operator may sign on at any known terminal: the access rules judge borrowed desks.
        """
        problem = self.doubt(line, wanted)
        if problem is not None:
            return problem
        if wanted.terminal in self._signed_on:
            return f"TERMINAL {wanted.terminal} IS SIGNED ON ELSEWHERE"
        self._seat(line, wanted.terminal, wanted.operator)
        return None

    def _seat(self, line: LineState, terminal: Mnemonic, operator: OperatorId) -> None:
        """Somebody is signed on there from now on."""
        line.terminal, line.operator = terminal, operator
        line.session = self._next_session()
        line.receiver = self._receiver(self._world.terminals[terminal])
        self._signed_on[terminal] = line
        agency = self._world.terminals[terminal].agency
        self._at_agency.setdefault(agency, {})[terminal] = line

    def doubt(self, line: LineState, wanted: SignOn | Resume) -> str | None:
        """Why whoever is at this line cannot be who he says, as a sentence; None if he can."""
        operator = self._world.operators.get(wanted.operator)
        if line.terminal is not None:
            return f"THIS LINE IS SIGNED ON AS {line.terminal} {line.operator}; SIGNOFF FIRST"
        if wanted.terminal not in self._world.terminals:
            return f"TERMINAL {wanted.terminal} IS NOT KNOWN TO THIS SWITCH"
        if operator is None:
            return f"OPERATOR {wanted.operator} IS NOT KNOWN TO THIS SWITCH"
        return _unproved(line.proved, wanted, operator.secret)

    def sign_off(self, line: LineState, now: Instant = 0.0) -> None:
        """The operator leaves; the line stays open for another one."""
        if line.terminal is not None:
            self._gone(line.terminal)
        line.terminal = line.operator = None
        line.session = self._next_session()
        line.in_flight = 0
        line.receiver = self._world.switch_ori
        self._expect_sign_on(line, now)

    def _next_session(self) -> int:
        self._last_session += 1
        return self._last_session

    def _receiver(self, terminal: Terminal) -> Ori:
        oris = self._world.agencies[terminal.agency].oris
        return oris[0] if oris else self._world.switch_ori


def _unproved(
    proved: tuple[Mnemonic, ...] | None, wanted: SignOn | Resume, secret: str | None
) -> str | None:
    """Why it is not known who that is; None if a certificate or the operator's secret shows it."""
    if proved and wanted.terminal not in proved:
        return f"THE CERTIFICATE OF THIS LINE IS NOT TERMINAL {wanted.terminal}'S"
    if proved:
        return None
    if secret is None:
        needed = f"OPERATOR {wanted.operator} HAS NO SECRET: TERMINAL CERTIFICATE NEEDED"
        return None if proved is None else needed
    if _same(secret, wanted.secret):
        return None
    return f"THE SECRET OF OPERATOR {wanted.operator} IS MISSING OR WRONG"


def _same(secret: str, given: str | None) -> bool:
    return given is not None and hmac.compare_digest(secret.encode(), given.encode())
