"""What is pressed is what a switch puts on record, and all ways are given the same."""

from __future__ import annotations

import zlib
from pathlib import Path

from benchmarks.pressing import ASKING, TERMINALS, batches, main, timed
from benchmarks.stage import DENIED_EVERY
from switch.core.record.packed import press, restored


def test_each_turn_has_every_inquiry_and_its_outcome(tmp_path: Path):
    kinds = [[entry["kind"] for entry in batch] for batch in batches(tmp_path, 4)]
    assert [batch.count("query") for batch in kinds] == [ASKING] * 4
    refused = sum(batch.count("refused") for batch in kinds)
    assert refused == 2 * TERMINALS // DENIED_EVERY
    assert sum(batch.count("released") for batch in kinds) == 4 * ASKING - refused


def test_no_two_turns_ask_the_same(tmp_path: Path):
    asked = [
        (entry["query"], entry["raw"])
        for batch in batches(tmp_path, 4)
        for entry in batch
        if entry["kind"] == "query"
    ]
    assert len({raw for _, raw in asked}) == len(asked) == len(dict(asked))


def test_what_was_made_of_each_body_is_told_in_order():
    bodies = [bytes([number]) * 1000 for number in range(3)]
    took, made = timed(press(), bodies)
    assert took > 0
    assert [restored(each) for each in made] == bodies
    assert [zlib.decompress(each) for each in timed(zlib.compress, bodies)[1]] == bodies


def test_the_command_tells_bytes_and_time_of_each_way(capsys):
    main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0].strip() for line in lines[1:4]] == ["Zstandard", "zlib", "zlib"]
    assert all("bytes" in line and "us" in line for line in lines[1:4])
