"""Examining in another process: the same result, and no result is a finding."""

from __future__ import annotations

import dataclasses

from switch.acl.analysis.candidate import examine
from switch.office.checking import Job, examined_elsewhere
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
