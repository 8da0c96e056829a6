"""A report for programs: values, and for the public none that could be undone."""

from __future__ import annotations

import json

from switch.cli.audit.facts import facts, facts_in_public
from tests.switch.audit.around import around, made, signed_on, traffic

MIDNIGHT = 1571122800.0


def test_instants_are_seconds_and_counts_are_numbers():
    found = json.loads(json.dumps(facts(made(around(), sample=2))))
    assert found["since"] == MIDNIGHT
    assert {cut["rule"]: cut["effective"] for cut in found["cut_offs"]} == {
        "DMV-01": MIDNIGHT,
        "NET-01": MIDNIGHT,
    }
    assert sum(line["count"] for line in found["attempts"]) > 10
    assert [shift["agency"] for shift in found["displacement"] if shift["rose"]] == ["CBP"]
    assert len(found["sample"]) == 2
    assert found["contrary"] == []


def test_for_the_public_there_are_months_and_rules_and_nothing_else():
    run = signed_on("2019-09-20T08:00:00")
    traffic(run, 1, 8, (3, 1, 0, 0, 0))
    run.at("2019-11-02T00:00:00")
    run.asks(2, "DQ.CA0990100.CA.*ZZ.TXTOLN/S0990001")
    found = facts_in_public(made(run, sample=5))
    assert set(found) == {"backend", "agency", "at", "rules", "months"}
    assert [month["month"] for month in found["months"]] == ["2019-09", "2019-10"]
    assert found["months"][1] == {"month": "2019-10", "answered": 0, "refused": 0, "other": 0}
