"""`wireroom service` against a running switch, which is then killed and started again."""

from __future__ import annotations

import json
from pathlib import Path

from tests.process import Serving, run, serving

ASK = "DQ.CA0990100.NV.TXTOLN/S0990099"


def sent(switch: Serving, message: str, *options: str) -> str:
    where = f"{switch.host}:{switch.port}"
    done = run("send", message, "--to", where, "--as", "BAY2", "BPD2", *options)
    return done.stdout + done.stderr


def test_a_destination_goes_out_of_service_survives_a_kill_and_comes_back(tmp_path: Path):
    control = str(tmp_path / "control")

    def service(*words: str):
        return run("service", *words, "--control", control)

    with serving(tmp_path, "--control", control) as switch:
        done = service("hold", "NV", "--keys", "DQ")
        assert done.returncode == 0, done.stderr
        assert "hold .02." in done.stdout
        assert "TRAINING" in done.stdout
        assert "USER OUT OF SERVICE FOR MSG TYPE, NLETS WILL FORWARD - NV" in sent(switch, ASK)
        switch.process.kill()
        switch.process.wait()
    with serving(tmp_path, "--control", control) as switch:
        told = json.loads(service("list", "--json").stdout)
        assert [(one["destination"], one["key"]) for one in told["outages"]] == [("NV", "DQ")]
        assert told["held"] == {"NVDMV": 1}
        done = service("up", "NV")
        assert "every destination is in service" in done.stdout
        assert "1 held for NVDMV" in done.stdout  # nobody is there to be answered
        assert "until the place is in service and a terminal is signed on" in done.stdout
        assert "FROM NVDMV" in sent(switch, ASK)
        assert json.loads(service("list", "--json").stdout)["held"] == {}
        done = service("hold", "NW")
        assert done.returncode == 2
        assert "no destination `NW`" in done.stderr


def test_without_a_switch_it_says_how_to_start_one(tmp_path: Path):
    done = run("service", "list", "--control", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert "start one: wireroom serve" in done.stderr


def test_a_list_takes_no_destination_and_everything_else_takes_one():
    assert run("service", "list", "NV").returncode == 2
    assert run("service", "hold").returncode == 2
