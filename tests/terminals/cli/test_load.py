"""`wireroom load` against a real switch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.certificates import certificates
from tests.process import run, serving


def test_all_terminals_of_the_world_ask_and_every_reply_is_held_against_its_inquiry(tmp_path: Path):
    with serving(tmp_path) as switch:
        done = run("load", "--to", switch.address, "--rate", "100", "--count", "60", "--json")
        templates = tmp_path / "mix.txt"
        templates.write_text("# licences\nDQ.{ORI}.CA.NV.TXTOLN/S{0990001..0990020}\n")
        shown = run(
            *("load", "--to", switch.address, "--messages", str(templates)),
            *("--terminals", "2", "--rate", "50", "--seconds", "0.4"),
        )
    found = json.loads(done.stdout)
    assert (done.returncode, found["terminals"], found["sent"]) == (0, 8, 60), done.stderr
    assert (found["replied"], found["missing"], found["wrong"]) == (60, 0, 0)
    assert {row["outcome"] for row in found["rows"]} == {"answered", "refused"}
    assert shown.returncode == 0, shown.stderr
    assert "20 of 20 messages sent" in shown.stdout
    assert "Every reply came" in shown.stdout


def test_terminals_sign_on_by_certificates_of_their_own(tmp_path: Path):
    files = certificates(tmp_path)
    options = ["--tls", *map(str, files.switch), "--client-ca", str(files.ca)]
    with serving(tmp_path, *options) as switch:
        load = ("load", "--to", switch.address, "--ca", str(files.ca), "--count", "20", "--json")
        done = run(*load, "--certs", str(tmp_path))
        without = run(*load)
    found = json.loads(done.stdout)
    assert (done.returncode, found["terminals"], found["replied"]) == (0, 1, 20), done.stderr
    assert (without.returncode, "CERTIFICATE NEEDED" in without.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--rate", "0"], "0.01 to 20000"),
        (["--count", "0"], "1 to 1000000"),
        (["--rate", "20000", "--seconds", "3600"], "1 to 1000000"),
        (["--wait", "-1"], "0 to 3600"),
        (["--seconds", "nan"], "`nan` is not 0 to 86400 seconds"),
        (["--terminals", "0"], "`0` is not 1 to"),
        (["--terminals", "9"], "has 8 terminals"),
        (["--keys", "ZZ"], "serves no ZZ"),
        (["--keys", "DQ", "--messages", "nothing.txt"], "cannot be read"),
        (["golden-state"], "wireroom load --world golden-state"),
        (["DQ.{ORI}.CA.TXTOLN/S1", "plain-county"], "wireroom load --world plain-county"),
        (["dq"], "wireroom load --keys DQ"),
        ([__file__], "wireroom load --messages"),
        (["hello", "DQ.{X}.CA.TXTOLN/S1"], "2 mistakes"),
        (["--to", "127.0.0.1:9"], "no switch answers"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_sent(arguments, word):
    done = run("load", *arguments)
    assert done.returncode == 2
    assert word in done.stderr
