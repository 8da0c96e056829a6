"""JSON lines: entries, rows, result; each says that it is training."""

from __future__ import annotations

import json

from scenarios.report.jsonl import json_lines
from tests.rehearsal_room import october


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
