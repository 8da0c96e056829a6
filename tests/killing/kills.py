"""`wireroom serve` under load, killed with SIGKILL in the middle of it, and what is then on record.

Terminals on plain sockets, or by TLS, ask as fast as they are answered and keep every message they
hear. They enter wanted persons and clear them; one agency is there every other time only, and what
is sent to it waits. Then the switch, its scribe or both are killed, and whatever had left for a
terminal is looked for on record. The same journal goes on with the next switch.
"""

from __future__ import annotations

import json
import os
import re
import resource
import select
import selectors
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

from switch.core.record.journal import Entry
from switch.shell.reader import JournalReader
from tests.certificates import Certificates, certificates
from tests.killing.books import Unrecorded, account, entries_hold, mail_holds, numbers_go_up
from tests.seats import SEATS
from tests.simulation.line import Ear, Heard, wrapped

PROGRAM = (sys.executable, "-m", "wireroom")
START_S_MAX = 60.0
END_S_MAX = 30.0
OUTSTANDING = 20  # inquiries of each terminal
HEARD_MAX = 4_000  # messages, under load, before the kill: half a second's, where nothing else is
WAITS = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
VICTIMS = ("switch", "both", "scribe", "switch", "disk")
FILE_BYTES_MAX = 4_096  # from then on, for the scribe: no write of a journal fits in
FAIL_CLOSED = 3  # the exit code of a switch that cannot write its journal
TLS_EVERY = 3  # kills: the second of them, the fifth ...
NOW_AND_THEN = "HRB1"  # is there every other time; what is sent to its agency waits
FORMS = (
    "DQ.{ori}.CA.*{mark}.TXTOLN/S0990001",
    "DQ.{ori}.CA.*{mark}.TXTOLN/S0990002",
    "DQ.{ori}.CA.NV.*{mark}.TXTOLN/S0990001",
    "RQ.{ori}.NL.*{mark}.TXTLIC/SIM2019",
    "DQ.{ori}.ZZ.*{mark}.TXTOLN/S0990001",
    "AM.{ori}.CA0990200.*{mark}.TXT{mark} IS COMING",
    "DQ.{ori}.{mark}",
)
ENTER = "EW.{ori}.NAM/SIMROCK, IDA.DOB/19900102.OFF/DRILL.DOW/20191001.OCA/{case}"
CLEAR = "CW.{ori}.NIC/{nic}.OCA/{case}"
MAIL = "AM.{ori}.CA0990300.*{mark}.TXT{mark} WAITS"
RARELY = (
    0.06  # an entry, or a message that waits: a file takes 10,000 entries, an agency 100 messages
)
_ENTERED = re.compile(r"ACK/ENTERED\.NIC/(\w+)\.OCA/([\w-]+)")


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
    cases: list[tuple[str, str]] = field(default_factory=list)  # NIC and OCA of what it entered
    run: int = 0

    @classmethod
    def at(cls, serving: Serving, name: str, dice: Random) -> Terminal:
        """Connect and sign on."""
        line = socket.create_connection(serving.address, START_S_MAX)
        if serving.tls is not None:
            context = ssl.create_default_context(cafile=serving.tls.ca)
            line = context.wrap_socket(line, server_hostname=serving.address[0])
        terminal = cls(name, line, dice)
        terminal.socket.setblocking(False)
        terminal.unsent = wrapped("stx", f"SIGNON {name} {SEATS[name][1]}".encode())
        return terminal

    def asks(self) -> None:
        """As many as may be open."""
        while self.asked < len(self.heard) + OUTSTANDING:
            self.asked += 1
            mark = f"{self.name}{self.asked:05}"
            case, nic = f"SIM{self.run}-{mark}", ""
            form = self.dice.choice(FORMS)
            if self.dice.random() < RARELY:
                form = self.dice.choice((ENTER, ENTER, CLEAR, MAIL))
            if self.cases and (form == CLEAR or (form == ENTER and self.dice.random() < 0.5)):
                nic, case = self.dice.choice(self.cases)  # once more, or no longer
            ori = SEATS[self.name][0]
            message = form.format(ori=ori, mark=mark, case=case, nic=nic or "W000000000")
            self.unsent += wrapped("stx", message.encode())

    def serve(self) -> None:
        """Take what came, send what can be sent."""
        try:
            while not self.ended:  # what TLS has read already nobody is woken for
                data = self.socket.recv(65_536)
                self.ended = not data
                self._hear(data)
        except WAITS:
            pass
        except OSError:
            self.ended = True
        if self.ended:
            return
        self.asks()
        try:
            self.unsent = self.unsent[self.socket.send(self.unsent) :]
        except WAITS:
            pass
        except OSError:
            self.unsent = b""  # it is gone; what it had sent before is still to be read

    def _hear(self, data: bytes) -> None:
        for one in self.ear.feed(data):
            self.heard.append(one)
            self.cases += _ENTERED.findall(one.body)


