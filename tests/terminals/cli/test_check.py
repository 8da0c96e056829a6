"""`wireroom terminal check`: real terminals of two languages pass, and what is written is right."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.process import PROGRAM, TIME_MAX_S, run, serving

EXAMPLES = Path(__file__).parents[3] / "examples"
PERL = shutil.which("perl")


@contextmanager
def kit(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The kit on a free port, and that port."""
    command = [*PROGRAM, "terminal", "check", "--listen", "127.0.0.1:0", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        assert process.stderr is not None
        assert "TRAINING" in process.stderr.readline()
        yield process, process.stderr.readline().strip().rpartition(":")[2]
    finally:
        process.kill()
        process.communicate()


def walked(terminal: list[str], *options: str) -> tuple[int, str, str]:
    """The exit code, standard output and standard error of the kit, and the terminal ended well."""
    with kit("--silence", "60", "--wait", "60", *options) as (process, port):
        words = [word.replace("PORT", port) for word in terminal]
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=TIME_MAX_S, stdin=subprocess.DEVNULL
        )
        out, errors = process.communicate(timeout=TIME_MAX_S)
        assert done.returncode == 0, done.stderr + errors
        assert "Traceback" not in errors
        return process.returncode, out, errors


OURS = [sys.executable, str(EXAMPLES / "resuming.py"), "127.0.0.1", "PORT", "0.3"]
THEIRS = [str(PERL), str(EXAMPLES / "terminal.pl"), "127.0.0.1", "PORT", "BAY2", "BPD2"]
THEIRS += ["--follow", "--heartbeat=0.3"]


def test_our_client_library_passes(tmp_path: Path):
    report, tapes = tmp_path / "kit.xml", tmp_path / "tapes"
    code, out, errors = walked(OURS, "--junit", str(report), "--tapes", str(tapes))
    assert code == 0, errors
    assert "17 passed, 0 failed, 2 not asked, 0 not reached" in out
    assert "TRAINING - SIMULATED DATA" in out
    assert "✓ 7.6 again: passed" in errors
    assert ElementTree.parse(report).getroot().get("failures") == "0"
    assert "terminal \\x02RESUME BAY2 BPD2" in (tapes / "7.2-resume.txt").read_text()


@pytest.mark.skipif(PERL is None, reason="no Perl here")
def test_a_terminal_in_another_language_passes():
    code, out, errors = walked(THEIRS, "--json")
    known = json.loads(out)
    assert code == 0, errors
    assert (known["training"], known["passed"], known["framing"]) == (True, True, "stx")


@pytest.mark.skipif(PERL is None, reason="no Perl here")
def test_that_terminal_talks_to_a_switch_too(tmp_path: Path):
    with serving(tmp_path) as switch:
        words = [str(PERL), THEIRS[1], switch.host, str(switch.port), "BAY2", "BPD2"]
        done = subprocess.run(
            words,
            input="DQ.CA0990100.CA.*A1.TXTOLN/S0990001\n",
            capture_output=True,
            text=True,
            timeout=TIME_MAX_S,
        )
    assert done.returncode == 0, done.stderr
    assert "NAM/ALBITE, MARA QUILL" in done.stdout
    assert "SIGNED OFF BAY2 BPD2" in done.stdout


def test_one_that_hears_nothing_fails_and_is_told_why():
    with kit("--wait", "0.2") as (process, port):
        deaf = [sys.executable, "-c", DEAF, port]
        subprocess.run(deaf, timeout=TIME_MAX_S, check=True)
        out, _ = process.communicate(timeout=TIME_MAX_S)
    assert process.returncode == 1
    assert "✗ failed" in out
    assert "did not send what" in out
    assert "not reached" in out


DEAF = """
import socket, sys
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
line.sendall(b"\\x02SIGNON BAY2 BPD2\\x03" * 2)
while line.recv(65536):
    pass
"""


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--listen", "nowhere"], "HOST:PORT"),
        (["--wait", "0"], "--wait"),
        (["--client-ca", "ca.pem"], "add --tls"),
        (["--tls", "no.pem", "no.key"], "no.pem is not a file"),
        (["--silence", "1e9"], "--silence"),
    ],
)
def test_misuse_is_told_at_once(options: list[str], word: str):
    done = run("terminal", "check", *options)
    assert done.returncode == 2
    assert word in done.stderr
