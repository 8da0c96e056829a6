"""JSON lines: entries, rows, result; each says that it is training."""

from __future__ import annotations

import json
from dataclasses import replace

from scenarios.report.jsonl import json_lines
from scenarios.result import Override
from tests.rehearsal_room import TALK, october, opened, played


def lines() -> list[dict]:
    scenario, run = october()
    return [json.loads(line) for line in json_lines(scenario.script, run.entries, run.result)]


def test_every_line_says_that_it_is_training():
    assert all(line["training"] is True for line in lines())


def test_entries_come_first_then_rows_then_the_result():
    kinds = [line["is"] for line in lines()]
    assert kinds == sorted(kinds, key=["entry", "row", "result"].index)
    last = lines()[-1]
    assert (last["passed"], last["flawless"], last["percent"]) == (True, True, 100.0)


def test_entries_of_an_invented_act_and_of_invented_rules_say_so():
    starts = october()[0].script.starts
    for line in lines():
        if line["is"] == "entry":
            dmv = line["kind"] == "effective" and line["backend"] == "CADMV"
            assert line["invented"] is (dmv or line["at"] >= starts + 780)


def test_a_row_says_when_its_window_opened_and_who_overrode_it():
    scenario, run = october()
    line = replace(run.result.lines[0], override=Override(0, "x", "why", 5.0), stand_in=True)
    result = replace(run.result, lines=(line,))
    row = next(
        json.loads(text)
        for text in json_lines(scenario.script, run.entries, result)
        if '"is": "row"' in text
    )
    assert row["since"] == scenario.script.starts + 55.0
    assert row["override"] == {"points": 0, "by": "x", "reason": "why", "at": 5.0}
    assert row["stand_in"] is True


def test_what_is_said_in_the_background_says_so():
    scenario, run = opened(TALK), played(TALK)
    told = map(json.loads, json_lines(scenario.script, run.entries, run.result))
    noise = [line for line in told if line.get("background")]
    assert sum(line["kind"] in ("query", "message") for line in noise) == 102
    assert not any(line.get("background") for line in lines())
