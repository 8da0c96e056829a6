"""A mutant is killed, has a written reason, or is shouted about."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from switch.errors import AuthoredError
from tests.mutants.__main__ import JUSTIFIED
from tests.mutants.ledger import Fate, Figures, Ledger, Mutant, justified, weighed

CHANGE = "- if a > 0:\n+ if a >= 0:"
REASON = f'''
[[mutant]]
module   = "m.one"
function = "f"
change   = """
{CHANGE}
"""
reason   = "nobody passes 0"
'''
PATTERN = r"""
[[pattern]]
module = "m.*"
change = '- (.*)"utf"(.*)\n\+ \1"UTF"\2'
reason = "codecs are named in either case"
"""


def lived(name: str = "1", fate: Fate = Fate.SURVIVED, **changed: str) -> Mutant:
    about = {"module": "m.one", "function": "f", "change": CHANGE} | changed
    return Mutant(name, about["module"], about["function"], fate, about["change"])


def ledger(folder: Path, text: str, *mutants: Mutant) -> Ledger:
    path = folder / "justified.toml"
    path.write_text(text, encoding="utf-8")
    return weighed(mutants, justified(path))


def test_what_is_killed_needs_no_reason(tmp_path: Path):
    found = ledger(tmp_path, "", lived(fate=Fate.KILLED))
    assert found.settled
    assert found.figures == (Figures("m.one", 1, 0, 0, 0, 0, 0),)


@pytest.mark.parametrize("fate", [Fate.SURVIVED, Fate.NO_TEST, Fate.NOT_RUN])
def test_what_lives_needs_a_reason(tmp_path: Path, fate: Fate):
    found = ledger(tmp_path, "", lived(fate=fate))
    assert [mutant.name for mutant in found.unsettled] == ["1"]
    assert not found.settled


def test_a_reason_is_for_one_change_of_one_function(tmp_path: Path):
    assert ledger(tmp_path, REASON, lived()).settled
    for other in ({"function": "g"}, {"change": "- a\n+ b"}):
        found = ledger(tmp_path, REASON, lived(), lived("2", **other))
        assert [mutant.name for mutant in found.unsettled] == ["2"]


def test_a_reason_meets_the_same_change_wherever_it_stands_in_the_function(tmp_path: Path):
    found = ledger(tmp_path, REASON, lived("1"), lived("2"))
    assert found.figures == (Figures("m.one", 0, 0, 2, 0, 0, 0),)


@pytest.mark.parametrize(
    "mutants", [[lived(fate=Fate.KILLED)], [lived(fate=Fate.KILLED), lived("2", change="- a\n+ b")]]
)
def test_a_reason_that_meets_nothing_any_more_is_told_with_its_line(
    tmp_path: Path, mutants: list[Mutant]
):
    found = ledger(tmp_path, REASON, *mutants)
    assert [(each.line, each.what) for each in found.stale] == [(2, "meets no mutant that lives")]
    assert not found.settled


def test_a_reason_for_a_module_that_was_not_asked_about_is_left_alone(tmp_path: Path):
    assert ledger(tmp_path, REASON, lived(fate=Fate.KILLED, module="m.two")).settled


def test_a_pattern_meets_whole_changes_of_the_modules_it_names(tmp_path: Path):
    met = lived(change='- x("utf", 1)\n+ x("UTF", 1)')
    assert ledger(tmp_path, PATTERN, met).settled
    more = lived("2", change='- x("utf", 1)\n+ x("UTF", 2)')
    elsewhere = lived("3", change='- x("utf", 1)\n+ x("UTF", 1)', module="n.one")
    found = ledger(tmp_path, PATTERN, met, more, elsewhere)
    assert [mutant.name for mutant in found.unsettled] == ["2", "3"]


def test_figures_stand_by_module(tmp_path: Path):
    found = ledger(
        tmp_path,
        REASON,
        lived("1"),
        lived("2", fate=Fate.NO_TEST, function="g"),
        lived("3", fate=Fate.NOT_RUN, module="m.two"),
        lived("4", fate=Fate.KILLED, module="m.two"),
        lived("6", fate=Fate.MISTYPED, module="m.two"),
        lived("5", function="h"),
    )
    assert found.figures == (Figures("m.one", 0, 0, 1, 1, 1, 0), Figures("m.two", 1, 1, 0, 0, 0, 1))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (REASON.replace('"nobody passes 0"', '""'), "reason"),
        (PATTERN.replace(r"\1", r"(\1"), "is not a regular expression"),
        ("[[mutants]]\n", "mutants"),
    ],
)
def test_a_reason_that_is_none_is_refused(tmp_path: Path, text: str, what: str):
    with pytest.raises(AuthoredError, match=what):
        ledger(tmp_path, text)


def test_the_written_reasons_are_of_modules_that_there_are():
    file = justified(JUSTIFIED).model
    assert all(find_spec(row.module) for row in file.mutant)
