"""A report on a screen: text and nothing else, whatever somebody typed."""

from __future__ import annotations

import json

from switch.cli.told.report import Section, Told
from switch.cli.told.screen import print_json, show

EVIL = "NAM/\x1b[2J[bold]X[/bold]"
TOLD = Told(
    "Audit of X",
    (("As of", "now"),),
    ((True, "SOMETHING IS WRONG"), (False, "and something is not")),
    (Section("Sample", ("lead",), ("asked for",), ((EVIL,),), wrong=True),),
)


def test_what_is_wrong_is_marked_without_colour_too(capsys):
    show(TOLD)
    out = capsys.readouterr().out
    assert "TRAINING" in out
    assert "!! SOMETHING IS WRONG" in out
    assert "   and something is not" in out


def test_what_was_typed_is_neither_markup_nor_a_command_to_the_terminal(capsys):
    show(TOLD)
    assert "NAM/?[2J[bold]X[/bold]" in capsys.readouterr().out


def test_json_holds_everything_in_one_object(capsys):
    print_json(TOLD, {"at": 1.0}, clean=False)
    found = json.loads(capsys.readouterr().out)
    assert (found["training"], found["clean"]) == (True, False)
    assert found["facts"] == {"at": 1.0}
    assert found["sections"][0]["rows"] == [[EVIL]]
    assert found["summary"][0] == {"wrong": True, "text": "SOMETHING IS WRONG"}
