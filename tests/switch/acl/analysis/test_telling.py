"""Who is meant, in words, where two sides know different directories."""

from __future__ import annotations

from dataclasses import replace

from switch.acl.analysis.comparison import Comparison
from switch.acl.analysis.finite import Line
from switch.acl.analysis.telling import Telling
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from tests.playbook import golden_state

WORLD, STACK, _ = golden_state()


def telling(**parts: object) -> Telling:
    world = replace(WORLD, **parts)
    new = AccessStack(world, Directory(world), STACK.owners, STACK.network)
    return Telling(*Comparison(STACK, new, "CADMV").sides)


def test_an_agency_asks_plainly_or_at_anothers_terminal():
    told = telling()
    assert told.line(Line("BAY1", "CA0990100")) == "BAY-PD"
    assert told.line(Line("VSO1", "CA0990300")) == "HARBOR-PD at a terminal of VALLEY-SO"


def test_what_one_side_alone_knows_is_told_as_new_or_gone():
    harbor = replace(WORLD.agencies["HARBOR-PD"], oris=("CA0990301",))
    told = telling(agencies=dict(WORLD.agencies) | {harbor.id: harbor})
    assert told.line(Line("HRB1", "CA0990301")) == "HARBOR-PD with new ORI CA0990301"
    assert told.line(Line("HRB1", "CA0990300")) == "HARBOR-PD with ORI CA0990300, which is gone"
    assert told.behalf("CA0990301") == "on behalf of HARBOR-PD with new ORI CA0990301"


def test_an_operator_is_told_by_whom_he_works_for_then():
    told = [words for _, words in telling().operators("TFO7")]
    assert told == [
        "an operator of BAY-PD",
        "an operator of BAY-PD and ICE-ERO",
        "an operator of BAY-PD",
    ]


def test_an_operator_who_is_not_what_he_was_is_told_by_name():
    officer = replace(WORLD.operators["TFO7"], affiliations=())
    told = telling(operators=dict(WORLD.operators) | {officer.id: officer})
    assert [words for _, words in told.operators("TFO7")] == ["operator TFO7 of BAY-PD"]
    fewer = {name: each for name, each in WORLD.operators.items() if name != "BPD2"}
    gone = telling(operators=fewer).operators("BPD2")
    assert [words for _, words in gone] == ["operator BPD2 of BAY-PD, who is gone"]
