"""docs/records.md: its session, typed into the two files as they are shipped, is answered so."""

from __future__ import annotations

import re
from pathlib import Path

from backends.cast import read_cast
from backends.entries import ENTRY_KEYS, with_entries
from backends.memory import MemoryBackend
from tests.switch.core.log.test_search import Room

PAGE = (Path(__file__).parents[2] / "docs" / "records.md").read_text()
SESSION = "".join(re.findall(r"```session\n(.*?)```", PAGE, re.DOTALL))


def test_the_page_shows_what_is_answered():
    room = Room()
    cast = read_cast(room.world.folder / "records" / "cast.toml", frozenset({"wanted"}), "CA")
    file, heard = with_entries(MemoryBackend(cast), ENTRY_KEYS), ""
    assert SESSION.count("> ") > 8
    for line in SESSION.splitlines():
        if line.endswith("<"):
            heard = "\n".join(body for _, body in room.heard(room.lines[line[:-1]]))
            continue
        typed = re.fullmatch(r"([A-Z0-9]+)> (.*)", line)
        if typed is None:
            assert line in heard.split("\n"), (line, heard)
            continue
        terminal, message = typed.groups()
        room.says(room.lines[terminal], message)
        ask = room.asked.pop()
        (reply,) = file.answer(ask.queries)
        room.answers(ask, *reply.records)
        heard = "\n".join(body for _, body in room.heard(room.lines[terminal]))
