"""Outcomes: the message and its entry on record are made together and agree."""

from __future__ import annotations

from tests.playbook import ALBITE, Playbook

LICENCE = "DQ.CA0990100.CA.*A1.TXTOLN/S0990001"


def test_what_is_on_record_is_what_was_sent():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    play.says(1, LICENCE)
    play.answers(play.asked[0], ALBITE)
    ((key, body),) = play.heard(1)
    (entry,) = play.recorded("released")
    assert (entry["key"], entry["text"], entry["sequence"]) == (key, body, 2)


def test_an_inquiry_on_record_has_its_exact_bytes_and_every_leg():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, LICENCE.replace(".CA.*", ".CA.NV.*"))
    (entry,) = play.recorded("query")
    assert entry["raw"] == LICENCE.replace(".CA.*", ".CA.NV.*")
    assert [leg["backend"] for leg in entry["legs"]] == ["CADMV", "NVDMV"]
    assert entry["control"] == "A1"


def test_a_refusal_on_record_says_at_which_point_and_by_which_rule():
    play = Playbook("2019-10-15T08:00:00")
    play.sign_on(1, "BAY1", "TFO7")
    play.says(1, LICENCE)
    (entry,) = play.recorded("refused")
    assert (entry["point"], list(entry["rules"]), entry["number"]) == ("route", ["DMV-01"], ".93.")
    assert entry["text"] == play.heard(1)[-1][1]


def test_a_secret_is_never_on_record():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2", secret="open sesame")
    assert "open sesame" not in repr(play.records)
