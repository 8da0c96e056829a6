"""A plug-in for pytest: the tests that most likely kill a mutant, and soonest, are run first.

The first failure ends a mutant's run, so its own module's tests go before all others, and of each
the quickest. Which tests are run does not change.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pytest


class _Item(Protocol):
    path: Path
    nodeid: str


def rank(item: _Item, mutant: str, seconds: Mapping[str, float]) -> tuple[bool, float]:
    """What a test is sorted by, for a mutant such as `switch.acl.rules.x_f__mutmut_1`."""
    module = mutant.rpartition(".")[0].rpartition(".")[2]
    return item.path.name != f"test_{module}.py", seconds.get(item.nodeid, 0.0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort what was collected, in a run of mutmut."""
    from mutmut.state import state

    mutant = os.environ.get("MUTANT_UNDER_TEST", "")
    items.sort(key=lambda item: rank(item, mutant, state().duration_by_test))
