"""The front door: verbs, their help, and how it answers a wrong word."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.process import run
from wireroom import VERBS


def test_help_names_every_verb_with_an_example_and_the_exit_codes():
    done = run("--help")
    assert done.returncode == 0
    assert all(verb in done.stdout for verb in VERBS)
    assert "TRAINING" in done.stdout
    assert "exit codes" in done.stdout


def test_an_unknown_verb_names_the_nearest_one():
    done = run("sever")
    assert done.returncode == 2
    assert "did you mean `serve`?" in done.stderr


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_teaches_by_an_example(verb: str):
    done = run(verb, "--help")
    assert done.returncode == 0
    assert "example:" in done.stdout
    assert "TRAINING" in done.stdout


def test_help_imports_neither_trio_nor_pydantic_nor_rich():
    code = (
        "import sys, wireroom; wireroom.main(['--help']);"
        "sys.exit(bool({'trio', 'pydantic', 'rich', 'structlog'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_the_version_is_that_of_the_package():
    assert run("--version").stdout.startswith("wireroom 0.")
