"""What the trainer sees of the traffic: the last messages with their verdicts and owners."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from scenarios.background.entries import Background
from scenarios.course import Move, intervention
from scenarios.pattern import Way, way
from scenarios.script import Script
from switch.core.record.journal import Entry

SHOWN_MAX = 200
_TOLD = frozenset(("signed-on", "signed-off", "sign-on-refused", "access", "effective", "noted"))


class Tape:
    """Every entry of the run, for its score and debrief, and those of them that tell something."""

    def __init__(self, script: Script) -> None:
        self.background = Background(script)
        self.entries: list[Entry] = []
        self.shown: deque[Entry] = deque(maxlen=SHOWN_MAX)

    def take(self, entry: Entry) -> None:
        """One more entry."""
        self.entries.append(entry)
        if self.background.take(entry):
            return  # it is counted, and would drown the rest
        moved = intervention(entry)
        if moved is not None and moved.move is Move.TICKED:
            return
        if way(entry) is not None or entry["kind"] in _TOLD or entry["kind"] == "withheld":
            self.shown.append(entry)

    def latest(self) -> Iterable[Entry]:
        """What is shown, the newest first."""
        return reversed(self.shown)


def way_word(entry: Entry) -> str:
    """Which way it went, as a word."""
    went = way(entry)
    return "" if went is None else "sent" if went is Way.SENT else "got"


def what_of(entry: Entry) -> str:
    """An entry in one line."""
    match entry["kind"]:
        case "query" | "message":
            return str(entry.get("raw") or f"{entry['key']} {entry.get('text') or ''}")
        case "noted":
            about = f" {entry['about']}" if entry.get("about") else ""
            reason = f": {entry['reason']}" if entry.get("reason") else ""
            return f"{entry['by']} {entry.get('move', '')}{about}{reason}"
        case "signed-on" | "signed-off" | "sign-on-refused":
            return f"{entry['kind'].replace('-', ' ')} {entry.get('operator') or ''}"
        case "access":
            return f"{entry['backend']}: {entry['change']} {entry['error']}".strip()
        case "effective":
            return f"{entry['backend']}: rules in force since now"
        case _:
            lines = [line for line in (entry.get("text") or "").split("\n")[1:] if line]
            return " / ".join(lines[:4]) or entry["kind"]


def verdict_of(entry: Entry) -> str:
    """Who decided what: the verdict, the backend whose owner it is about, and the rules."""
    parts = [entry.get("verdict"), entry.get("backend"), *(entry.get("rules") or ())]
    if entry["kind"] == "query":
        parts = [
            f"{leg.get('backend') or leg.get('destination')} {leg.get('verdict')}"
            for leg in entry.get("legs") or ()
        ]
    return ", ".join(str(part) for part in parts if part)
