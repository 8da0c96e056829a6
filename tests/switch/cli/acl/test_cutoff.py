"""`wireroom acl cutoff`: on the file alone, and on a running switch."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from switch.cli.acl.cutoff import show_probe
from switch.world_file import WORLDS_FOLDER
from tests.process import run, serving
from tests.switch.acl.shipped import TEXT
from tests.switch.cli.test_serve import talk

WHY = ("--reason", "Agreement not renewed", "--cite", "Letter 12 (fictional)")
CBP = b"SIGNON CBP1 CBP1A\nDQ.DCCBP0100.CA.*C1.TXTOLN/S0990001\n"


@pytest.fixture
def copy(tmp_path) -> Path:
    path = tmp_path / "CADMV.toml"
    path.write_text(TEXT)
    return path


def cutoff(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess:
    return run("acl", "cutoff", "CADMV", *WHY, *words, cwd=cwd)


def test_a_dry_run_shows_it_all_and_changes_nothing(copy):
    done = cutoff("--agency", "CBP", "--file", str(copy), "--dry-run")
    assert done.returncode == 0
    for words in (
        "TRAINING - SIMULATED DATA",
        "CUT OFF, CADMV rule DMV-04 from",
        "CBP  ORI DCCBP0100  terminals CBP1",
        "COLLATERAL",
        "ICE-HSI (also below DHS)",
        '+agency  = ["CBP"]',
        "DRY RUN: nothing was written, nothing was sent",
    ):
        assert words in done.stdout
    assert copy.read_text() == TEXT


def test_the_rule_and_its_test_are_written_and_everything_else_stays(copy):
    done = cutoff("--agency", "CBP", "--file", str(copy), "--json")
    assert done.returncode == 0
    said = json.loads(done.stdout)
    assert (said["training"], said["rule"], said["written"]) == (True, "DMV-04", str(copy))
    text = copy.read_text()
    assert [line for line in TEXT.splitlines() if line not in text.splitlines()] == []
    assert text.count("DMV-04") == 2
    checked = run("acl", "check", str(copy))
    assert checked.returncode == 0
    assert list(copy.parent.iterdir()) == [copy]


def test_a_world_of_ones_own_is_changed_in_its_place(tmp_path):
    world = tmp_path / "mine"
    shutil.copytree(WORLDS_FOLDER / "golden-state", world)
    done = cutoff("--agency", "CBP", "--world", str(world))
    assert done.returncode == 0
    assert "DMV-04" in (world / "acl" / "CADMV.toml").read_text()


def test_a_shipped_world_is_never_changed():
    done = cutoff("--agency", "CBP")
    assert done.returncode == 2
    assert "whose files stay as they are" in done.stderr


def test_what_would_break_a_promise_is_refused_and_nothing_is_written(copy):
    done = cutoff("--group", "police", "--file", str(copy))
    assert done.returncode == 2
    assert "DMV-A1 does not hold" in done.stderr
    assert copy.read_text() == TEXT


def test_who_is_refused_already_is_told_so_and_nothing_is_written(copy):
    done = cutoff("--agency", "ICE-ERO", "--file", str(copy))
    assert done.returncode == 1
    assert "NOTHING CHANGES" in done.stdout
    assert "DMV-01" in done.stdout
    assert copy.read_text() == TEXT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "whom?"),
        (("--agency", "CPB"), "did you mean `CBP`"),
        (("--agency", "CBP", "--from", "tomorrow"), "is not a time"),
        (("--agency", "CBP", "--from", "2019-11-03T01:30:00"), "clocks change"),
        (("--agency", "CBP", "--until", "2000-01-01T00:00:00"), "not after `from`"),
        (("--agency", "CBP", "--id", "DMV-01"), "stands twice"),
        (("--agency", "CBP", "--data", "driver.foto"), "did you mean `driver.photo`"),
        (("--agency", "CBP", "--world", "plain-county"), "no backend `CADMV`"),
        (("--agency", "CBP", "--control", "nowhere"), "no switch answers"),
    ],
)
def test_a_mistake_is_told_in_words_and_nothing_is_written(copy, words, said):
    done = cutoff("--file", str(copy), *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert copy.read_text() == TEXT


def test_another_owners_file_is_not_taken(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text((WORLDS_FOLDER / "golden-state" / "acl" / "CAWPS.toml").read_text())
    done = cutoff("--agency", "CBP", "--file", str(path))
    assert done.returncode == 2
    assert "is the file of CAWPS" in done.stderr


def test_on_a_running_switch_it_is_live_at_every_point_and_restored(tmp_path):
    run("owner", "keygen", "CADMV", "--register", "test.owners", cwd=tmp_path)
    with serving(tmp_path, "--control", str(tmp_path / "c")) as switch:
        assert "NAM/ALBITE" in talk(switch.host, switch.port, CBP, 2)
        done = cutoff("--agency", "CBP", "--control", "c", cwd=tmp_path)
        assert done.returncode == 0, done.stdout
        assert "ACTIVATED" in done.stdout
        for point in ("ingress", "route", "dequeue", "release", "log"):
            assert point in done.stdout
        assert "live at every point" in done.stdout
        assert "s after it was ordered" in done.stdout
        assert "DMV-04" in talk(switch.host, switch.port, CBP, 2)
        masked = cutoff(
            *("--agency", "HARBOR-PD", "--data", "driver.photo", "--control", "c"), cwd=tmp_path
        )
        assert masked.returncode == 0
        assert "NOT PROBED  there is no inquiry that it refuses as a whole now" in masked.stdout
        back = run(
            *("acl", "restore", "CADMV", "--agency", "CBP", "--reason", "New agreement"),
            *("--cite", "Letter 14 (fictional)", "--control", "c"),
            cwd=tmp_path,
        )
        assert back.returncode == 0, back.stdout
        assert "CBP" in back.stdout
        assert "NAM/ALBITE" in talk(switch.host, switch.port, CBP, 2)
        later = cutoff(
            *("--agency", "CBP", "--from", "2099-01-01T00:00:00", "--control", "c"), cwd=tmp_path
        )
        assert later.returncode == 0
        assert "ORDERED, NOT YET EFFECTIVE" in later.stdout
        assert "LIVE" not in later.stdout
        history = run("owner", "history", "CADMV", "--control", "c", "--json", cwd=tmp_path)
        said = [rule["status"] for rule in json.loads(history.stdout)["rules"]]
        assert "ORDERED, NOT YET EFFECTIVE" in said
        assert switch.stop() == 0
    shown = run("journal", "show", str(tmp_path / "test.journal"), "--kind", "probe", "--json")
    assert json.loads(shown.stdout.splitlines()[0])["live"] is True


def test_that_nobody_knows_whether_it_is_live_is_told_and_why(capsys):
    show_probe({"error": "the switch is stopping"})
    assert "NOT PROBED  the switch is stopping" in capsys.readouterr().out


def test_without_the_owners_key_nothing_happens(tmp_path):
    for name in ("CADMV", "CAWPS"):
        run("owner", "keygen", name, "--register", "test.owners", cwd=tmp_path)
    with serving(tmp_path, "--control", str(tmp_path / "c")) as switch:
        done = cutoff("--agency", "CBP", "--control", "c", "--key", "CAWPS.key", cwd=tmp_path)
        assert done.returncode == 1
        assert "REFUSED BY THE SWITCH" in done.stdout
        assert "NAM/ALBITE" in talk(switch.host, switch.port, CBP, 2)


def test_a_copy_that_is_not_the_version_in_force_is_not_built_upon(tmp_path, copy):
    run("owner", "keygen", "CADMV", "--register", "test.owners", cwd=tmp_path)
    copy.write_text(TEXT + "\n# mine\n")
    with serving(tmp_path, "--control", str(tmp_path / "c")):
        done = cutoff("--agency", "CBP", "--control", "c", "--file", str(copy), cwd=tmp_path)
        assert done.returncode == 2
        assert "is not the version in force" in done.stderr
