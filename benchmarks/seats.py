"""`make bench-seats`: thirty people in a class on this machine: from key-press to answer.

`wireroom class` runs as a process of its own, with a trainer's desk that is looked at. Each seat is
a page without a browser: it sends inquiries as the page's form does, thinks for a moment, and
measures from the command to the message that holds the answer. Every answer is checked, and one
that does not come is counted. What a browser needs to draw it is not in the figure.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from http.cookiejar import CookieJar
from pathlib import Path
from random import Random
from typing import NamedTuple

import trio
from trio_websocket import ConnectionClosed, WebSocketConnection, open_websocket_url

from benchmarks import stage
from terminals.load.tally import percentile

SEATS, SECONDS = 30, 20.0
SEATS_MAX = stage.DENIED_EVERY - 1  # one more would sit at an agency that is cut off
THINK_S = (0.5, 2.0)  # between an answer and the next inquiry
ANSWER_S_MAX = 10.0
SECONDS_MAX = 300.0

_HEAD = """
format = 1
[scenario]
id = "thirty"
title = "Thirty seats"
world = "{world}"
starts = 2026-03-14T22:00:00
length = "1h"
pass = 50
[[inject]]
id = "call"
at = "1s"
to = "s0"
radio = "Licence S0000001?"
[[expect]]
id = "ask"
after = "call"
within = "30m"
seat = "s0"
sends = {{ key = "DQ" }}
points = 10
ideal = "20s"
[seats]
"""


class Measured(NamedTuple):
    """What came of a class."""

    took: list[float]  # ms, of each answer that came
    wrong: int  # of them
    missing: int  # inquiries without an answer within ANSWER_S_MAX


def main() -> int:
    """Measure and print; exit 1 if an answer was wrong or missing, 2 for misuse."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seats", description=__doc__)
    parser.add_argument("--seats", type=_within(int, 1, SEATS_MAX), default=SEATS)
    parser.add_argument("--seconds", type=_within(float, 1.0, SECONDS_MAX), default=SECONDS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), options.seats, options.seconds)
    return report(found, options.seats, as_json=options.json)


def _within(
    number: Callable[[str], float], lowest: float, highest: float
) -> Callable[[str], float]:
    def read(text: str) -> float:
        with suppress(ValueError):
            if lowest <= number(text) <= highest:
                return number(text)
        raise argparse.ArgumentTypeError(f"`{text}` is not a number from {lowest} to {highest}")

    return read


def measured(folder: Path, seats: int, seconds: float) -> Measured:
    """Hold the class."""
    lesson = folder / "thirty.toml"
    lesson.write_text(_lesson(stage.build(folder, max(seats, stage.DENIED_EVERY)), seats))
    command = [sys.executable, "-m", "wireroom", "class", str(lesson), "--json"]
    command += ["--listen", "127.0.0.1:0", "--folder", str(folder / "class")]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            sys.exit(f"the class did not start:\n{(folder / 'log').read_text()}")
        return trio.run(_class, json.loads(line), seats, seconds)
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]


def _lesson(world: Path, seats: int) -> str:
    rows = []
    for number in range(seats):
        mnemonic, operator, ori = stage.terminal(number)
        about = f'terminal = "{mnemonic}", ori = "{ori}", operator = "{operator}"'
        rows.append(f"s{number} = {{ {about} }}")
    return _HEAD.format(world=world) + "\n".join(rows) + "\n"


class Person(NamedTuple):
    """One page: its session, and where its WebSocket is."""

    url: str
    headers: list[tuple[bytes, bytes]]

    @classmethod
    def by(cls, link: str) -> Person:
        """Open the link that the trainer hands out."""
        jar = CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        with opener.open(link, timeout=10) as page:
            text = page.read().decode()
        found = re.search(r'data-socket="([^"]+)"', text)
        if found is None:
            sys.exit(f"{link} opens no page that can be used")
        origin = "/".join(link.split("/")[:3])
        cookies = "; ".join(f"{one.name}={one.value}" for one in jar)
        headers = [(b"origin", origin.encode()), (b"cookie", cookies.encode())]
        return cls(origin.replace("http", "ws", 1) + found[1], headers)


