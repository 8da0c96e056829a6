"""`wireroom serve` under load, killed with SIGKILL in the middle of it, and what is then on record.

Terminals on plain sockets ask as fast as they are answered and keep every message they hear. Then
the switch, its scribe or both are killed, and whatever had left for a terminal is looked for on
record. The same journal goes on with the next switch.
"""

from __future__ import annotations

import json
import os
import resource
import select
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

from switch.core.record.journal import OPENING_KINDS, Entry
from switch.shell.store import JournalReader
from tests.seats import SEATS
from tests.simulation.line import Ear, Heard, wrapped
from tests.simulation.promises.record import PLAIN, STATUS, TRAINING, says

PROGRAM = (sys.executable, "-m", "wireroom")
START_S_MAX = 60.0
END_S_MAX = 30.0
OUTSTANDING = 20  # inquiries of each terminal
LONGEST_S = 0.6  # under load, before the kill
VICTIMS = ("switch", "both", "scribe", "switch", "disk")
FILE_BYTES_MAX = 4_096  # from then on, for the scribe: no write of a journal fits in
FAIL_CLOSED = 3  # the exit code of a switch that cannot write its journal
FORMS = (
    "DQ.{ori}.CA.*{mark}.TXTOLN/S0990001",
    "DQ.{ori}.CA.*{mark}.TXTOLN/S0990002",
    "DQ.{ori}.CA.NV.*{mark}.TXTOLN/S0990001",
    "RQ.{ori}.NL.*{mark}.TXTLIC/SIM2019",
    "DQ.{ori}.ZZ.*{mark}.TXTOLN/S0990001",
    "AM.{ori}.CA0990200.*{mark}.TXT{mark} IS COMING",
    "DQ.{ori}.{mark}",
)


class Unrecorded(AssertionError):
    """Something left the switch and is not in its journal."""


