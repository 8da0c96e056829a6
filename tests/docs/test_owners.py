"""docs/owners.md: its sessions, played one after the other on a running switch."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from switch.acl.envelope import Refused
from tests.process import run, serving

PAGE = (Path(__file__).parents[2] / "docs" / "owners.md").read_text()
MARK = r"<!-- (session|at the end of draft\.toml) -->\n```\n(.*?)```"
KEYGEN, *BLOCKS = re.findall(MARK, PAGE, re.DOTALL)


def played(session: str, folder: Path, address: str) -> None:
    """Type each command; the lines that are shown stand in what it prints, in their order. Three
    dots are what is different each time."""
    for command in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        typed, *shown = command.rstrip().split("\n")
        _, *words = shlex.split(typed)
        into = words[words.index(">") + 1] if ">" in words else None
        words = words[: words.index(">")] if into else words
        if words[0] == "send":
            words = [words[0], "--to", address, *words[1:]]
        done = run(*words, cwd=folder)
        assert done.returncode == (".93." in done.stdout), (typed, done.stdout, done.stderr)
        if into:
            (folder / into).write_text(done.stdout)
        printed = iter(line.rstrip() for line in done.stdout.split("\n"))
        for line in shown:
            like = ".+".join(map(re.escape, line.split("...")))
            assert any(re.fullmatch(like, each) for each in printed), (line, done.stdout)


def test_every_command_prints_the_lines_that_are_shown_in_their_order(tmp_path: Path):
    assert [what for what, _ in BLOCKS].count("session") == 5
    played(KEYGEN[1], tmp_path, "")
    options = ("--control", "wireroom.control", "--owners", "wireroom.owners")
    with serving(tmp_path, *options, cwd=tmp_path) as switch:
        for what, block in BLOCKS:
            if what == "session":
                played(block, tmp_path, switch.address)
            else:
                with (tmp_path / "draft.toml").open("a") as draft:
                    draft.write("\n" + block)


def test_every_reason_to_refuse_an_order_is_on_the_page():
    assert [each for each in Refused if f"`{each}`" not in PAGE] == []
