"""What whoever leads a run did: values that survive the journal."""

from __future__ import annotations

import pytest

from scenarios.course import Intervention, Move, intervention, note


def on_record(moved: Intervention, at: float = 7.0) -> dict:
    noted = note(moved)
    return {**noted.fields, "kind": "noted", "by": noted.by, "at": at, "n": 1}


@pytest.mark.parametrize("move", list(Move))
def test_every_move_comes_back_from_its_entry_as_it_was(move):
    moved = Intervention(move, "the trainer", "ask", "a reason", 3, 7.0)
    assert intervention(on_record(moved)) == moved


def test_what_a_move_does_not_say_is_not_on_record():
    entry = on_record(Intervention(Move.PAUSED, "the trainer"))
    assert entry.keys() == {"kind", "by", "at", "n", "move"}
    assert intervention(entry) == Intervention(Move.PAUSED, "the trainer", at=7.0)


def test_other_entries_and_other_notes_are_no_moves():
    assert intervention({"kind": "query", "at": 1.0}) is None
    assert intervention({"kind": "noted", "by": "x", "at": 1.0, "move": "danced"}) is None
    assert intervention({"kind": "noted", "by": "x", "at": 1.0}) is None
