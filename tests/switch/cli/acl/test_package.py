"""A change package: what is told, and how much."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from switch.cli.acl.package import MESSAGES_MAX, Package, messages, told
from switch.cli.acl.plan import _package
from tests.switch.acl.shipped import TEXT, changed


def package(folder: Path, new: str) -> Package:
    old = folder / "CADMV.toml"
    old.write_text(TEXT)
    draft = folder / "draft.toml"
    draft.write_text(new)
    return _package(SimpleNamespace(world="golden-state", old=old, new=draft))


def test_access_that_is_given_says_so_and_that_it_is_not_called_back(tmp_path: Path):
    made = package(tmp_path, changed(('group  = ["ero"]', 'ori  = ["DCICE0900"]')))
    words = [sentence for _, sentence in told(made).summary]
    assert any("release what was not released before" in each for each in words)
    rollback = told(made).sections[-1]
    assert any("let something out" in each for each in rollback.lead)


def test_a_suspension_that_hides_the_difference_is_named(tmp_path: Path):
    made = package(tmp_path, changed(('group  = ["ero"]', 'ori  = ["DCICE0900"]')))
    first = messages(made)[0]
    assert (first.terminal, first.hidden_by) == ("ERO1", "NET-01")


def test_a_person_is_not_asked_to_type_without_end(tmp_path: Path):
    made = package(tmp_path, changed(('default  = "allow"', 'default  = "deny"')))
    typed = messages(made)
    assert 0 < len(typed) <= MESSAGES_MAX
    assert len({each.raw for each in typed}) == len(typed)  # each has a control field of its own
