"""`wireroom owner keygen`."""

from __future__ import annotations

import json
import stat

import pytest

from tests.process import run


def test_it_writes_a_pair_and_registers_the_public_half(tmp_path):
    done = run("owner", "keygen", "CADMV", "--register", "owners", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("TRAINING - SIMULATED DATA\n")
    assert stat.S_IMODE((tmp_path / "CADMV.key").stat().st_mode) == 0o600
    assert (tmp_path / "owners" / "CADMV.pub").read_text() == (tmp_path / "CADMV.pub").read_text()
    assert "PRIVATE" not in done.stdout + (tmp_path / "CADMV.pub").read_text()


def test_a_second_time_nothing_is_overwritten(tmp_path):
    run("owner", "keygen", "CADMV", cwd=tmp_path)
    before = (tmp_path / "CADMV.key").read_bytes()
    again = run("owner", "keygen", "CADMV", "--json", cwd=tmp_path)
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert (tmp_path / "CADMV.key").read_bytes() == before


def test_json_for_machines(tmp_path):
    done = run("owner", "keygen", "NETWORK", "--out", "k", "--json", cwd=tmp_path)
    row = json.loads(done.stdout)
    assert row["training"] is True
    assert (row["backend"], row["registered"]) == ("NETWORK", None)


@pytest.mark.parametrize("option", ["--out", "--register"])
def test_a_file_in_the_place_of_a_folder_is_a_clear_error_and_nothing_is_made(tmp_path, option):
    (tmp_path / "file").write_text("")
    done = run("owner", "keygen", "CADMV", option, "file", cwd=tmp_path)
    assert done.returncode == 2
    assert "`file`" in done.stderr
    assert "folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_name_that_is_none_is_a_clear_error(tmp_path):
    done = run("owner", "keygen", "../x", cwd=tmp_path)
    assert done.returncode == 2
    assert "is not a name" in done.stderr


def test_a_key_of_no_backend_is_not_registered_since_no_switch_would_start_with_it(tmp_path):
    done = run("owner", "keygen", "CADVM", "--register", "owners", cwd=tmp_path)
    assert done.returncode == 2
    assert "did you mean `CADMV`? Give --world for a world of your own" in done.stderr
    assert list(tmp_path.iterdir()) == []
    other = ("--register", "owners", "--world", "plain-county")
    assert run("owner", "keygen", "CADMV", *other, cwd=tmp_path).returncode == 2
    assert run("owner", "keygen", "NETWORK", *other, cwd=tmp_path).returncode == 0
