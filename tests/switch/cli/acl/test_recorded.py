"""Recorded traffic: lines or a journal, and never a record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from switch.cli.acl.recorded import lost, recorded
from switch.errors import UsageError
from switch.world_file import load_world
from tests.process import run
from tests.switch.shell.books import without_daybook

WORLD = load_world("golden-state")
ASKED = {"at": "2019-11-01T00:00:00", "terminal": "BAY2", "ori": "CA0990100"}
LINE = {**ASKED, "backend": "CADMV", "key": "DQ"}


def lines(folder: Path, *rows: dict) -> str:
    path = folder / "traffic.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_lines_are_requests_with_their_place_and_instant(tmp_path: Path):
    (found,) = recorded(lines(tmp_path, LINE), WORLD)
    assert (found[0], found[1].terminal, found[2]) == ("line 1", "BAY2", 1572591600.0)


def test_the_answers_of_decide_may_stand_beside_a_request(tmp_path: Path):
    answered = {**LINE, "verdict": "ALLOW-DEFAULT", "classes": {}, "training": True}
    assert len(list(recorded(lines(tmp_path, answered), WORLD))) == 1


@pytest.mark.parametrize("name", ["NAM", "SOC", "text", "fields", "records"])
def test_a_file_with_record_fields_is_refused_with_a_clear_word(tmp_path: Path, name: str):
    with pytest.raises(UsageError, match=f"line 2: `{name}`: a field of a record or an answer"):
        list(recorded(lines(tmp_path, LINE, {**LINE, name: "x"}), WORLD))


def test_a_line_that_cannot_be_read_is_told_by_its_number(tmp_path: Path):
    with pytest.raises(UsageError, match="line 1: `at` must be a text"):
        list(recorded(lines(tmp_path, {**LINE, "at": 7}), WORLD))
    with pytest.raises(UsageError, match="cannot read"):
        recorded(str(tmp_path / "none"), WORLD)


def test_each_leg_of_a_journal_is_a_decision(tmp_path: Path):
    journal = tmp_path / "run.journal"
    played = run("scenario", "run", "october-15", "--journal", str(journal))
    assert played.returncode == 0, played.stderr
    found = list(recorded(str(journal), WORLD))
    assert len(found) > 5
    assert all(place.startswith("entry ") for place, _, _ in found)
    assert {request.backend for _, request, _ in found} <= set(WORLD.backends)
    assert lost(str(journal)) is None
    killed = without_daybook(journal, tmp_path / "killed.journal")
    assert len(list(recorded(str(killed), WORLD))) == len(found)
    assert "is not whole" in str(lost(str(killed)))
