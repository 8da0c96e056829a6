"""Terminals that acknowledge, as a journal leaves them: who may resume, and what each has not got.

A switch that was killed has lost nothing of theirs: each `kept` entry says where one of them
stood, and which messages it was sent in that batch. So the latest one of each and those before it,
back to what it has acknowledged, are all that is needed. Read from the end: a journal is long, and
every so often, and whenever a switch starts, all of them are called in one batch (`all`), before
which nobody needs to be looked for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from switch.core.record.journal import Entry
from switch.message import Stamp
from switch.terms import (
    SEQUENCE_MAX,
    BackendName,
    Instant,
    LineId,
    MessageKey,
    Mnemonic,
    OperatorId,
    Ori,
)

TELLING = ("kept", "signed-off", "started")  # kinds of entries that tell of them
# How a leg ends, or goes on without its terminal's line: it is then not lost with the switch.
_ENDS = frozenset(
    ("released", "refused", "no-answer", "undelivered", "held", "expired", "removed", "forwarded")
)

Latest = Callable[..., Iterator[list[Entry]]]  # see `JournalReader.latest`


class Message(NamedTuple):
    """One that a terminal was sent, or is to be, and does not say that it has."""

    sequence: int
    mke: MessageKey
    sender: Ori
    received: Stamp
    at: Instant  # when it went out
    control: str | None
    body: str
    version: str  # of the rules under which it was made
    tried: bool  # it went onto a line, so the terminal may have it


class Unanswered(NamedTuple):
    """An inquiry whose answer was on its way when the switch ended."""

    query: int
    at: Instant  # when it was taken
    control: str | None
    place: str  # whence the answer would have come
    legs: tuple[tuple[int, BackendName], ...]  # those that share that answer


class Unbroken(NamedTuple):
    """A terminal that was signed on when the switch ended."""

    line: LineId
    terminal: Mnemonic
    operator: OperatorId
    acknowledged: int
    last: int  # number of the last message that it was sent
    taken: int  # messages that the switch took from it
    messages: tuple[Message, ...]  # without a gap, the oldest first
    unanswered: tuple[Unanswered, ...]  # the oldest first


def unbroken(latest: Latest, reach_s: float) -> tuple[Unbroken, ...]:
    """All of them; no inquiry is open for longer than `reach_s`."""
    trails = _trails(latest(*TELLING))
    if not trails:
        return ()
    open_ = _open_inquiries(latest(), set(trails), reach_s)
    return tuple(
        trail.told(tuple(reversed(open_.get(name, ()))))
        for name, trail in sorted(trails.items())
        if trail.whole
    )


# --- where they stood -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Trail:
    """One terminal, followed from its latest entry back."""

    newest: Entry
    messages: deque[Message] = field(default_factory=deque)
    had_a_line: bool = False  # later: so it may have what was kept while it was away
    over: bool = False  # what stands before is somebody else's

    @property
    def needed(self) -> int:
        """How many messages it does not say that it has."""
        return int((self.newest["last"] - self.newest["acknowledged"]) % SEQUENCE_MAX)

    @property
    def whole(self) -> bool:
        """Whether all of them were found."""
        return len(self.messages) == self.needed

    def follow(self, entry: Entry, texts: dict[tuple[LineId, int], str]) -> None:
        """One more entry of it, an older one."""
        self.had_a_line |= not entry["away"]
        for said in reversed(entry["messages"]):
            if self.whole or self.over:
                return
            line, sequence, mke, sender, at, inbound, control, tried, text, made_by = said
            expected = (self.newest["last"] - len(self.messages) - 1) % SEQUENCE_MAX + 1
            body = texts.get((line, sequence)) if text is None else text
            if sequence != expected or body is None:
                self.over = True  # there is a gap: it cannot be resumed
                return
            stamp, tried = Stamp(at, inbound), tried or self.had_a_line
            version, sent_at = made_by or entry["rules"], entry["at"]
            self.messages.appendleft(
                Message(sequence, mke, sender, stamp, sent_at, control, body, version, tried)
            )

    def told(self, unanswered: tuple[Unanswered, ...]) -> Unbroken:
        """What is to be known of it."""
        newest = self.newest
        return Unbroken(
            newest["line"],
            newest["terminal"],
            newest["operator"],
            newest["acknowledged"],
            newest["last"],
            newest["taken"],
            tuple(self.messages),
            unanswered,
        )


def _trails(batches: Iterable[list[Entry]]) -> dict[str, _Trail]:
    """Whoever has not signed off, by name, out of batches from the last one back."""
    found: dict[str, _Trail] = {}
    gone: set[str] = set()
    everybody = False  # who was there has been found
    for entries in batches:
        said = texts(entries)
        for entry in reversed(entries):
            name: str = entry.get("terminal") or ""
            match entry["kind"]:
                case "signed-off" if name in found:
                    found[name].over = True
                case "signed-off":
                    gone.add(name)
                case "kept" if name in found or not (everybody or name in gone):
                    found.setdefault(name, _Trail(entry)).follow(entry, said)
                case _:
                    pass
        everybody |= any(each["kind"] == "started" or each.get("all") for each in entries)
        if everybody and all(trail.whole or trail.over for trail in found.values()):
            break
    return found


def texts(entries: Iterable[Entry]) -> dict[tuple[LineId, int], str]:
    """What was sent, by line and number, as far as an entry of the batch says it: a `kept` entry
    does not say it again."""
    return {
        (entry["line"], entry["sequence"]): entry["text"]
        for entry in entries
        if entry.get("sequence") and "text" in entry
    }


# --- what they had asked --------------------------------------------------------------------------


def _open_inquiries(
    batches: Iterable[list[Entry]], terminals: set[str], reach_s: float
) -> dict[str, list[Unanswered]]:
    """The inquiries of these terminals that have no outcome, by terminal, the latest first."""
    found: dict[str, list[Unanswered]] = {}
    ended: set[tuple[int, int]] = set()
    left = set(terminals)  # whose sign-on has not been passed
    since: Instant | None = None
    for entries in batches:
        since = entries[-1]["at"] - reach_s if since is None else since
        for entry in reversed(entries):
            kind, leg = entry["kind"], (entry.get("query", 0), entry.get("leg", 0))
            if kind == "signed-off":
                left.discard(entry["terminal"])
            elif kind == "query" and entry["terminal"] in left:
                found.setdefault(entry["terminal"], []).extend(_unanswered(entry, ended))
            elif kind == "forwarded" and leg not in ended and entry.get("terminal") in left:
                found.setdefault(entry["terminal"], []).append(_forwarded(entry))
            if kind in _ENDS:
                ended.add(leg)
        if entries[-1]["at"] < since or not left:
            break
    return found


def _unanswered(query: Entry, ended: set[tuple[int, int]]) -> Iterator[Unanswered]:
    """One for each answer that is owed: a leg has its own, those of NL or a region share one."""
    number, at, control = query["query"], query["at"], query["control"]
    addressed, shared = query["destinations"], list[tuple[int, BackendName]]()
    for leg in reversed(query["legs"]):
        if (number, leg["leg"]) in ended:
            continue
        if leg["destination"] in (addressed or ("",)):
            alone = ((leg["leg"], BackendName(leg["backend"])),)
            yield Unanswered(number, at, control, leg["backend"], alone)
        else:
            shared.append((leg["leg"], BackendName(leg["backend"])))
    if shared:
        yield Unanswered(number, at, control, " ".join(addressed), tuple(reversed(shared)))


def _forwarded(entry: Entry) -> Unanswered:
    legs = ((entry["leg"], BackendName(entry["place"])),)
    return Unanswered(entry["query"], entry["at"], entry["control"], entry["place"], legs)
