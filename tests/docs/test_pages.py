"""The pages of docs/: every command that is shown prints what is shown, every example runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.process import run

DOCS = Path(__file__).parents[2] / "docs"
CONSOLE = [
    (page.name, block)
    for page in sorted(DOCS.glob("*.md"))
    for block in re.findall(r"```console\n(.*?)```", page.read_text(), re.DOTALL)
]
EXAMPLES = re.findall(
    r"<!-- example -->\n```python\n(.*?)```", (DOCS / "backends.md").read_text(), re.DOTALL
)


@pytest.mark.parametrize(("page", "block"), CONSOLE)
def test_a_command_prints_what_the_page_shows(page: str, block: str):
    command, *shown = block.rstrip("\n").split("\n")
    words = shlex.split(command.removeprefix("$ "))
    assert words[0] == "wireroom"
    done = run(*words[1:])
    assert [line.rstrip() for line in (done.stdout + done.stderr).rstrip().split("\n")] == shown


def test_the_plug_in_of_the_page_conforms():
    names: dict[str, Any] = {}
    for example in EXAMPLES:
        exec(compile(example, "docs/backends.md", "exec"), names)
    assert len(EXAMPLES) == 2


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.md")))
def test_every_link_leads_somewhere(page: str):
    for target in re.findall(r"\]\(([^)#:]+)\)", (DOCS / page).read_text()):
        assert (DOCS / target).exists(), target
