"""A torn last page: what was confirmed is there, the rest is there whole or not at all."""

from __future__ import annotations

from pathlib import Path
from random import Random

from switch.core.record.journal import Entry
from tests.simulation.torn import commits, recovered, torn

TEARS = 3  # of each commit
COMMITS = 16


def batch(number: int, dice: Random) -> list[Entry]:
    """Some entries of two owners; now and then a batch of many pages."""
    count = dice.choice([1, 2, 9])
    size = dice.choice([10, 400, 30_000, 600_000])
    return [
        {
            "kind": "query",
            "at": float(number),
            "query": number * 10 + one,
            "raw": "x" * size,
            "legs": [{"backend": dice.choice(["CADMV", "NVDMV"]), "leg": 1}],
        }
        for one in range(count)
    ]


def test_a_commit_that_was_torn_is_there_whole_or_not_at_all_and_the_journal_goes_on(
    tmp_path: Path,
):
    dice = Random(2019)
    batches = [[{"kind": "started", "at": 0.0, "backends": ["CADMV", "NVDMV"]}]]
    batches += [batch(number, dice) for number in range(1, COMMITS)]
    survived, copied, tears = 0, 0, 0
    for before, after, heads in commits(tmp_path / "a.journal", batches):
        copied += before.journal != after.journal
        for _ in range(TEARS):
            tears += 1
            files, path = torn(before, after, dice), tmp_path / f"torn-{tears}.journal"
            survived += recovered(path, files, heads, batch(999, dice)).survived
            for each in tmp_path.glob(f"torn-{tears}.journal*"):
                each.unlink()
    assert copied >= 1, "no commit was copied into the journal: nothing was torn there"
    assert 0.1 < survived / tears < 0.9, "the tears are all in one place"
