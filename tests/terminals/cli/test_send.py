"""`wireroom send`: a one-shot terminal against a real switch."""

from __future__ import annotations

import json
from pathlib import Path

from tests.process import run, serving

LICENCE = "DQ.CA0990100.CA.*A1.TXTOLN/S0990001"


def test_an_answer_is_printed_and_exit_is_0(tmp_path: Path):
    with serving(tmp_path) as switch:
        done = run("send", "--to", switch.address, "--as", "BAY2", "BPD2", LICENCE)
    assert done.returncode == 0, done.stderr
    assert "TRAINING - SIMULATED DATA" in done.stdout
    assert "NAM/ALBITE, MARA QUILL" in done.stdout


def test_two_destinations_print_two_answers(tmp_path: Path):
    both = LICENCE.replace(".CA.*", ".CA.NV.*")
    with serving(tmp_path) as switch:
        done = run("send", "--to", switch.address, "--as", "BAY2", "BPD2", "--json", both)
    assert [json.loads(line)["mke"] for line in done.stdout.splitlines()] == ["DR", "DR"]


def test_a_refusal_is_printed_and_exit_is_1(tmp_path: Path):
    with serving(tmp_path) as switch:
        stranger = LICENCE.replace("CA0990100", "CA0990200")
        done = run("send", "--to", switch.address, "--as", "BAY2", "BPD2", stranger)
        unknown = run("send", "--to", switch.address, "--as", "BAY9", "BPD2", LICENCE)
        garbled = run("send", "--to", switch.address, "--as", "BAY2", "BPD2", "hello")
    assert (done.returncode, ".92." in done.stdout) == (1, True)
    assert (unknown.returncode, "BAY9 IS NOT KNOWN" in unknown.stdout) == (1, True)
    assert (garbled.returncode, "ER.NL0000000" in garbled.stdout) == (1, True)


def test_no_switch_there_is_a_clear_error():
    done = run("send", "--to", "127.0.0.1:9", "--as", "BAY2", "BPD2", LICENCE)
    assert done.returncode == 2
    assert "no switch answers at 127.0.0.1:9" in done.stderr
