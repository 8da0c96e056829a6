"""What is measured: the traffic is from a seed, and both sides can judge it."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.rules.__main__ import checked, document, stacks, traffic
from switch.acl.analysis.traffic import Outcome, tally


def test_the_traffic_is_the_same_each_time_and_decidable(tmp_path: Path):
    old, new = stacks(tmp_path)
    asked = list(traffic(old, 50))
    assert asked == list(traffic(old, 50))
    assert Outcome.UNDECIDABLE not in tally(old, new, asked).counts


def test_the_file_that_is_checked_has_so_many_rules_and_findings(tmp_path: Path):
    old, _ = stacks(tmp_path)
    file = document(tmp_path, 10, old.directory)
    assert len(file.policy.rules) == 10
    told = checked(file, old.directory)
    assert re.fullmatch(r"[1-9]\d* findings of 10 rules in \d+\.\d s of CPU", told)
