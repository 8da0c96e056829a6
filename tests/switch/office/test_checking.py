"""Examining in another process: the same result, and no result is a finding."""

from __future__ import annotations

import dataclasses
import gc

import trio

from switch.acl.analysis.candidate import examine
from switch.office.checking import (
    RULES_PER_STEP,
    Job,
    examined_elsewhere,
    handed_over,
    taken_over,
)
from tests.owners import BASE, CUT
from tests.switch.acl.shipped import WORLD


async def test_another_process_finds_the_same():
    job = Job(WORLD, "CADMV", CUT, BASE)
    here, there = examine(*job), await examined_elsewhere(job)
    assert here.policy is not None
    assert there.policy is not None
    assert there.policy.rules == here.policy.rules
    assert there.policy.version == here.policy.version
    assert dataclasses.replace(there, policy=None) == dataclasses.replace(here, policy=None)


async def test_mistakes_come_back_too():
    job = Job(WORLD, "CADMV", b"format = \n", BASE)
    assert (await examined_elsewhere(job)).findings == examine(*job).findings


async def test_a_check_that_takes_too_long_is_a_finding():
    found = await examined_elsewhere(Job(WORLD, "CADMV", CUT, BASE), within_s=0.0)
    assert found.policy is None
    assert "took longer than 0 s" in str(found.findings[0])


async def test_a_check_that_dies_is_a_finding():
    found = await examined_elsewhere(Job(WORLD, "CADMV", CUT, b"base that is none"))
    assert found.policy is None
    assert found.findings


async def test_a_large_result_is_taken_over_in_steps_and_shares_what_it_refers_to():
    """Between two of its pickles others have their turn, and at the end no rule is there twice."""
    cut = CUT.decode()
    more = "".join(
        "[[deny]]" + cut.rpartition("[[deny]]")[2].replace("DMV-04", f"X-{number}")
        for number in range(2 * RULES_PER_STEP)
    )
    found = examine(WORLD, "CADMV", (cut + more).encode(), BASE)
    assert found.policy is not None
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await trio.lowlevel.checkpoint()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(others)
        there = await taken_over(handed_over(found))
        nursery.cancel_scope.cancel()
    assert there.policy is not None
    assert turns >= len(found.policy.rules) // RULES_PER_STEP
    assert there.policy.rules == found.policy.rules
    assert there.policy.about([("agency", "CBP")])[0] in there.policy.rules
    ids = {id(rule) for rule in there.policy.rules}
    assert {id(rule) for rule in there.policy.about([("agency", "CBP")])} <= ids
    assert gc.isenabled()