async def _class(about: dict[str, object], seats: int, seconds: float) -> Measured:
    links = about["seats"]
    assert isinstance(links, dict)
    rows: list[Measured] = []
    trainer = Person.by(str(about["trainer"]))
    people = [Person.by(links[f"s{number}"]) for number in range(seats)]
    async with open_websocket_url(trainer.url, extra_headers=trainer.headers) as desk:
        await desk.send_message('{"seen": 0}')
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_look, desk)
            await desk.send_message(json.dumps({"id": "1", "do": "go"}))

            async def sit(number: int, until: float) -> None:
                rows.append(await seat(people[number], number, until))

            async with trio.open_nursery() as sitting:
                for number in range(seats):
                    sitting.start_soon(sit, number, trio.current_time() + seconds)
            nursery.cancel_scope.cancel()
    took, wrong, missing = zip(*rows, strict=True)
    return Measured([one for each in took for one in each], sum(wrong), sum(missing))


async def _look(desk: WebSocketConnection) -> None:
    """The trainer's page is told what happens, as it would be."""
    while True:
        await desk.get_message()


async def seat(person: Person, number: int, until: float) -> Measured:
    """One seat at work until that instant of trio's, or until it is not answered any more; it asks
    once at least."""
    random, took, wrong = Random(number), list[float](), 0
    _, operator, _ = stage.terminal(number)
    try:
        async with open_websocket_url(person.url, extra_headers=person.headers) as line:
            await line.send_message('{"seen": 0}')
            sign_on = {"id": "0", "do": "sign-on", "operator": operator}
            await line.send_message(json.dumps(sign_on))
            await _told(line, "SIGNED ON")
            sent = 0
            while sent == 0 or trio.current_time() < until:
                await trio.sleep(random.uniform(*THINK_S))
                sent += 1
                licence = stage.licence(random.randrange(stage.LICENCES))
                begun = time.perf_counter()
                await line.send_message(_inquiry(sent, licence))
                answer = await _told(line, f"your reference N{sent}<", "FROM BENCH")
                took.append((time.perf_counter() - begun) * 1e3)
                wrong += answer.count(licence) < 2
    except (trio.TooSlowError, ConnectionClosed):
        return Measured(took, wrong, missing=1)
    return Measured(took, wrong, missing=0)


def _inquiry(sent: int, licence: str) -> str:
    form = {"do": "form", "key": "DQ", "to": "CA", "control": f"N{sent}"}
    return json.dumps({"id": f"{sent}", **form, "fields": {"OLN": licence, "PUR": "C"}})


async def _told(line: WebSocketConnection, *words: str) -> str:
    """The first message with all these words in it; what was typed is shown too, without them."""
    with trio.fail_after(ANSWER_S_MAX):
        while True:
            text = await line.get_message()
            if all(word in text for word in words):
                return str(text)


def report(found: Measured, seats: int, *, as_json: bool) -> int:
    """Print it; the exit code."""
    ordered = sorted(found.took)
    shown = {f"p{n}_ms": round(percentile(ordered, n / 100), 1) for n in (50, 95, 99) if ordered}
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    wrong, missing = found.wrong, found.missing
    if as_json:
        about = {"training": True, "seats": seats, "answers": len(ordered), "machine": machine}
        print(json.dumps({**about, "wrong": wrong, "missing": missing, **shown}))
    else:
        answers = f"{len(ordered)} answers, {wrong} wrong, {missing} missing"
        print(f"{seats} seats, {answers}, {machine}")
        print("  " + ", ".join(f"{name[:-3]} {value} ms" for name, value in shown.items()))
    return 1 if wrong or missing or not ordered else 0


if __name__ == "__main__":
    sys.exit(main())
