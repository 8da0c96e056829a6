"""`python -m benchmarks.log_search`: what a search of a full log costs the switch, turn by turn.

The dispatcher of golden-state alone, no line and no disk. The log holds as many inquiries as it
reaches back, all of them answered with the word that is searched. Two agencies search: one that
may see all of it, and one from which all of it is withheld.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from statistics import median
from time import perf_counter
from typing import NamedTuple

import msgpack

from switch.acl.document import load_stack
from switch.backend import Reply
from switch.core.commands import Commands
from switch.core.dispatcher import Dispatcher
from switch.core.events import Event, LineOpened, MessageArrived, RepliesArrived
from switch.core.log.tail import MESSAGES_MAX
from switch.files.authored import instant
from switch.message import SignOn
from switch.terms import Mnemonic, OperatorId
from switch.wire.codec import decode
from switch.wire.spec_files import load_formats
from switch.world_file import load_world

STARTS = "2019-11-01T00:00:00"
ASKED = "DQ.CA0990100.CA.TXTOLN/S0990001"
FOUND = {"OLN": "S0990001", "NAM": "ALBITE, MARA QUILL", "RES": "1 EXAMPLE ST"}
SEEING = ("BAY2", "BPD2", "CA0990100")
CUT_OFF = ("HSI1", "HSI1A", "DCICE0500")
SEARCH = "NLQ.{ori}.NL.TXTTYP/ALL.BEG/20191101.END/20191102.FND/{word}"


class Cost(NamedTuple):
    """One search."""

    turns: int  # of the switch
    median_s: float  # of one of them
    longest_s: float
    all_s: float


class Desk:
    """A switch whose backends answer at once."""

    def __init__(self, messages: int) -> None:
        world = load_world("golden-state")
        self._formats = load_formats()
        self._now = instant(datetime.fromisoformat(STARTS), world.timezone)
        self._switch = Dispatcher(world, load_stack(world), self._formats)
        self._switch.start(self._now)
        self._turns: list[float] = []
        for line, (terminal, operator, _) in enumerate((SEEING, CUT_OFF), 1):
            who = SignOn(Mnemonic(terminal), OperatorId(operator), None)
            self._turn([LineOpened(line), MessageArrived(line, who)])
        for _ in range(messages):
            self._say(1, ASKED)

    def _say(self, line: int, text: str) -> None:
        self._turn([MessageArrived(line, decode(text.encode(), self._formats))])

    def _turn(self, events: list[Event]) -> None:
        began = perf_counter()
        records = []
        while True:
            commands: Commands = self._switch.handle(events, self._now)
            records += commands.records
            if not commands.asks:
                break
            events = [
                RepliesArrived(
                    ask.backend, ask.worker, tuple(Reply(q.id, (FOUND,)) for q in ask.queries)
                )
                for ask in commands.asks
            ]
        self._turns.append(perf_counter() - began)
        if records:
            self._switch.log.tail.add(msgpack.packb(records))

    def search(self, line: int, ori: str, word: str) -> Cost:
        """From the message to its answer."""
        self._turns.clear()
        self._say(line, SEARCH.format(ori=ori, word=word))
        while self._switch.log:
            self._turn([])
        turns = self._turns
        return Cost(len(turns), median(turns), max(turns), sum(turns))


def main(argv: list[str] | None = None) -> int:
    """The best of five of each search."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.log_search")
    parser.add_argument("--messages", type=int, default=MESSAGES_MAX)
    desk = Desk(parser.parse_args(argv).messages)
    for line, (_, _, ori), who in ((1, SEEING, "may see all"), (2, CUT_OFF, "may see none")):
        for word, stands in (("ALBITE", "in all"), ("NOWHERE", "in none")):
            cost = min((desk.search(line, ori, word) for _ in range(5)), key=lambda c: c.all_s)
            print(
                f"{who}, the word stands {stands}: {cost.turns} turns of "
                f"{cost.median_s * 1000:.1f} ms, the longest {cost.longest_s * 1000:.1f} ms, "
                f"all {cost.all_s * 1000:.0f} ms"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
