"""The large world is what it says, the same each time, and can be read."""

from __future__ import annotations

from benchmarks.rules import large_world


def test_the_same_seed_gives_the_same_files_and_another_seed_others():
    assert large_world.rule_files(1) == large_world.rule_files(1)
    assert large_world.rule_files(1) != large_world.rule_files(2)


def test_it_has_the_size_that_is_reported():
    world = large_world.world()
    assert sum(len(row.get("oris", [])) for row in world["agency"]) == large_world.ORIS
    files = large_world.rule_files(1)
    assert len(files) == large_world.BACKENDS
    rules = [sum(len(file[table]) for table in ("deny", "refer", "allow")) for file in files]
    assert set(rules) == {large_world.RULES}


def test_a_file_can_have_fewer_rules():
    files = large_world.rule_files(1, 10)
    assert {len(file["deny"]) + len(file["refer"]) + len(file["allow"]) for file in files} == {10}


def test_an_ordinary_change_touches_every_file_and_leaves_most_of_it():
    before = large_world.rule_files(1)
    for old, new in zip(before, large_world.after_a_change(before), strict=True):
        same = [row for row in new["deny"] if row in old["deny"]]
        assert len(old["deny"]) - 2 == len(same) == len(new["deny"]) - 2
