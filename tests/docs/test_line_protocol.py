"""docs/line-protocol.md: its sessions are what a switch says, and its limits are the code's."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from switch.config import Limits
from switch.core.farewell import BEHIND_MAX
from switch.shell.tls import HANDSHAKE_S, HANDSHAKES_MAX, LINGER_S
from switch.wire.framing import SKIP_BYTES_MAX
from tests.process import TIME_MAX_S, serving

PAGE = (Path(__file__).parents[2] / "docs" / "line-protocol.md").read_text()
CLOCK = re.compile(r"\d\d:\d\d \d\d/\d\d/\d{4}")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"<!-- {kind} -->\n```\n(.*?)```", PAGE, re.DOTALL)


SESSIONS, SECURE = blocks("session"), blocks("secure session")


def shell(command: str, folder: Path, lines: int = 0) -> str:
    """What it prints; its standard input ends when it has printed so many lines."""
    with subprocess.Popen(
        ["bash", "-c", command], cwd=folder, text=True, env={**os.environ, "LC_ALL": "C"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(lines)]
        rest, errors = process.communicate(timeout=TIME_MAX_S)
    assert process.returncode == 0, errors
    return "".join((*said, rest))


def holds(session: str, address: str, host_and_port: str, folder: Path) -> None:
    """The command of a session prints what the page shows below it, clocks apart.

    Where it waits for the answer it waits here until the answer is there.
    """
    found = re.fullmatch(r"\$ (.*?[^\\])\n(.*)", session, re.DOTALL)
    assert found is not None
    command, shown = found.groups()
    assert address in command
    command, waits = re.subn(r"\bsleep 1\b", "cat", command.replace(address, host_and_port))
    said = shell(command, folder, waits * shown.count("\n")).replace("\r", "")
    assert CLOCK.sub("HH:MM MM/DD/YYYY", said).rstrip("\n") == shown.rstrip("\n")


@pytest.mark.skipif(shutil.which("nc") is None, reason="no netcat here")
@pytest.mark.parametrize("session", SESSIONS)
def test_what_the_page_shows_is_what_a_person_at_netcat_sees(session: str, tmp_path: Path):
    with serving(tmp_path) as switch:
        holds(session, "127.0.0.1 4000", f"{switch.host} {switch.port}", tmp_path)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_the_certificates_and_the_secure_session_of_the_page_work(tmp_path: Path):
    (making,), (session,) = blocks("certificates"), SECURE
    assert len(SESSIONS) == 2
    shell(f"set -e\n{making}", tmp_path)
    files = [str(tmp_path / name) for name in ("switch.pem", "switch.key", "ca.pem")]
    with serving(tmp_path, "--tls", *files[:2], "--client-ca", files[2]) as switch:
        holds(session, "127.0.0.1:4000", switch.address, tmp_path)


def test_every_limit_of_a_world_is_on_the_page_with_its_value():
    table = dict(re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", PAGE, re.MULTILINE))
    assert table == {name: str(value) for name, value in dataclasses.asdict(Limits()).items()}


def test_the_fixed_limits_of_the_page_are_those_of_the_code():
    words = " ".join(PAGE.split())
    assert f"10 s and {HANDSHAKES_MAX} handshakes" in words
    assert f"{BEHIND_MAX} messages behind a SIGNOFF" in words
    assert (HANDSHAKE_S, LINGER_S, SKIP_BYTES_MAX) == (10.0, 5.0, 1_048_576)


def test_clauses_are_numbered_without_a_gap():
    clauses = re.findall(r"^(\d+)\.(\d+)\. ", PAGE, re.MULTILINE)
    sections = re.findall(r"^## (\d+)\. ", PAGE, re.MULTILINE)
    assert [int(one) for one in sections] == list(range(1, len(sections) + 1))
    for section in sections:
        found = [int(number) for one, number in clauses if one == section]
        assert found == list(range(1, len(found) + 1))