@dataclass(eq=False)
class Terminal:
    """One terminal: what it asks, and everything it has heard."""

    name: str
    socket: socket.socket
    dice: Random
    ear: Ear = field(default_factory=lambda: Ear("stx"))
    heard: list[Heard] = field(default_factory=list)
    unsent: bytes = b""
    asked: int = 0
    ended: bool = False

    @classmethod
    def at(cls, address: tuple[str, int], name: str, dice: Random) -> Terminal:
        """Connect and sign on."""
        terminal = cls(name, socket.create_connection(address, START_S_MAX), dice)
        terminal.socket.setblocking(False)
        terminal.unsent = wrapped("stx", f"SIGNON {name} {SEATS[name][1]}".encode())
        return terminal

    def asks(self) -> None:
        """As many as may be open."""
        while self.asked < len(self.heard) + OUTSTANDING:
            self.asked += 1
            form, mark = self.dice.choice(FORMS), f"{self.name}{self.asked:05}"
            message = form.format(ori=SEATS[self.name][0], mark=mark)
            self.unsent += wrapped("stx", message.encode())

    def serve(self) -> None:
        """Take what came, send what can be sent."""
        try:
            data = self.socket.recv(65_536)
            self.ended = not data
            self.heard += self.ear.feed(data)
        except BlockingIOError:
            pass
        except OSError:
            self.ended = True
        if self.ended:
            return
        self.asks()
        try:
            self.unsent = self.unsent[self.socket.send(self.unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            self.unsent = b""  # it is gone; what it had sent before is still to be read


class Serving(NamedTuple):
    """A switch in a process of its own, and its scribe in another."""

    process: subprocess.Popen[str]
    scribe: int
    address: tuple[str, int]


def start(folder: Path) -> Serving:
    """Start it on the journal of the folder, and wait until it is ready."""
    command = [*PROGRAM, "serve", "golden-state", "--listen", "127.0.0.1:0"]
    command += ["--journal", str(folder / "killed.journal")]
    with (folder / "stderr").open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    assert process.stdout is not None
    ready = process.stdout.readline()
    if not ready:
        raise Unrecorded(f"it does not start again: {(folder / 'stderr').read_text()}")
    host, _, port = json.loads(ready)["listen"].rpartition(":")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return Serving(process, int(children[0]), (host, int(port)))


def strike(serving: Serving, victim: str) -> None:
    """Kill it, or let the disk under its journal be full."""
    if victim in ("scribe", "both"):
        os.kill(serving.scribe, signal.SIGKILL)
    if victim in ("switch", "both"):
        serving.process.kill()
    if victim == "disk":
        resource.prlimit(serving.scribe, resource.RLIMIT_FSIZE, (FILE_BYTES_MAX, FILE_BYTES_MAX))


def under_load(serving: Serving, dice: Random, victim: str) -> list[Terminal]:
    """Terminals at work, until the switch has ended and nothing more comes; what they heard."""
    scribe = os.pidfd_open(serving.scribe)
    terminals = [Terminal.at(serving.address, name, dice) for name in SEATS]
    try:
        serve(terminals, dice.uniform(0.02, LONGEST_S))
        strike(serving, victim)
        serve(terminals, END_S_MAX)
        code = serving.process.wait(END_S_MAX)
        if victim in ("scribe", "disk") and code != FAIL_CLOSED:
            raise Unrecorded(f"with its {victim} gone the switch ends with {code}")
        # A scribe that is left alone writes what it was handed; nobody else may write meanwhile.
        if not select.select([scribe], [], [], END_S_MAX)[0]:
            raise Unrecorded("the scribe outlives its switch")
    finally:
        os.close(scribe)
        serving.process.kill()
        serving.process.wait()
        assert serving.process.stdout is not None
        serving.process.stdout.close()
        for terminal in terminals:
            terminal.socket.close()
    return terminals


def serve(terminals: Sequence[Terminal], seconds: float) -> None:
    """All of them at work, for that long or until every line has ended."""
    end = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for terminal in terminals:
            selector.register(terminal.socket, selectors.EVENT_READ, terminal)
            terminal.serve()
        while selector.get_map() and (left := end - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                key.data.serve()
                if key.data.ended:
                    selector.unregister(key.fileobj)


# --- what is on record ----------------------------------------------------------------------------


class Found(NamedTuple):
    """What one kill came to."""

    victim: str
    heard: int  # messages, each of them on record
    entries: int  # in the journal by now


def _told(folder: Path) -> None:
    """Where, what, and what to do."""
    said = (folder / "stderr").read_text()
    wanted = (
        f"cannot write the journal `{folder / 'killed.journal'}`",
        "are not on record",
        "fix:",
    )
    if "Traceback" in said or not all(words in said for words in wanted):
        raise Unrecorded(f"a full disk is told as: {said[-600:]}")


def read(journal: Path) -> list[Entry]:
    """The whole journal; Unrecorded if its chain or a ledger is not whole."""
    reader = JournalReader(journal)
    try:
        faults = reader.verify().faults
        if faults:
            raise Unrecorded(f"the journal is damaged: {faults[:3]}")
        return list(reader.entries())
    finally:
        reader.close()


def account(entries: Sequence[Entry], heard: dict[str, Sequence[Heard]]) -> int:
    """Whether all that the terminals of the last run heard is on record, and how much that was."""
    last = max(n for n, entry in enumerate(entries) if entry["kind"] == "started")
    lines = {e["terminal"]: e["line"] for e in entries[last:] if e["kind"] == "signed-on"}
    messages = {
        (e["line"], e["sequence"]): e for e in entries[last:] if e.get("sequence") and "line" in e
    }
    for name, told in heard.items():
        spare = [e for e in entries[last:] if e.get("line") == lines.get(name)]
        for one in told:
            entry = messages.get((lines.get(name, 0), one.outbound))
            if entry is None and not _status(one, spare):
                raise Unrecorded(f"{name} heard number {one.outbound}, not on record: {one.body!r}")
            if entry is not None and not says(entry, one.body):
                raise Unrecorded(f"{name} heard something else than is on record: {one.body!r}")
    return sum(map(len, heard.values()))


def _status(heard: Heard, spare: list[Entry]) -> bool:
    """Whether an entry without a number accounts for it; each does for one message only."""
    said = heard.body.removeprefix(TRAINING)
    for entry in spare:
        if entry["kind"] in STATUS and STATUS[entry["kind"]].match(said):
            spare.remove(entry)
            return True
    return PLAIN.match(said) is not None


def numbers_go_up(entries: Sequence[Entry]) -> None:
    """No inquiry number is used twice, through all runs."""
    last, opened = 0, set[int]()
    for entry in entries:
        if entry["kind"] in OPENING_KINDS and entry["query"] not in opened:
            if entry["query"] < last:
                raise Unrecorded(f"query {entry['query']} after {last}")
            last = entry["query"]
            opened.add(last)
        elif entry["kind"] == "query":
            raise Unrecorded(f"query {entry['query']} is opened twice")


def kills(folder: Path, count: int, seed: int) -> Iterator[Found]:
    """Kill one switch after the other, all on the same journal; Unrecorded at the first loss."""
    dice = Random(seed)
    for number in range(count):
        victim = VICTIMS[number % len(VICTIMS)]
        terminals = under_load(start(folder), dice, victim)
        if victim == "disk":
            _told(folder)
        entries = read(folder / "killed.journal")
        heard = account(entries, {terminal.name: terminal.heard for terminal in terminals})
        numbers_go_up(entries)
        yield Found(victim, heard, len(entries))
