"""What is measured: the traffic is from a seed, and both sides can judge it."""

from __future__ import annotations

from pathlib import Path

from benchmarks.rules.__main__ import stacks, traffic
from switch.acl.analysis.traffic import Outcome, tally


def test_the_traffic_is_the_same_each_time_and_decidable(tmp_path: Path):
    old, new = stacks(tmp_path)
    asked = list(traffic(old, 50))
    assert asked == list(traffic(old, 50))
    assert Outcome.UNDECIDABLE not in tally(old, new, asked).counts
