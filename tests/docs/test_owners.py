"""docs/owners.md: its sessions, played one after the other on a running switch."""

from __future__ import annotations

import re
from pathlib import Path

from switch.acl.envelope import Refused
from tests.docs.sessions import played
from tests.process import serving

PAGE = (Path(__file__).parents[2] / "docs" / "owners.md").read_text()
MARK = r"<!-- (session|at the end of draft\.toml) -->\n```\n(.*?)```"
KEYGEN, *BLOCKS = re.findall(MARK, PAGE, re.DOTALL)


def test_every_command_prints_the_lines_that_are_shown_in_their_order(tmp_path: Path):
    assert [what for what, _ in BLOCKS].count("session") == 5
    played(KEYGEN[1], tmp_path)
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
