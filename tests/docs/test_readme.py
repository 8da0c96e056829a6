"""The README: what it shows is what the commands print."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.process import run
from wireroom import VERBS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
EXCERPTS = re.findall(r"<!-- demo -->\n```\n(.*?)```", README, re.DOTALL)


@cache
def demo() -> list[str]:
    done = run("demo")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("excerpt", EXCERPTS)
def test_every_line_of_an_excerpt_is_printed_by_the_demo_in_that_order(excerpt: str):
    printed = iter(demo())
    for line in excerpt.splitlines():
        assert any(line == each.rstrip() for each in printed), line


def test_there_is_a_hit_and_a_refusal_with_its_reason():
    assert len(EXCERPTS) == 2


def test_the_decision_shown_is_the_one_that_is_made():
    done = run(
        *[
            "acl",
            "decide",
            "--at",
            "2019-10-15T00:00:00",
            "--terminal",
            "BAY1",
            "--ori",
            "CA0990100",
        ],
        *["--operator", "TFO7", "--backend", "CADMV", "--key", "DQ", "--why"],
    )
    shown = "DQ from BAY1 as CA0990100 by operator TFO7 at CADMV is refused: DENY-RULE."
    assert shown in README
    assert shown in done.stdout


def test_every_verb_that_is_named_exists():
    named = set(re.findall(r"(?<!`)wireroom ([a-z]+)", README)) - {"VERB"}
    assert named & set(VERBS)
    assert {verb for verb in named if verb in VERBS} >= {"serve", "send", "journal", "acl"}


@pytest.mark.parametrize("page", sorted({"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"}))
def test_every_link_leads_somewhere(page: str):
    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text()):
        assert (ROOT / target).exists(), target
