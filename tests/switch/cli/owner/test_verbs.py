"""`wireroom owner`: one help that teaches, and every verb has its own."""

from __future__ import annotations

import pytest

from tests.process import run


def test_the_help_names_every_verb():
    done = run("owner", "--help")
    assert done.returncode == 0
    for verb in ("keygen", "propose", "stage", "activate", "rollback", "history"):
        assert verb in done.stdout


@pytest.mark.parametrize("verb", ["keygen", "propose", "stage", "activate", "rollback", "history"])
def test_every_verb_teaches_by_an_example(verb):
    done = run("owner", verb, "--help")
    assert done.returncode == 0
    assert f"wireroom owner {verb}" in done.stdout
    assert "example:" in done.stdout
