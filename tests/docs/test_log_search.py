"""docs/log-search.md: its sessions, typed one after the other, bring what the page shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from backends.directory import DirectoryBackend
from switch.core.events import MessageArrived
from switch.errors import FormatError
from switch.message import Malformed
from tests.switch.core.log.test_search import Room

PAGE = (Path(__file__).parents[2] / "docs" / "log-search.md").read_text()
SESSIONS = re.findall(r"```session\n(.*?)```", PAGE, re.DOTALL)


class Desk(Room):
    """A room whose directory answers too."""

    def type_whole(self, terminal: str, message: str) -> str:
        line = self.lines[terminal]
        try:
            self.says(line, message)
        except FormatError as error:
            self.tell(MessageArrived(line, Malformed(error, message.encode())))
        while self.asked:
            ask = self.asked.pop(0)
            records: tuple[Mapping[str, str], ...] = self.answer.get(ask.backend, ())
            if ask.backend == "ORION":
                (reply,) = DirectoryBackend(self.world.agencies.values()).answer(ask.queries)
                records = reply.records
            self.answers(ask, *records)
        return "\n".join(body for _, body in self.heard(line))


def test_the_page_shows_what_is_answered():
    desk, heard = Desk(), ""
    assert len(SESSIONS) == 5
    for line in "".join(SESSIONS).splitlines():
        typed = re.fullmatch(r"([A-Z0-9]+)> (.*)", line)
        if typed:
            heard = desk.type_whole(*typed.groups())
        else:
            assert any(each.startswith(line) for each in heard.split("\n")), (line, heard)
