"""`wireroom terminal`: the group of its sub-verbs."""

from __future__ import annotations

from tests.process import run


def test_the_kit_is_a_sub_verb_with_a_help_of_its_own():
    assert "terminal check" in run("terminal", "--help").stdout
    done = run("terminal", "check", "--help")
    assert done.returncode == 0
    assert "--junit" in done.stdout
    assert "example:" in done.stdout


def test_a_word_that_is_none_is_misuse():
    assert run("terminal", "chekc").returncode == 2