Terminals = list[Terminal]


class Serving(NamedTuple):
    """A switch in a process of its own, and its scribe in another."""

    process: subprocess.Popen[str]
    scribe: int
    address: tuple[str, int]
    tls: Certificates | None


def start(folder: Path, tls: Certificates | None = None) -> Serving:
    """Start it on the journal of the folder, and wait until it is ready."""
    command = [*PROGRAM, "serve", "golden-state", "--listen", "127.0.0.1:0"]
    command += ["--journal", str(folder / "killed.journal")]
    if tls is not None:
        command += ["--tls", *map(str, tls.switch)]
    with (folder / "stderr").open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    assert process.stdout is not None
    ready = process.stdout.readline()
    if not ready:
        raise Unrecorded(f"it does not start again: {(folder / 'stderr').read_text()}")
    host, _, port = json.loads(ready)["listen"].rpartition(":")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return Serving(process, int(children[0]), (host, int(port)), tls)


def strike(serving: Serving, victim: str) -> None:
    """Kill it, or let the disk under its journal be full."""
    if victim in ("scribe", "both"):
        os.kill(serving.scribe, signal.SIGKILL)
    if victim in ("switch", "both"):
        serving.process.kill()
    if victim == "disk":
        resource.prlimit(serving.scribe, resource.RLIMIT_FSIZE, (FILE_BYTES_MAX, FILE_BYTES_MAX))


def under_load(
    serving: Serving, dice: Random, victim: str, before: Terminals, heard_max: int
) -> Terminals:
    """Terminals at work, until the switch has ended and nothing more comes; what they heard.

    `before` are those of the last switch: they know what they have entered.
    """
    scribe = os.pidfd_open(serving.scribe)
    run = 1 + max((one.run for one in before), default=0)
    there = [name for name in SEATS if name != NOW_AND_THEN or run % 2 == 0]
    terminals = [Terminal.at(serving, name, dice) for name in there]
    for terminal in terminals:
        terminal.run = run
        terminal.cases = [case for one in before if one.name == terminal.name for case in one.cases]
    try:
        serve(terminals, START_S_MAX, dice.randint(len(there), heard_max))
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


def serve(terminals: Terminals, seconds: float, messages: float = float("inf")) -> None:
    """All of them at work, until they have heard so many messages or every line has ended, and no
    longer than that."""
    end = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for terminal in terminals:
            selector.register(terminal.socket, selectors.EVENT_READ, terminal)
            terminal.serve()
        while (
            selector.get_map()
            and sum(len(each.heard) for each in terminals) < messages
            and (left := end - time.monotonic()) > 0
        ):
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
    entered: int  # records that are on file or were, by now
    waited: int  # messages that were held and then forwarded, by now


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


def kills(folder: Path, count: int, seed: int, heard_max: int = HEARD_MAX) -> Iterator[Found]:
    """Kill one switch after the other, all on the same journal, each when at most so many messages
    were heard of it; Unrecorded at the first loss."""
    dice, terminals = Random(seed), list[Terminal]()
    tls = certificates(folder)
    for number in range(count):
        victim = VICTIMS[number % len(VICTIMS)]
        serving = start(folder, tls if number % TLS_EVERY == 1 else None)
        terminals = under_load(serving, dice, victim, terminals, heard_max)
        if victim == "disk":
            _told(folder)
        entries = read(folder / "killed.journal")
        heard = account(entries, {terminal.name: terminal.heard for terminal in terminals})
        numbers_go_up(entries)
        entered, waited = entries_hold(entries), mail_holds(entries)
        yield Found(victim, heard, len(entries), entered, waited)
