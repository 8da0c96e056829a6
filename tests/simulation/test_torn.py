"""A torn last page: what was confirmed is there, the rest is there whole or not at all."""

from __future__ import annotations

from pathlib import Path
from random import Random

from switch.core.record.journal import Entry
from tests.simulation.torn import recovered, torn, writes

TEARS = 3  # of each commit
COMMITS = 16


def batch(number: int, dice: Random) -> list[Entry]:
    """Some entries of two owners; now and then a batch of many pages."""
    count = dice.choice([1, 2, 9])
    size = dice.choice([10, 400, 8_000, 150_000])  # nine fit into half a daybook
    return [
        {
            "kind": "query",
            "at": float(number),
            "query": number * 10 + one,
            "raw": dice.randbytes(size),
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
    survived, tears, posts = 0, 0, 0
    for write in writes(tmp_path / "a.journal", batches):
        for _ in range(TEARS):
            files, path = torn(write, dice), tmp_path / "torn.journal"
            there = recovered(path, files, write.heads, batch(999, dice)).survived
            if write.posts:
                posts += files.journal not in (write.before.journal, write.after.journal)
            else:
                tears, survived = tears + 1, survived + there
            for each in tmp_path.glob("torn.journal*"):
                each.unlink()
    assert posts >= TEARS, "nothing was torn while it was being posted"
    assert 0.1 < survived / tears < 0.9, "the tears are all in one place"
