"""`wireroom serve` as its users meet it: a process, a port, bytes typed through netcat."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import trio

from switch.acl.envelope import digest_of
from switch.acl.lifecycle import Change, Step
from switch.core.record.journal import link
from switch.core.record.packed import press
from switch.office.versions import Versions
from switch.shell.links import sealed
from switch.shell.reader import JournalReader
from switch.shell.store import Journal
from switch.wire.codec import Output
from switch.world_file import WORLDS_FOLDER
from terminals.client import Client, Place
from tests.owners import BASE, CUT, NOW
from tests.process import TIME_MAX_S, Serving, run, serving

LICENCE = "DQ.CA0990100.CA.*A1.TXTOLN/S0990001"


def talk(host: str, port: int, typed: bytes, answers: int) -> str:
    """What netcat does: type, and read until so many blank lines came."""
    with socket.create_connection((host, port), timeout=TIME_MAX_S) as line:
        line.sendall(typed)
        text = b""
        while text.count(b"\n\n") < answers:
            chunk = line.recv(65_536)
            if not chunk:
                break
            text += chunk
    return text.decode()


def test_the_ready_line_is_json_and_says_that_this_is_training(tmp_path: Path):
    with serving(tmp_path) as switch:
        assert switch.ready["training"] is True
        assert switch.ready["ready"] is True
        assert switch.ready["world"] == "golden-state"


def test_lines_typed_through_netcat_get_right_answers(tmp_path: Path):
    with serving(tmp_path) as switch:
        typed = f"SIGNON BAY2 BPD2\n{LICENCE}\n".encode()
        text = talk(switch.host, switch.port, typed, 2)
    assert "SIGNED ON BAY2 BPD2" in text
    assert "NAM/ALBITE, MARA QUILL" in text


def test_what_changes_is_logged_on_standard_error_and_no_message_is(tmp_path: Path):
    with serving(tmp_path) as switch:
        typed = f"SIGNON BAY2 BPD2\n{LICENCE}\nSIGNOFF\n".encode()
        talk(switch.host, switch.port, typed, 3)
        assert switch.stop() == 0
    lines = [json.loads(line) for line in (tmp_path / "stderr").read_text().splitlines()]
    # The line is closed when both ends are done with it, at the latest when the switch stops.
    events = [line["event"] for line in lines if line["event"] != "line closed"]
    begins, ends = ["listening", "line opened", "signed on", "signed off"], ["stopping", "stopped"]
    assert events == [*begins, *ends, "journal closed"]
    assert all(line["training"] for line in lines)
    assert lines[1]["peer"].startswith("127.0.0.1:")


def test_a_hostile_neighbour_disturbs_nobody(tmp_path: Path):
    with serving(tmp_path) as switch:
        garbage = [b"\x00\xff\xff\xff\xff", b"\x02half", b"\xff" * 100_000, b"\x00\x00", b""]
        hostile = [socket.create_connection((switch.host, switch.port)) for _ in garbage]
        for line, data in zip(hostile, garbage, strict=True):
            line.sendall(data)
        typed = f"SIGNON BAY2 BPD2\n{LICENCE}\n".encode()
        assert "NAM/ALBITE" in talk(switch.host, switch.port, typed, 2)
        for line in hostile:
            line.close()
        assert switch.stop() == 0


def test_a_stopped_switch_leaves_a_whole_journal(tmp_path: Path):
    with serving(tmp_path) as switch:
        typed = f"SIGNON BAY2 BPD2\n{LICENCE}\n".encode()
        talk(switch.host, switch.port, typed, 2)
        assert switch.stop(by=signal.SIGHUP) == 0  # its window is closed
    reader = JournalReader(tmp_path / "test.journal")
    assert reader.verify().faults == ()
    kinds = [entry["kind"] for entry in reader.entries()]
    reader.close()
    assert kinds[:4] == ["started", "signed-on", "query", "released"]
    assert kinds[-1] == "stopped"


def test_a_port_in_use_is_a_clear_error_and_nothing_is_made(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        journal = str(tmp_path / "j")
        done = run("serve", "golden-state", "--listen", f"127.0.0.1:{port}", "--journal", journal)
    assert done.returncode == 2
    assert "another program uses that port" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_backend_that_cannot_be_opened_is_a_clear_error_and_no_journal_is_made(tmp_path: Path):
    world = tmp_path / "world"
    shutil.copytree(WORLDS_FOLDER / "plain-county", world)
    file = world / "world.toml"
    file.write_text(file.read_text().replace("records/cast.toml", "records/none.toml", 1))
    journal = tmp_path / "j"
    done = run("serve", str(world), "--listen", "127.0.0.1:0", "--journal", str(journal))
    assert done.returncode == 2
    assert "records/none.toml" in done.stderr
    assert not journal.exists()


@pytest.mark.parametrize("address", ["4000", "127.0.0.1:", "127.0.0.1:99999", "a:b"])
def test_an_address_that_is_none_is_a_clear_error(tmp_path: Path, address: str):
    done = run("serve", "golden-state", "--listen", address, "--journal", str(tmp_path / "j"))
    assert done.returncode == 2
    assert "is not HOST:PORT" in done.stderr


def test_no_start_without_the_control_socket_undoes_what_owners_put_in_force(tmp_path: Path):
    """Else whoever was cut off would be let in again by an option that was forgotten."""
    journal, folder = tmp_path / "wire.journal", tmp_path / "wire.owners"
    store = Versions.open(folder)
    store.append(Change(0, NOW, Step.ADOPTED, "CADMV", digest_of(BASE), NOW), BASE)
    store.append(Change(0, NOW, Step.ACTIVATED, "CADMV", digest_of(CUT), NOW), CUT)
    store.close()
    start = ("serve", "golden-state", "--listen", "127.0.0.1:0", "--journal", str(journal))
    done = run(*start)
    assert done.returncode == 2
    assert f"CADMV have put versions in force that are in `{folder}`" in done.stderr
    assert f"fix: add --control {tmp_path}/wire.control" in done.stderr
    assert not journal.exists()
    done = run(*start, "--owners", str(folder))
    assert (done.returncode, "of no use without --control" in done.stderr) == (2, True)


def test_an_unwritable_journal_is_a_clear_error(tmp_path: Path):
    journal = str(tmp_path / "no" / "such" / "folder" / "j")
    done = run("serve", "golden-state", "--listen", "127.0.0.1:0", "--journal", journal)
    assert done.returncode == 2
    assert "cannot write the journal" in done.stderr


@pytest.mark.parametrize("body", [b"\x90", press()(b"\x90")[:-1], press()(b"\xc1")])
def test_a_journal_with_a_batch_that_cannot_be_unpacked_is_a_clear_error(
    tmp_path: Path, body: bytes
):
    with closing(Journal.open(tmp_path / "j")) as book:
        before = bytes.fromhex(book.head.hash)
        book.append([{"kind": "noted", "at": 1.0}])
    with closing(sqlite3.connect(tmp_path / "j")) as database, database:
        hash_ = link(before, sealed(1, 1, body))  # whoever changes it can make it follow
        database.execute("UPDATE batch SET body = ?, hash = ?", (body, hash_))
    listen = ["--listen", "127.0.0.1:0"]
    done = run("serve", "golden-state", *listen, "--journal", str(tmp_path / "j"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "batch 1 cannot be unpacked: " in done.stderr
    assert "fix: `wireroom journal verify` tells" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_world_is_a_clear_error(tmp_path: Path):
    done = run("serve", "golden-stat", "--journal", str(tmp_path / "j"))
    assert done.returncode == 2
    assert "did you mean `golden-state`" in done.stderr


def test_a_court_order_that_was_used_up_stays_so_after_a_crash(tmp_path: Path):
    from tests.switch.core.inquiry.test_orders import FILE

    world = tmp_path / "world"
    shutil.copytree(WORLDS_FOLDER / "golden-state", world)
    order = FILE.replace(b"count   = 2", b"count   = 1").replace(b"2019-10-20", b"2999-10-20")
    (world / "acl" / "CADMV.toml").write_bytes(order)
    typed = f"SIGNON BAY2 BPD2\n{LICENCE}\n".encode()
    with serving(tmp_path, world=str(world)) as switch:
        assert "UNDER COURT ORDER 19-1." in talk(switch.host, switch.port, typed, 2)
        switch.process.kill()
        switch.process.wait()
    with serving(tmp_path, world=str(world)) as switch:
        text = talk(switch.host, switch.port, typed, 2)
    assert "DENIED BY RECORD OWNER" in text
    assert "ALBITE" not in text


# Root may write what may only be read, unless it gives that up: CAP_DAC_OVERRIDE and _READ_SEARCH.
AS_ANYBODY = """\
import ctypes, os, sys
PR_CAPBSET_DROP = 24
for capability in (1, 2):
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "wireroom", *sys.argv[1:]])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="what root may do is told apart on Linux only")
@pytest.mark.parametrize("what", ["journal", "folder", "closed"])
def test_a_journal_that_may_only_be_read_is_a_clear_error(tmp_path: Path, what: str):
    folder = tmp_path / "folder"
    folder.mkdir()
    journal = folder / "j"
    if what == "journal":
        Journal.open(journal).close()
    modes = {"journal": 0o500, "folder": 0o500, "closed": 0o000}
    (journal if what == "journal" else folder).chmod(modes[what])
    command = ["serve", "golden-state", "--listen", "127.0.0.1:0", "--journal", str(journal)]
    done = subprocess.run(
        [sys.executable, "-c", AS_ANYBODY, *command],
        capture_output=True,
        text=True,
        timeout=TIME_MAX_S,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert f"wireroom: cannot write the journal `{journal}`: it" in done.stderr
    assert "may" in done.stderr
    assert "fix: give --journal a file in a folder you may write" in done.stderr
    assert "Traceback" not in done.stderr


ASKED = 40


async def ask(switch: Serving, place: Place) -> dict[str, list[str]]:
    """Ask so often, and stop listening in the middle of the answers; what came, by control."""
    heard: dict[str, list[str]] = {}
    async with await Client.connect(switch.host, switch.port) as terminal:
        await terminal.resume("BAY2", "BPD2", place)
        for number in range(ASKED):
            await terminal.send(LICENCE.replace("A1", f"K{number:03}").encode())
        while len(heard) < ASKED // 4:
            _hear(await terminal.receive(), heard)
        switch.process.kill()
    return heard


async def hear_the_rest(
    switch: Serving, place: Place, heard: dict[str, list[str]]
) -> tuple[str, list[bool]]:
    """Go on at the restarted switch; its answer, and which of the rest were marked."""
    marked = []
    async with await Client.connect(switch.host, switch.port) as terminal:
        status = await terminal.resume("BAY2", "BPD2", place)
        while len(heard) < ASKED:
            body = _hear(await terminal.receive(), heard)
            marked.append("POSSIBLE DUPLICATE" in body)
        await terminal.sign_off()
        for left in terminal.mailbox:
            _hear(left, heard)
    return status.body, marked


def _hear(message: Output | None, heard: dict[str, list[str]]) -> str:
    assert message is not None
    assert message.control is not None
    heard.setdefault(message.control, []).append(message.mke)
    return message.body


def test_a_terminal_resumes_at_a_switch_that_was_killed_and_has_each_answer_once(tmp_path: Path):
    place = Place()
    with serving(tmp_path) as switch:
        heard = trio.run(ask, switch, place)
        switch.process.wait(TIME_MAX_S)
    with serving(tmp_path) as switch:
        status, marked = trio.run(hear_the_rest, switch, place, heard)
        assert switch.stop() == 0
    assert "RESUMED BAY2 BPD2." in status
    assert {control: len(keys) for control, keys in heard.items()} == {
        f"K{number:03}": 1 for number in range(ASKED)
    }
    assert len(marked) == ASKED - ASKED // 4
    assert place.in_doubt == []
    assert not JournalReader(tmp_path / "test.journal").verify().faults


def test_who_had_asked_is_told_of_an_entry_though_the_switch_was_killed_twice(tmp_path: Path):
    """Once before the record is entered, once while the notice waits for somebody to come."""
    person = "NAM/SIMROCK, IDA.DOB/19900102"
    with serving(tmp_path) as switch:
        typed = f"SIGNON BAY2 BPD2\nQW.CA0990100.{person}\n".encode()
        assert "NOT ON FILE" in talk(switch.host, switch.port, typed, 2)
        switch.process.kill()
        switch.process.wait()
    with serving(tmp_path) as switch:
        entry = f"EW.CA0990200.{person}.OFF/DRILL CHARGE.DOW/20191001.OCA/SIM19-7001"
        text = talk(switch.host, switch.port, f"SIGNON VSO1 VSO1A\n{entry}\n".encode(), 3)
        assert "INQUIRED BEFORE THIS ENTRY" in text
        switch.process.kill()
        switch.process.wait()
    with serving(tmp_path) as switch:
        text = talk(switch.host, switch.port, b"SIGNON BAY2 BPD2\n", 2)
    assert "DELAYED INQUIRY HIT" in text
    assert person in text
    assert "NIC/W500000001.ORI/CA0990200" in text
    reader = JournalReader(tmp_path / "test.journal")
    ends = [entry["what"] for entry in reader.entries() if entry["kind"] == "delayed-hit"]
    reader.close()
    assert ends == ["held", "told-who-entered", "told"]
