"""What a line notices while a file of 10,000 rules comes into force on a running switch.

`python -m benchmarks.rules.take_over`, also part of `make bench-rules`. One terminal asks without a
pause while the owner gives order after order: every other one cuts its agency off. All is real:
signed orders over the control socket, the check in another process, versions and journal on disk.
Every answer is looked at, none may be missing, and what is reported is the worst of all orders.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from benchmarks import stage
from benchmarks.rules import watched
from switch.acl.envelope import Action, digest_of
from switch.cli.owner.line import give
from switch.office.keys import generate, read_private, register
from switch.shell.clock import WallClock

TERMINALS = 500
ASKING = 9  # agencies with one rule of their own; the others share the rest
RULES = 10_000
ORDERS = 6
QUIET_S = 3.0  # how long the line asks before the first order, to compare with
SETTLING_S = 1.0  # what happens so long after its answer still counts as an order's doing
ANSWER_S_MAX = 60.0  # in which an answer must come, however busy the machine is
_LOOK_S = 0.01
GOALS_MS = {"longest step": 100.0, "longest wait": 100.0, "first refusal": 100.0}
_BACKEND = "BENCH"


class Answer(NamedTuple):
    """One inquiry of the line."""

    asked: float
    came: float
    refused: bool


class Ordered(NamedTuple):
    """One order of the owner."""

    given: float
    accepted: float  # as the switch says
    until: float  # its answer was there, and everything had time to settle
    cuts: bool


@dataclass(slots=True)
class Asker:
    """One line with one inquiry in flight, over and over."""

    port: int
    answers: list[Answer] = field(default_factory=list)
    wrong: int = 0
    going: bool = True

    def run(self) -> None:
        """Until `going` is taken away."""
        mnemonic, operator, ori = stage.terminal(0)
        clock, found = WallClock(), stage.licence(1).encode()
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _asked(line, f"SIGNON {mnemonic} {operator}")
            while self.going:
                control = f"*{len(self.answers):09}"
                asked = clock.now()
                inquiry = f"DQ.{ori}.CA.{control}.TXTPUR/C.OLN/{found.decode()}"
                text = _asked(line, inquiry)
                refused = b".93." in text
                self.wrong += control.encode() not in text or not (refused or found in text)
                self.answers.append(Answer(asked, clock.now(), refused))


def _asked(line: socket.socket, text: str) -> bytes:
    line.sendall(len(text).to_bytes(4, "big") + text.encode())
    size = int.from_bytes(line.recv(4, socket.MSG_WAITALL), "big")
    return line.recv(size, socket.MSG_WAITALL)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the line, the owner and the switch's own loop saw."""

    answers: Sequence[Answer]
    orders: Sequence[Ordered]
    steps: Sequence[Sequence[float | str]]  # see `watched.Steps`
    wrong: int

    def worst(self) -> dict[str, float]:
        """The longest of each, over all orders, in ms; of steps their CPU as well."""
        first = self.orders[0].given
        steps = [
            (float(wall), float(cpu))
            for at, wall, cpu, _ in self.steps
            if any(order.given <= float(at) <= order.until for order in self.orders)
        ]
        waits = [
            answer.came - answer.asked
            for answer in self.answers
            if any(order.given <= answer.came <= order.until for order in self.orders)
        ]
        found = {
            "longest step": max((wall for wall, _ in steps), default=0.0),
            "longest step, CPU": max((cpu for _, cpu in steps), default=0.0),
            "longest wait": max(waits),
            "longest wait before any order": max(
                answer.came - answer.asked for answer in self.answers if answer.came < first
            ),
            "first refusal": max(self._until_refused(each) for each in self.orders if each.cuts),
        }
        return {name: round(1e3 * took, 1) for name, took in found.items()}

    def _until_refused(self, order: Ordered) -> float:
        """From the change that the switch accepted to the first refusal at the line; nothing is
        released after it, or the benchmark has found a fault."""
        after = [each for each in self.answers if order.accepted <= each.came <= order.until]
        first = next(each for each in after if each.refused)
        if not all(each.refused for each in after if each.asked >= first.came):
            raise RuntimeError("something was released after the first refusal")
        return first.came - order.accepted


