"""All lints together, and what the owner accepts of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from switch.acl.analysis.lints.every import EVERY, lint
from switch.acl.directory import Directory
from switch.acl.document import read_document
from switch.acl.lint import Lint
from switch.errors import AuthoredError
from switch.world_file import load_world, shipped_worlds
from tests.switch.acl.analysis.lints.files import head, ids, linted, rule
from tests.switch.acl.shipped import DIRECTORY, document

ENDING = rule("deny", "D", 'group = ["police"]; data = "any"; until = 2020-01-01T00:00:00')


def accept(lint: str, of: str = "", reason: str = "The trial ends.") -> str:
    row = f'rule = "{of}"\n' if of else ""
    return f'\n[[accept]]\nlint = "{lint}"\n{row}reason = "{reason}"\n'


@pytest.mark.parametrize("world", shipped_worlds())
def test_the_shipped_files_have_no_mistake(world: str):
    directory = Directory(load_world(world))
    for name in directory.world.backends:
        made = read_document(directory.world.acl_folder / f"{name}.toml", directory)
        assert lint(made, directory).mistakes == ()


def test_what_is_accepted_is_neither_mistake_nor_advice_and_keeps_its_reason(tmp_path: Path):
    before = linted(tmp_path, head() + ENDING)
    assert [each.id for each in before.mistakes] == ["L04 expiry-widens"]
    after = linted(tmp_path, head() + ENDING + accept("L04", "D"))
    assert after.mistakes == ()
    assert after.advice == before.advice
    ((finding, reason),) = after.accepted
    assert (finding.id, reason) == ("L04 expiry-widens", "The trial ends.")


@pytest.mark.parametrize(("lint", "of"), [("L05", "D"), ("L05", ""), ("L04", "E")])
def test_an_acceptance_of_something_else_is_a_mistake_itself(tmp_path: Path, lint, of):
    more = rule("deny", "E", 'group = ["hsi"]; data = "any"')
    found = linted(tmp_path, head() + ENDING + more + accept(lint, of))
    assert [e.id for e in found.mistakes] == ["L04 expiry-widens", "L20 needless-accept"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (accept("L99"), "there is no lint `L99`"),
        (accept("L04", "X"), "rule `X` is not in this file"),
        (accept("L04", "D", ""), "reason"),
    ],
)
def test_an_acceptance_names_a_lint_a_rule_and_a_reason(tmp_path: Path, row: str, said: str):
    with pytest.raises(AuthoredError, match=said):
        document(tmp_path, head() + ENDING + row)


@pytest.mark.parametrize(
    ("row", "what", "where"),
    [
        (accept("L05", "D"), "there is no L05 of D to accept (any more)", "lines 15 to 19"),
        (accept("L05"), "there is no L05 to accept (any more)", "lines 15 to 18"),
    ],
)
def test_a_needless_acceptance_is_told_word_for_word(tmp_path: Path, row, what, where):
    found = linted(tmp_path, head() + ENDING + row)
    assert str(found.mistakes[-1]) == (
        f"CADMV.toml:17: L20 needless-accept: {what}\n    fix: take it out; take out {where}"
    )


def test_of_a_rule_that_does_nothing_nothing_else_is_said(tmp_path: Path):
    wide = rule("deny", "D", 'group = ["police"]; data = ["driver.record"]')
    dead = wide.replace("deny", "refer").replace('"D"', '"E"')
    text = head() + (wide + dead).replace("Agreement not signed.", "?")
    assert ids(tmp_path, text) == [
        ("L01", 'id = "E"'),
        ("L12", 'default = "allow"'),
        ("L17", 'backend = "CADMV"'),
        ("L18", 'reason = "?"'),
    ]


def test_accepting_changes_no_decision(tmp_path: Path):
    plain = document(tmp_path, head() + ENDING).policy
    accepted = document(tmp_path, head() + ENDING + accept("L04", "D")).policy
    assert plain.rules == accepted.rules
    assert plain.default == accepted.default


def test_every_finding_names_a_lint_of_the_list_and_a_line(tmp_path: Path):
    found = linted(
        tmp_path, head() + ENDING + rule("deny", "E", 'ori_prefix = ["DC"]; data = "any"')
    )
    every = {str(each) for each in Lint}
    for each in (*found.mistakes, *found.advice):
        assert each.id in every
        assert each.line
    assert DIRECTORY.world.sensitive


def test_whoever_waits_is_told_after_each_lint_how_far_it_is(tmp_path: Path):
    told: list[tuple[str, int, int]] = []
    lint(document(tmp_path, head()), DIRECTORY, lambda *each: told.append(each))
    assert told == [("CADMV", done, len(EVERY)) for done in range(1, len(EVERY) + 1)]
