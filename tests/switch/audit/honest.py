"""A switch and an owner that kept what it was given: histories to be tampered with.

`Run` plays a dispatcher, keeps every owner's ledger as a journal would, and writes the lines that
the owner would have in its file. A dishonest switch is one whose `share` leaves something out.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from switch.core.record.delivery import (
    Keeping,
    head_line,
    opening_line,
    read_lines,
    receipt,
    receipt_line,
)
from switch.core.record.journal import Entry, numbered
from switch.core.record.ledger import Head, Ledgers, Page
from tests.playbook import ALBITE, Playbook

Tamper = Callable[[list[Entry]], list[Entry]]


class Run:
    """A playbook whose batches go on record."""

    def __init__(self, starts: str = "2019-10-14T23:50:00", dishonest: Tamper | None = None):
        self.play = Playbook(starts)
        self.ledgers = Ledgers()
        self.pages: dict[str, list[Page]] = {}
        self.lines: dict[str, list[str]] = {}
        self._dishonest = dishonest
        for backend in self.play.world.backends:
            self.lines[backend] = [opening_line("somebody", Head.start(backend))]
        self._seen = 0
        self._commit()
        for line, terminal, operator in ((1, "ERO1", "ERO1A"), (2, "BAY2", "BPD2")):
            self.play.sign_on(line, terminal, operator)
            self._commit()

    def _commit(self) -> None:
        """What every step since the last time put on record, a batch each."""
        for commands in self.play.steps[self._seen :]:
            entries = list(numbered(commands.records, 1))
            if self._dishonest is not None:
                entries = self._dishonest(entries)
            for ask in commands.asks:
                self.lines[ask.backend].append(receipt_line(receipt(ask.queries)))
            if entries:
                for page in self.ledgers.pages(entries):
                    self.pages.setdefault(page.backend, []).append(page)
                    self.lines[page.backend].append(head_line(Head.of(page)))
                    self.ledgers.advance([Head.of(page)])
        self._seen = len(self.play.steps)

    def asks(self, line: int, *raw: str) -> None:
        """Inquiries in one batch, and their answers in the next."""
        asked = len(self.play.asked)
        self.play.says(line, *raw)
        self._commit()
        for ask in self.play.asked[asked:]:
            self.play.answers(ask, ALBITE)
            self._commit()

    def passes(self, seconds: float) -> None:
        self.play.after(seconds)
        self._commit()

    def at(self, local: str) -> None:
        self.play.at(local)
        self._commit()

    def keeping(self, backend: str = "CADMV", until: int | None = None) -> Keeping:
        """What that owner has in its file (so many lines of it)."""
        return read_lines(self.lines[backend][:until])

    def ledger(self, backend: str = "CADMV") -> list[Page]:
        return list(self.pages[backend])


def history(seed: int = 1, inquiries: int = 12, dishonest: Tamper | None = None) -> Run:
    """Some minutes of traffic, over the cut-off at midnight."""
    run, random = Run(dishonest=dishonest), Random(seed)
    for number in range(inquiries):
        line, ori = random.choice(((1, "DCICE0900"), (2, "CA0990100")))
        asked = random.choice(
            (
                "DQ.{ori}.CA.{control}.TXTOLN/S0990001",
                "RQ.{ori}.CA.{control}.TXTLIC/SIM2019.LIY/2020.LIT/PC",
                "DQ.{ori}.CA.NV.{control}.TXTOLN/S0990001",
                "QW.{ori}.{control}.NAM/BASALT, ORRIN.DOB/19790820",
            )
        )
        run.asks(line, asked.format(ori=ori, control=f"*A{number}"))
        run.passes(90)
    return run


def without(chosen: Callable[[Entry], bool]) -> Tamper:
    """Leaves these entries out of what goes on record."""
    return lambda entries: [entry for entry in entries if not chosen(entry)]


def rechained(pages: list[Page], backend: str = "CADMV") -> list[Page]:
    """Numbered and hashed anew, as a forger would who knows how."""
    from switch.core.record.ledger import page_hash

    head, done = Head.start(backend), []
    for page in pages:
        page = page._replace(number=head.page + 1, first=head.rows + 1)
        page = page._replace(hash=page_hash(head.hash, page))
        done.append(page)
        head = Head.of(page)
    return done


def repacked(page: Page, change: Callable[[list[Any]], object]) -> Page:
    """The page with its rows changed."""
    import msgpack

    rows = msgpack.unpackb(page.body)
    change(rows)
    return page._replace(body=msgpack.packb(rows), rows=len(rows))