def rule_file(rules: int, *, cut: bool) -> bytes:
    """So many rules of the stage's backend; one of them cuts the first agency off, or none."""

    tables = [
        f'[[deny]]\nid = "CUT-FIRST"\nagency = ["A0000"]\ndata = "any"\n{_TIME_AND_PAPER}'
    ] * cut
    for number in range(rules - len(tables)):
        others = ASKING + number % (TERMINALS - ASKING)
        whose = number if number < ASKING else others
        tables.append(
            f'[[allow]]\nid = "R{number:06}"\nagency = ["A{whose:04}"]\n'
            f'data = ["driver.record"]\n{_TIME_AND_PAPER}'
        )
    return "\n".join([stage.HEAD, *tables]).encode()


_TIME_AND_PAPER = 'from = 2019-10-15T00:00:00\nreason = "benchmark"\ncite = "none"\n'


def seen(folder: Path, rules: int, orders: int) -> Seen:
    """Give so many orders to a switch with its files in the folder, while a line asks."""
    world = stage.build(folder, TERMINALS)
    files = [rule_file(rules, cut=cut) for cut in (False, True)]
    (world / "acl" / f"{_BACKEND}.toml").write_bytes(files[0])
    private, public = generate(folder / "mine", _BACKEND)
    register(public, folder / watched.OWNERS)
    key, clock, given = read_private(private), WallClock(), []
    with _watched(world, folder) as switch:
        assert switch.stdout is not None
        asker = Asker(json.loads(switch.stdout.readline())["port"])
        asking = Thread(target=asker.run, daemon=True)
        asking.start()
        _let_ask(asking, asker, QUIET_S)
        for number in range(orders):
            cuts = number % 2 == 0
            new, old = digest_of(files[cuts]), digest_of(files[not cuts])
            begun = clock.now()
            control = folder / watched.CONTROL
            answer = give(control, key, Action.ACTIVATE, _BACKEND, new, old, files[cuts])
            if not answer["accepted"]:
                raise RuntimeError(f"order {number + 1}: {answer['what']} {answer['findings']}")
            _let_ask(asking, asker, SETTLING_S)
            given.append(Ordered(begun, answer["change"]["at"], clock.now(), cuts))
        asker.going = False
        asking.join()
        switch.send_signal(signal.SIGTERM)
        steps = json.loads(switch.communicate()[0])
    return Seen(asker.answers, given, steps, asker.wrong)


def _let_ask(asking: Thread, asker: Asker, seconds: float) -> None:
    """For so long, and until two more answers came: the second of them was asked for meanwhile."""
    wanted = len(asker.answers) + 2
    asking.join(seconds)
    for _ in range(round(ANSWER_S_MAX / _LOOK_S)):
        if len(asker.answers) >= wanted:
            return
        asking.join(_LOOK_S)
    raise RuntimeError("the line was hung up, or is not answered")


@contextmanager
def _watched(world: Path, folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.rules.watched", str(world), str(folder)]
    with (folder / "log").open("w") as log:
        switch = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            yield switch
        finally:
            switch.kill()
            switch.wait()


def main() -> int:
    """Measure and print; exit 1 if a goal is missed or an answer is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rules.take_over", description=__doc__
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = seen(Path(folder), RULES, ORDERS)
    return _report(found, as_json=options.json)


def _report(found: Seen, *, as_json: bool) -> int:
    worst = found.worst()
    missed = [name for name, goal in GOALS_MS.items() if worst[name] > goal]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    counts = {"answers": len(found.answers), "wrong": found.wrong}
    if as_json:
        answer = {"training": True, "machine": machine, "load": load, **counts, "ms": worst}
        print(json.dumps({**answer, "missed": missed}))
    else:
        print(f"{len(found.orders)} files of {RULES} rules taken over, {machine}, load {load}")
        for name, took in worst.items():
            goal = GOALS_MS.get(name)
            kept = f", goal {goal:.0f} ms {'MISSED' if name in missed else 'kept'}" if goal else ""
            print(f"  {name}: {took} ms at worst{kept}")
        print(f"  {counts['answers']} answers, {counts['wrong']} wrong")
    return 1 if missed or found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
