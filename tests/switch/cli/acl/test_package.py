"""A change package: what is told, and how much."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from switch.cli.acl.package import MESSAGES_MAX, Package, as_json, messages, told
from switch.cli.acl.plan import _package
from tests.switch.acl.shipped import TEXT, changed

ROOT = Path(__file__).parents[4]


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


def test_a_court_order_is_told_though_nobody_who_merely_asks_gains(tmp_path: Path):
    found = package(tmp_path, (ROOT / "examples" / "CADMV-order.toml").read_text())
    summary = told(found).summary
    assert (False, "Access: nobody who asks gains or loses anything.") in summary
    assert any(wrong and "COURT ORDER ADDED: order DMV-O1 lets" in text for wrong, text in summary)
    rollback = next(each for each in told(found).sections if each.title == "Rollback")
    assert "1 of these changes let something out" in " ".join(rollback.lead)
    assert as_json(found)["orders"] == [{"kind": "added", "widens": True, "order": "DMV-O1"}]
