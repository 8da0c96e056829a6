"""`wireroom acl`: the group of verbs."""

from __future__ import annotations

import pytest

from switch.cli.acl.verbs import VERBS
from tests.process import run


def test_the_group_names_each_of_its_verbs():
    shown = run("acl", "--help").stdout
    assert [verb for verb in VERBS if f"\n    {verb}" not in shown] == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_teaches_with_an_example_and_takes_a_world(verb: str):
    shown = run("acl", verb, "--help").stdout
    assert f"wireroom acl {verb}" in shown
    assert "--world" in shown


def test_a_verb_that_does_not_exist_is_misuse():
    assert run("acl", "chek").returncode == 2
