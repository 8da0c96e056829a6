"""docs/traffic.md: every session of the page, played on the switch's core."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from switch.core.events import ServiceChanged
from switch.core.services import BY_NAME
from switch.terms import TRAINING_LINE
from tests.playbook import Playbook, golden_state

PAGE = (Path(__file__).parents[2] / "docs" / "traffic.md").read_text("utf-8")
SESSIONS = re.findall(r"<!-- session(.*?) -->\n```\n(.*?)```", PAGE, re.DOTALL)
TYPED = re.compile(r"(\w+)> (.*)")
HEARD = re.compile(r"\w+< .*")
LATER = re.compile(r"-- (\d+) (second|minute|hour)s? later")
SIGNED = re.compile(r"(\w+) signs (on|off)")
SERVICE = re.compile(r"== (\w+) (hold|remove|never|up)((?: [A-Z]+)+)?(?: for (\d+) minutes)?")
ANSWERS = re.compile(r"(\w+) answers")
SECONDS = {"second": 1, "minute": 60, "hour": 3600}


class Session:
    """Terminals by their names, and what they heard, in the order in which it was sent."""

    def __init__(self, terminals: list[str]) -> None:
        self.world = golden_state()[0]
        self.play = Playbook("2026-03-14T22:00:00")
        self.lines: dict[str, int] = {}
        self.looked = 0
        for terminal in terminals:
            self.signs(terminal, "on")
        self.heard()

    def signs(self, terminal: str, way: str) -> None:
        if way == "off":
            self.play.sign_off(self.lines.pop(terminal))
            return
        self.lines[terminal] = line = len(self.play.steps)
        self.play.sign_on(line, terminal, self.world.terminals[terminal].operators[0])

    def changes(self, place: str, way: str, keys: str | None, minutes: str | None) -> None:
        until = None if minutes is None else self.play.now + 60 * int(minutes)
        listed = tuple(keys.split()) if keys else ()
        self.play.tell(ServiceChanged("operator", place, BY_NAME[way], listed, until))

    def does(self, line: str) -> None:
        if found := TYPED.fullmatch(line):
            self.play.says(self.lines[found[1]], found[2].replace(" | ", "\n"))
        elif found := LATER.fullmatch(line):
            self.play.after(int(found[1]) * SECONDS[found[2]])
        elif found := SERVICE.fullmatch(line):
            self.changes(*found.groups())
        elif found := ANSWERS.fullmatch(line):
            ask = next(ask for ask in self.play.asked if ask.backend == found[1])
            self.play.answers(ask)
        elif found := SIGNED.fullmatch(line):
            self.signs(found[1], found[2])
        else:
            raise ValueError(f"what is `{line}`?")

    def heard(self) -> list[str]:
        """What arrived since the last look, as the page writes it."""
        names = {line: terminal for terminal, line in self.lines.items()}
        new, self.looked = self.play.steps[self.looked :], len(self.play.steps)
        shown = []
        for line, message in (send for step in new for send in step.sends):
            first, *rest = message.body.split("\n")
            assert first == TRAINING_LINE
            shown.append(f"{names.get(line)}< {message.mke} {' | '.join(rest)}")
        return shown


@pytest.mark.parametrize(("terminals", "text"), SESSIONS)
def test_a_session_of_the_page_goes_as_it_is_shown(terminals: str, text: str):
    session = Session(terminals.split())
    lines = text.splitlines()
    while lines:
        session.does(lines.pop(0))
        shown = []
        while lines and HEARD.fullmatch(lines[0]):
            shown.append(lines.pop(0))
        assert session.heard() == shown


def test_every_block_of_the_page_is_played():
    assert len(SESSIONS) == PAGE.count("```") // 2 > 3
