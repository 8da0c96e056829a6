"""What a person is told of an order; nobody overlooks a withdrawal."""

from __future__ import annotations

import json

from switch.cli.owner.told import tell, utc

CHANGE = {
    "backend": "CADMV",
    "digest": "1f" * 32,
    "sequence": 3,
    "step": "activated",
    "withdrawn": [],
    "effective": 0.0,
    "reason": "",
    "cite": "",
}


def test_a_refusal_says_what_to_do_and_that_nothing_changed(capsys):
    answer = {"accepted": False, "what": "expired", "findings": ["f.toml:1: x"], "fix": "do [y]"}
    assert tell(answer, as_json=False) == 1
    out = capsys.readouterr().out
    assert "TRAINING - SIMULATED DATA" in out
    assert "REFUSED  expired" in out
    assert "f.toml:1: x" in out
    assert "fix: do [y]" in out
    assert "the old version stays in force" in out


def test_what_is_accepted_says_since_when(capsys):
    assert tell({"accepted": True, "change": CHANGE}, as_json=False) == 0
    assert "in force since 1970-01-01T00:00:00.000+00:00" in capsys.readouterr().out


def test_a_withdrawal_is_shouted_without_colour_too(capsys):
    change = {**CHANGE, "withdrawn": ["DMV-N1"], "reason": "r [1]"}
    tell({"accepted": True, "change": change}, as_json=False)
    out = capsys.readouterr().out
    assert "!!! PROTECTION WITHDRAWN: DMV-N1 !!!" in out
    assert "r [1]" in out
    tell({"accepted": True, "change": {**change, "step": "proposed"}}, as_json=False)
    assert "WOULD WITHDRAW PROTECTION" in capsys.readouterr().out


def test_json_is_the_answer_itself(capsys):
    answer = {"training": True, "accepted": True, "change": CHANGE}
    tell(answer, as_json=True)
    assert json.loads(capsys.readouterr().out) == answer
    assert utc(0.5) == "1970-01-01T00:00:00.500+00:00"
