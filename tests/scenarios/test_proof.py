"""The self-test: a fair file behaves, an unfair one is told why."""

from __future__ import annotations

from scenarios.proof import prove
from scenarios.result import Result
from scenarios.runner import play
from tests.rehearsal_room import inline, opened

FREE = """
[[expect]]
id = "free"
at = "30s"
within = "5m"
seat = "desk"
receives = { key = "SM" }
"""
HIDDEN = """
[[expect]]
id = "hidden"
at = "30s"
within = "5m"
seat = "desk"
receives = { key = "DR", backend = "NVDMV" }
"""


def proof(scenario) -> list[str]:
    def rehearse(omit: frozenset[str], late: frozenset[str]) -> Result:
        return play(scenario, inline(scenario), omit=omit, late=late).result

    return list(prove(scenario.script, rehearse))


def test_a_fair_file_has_nothing_to_answer_for():
    assert proof(opened()) == []


def test_what_perfect_stand_ins_do_not_earn_is_named():
    (what,) = proof(opened(FREE))
    assert what.startswith("with perfect stand-ins, `free` is missed: nothing fitting came in time")


def test_a_hidden_dependence_is_found():
    nevada = (
        '[[expect]]\nid = "nevada"\nafter = "answer"\nwithin = "1m"\nseat = "desk"\n'
        'sends = { key = "DQ", to = "NV", OLN = "S1" }'
    )
    assert proof(opened(nevada, HIDDEN)) == [
        f"without `{row}`, `hidden` is missed and should be met"
        f" (if it cannot be done without `{row}`, say so: after = ...)"
        for row in ("ask", "nevada")
    ]


def test_points_for_doing_nothing_are_found():
    fault = '[[fault]]\nkind = "slow"\nbackend = "CADMV"\ntakes = "1s"'
    hello = (
        '[[inject]]\nid = "hello"\nat = "1m"\nactor = "far"\n'
        'sends = { key = "AM", to = "desk", text = "HELLO" }'
    )
    heard = FREE.replace('"SM"', '"AM"')
    (what,) = proof(opened(fault, hello, heard))
    assert what == "who does nothing at all earns 1 points (free)"


def test_an_action_whose_lateness_nobody_would_see_is_found():
    second = (
        '[[inject]]\nid = "again"\nat = "90s"\nto = "desk"\nradio = "And once more."\n'
        '[[expect]]\nid = "twice"\nafter = "again"\nwithin = "2m"\nseat = "desk"\nideal = "50s"\n'
        'sends = { key = "DQ", OLN = "S0990001" }'
    )
    assert proof(opened(second)) == [
        "`ask`, done too late, is missed and should be late (it met another row: tell them apart)"
    ]
