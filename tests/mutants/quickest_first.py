"""A plug-in for pytest: the tests that most likely kill a mutant, and soonest, are run first.

The first failure ends a mutant's run, so its own module's tests go before all others, and of each
the quickest; before these the one test that passes almost every line that reads rule files. Which
tests are run does not change.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pytest

SHARPEST = "test_reader.py::test_every_mistake_is_told_word_for_word"


class _Item(Protocol):
    path: Path
    nodeid: str


def rank(item: _Item, mutant: str, seconds: Mapping[str, float]) -> tuple[bool, bool, float]:
    """What a test is sorted by, for a mutant such as `switch.acl.rules.x_f__mutmut_1`."""
    module = mutant.rpartition(".")[0].rpartition(".")[2]
    own = item.path.name == f"test_{module}.py"
    return not item.nodeid.endswith(SHARPEST), not own, seconds.get(item.nodeid, 0.0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort what was collected, in a run of mutmut."""
    from mutmut.state import state

    mutant = os.environ.get("MUTANT_UNDER_TEST", "")
    items.sort(key=lambda item: rank(item, mutant, state().duration_by_test))
