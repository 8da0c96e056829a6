"""The owners' side as a whole, in a process of its own; killed at any point, it comes back."""

from __future__ import annotations

import signal

import pytest

from switch.acl.envelope import Action, Refused, digest_of
from switch.cli.owner.line import ask, give, kept_file, state_of
from switch.errors import UsageError
from switch.office.keys import generate, read_private, register
from switch.shell.reader import JournalReader
from tests.owners import BASE, CUT, TEN_MISTAKES
from tests.process import TIME_MAX_S, Serving, serving
from tests.switch.cli.test_serve import talk

OF_CBP = "DQ.DCCBP0100.CA.*C1.TXTOLN/S0990001"
CBP = f"SIGNON CBP1 CBP1A\n{OF_CBP}\n".encode()


@pytest.fixture
def key(tmp_path):
    private, public = generate(tmp_path / "keys", "CADMV")
    register(public, tmp_path / "test.owners")
    return read_private(private)


def office(tmp_path):
    return serving(tmp_path, "--control", str(tmp_path / "c"))


def killed(switch: Serving) -> None:
    switch.process.send_signal(signal.SIGKILL)
    switch.process.wait(TIME_MAX_S)


def ordered(tmp_path, key, action: Action, file: bytes | None = CUT) -> dict:
    words = (action, "CADMV", digest_of(CUT), digest_of(BASE))
    return give(tmp_path / "c", key, *words, file)


def test_a_kill_between_stage_and_activate_leaves_the_staged_version_staged(tmp_path, key):
    with office(tmp_path) as switch:
        assert ordered(tmp_path, key, Action.STAGE)["accepted"]
        killed(switch)
    with office(tmp_path) as switch:
        state = state_of(tmp_path / "c", "CADMV")
        assert (state["active"], state["staged"]) == (digest_of(BASE), digest_of(CUT))
        assert "NAM/ALBITE" in talk(switch.host, switch.port, CBP, 2)
        shadow = state_of(tmp_path / "c", "CADMV")["shadow"]
        assert shadow["refused"] == 1
        assert ordered(tmp_path, key, Action.ACTIVATE, None)["accepted"]
        assert "DMV-04" in talk(switch.host, switch.port, CBP, 2)


def test_a_kill_after_the_answer_loses_nothing(tmp_path, key):
    with office(tmp_path) as switch:
        assert ordered(tmp_path, key, Action.ACTIVATE)["accepted"]
        killed(switch)
    with office(tmp_path) as switch:
        assert state_of(tmp_path / "c", "CADMV")["active"] == digest_of(CUT)
        assert "DMV-04" in talk(switch.host, switch.port, CBP, 2)
        assert switch.stop() == 0
    reader = JournalReader(tmp_path / "test.journal")
    assert reader.verify().faults == ()
    versions = [e["versions"]["CADMV"] for e in reader.entries() if e["kind"] == "started"]
    reader.close()
    assert versions == [digest_of(BASE), digest_of(CUT)]


def test_of_ten_mistakes_all_are_told_and_nothing_is_half_done(tmp_path, key):
    socket, standing = tmp_path / "c", ("active", "staged", "sequence", "pending", "shadow")
    ten = (digest_of(TEN_MISTAKES), digest_of(BASE), TEN_MISTAKES)
    told = []
    with office(tmp_path) as switch:
        before = state_of(socket, "CADMV")
        for action in (Action.PROPOSE, Action.STAGE, Action.ACTIVATE):
            answer = give(socket, key, action, "CADMV", *ten)
            assert (answer["accepted"], answer["verdict"]) == (False, Refused.CHECK_FAILED.value)
            told.append(answer["findings"])
            after = state_of(socket, "CADMV")
            assert {name: after[name] for name in standing} == {n: before[n] for n in standing}
            # The file has a deny of CBP, right but for its reason: it must not be in force.
            assert "NAM/ALBITE" in talk(switch.host, switch.port, CBP, 2)
        assert len(ask(socket, {"do": "history", "backend": "CADMV"})["changes"]) == 1
        with pytest.raises(UsageError, match="no one version"):
            kept_file(socket, "CADMV", digest_of(TEN_MISTAKES))
        assert ordered(tmp_path, key, Action.ACTIVATE)["accepted"]
        assert "DMV-04" in talk(switch.host, switch.port, CBP, 2)
        assert switch.stop() == 0
    assert [len(findings) for findings in told] == [10, 10, 10]
    assert all(finding.startswith("CADMV.toml:") and "fix: " in finding for finding in told[0])
    reader = JournalReader(tmp_path / "test.journal")
    refused = [e for e in reader.entries() if e["kind"] == "access" and e["error"]]
    assert reader.verify().faults == ()
    reader.close()
    whole = "\n".join((Refused.CHECK_FAILED.value, *told[0]))
    assert [entry["error"] for entry in refused] == [whole] * 3
    assert {entry["version"] for entry in refused} == {digest_of(BASE)}


def test_a_stopped_switch_takes_its_socket_away(tmp_path, key):
    with office(tmp_path) as switch:
        assert switch.ready["control"] == str(tmp_path / "c")
        assert switch.stop() == 0
    assert not (tmp_path / "c").exists()
    with pytest.raises(UsageError, match="no switch answers"):
        ask(tmp_path / "c", {"do": "status"})


def test_without_registered_keys_nobody_changes_anything(tmp_path):
    private, _ = generate(tmp_path / "keys", "CADMV")
    with office(tmp_path), pytest.raises(UsageError, match="no key of CADMV"):
        ordered(tmp_path, read_private(private), Action.ACTIVATE)
