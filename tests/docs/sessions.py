"""Sessions of the pages: commands behind `$ `, and lines that each of them prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests.process import run


def played(session: str, folder: Path, address: str = "", codes: tuple[int, ...] = (0,)) -> None:
    """Type each command; the lines that are shown stand in what it prints, in their order. Three
    dots are what is different each time. A message that is refused ends with 1, all else as told.

    `address` is that of the switch to which messages are sent.
    """
    for command in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        typed, *shown = command.rstrip().split("\n")
        _, *words = shlex.split(typed)
        into = words[words.index(">") + 1] if ">" in words else None
        words = words[: words.index(">")] if into else words
        if words[0] == "send":
            words = [words[0], "--to", address, *words[1:]]
        done = run(*words, cwd=folder)
        refused = words[0] == "send" and " REFUSED - " in done.stdout
        assert done.returncode in ((1,) if refused else codes), (typed, done.stdout, done.stderr)
        if into:
            (folder / into).write_text(done.stdout)
        printed = iter(line.rstrip() for line in done.stdout.split("\n"))
        for line in shown:
            like = ".+".join(map(re.escape, line.split("...")))
            assert any(re.fullmatch(like, each) for each in printed), (line, done.stdout)
