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
    assert told.behalf("CA0990300") == "on behalf of HARBOR-PD with ORI CA0990300, which is gone"


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


def test_a_terminal_that_one_side_alone_knows_is_told_as_new_or_gone():
    fewer = {name: each for name, each in WORLD.terminals.items() if name != "BAY2"}
    line = Line("BAY2", "CA0990100")
    assert telling(terminals=fewer).line(line) == "BAY-PD from terminal BAY2, which is gone"
    new = AccessStack(WORLD, Directory(WORLD), STACK.owners, STACK.network)
    small = replace(WORLD, terminals=fewer)
    old = AccessStack(small, Directory(small), STACK.owners, STACK.network)
    told = Telling(*Comparison(old, new, "CADMV").sides)
    assert told.line(line) == "BAY-PD from new terminal BAY2"


def test_an_operator_of_the_new_side_alone_is_told_as_new():
    small = replace(WORLD, operators={n: o for n, o in WORLD.operators.items() if n != "TFO7"})
    old = AccessStack(small, Directory(small), STACK.owners, STACK.network)
    told = Telling(*Comparison(old, STACK, "CADMV").sides)
    assert [words for _, words in told.operators("TFO7")] == [
        "new operator TFO7 of BAY-PD",
        "new operator TFO7 of BAY-PD and ICE-ERO",
        "new operator TFO7 of BAY-PD",
    ]


def test_an_agency_is_named_as_the_new_side_has_it():
    harbor = replace(WORLD.agencies["HARBOR-PD"], oris=("CA0990301",))
    valley = replace(WORLD.agencies["VALLEY-SO"], oris=("CA0990200", "CA0990300"))
    agencies = dict(WORLD.agencies) | {harbor.id: harbor, valley.id: valley}
    told = telling(agencies=agencies)
    assert told.behalf("CA0990300") == "on behalf of VALLEY-SO"
    bay = replace(WORLD.terminals["BAY2"], agency="VALLEY-SO")
    told = telling(agencies=agencies, terminals=dict(WORLD.terminals) | {"BAY2": bay})
    assert told.line(Line("BAY2", "CA0990300")) == "VALLEY-SO"


def test_an_operator_who_moved_is_told_by_name_and_a_desk_that_moved_is_not():
    moved = replace(WORLD.operators["BPD2"], agency="CBP")
    told = telling(operators=dict(WORLD.operators) | {moved.id: moved})
    assert [words for _, words in told.operators("BPD2")] == ["operator BPD2 of CBP"]
    assert [words for _, words in told.operators("HPD1")] == ["an operator of HARBOR-PD"]
