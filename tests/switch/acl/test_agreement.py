"""The long comparison of engine and oracle: it reaches every clause, and it finds what differs."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from switch.acl.rules import Rule
from tests.switch.acl import agreement, analyses
from tests.switch.acl.clauses import CLAUSES


def test_random_cases_agree_and_reach_every_clause(tmp_path: Path):
    met: Counter[str] = Counter()
    for seed in range(116, 140):
        for case, got, expected, clauses in agreement.cases(seed, tmp_path):
            assert got == expected, case.written()
            met.update(clauses)
    assert set(met) == set(CLAUSES)


@pytest.mark.slow
def test_what_differs_is_found_made_small_and_printed_as_files_and_a_request(monkeypatch):
    """An `until` that is inclusive is one instant wrong."""

    def until_inclusive(self: Rule, at: float) -> bool:
        return self.start <= at and (self.end is None or at <= self.end)

    monkeypatch.setattr(Rule, "in_force", until_inclusive)
    console = Console(file=io.StringIO(), width=200)
    assert agreement.run(5_000, 1, console, as_json=False) == 1
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert text.count("until = ") == 1  # everything else is gone
    for part in (
        "# --- world.toml",
        "# --- acl/B1.toml",
        "# --- request",
        "engine: {",
        "oracle: {",
    ):
        assert part in text
    assert text.count("[[operator]]") == text.count("[[deny]]") + text.count("[[allow]]") - 1 == 0


def test_a_clause_that_no_case_meets_fails_the_run(monkeypatch):
    monkeypatch.setattr(agreement, "CLAUSES", (*CLAUSES, "of another specification"))
    console = Console(file=io.StringIO(), width=200)
    assert agreement.run(500, 1, console, as_json=False) == 1
    assert "NEVER MET" in console.file.getvalue()  # type: ignore[attr-defined]


def test_an_analysis_that_misses_something_fails_the_run_and_says_what(monkeypatch):
    missed = {"diff": lambda random, folder: iter(["diff: not found: a thing"])}
    monkeypatch.setattr(analyses, "ANALYSES", missed)
    console = Console(file=io.StringIO(), width=200)
    assert analyses.run(3, 7, console) == 1
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "seed 7" in text
    assert "not found: a thing" in text
