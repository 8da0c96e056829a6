"""A mutant's own tests first, and the quickest of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.mutants.quickest_first import SHARPEST, rank
from tests.switch.acl import test_reader


@dataclass(frozen=True)
class Item:
    nodeid: str

    @property
    def path(self) -> Path:
        return Path(self.nodeid.split("::")[0])


def test_own_tests_go_first_and_the_quickest_of_them():
    seconds = {"t/test_rules.py::slow": 2.0, "t/test_rules.py::quick": 0.1, "t/test_a.py::b": 0.01}
    items = [Item(name) for name in seconds]
    mutant = "switch.acl.rules.xǁSubjectǁlists__mutmut_3"
    ordered = sorted(items, key=lambda item: rank(item, mutant, seconds))
    assert [item.nodeid.split("::")[1] for item in ordered] == ["quick", "slow", "b"]


def test_the_sharpest_is_a_test_and_goes_before_all_others():
    file, name = SHARPEST.split("::")
    assert test_reader.__name__.endswith(file.removesuffix(".py"))
    assert hasattr(test_reader, name)
    first, other = Item(f"t/{SHARPEST}"), Item("t/test_rules.py::quick")
    mutant = "switch.acl.rules.x_f__mutmut_1"
    assert rank(first, mutant, {}) < rank(other, mutant, {})
