"""`make bench-seats`: thirty people in a class on this machine: from key-press to answer.

`wireroom class` runs as a process of its own, with a trainer's desk that is looked at. Each seat is
a page without a browser: it sends inquiries as the page's form does, thinks for a moment, and
measures from the command to the message that holds the answer. Every answer is checked. What a
browser needs to draw it is not in the figure.
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
from http.cookiejar import CookieJar
from pathlib import Path
from random import Random

import trio
from trio_websocket import WebSocketConnection, open_websocket_url

from benchmarks import stage
from terminals.load.tally import percentile

SEATS, SECONDS = 30, 20.0
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


def main() -> int:
    """Measure and print; exit 1 if an answer was wrong or missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seats", description=__doc__)
    parser.add_argument("--seats", type=int, default=SEATS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    seconds = min(options.seconds, SECONDS_MAX)
    with tempfile.TemporaryDirectory() as folder:
        took, wrong = measured(Path(folder), options.seats, seconds)
    return _report(options, took, wrong)


def measured(folder: Path, seats: int, seconds: float) -> tuple[list[float], int]:
    """Milliseconds of each answer, and how many answers were wrong."""
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


class _Person:
    """One page: its link turned into a session, and where its WebSocket is."""

    def __init__(self, link: str) -> None:
        jar = CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        with opener.open(link, timeout=10) as page:
            text = page.read().decode()
        found = re.search(r'data-socket="([^"]+)"', text)
        if found is None:
            sys.exit(f"{link} opens no page that can be used")
        self.origin = "/".join(link.split("/")[:3])
        self.url = self.origin.replace("http", "ws", 1) + found[1]
        cookies = "; ".join(f"{one.name}={one.value}" for one in jar)
        self.headers = [(b"origin", self.origin.encode()), (b"cookie", cookies.encode())]


async def _class(about: dict[str, object], seats: int, seconds: float) -> tuple[list[float], int]:
    links = about["seats"]
    assert isinstance(links, dict)
    took: list[float] = []
    wrong = 0
    trainer = _Person(str(about["trainer"]))
    people = [_Person(links[f"s{number}"]) for number in range(seats)]
    async with open_websocket_url(trainer.url, extra_headers=trainer.headers) as desk:
        await desk.send_message('{"seen": 0}')
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_look, desk)
            await desk.send_message(json.dumps({"id": "1", "do": "go"}))

            async def sit(number: int, until: float) -> None:
                nonlocal wrong
                found, mistakes = await _seat(people[number], number, until)
                took.extend(found)
                wrong += mistakes

            async with trio.open_nursery() as sitting:
                for number in range(seats):
                    sitting.start_soon(sit, number, trio.current_time() + seconds)
            nursery.cancel_scope.cancel()
    return took, wrong


async def _look(desk: WebSocketConnection) -> None:
    """The trainer's page is told what happens, as it would be."""
    while True:
        await desk.get_message()


async def _seat(person: _Person, number: int, until: float) -> tuple[list[float], int]:
    random, took, wrong = Random(number), list[float](), 0
    _, operator, _ = stage.terminal(number)
    async with open_websocket_url(person.url, extra_headers=person.headers) as line:
        await line.send_message('{"seen": 0}')
        await line.send_message(json.dumps({"id": "0", "do": "sign-on", "operator": operator}))
        await _told(line, "SIGNED ON")
        sent = 0
        while trio.current_time() < until:
            await trio.sleep(random.uniform(*THINK_S))
            sent += 1
            licence = stage.licence(random.randrange(stage.LICENCES))
            fields = {"OLN": licence, "PUR": "C"}
            form = {"do": "form", "key": "DQ", "to": "CA", "control": f"N{sent}"}
            begun = time.perf_counter()
            await line.send_message(json.dumps({"id": f"{sent}", **form, "fields": fields}))
            answer = await _told(line, f"your reference N{sent}<", "FROM BENCH")
            took.append((time.perf_counter() - begun) * 1e3)
            wrong += answer.count(licence) < 2
    return took, wrong


async def _told(line: WebSocketConnection, *words: str) -> str:
    """The first message with all these words in it; what was typed is shown too, without them."""
    with trio.fail_after(ANSWER_S_MAX):
        while True:
            text = await line.get_message()
            if all(word in text for word in words):
                return str(text)


def _report(options: argparse.Namespace, took: list[float], wrong: int) -> int:
    ordered = sorted(took)
    shown = {f"p{n}_ms": round(percentile(ordered, n / 100), 1) for n in (50, 95, 99)}
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    if options.json:
        about = {"training": True, "seats": options.seats, "answers": len(took)}
        print(json.dumps({**about, "wrong": wrong, "machine": machine, **shown}))
    else:
        print(f"{options.seats} seats, {len(took)} answers, {wrong} wrong, {machine}")
        print("  " + ", ".join(f"{name[:-3]} {value} ms" for name, value in shown.items()))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
