"""A rule file mended until nothing is left to do."""

from __future__ import annotations

import pytest

from switch.acl.analysis.repair import mistakes, repaired
from tests.switch.acl.shipped import DIRECTORY, TEXT, changed


def test_ten_mistakes_at_once_and_one_that_hides_them_are_mended_together():
    text = changed(
        ('owner    = "Department', "owner    = Department"),
        ('tell   = "ACC', 'tel    = "ACC'),
        ('group  = ["ero"]', 'group  = "eroo"'),
        ("from   = 2019-10-15T00:00:00", "from   = 2019-10-15"),
        ('cite   = "Gov. Code 7284.8(b)"', "cite   = 72848"),
        ('purpose = ["C"]', 'purpose = ["c"]'),
        ('mask    = ["RES"]', 'mask    = "RES"'),
        ('except = ["DMV-02"]', 'except = ["DMV-2"]'),
        ('expect   = "DENY-RULE"', 'expect   = "DENYRULE"'),
        ("[[always]]", "[[alway]]"),
    )
    done = repaired(text, DIRECTORY, "CADMV.toml", "CADMV")
    assert done.left == ()
    assert len(done.mended) >= 10
    assert done.text == changed(('cite   = "Gov. Code 7284.8(b)"', 'cite   = "72848"'))


def test_a_lint_is_mended_too_and_advice_is_not():
    text = TEXT + (
        '\n[[deny]]\nid = "D"\ngroup = ["cbp"]\ndata = "any"\nuntil = 2030-01-01T00:00:00\n'
        'from = 2019-10-15T00:00:00\nreason = "x"\ncite = "y"\n'
    )
    done = repaired(text, DIRECTORY, "CADMV.toml", "CADMV")
    assert [finding.id for finding in done.mended] == ["L04 expiry-widens"]
    assert done.text == text.replace("until = 2030-01-01T00:00:00\n", "")


def test_what_cannot_be_mended_is_left_and_told():
    text = changed(('expect   = "DENY-RULE"', 'expect   = "ALLOW"'))
    done = repaired(text, DIRECTORY, "CADMV.toml", "CADMV")
    assert (done.text, done.mended) == (text, ())
    assert list(done.left) == list(mistakes(text, DIRECTORY, "CADMV.toml", "CADMV"))


def test_the_networks_file_is_mended_by_its_own_shape():
    text = 'format = 1\ntimezone = "America/Los_Angeles"\n\n[[suspend]]\nid = "N"\n'
    text += 'agency = ["ICE-ER0"]\nfrom = 2019-01-01\nreason = "x"\ncite = "y"\n'
    done = repaired(text, DIRECTORY, "NETWORK.toml", "NETWORK")
    assert done.left == ()
    assert 'agency = ["ICE-ERO"]\nfrom = 2019-01-01T00:00:00' in done.text


@pytest.mark.parametrize("stem", ["draft", "CADMV"])
def test_a_draft_may_have_any_name(stem: str):
    assert mistakes(TEXT, DIRECTORY, "draft.toml", stem) == []


def test_a_file_under_another_backends_name_is_told_and_mended_first():
    other = changed(('backend  = "CADMV"', 'backend  = "CACHS"'))
    (mistake, *_) = mistakes(other, DIRECTORY, "CADMV.toml", "CADMV")
    assert (mistake.line, mistake.what) == (2, "it is CACHS's file, by its own word")
    done = repaired(other, DIRECTORY, "CADMV.toml", "CADMV")
    assert (done.left, done.text) == ((), TEXT)
