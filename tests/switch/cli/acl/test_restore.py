"""`wireroom acl restore` on the file alone."""

from __future__ import annotations

import json

import pytest

from tests.process import run
from tests.switch.acl.shipped import TEXT

WHY = ("--reason", "New agreement", "--cite", "Letter 14 (fictional)")


@pytest.fixture
def cut(tmp_path):
    path = tmp_path / "CADMV.toml"
    path.write_text(TEXT)
    words = ("--agency", "CBP", "--from", "2019-11-01T00:00:00", "--file", str(path))
    assert run("acl", "cutoff", "CADMV", *WHY, *words).returncode == 0
    return path


def restore(path, *words: str):
    return run("acl", "restore", "CADMV", *WHY, "--file", str(path), *words)


def test_the_rule_is_ended_and_the_gain_is_shown(cut):
    before = cut.read_text()
    done = restore(cut, "--agency", "CBP", "--at", "2020-01-01T00:00:00")
    assert done.returncode == 0
    assert "RESTORED, CADMV rule DMV-04 ends 2020-01-01T00:00:00-08:00" in done.stdout
    assert "gains driver.record" in done.stdout
    new = set(cut.read_text().splitlines()) - set(before.splitlines())
    why = "restored: New agreement (Letter 14 (fictional))"
    assert new == {
        f"until   = 2020-01-01T00:00:00  # {why}",
        "[[accept]]",
        'lint   = "L04"',
        'rule   = "DMV-04"',
        f'reason = "{why}"',
    }
    assert run("acl", "check", str(cut)).returncode == 0


def test_a_dry_run_changes_nothing(cut):
    before = cut.read_text()
    done = restore(cut, "--rule", "DMV-04", "--dry-run", "--json")
    assert json.loads(done.stdout)["rules"] == ["DMV-04"]
    assert cut.read_text() == before


def test_what_a_promise_forbids_is_refused(cut):
    before = cut.read_text()
    done = restore(cut, "--rule", "DMV-01")
    assert done.returncode == 2
    assert "DMV-N1 does not hold" in done.stderr
    assert cut.read_text() == before


def test_what_another_rule_refuses_too_is_told(tmp_path):
    path = tmp_path / "CADMV.toml"
    rule = '\n[[deny]]\nid = "DMV-04"\nagency = ["ICE-ERO"]\ndata = "any"\n'
    path.write_text(TEXT + rule + 'from = 2019-10-15T00:00:00\nreason = "r"\ncite = "c"\n')
    done = restore(path, "--agency", "ICE-ERO")
    assert done.returncode == 1
    assert "NOBODY GETS ANYTHING AGAIN" in done.stdout
    assert "DMV-01" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "which cut-off?"),
        (("--agency", "CBP", "--rule", "DMV-04"), "which cut-off?"),
        (("--agency", "ICE-ERO"), "DMV-01 may concern others too"),
        (("--agency", "NV-HP"), "nothing cuts it off"),
        (("--agency", "CPB"), "is not in the directory"),
        (("--rule", "DMV-99"), "no deny `DMV-99`"),
    ],
)
def test_a_mistake_is_told_in_words(cut, words, said):
    done = restore(cut, *words)
    assert done.returncode == 2
    assert said in done.stderr
