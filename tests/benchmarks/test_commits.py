"""The ways of a commit that are compared do the same work."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from benchmarks.commits import _record, in_wal_mode, posted, to_a_daybook
from switch.shell.daybook import readable


def test_each_way_has_all_batches_on_disk(tmp_path: Path):
    records = [_record(number) for number in range(1, 4)]
    found = []
    for way in (in_wal_mode, posted, to_a_daybook):
        folder = tmp_path / way.__name__
        folder.mkdir()
        with way(folder) as write:
            write(records)
        if way is to_a_daybook:
            found.append([r.batch for r in readable((folder / "daybook").read_bytes())])
        else:
            database = sqlite3.connect(folder / "journal")
            found.append([*database.execute("SELECT * FROM batch ORDER BY number")])
            database.close()
    assert found == [[record.batch for record in records]] * 3
