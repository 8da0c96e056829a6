"""Promises: they hold on the shipped file, and a broken one comes with a witness."""

from __future__ import annotations

from pathlib import Path

import pytest

from switch.acl.promises import check
from tests.playbook import golden_state
from tests.switch.acl.shipped import TEXT, changed, document

STACK = golden_state()[1]


def report(folder: Path, text: str):
    return check(document(folder, text), STACK)


def deny(who: str, data: str) -> str:
    """One more rule of the file."""
    when = "from = 2019-12-01T00:00:00"
    return f'\n[[deny]]\nid = "X"\n{who}\ndata = {data}\n{when}\nreason = "r"\ncite = "c"\n'


def test_the_shipped_file_keeps_its_promises(tmp_path: Path):
    found = report(tmp_path, TEXT)
    assert (found.findings, found.tests, found.promises) == ((), 1, 2)
    assert found.undecided == ("DMV-02", "DMV-03")


def test_a_never_that_a_narrowed_rule_breaks_shows_a_request(tmp_path: Path):
    broken = report(tmp_path, changed(('data   = "any"', 'data   = ["vehicle.owner"]')))
    never = [finding for finding in broken.findings if "DMV-N1" in finding.what]
    assert len(never) == 1
    assert "driver.photo is ALLOW-DEFAULT" in never[0].what
    assert "with image" in never[0].what
    assert TEXT.splitlines()[never[0].line - 1] == 'id    = "DMV-N1"'


@pytest.mark.parametrize(
    "way",
    ['terminal = ["ERO1"]', 'ori = ["DCICE0900"]', 'operator = ["TFO7"]'],
)
def test_a_never_finds_the_way_that_a_deny_by_name_leaves_open(tmp_path: Path, way: str):
    broken = report(tmp_path, changed(('group  = ["ero"]', way)))
    assert any("DMV-N1 does not hold" in finding.what for finding in broken.findings)


def test_a_never_is_held_at_every_later_instant(tmp_path: Path):
    text = changed(
        (
            "from   = 2019-10-15T00:00:00\ntell",
            "from   = 2019-10-15T00:00:00\nuntil = 2021-01-01T00:00:00\ntell",
        )
    )
    broken = report(tmp_path, text)
    (never,) = [finding for finding in broken.findings if "DMV-N1" in finding.what]
    assert "2021-01-01T00:00:00-08:00" in never.what


def test_an_always_that_a_deny_breaks_shows_a_request(tmp_path: Path):
    more = deny('terminal = ["VSO1"]', '["vehicle.registration"]')
    (always,) = report(tmp_path, TEXT + more).findings
    assert "DMV-A1 does not hold" in always.what
    assert "from VSO1" in always.what


@pytest.mark.parametrize(
    "who", ['operator = ["TFO7"]', 'agency = ["REGION-HUB"]', 'group = ["cbp"]']
)
def test_an_always_speaks_of_plain_requests_only(tmp_path: Path, who: str):
    assert report(tmp_path, TEXT + deny(who, '"any"')).findings == ()


def test_a_test_that_fails_says_what_the_file_says(tmp_path: Path):
    (finding,) = report(
        tmp_path, changed(("at       = 2019-10-15", "at       = 2019-10-14"))
    ).findings
    assert "expects DENY-RULE, the file says ALLOW-DEFAULT" in finding.what
    (finding,) = report(tmp_path, changed(('rule     = "DMV-01"', 'rule     = "DMV-03"'))).findings
    assert "expects rule DMV-03" in finding.what
