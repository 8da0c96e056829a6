"""What a played scenario comes to: one tree, from which every report is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from switch.terms import Instant


class Block(Enum):
    """The block of the file that a line of the result belongs to."""

    EXPECT = "expect"
    FORBID = "forbid"
    ASSERT = "assert"


class Status(Enum):
    """How a row ended, or how it stands in the middle of a run."""

    MET = "met"
    LATE = "late"  # it came after its window: no points, but the story goes on from there
    MISSED = "missed"
    NOT_REACHED = "not reached"  # its trigger never came: not counted, so no miss is paid twice
    OPEN = "open"  # only in the middle of a run
    HELD = "held"
    BROKEN = "broken"

    @property
    def good(self) -> bool:
        """Whether it ended as the author wanted."""
        return self in (Status.MET, Status.HELD)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The journal entry that came nearest to an expectation, and where it differed."""

    entry: int
    at: Instant
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """What the trainer made of a line, and why. The judge's own verdict stays beside it."""

    points: int  # earned; of a forbid, lost (0 or less)
    by: str
    reason: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file, judged, with the number of the entry that earned or lost it."""

    id: str
    block: Block
    seat: str  # "" for an assert
    status: Status
    points: int  # what it is worth; of a forbid, what breaking it costs (0 or less)
    entry: int | None
    at: Instant | None
    why: str  # one sentence; "" where the status says it all
    nearest: Nearest | None = None
    override: Override | None = None
    since: Instant | None = None  # when the window of an expectation opened
    stand_in: bool = False  # decided while a stand-in sat in for a person: nobody's merit or fault

    @property
    def counts(self) -> bool:
        """Whether its points are anybody's: earned, lost or to be had."""
        return self.override is not None or not self.stand_in

    @property
    def reached(self) -> bool:
        """Whether its points could be had."""
        return self.override is not None or self.status not in (Status.NOT_REACHED, Status.OPEN)

    @property
    def good(self) -> bool:
        """Whether it ended as the author wanted, or the trainer let it pass."""
        return self.status.good or (self.override is not None and self.override.points >= 0)

    @property
    def earned(self) -> int:
        """Points earned, or lost where negative."""
        if self.override is not None:
            return self.override.points
        if not self.counts:
            return 0
        if self.block is Block.EXPECT:
            return self.points if self.status is Status.MET else 0
        return self.points if self.status is Status.BROKEN else 0


@dataclass(frozen=True, slots=True)
class Result:
    """A judged run."""

    scenario: str
    title: str
    started: Instant
    ended: Instant
    pass_percent: int
    floor_percent: int
    lines: tuple[Line, ...]

    def of(self, block: Block) -> list[Line]:
        """The lines of one block."""
        return [line for line in self.lines if line.block is block]

    def of_seat(self, seat: str) -> Result:
        """The part of one seat: what its person is told about."""
        lines = tuple(line for line in self.lines if line.seat == seat)
        return Result(
            self.scenario,
            self.title,
            self.started,
            self.ended,
            self.pass_percent,
            self.floor_percent,
            lines,
        )

    @property
    def total(self) -> int:
        """All points of the file, less those of what stand-ins did for people."""
        return sum(line.points for line in self.of(Block.EXPECT) if line.counts)

    @property
    def reachable(self) -> int:
        """The points of the expectations whose trigger came."""
        expects = self.of(Block.EXPECT)
        return sum(line.points for line in expects if line.counts and line.reached)

    @property
    def earned(self) -> int:
        """The points earned, less what broken forbids cost; never below 0."""
        return max(0, sum(line.earned for line in self.lines))

    @property
    def percent(self) -> float:
        """Earned out of reachable."""
        return _share(self.earned, self.reachable)

    @property
    def reached_percent(self) -> float:
        """Reachable out of all."""
        return _share(self.reachable, self.total)

    @property
    def passed(self) -> bool:
        """At the mark, above the floor, and no assert broken."""
        return (
            self.percent >= self.pass_percent
            and self.reached_percent >= self.floor_percent
            and all(line.good for line in self.of(Block.ASSERT))
        )

    @property
    def flawless(self) -> bool:
        """Every expectation met, every forbid and assert held."""
        return all(line.status.good for line in self.lines)


def _share(part: int, whole: int) -> float:
    return 100.0 if whole == 0 else 100.0 * part / whole
