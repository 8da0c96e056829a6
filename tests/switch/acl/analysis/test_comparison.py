"""The comparison of two stacks finds exactly what enumeration finds, of rules and of worlds.

Enumeration tries every request at every instant by the oracle of the specification, and leaves out
what fewer people in the request explain.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.switch.acl.analyses import rules_differ, worlds_differ


@pytest.mark.parametrize("seed", [*range(4), 5009])
def test_a_change_of_rules_is_exactly_what_enumeration_finds(tmp_path: Path, seed: int):
    assert list(rules_differ(Random(seed), tmp_path)) == []


@pytest.mark.parametrize("seed", range(8))
def test_a_change_of_the_world_is_exactly_what_enumeration_finds(tmp_path: Path, seed: int):
    assert list(worlds_differ(Random(seed + 1000), tmp_path)) == []
