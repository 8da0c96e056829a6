"""`wireroom send`: a one-shot terminal against a real switch."""

from __future__ import annotations

import json
from pathlib import Path

from tests.certificates import certificates
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


def test_what_asks_for_no_data_is_fine_when_it_is_on_its_way(tmp_path: Path):
    with serving(tmp_path) as switch:
        for text in ("AM.CA0990100.CA0990200.TXTHELLO VALLEY", "HEARTBEAT", "SIGNOFF"):
            done = run("send", "--to", switch.address, "--as", "BAY2", "BPD2", text)
            assert done.returncode == 0, done.stdout
        blank = run("send", "--to", switch.address, "--as", "BAY2", "BPD2", "AM.CA0990100.NV.TXT ")
    assert (blank.returncode, ".14. FIELDS MISSING - WRITE" in blank.stdout) == (1, True)


def test_an_empty_message_is_misuse_and_nobody_is_asked():
    done = run("send", "--to", "127.0.0.1:9", "--as", "BAY2", "BPD2", " ")
    assert (done.returncode, "an empty message" in done.stderr) == (2, True)


def test_no_switch_there_is_a_clear_error():
    done = run("send", "--to", "127.0.0.1:9", "--as", "BAY2", "BPD2", LICENCE)
    assert done.returncode == 2
    assert "no switch answers at 127.0.0.1:9" in done.stderr


def test_a_terminal_signs_on_by_its_certificate(tmp_path: Path):
    files = certificates(tmp_path)
    options = ["--tls", *map(str, files.switch), "--client-ca", str(files.ca)]
    ask = ["--as", "BAY2", "BPD2", LICENCE, "--ca", str(files.ca)]
    with serving(tmp_path, *options) as switch:
        done = run("send", "--to", switch.address, *ask, "--cert", *map(str, files.bay2))
        unproved = run("send", "--to", switch.address, *ask)
        plain = run("send", "--to", switch.address, "--as", "BAY2", "BPD2", LICENCE)
    assert done.returncode == 0, done.stderr
    assert "NAM/ALBITE, MARA QUILL" in done.stdout
    assert (unproved.returncode, "CERTIFICATE NEEDED" in unproved.stdout) == (1, True)
    assert (plain.returncode, "closed the line" in plain.stderr) == (2, True)


def test_files_for_tls_that_do_not_go_together_are_refused(tmp_path: Path):
    files = certificates(tmp_path)
    alone = run("send", "--as", "BAY2", "BPD2", "x", "--cert", *map(str, files.bay2))
    without = run("serve", "golden-state", "--client-ca", str(files.ca))
    mixed = ["--tls", str(files.switch.certificate), str(files.bay2.key)]
    wrong = run("serve", "golden-state", *mixed, "--journal", str(tmp_path / "j"))
    assert [each.returncode for each in (alone, without, wrong)] == [2, 2, 2]
    assert "--ca" in alone.stderr
    assert "--tls" in without.stderr
    assert "are no pair" in wrong.stderr
