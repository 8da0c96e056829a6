"""Which tests a mutant is tried by, and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants import trial
from tests.mutants.trial import LONGEST_S, SHARPEST, Passage
from tests.switch.acl import test_reader

RULES = "tests/switch/acl/test_rules.py"
MUTANT = "switch.acl.rules.xǁSubjectǁlists__mutmut_3"
LISTS = frozenset(["switch.acl.rules.xǁSubjectǁlists"])


def order(**tests: tuple[float, frozenset[str]]) -> list[str]:
    names = {"own_": RULES, "any_": "tests/switch/acl/test_a.py"}
    passages = {f"{names[name[:4]]}::{name}": Passage(*each, True) for name, each in tests.items()}
    return [test.rpartition("::")[2] for test in trial.tests_for(MUTANT, passages)]


def test_own_tests_go_first_and_the_quickest_of_them():
    assert order(own_slow=(0.9, LISTS), own_quick=(0.1, LISTS), any_quick=(0.01, LISTS)) == [
        "own_quick",
        "own_slow",
        "any_quick",
    ]


def test_what_does_not_reach_the_function_or_takes_too_long_takes_no_part():
    elsewhere = frozenset(["switch.acl.rules.x_lists"])
    assert order(own_a=(0.1, elsewhere), own_b=(LONGEST_S + 0.1, LISTS)) == []


def test_the_sharpest_is_a_test_and_goes_before_all_others_however_long_it_takes():
    file, name = SHARPEST.split("::")
    assert test_reader.__name__.endswith(file.removesuffix(".py"))
    assert hasattr(test_reader, name)
    sharp = f"tests/switch/acl/{SHARPEST}"
    passages = {
        f"{RULES}::quick": Passage(0.1, LISTS, True),
        sharp: Passage(LONGEST_S + 1, LISTS, True),
    }
    assert trial.tests_for(MUTANT, passages)[0] == sharp


@pytest.mark.parametrize("module", ["switch.acl.rules", "switch.acl.analysis.leaks.hard"])
def test_the_tests_of_a_module_stand_where_the_tree_says(module: str):
    assert Path(trial.own_tests(module)).is_file()


def test_without_a_pattern_every_mutant_is_meant():
    assert trial.met(MUTANT, [])
    assert trial.met(MUTANT, ["switch.acl.rules.*"])
    assert not trial.met(MUTANT, ["switch.acl.rows.*"])


def test_a_test_may_take_longer_than_without_a_mutant_but_not_what_all_tests_may():
    assert trial.limit(used=70.0, usual=0.05) == 70 + 1 + trial.SECONDS_MORE
    assert trial.limit(used=70.0, usual=2.0) == 70 + 2 * trial.TIMES_MAX + trial.SECONDS_MORE
