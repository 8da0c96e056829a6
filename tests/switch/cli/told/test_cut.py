"""A journal that has lost its end is told, and nothing that was found in it is fine."""

from __future__ import annotations

import pytest

from switch.cli.told.cut import unless_cut
from switch.errors import Exit


@pytest.mark.parametrize("code", list(Exit))
def test_a_whole_journal_changes_nothing(code: Exit, capsys: pytest.CaptureFixture[str]):
    assert unless_cut(code, None) == code
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("code", "then"), [(0, 1), (1, 1), (2, 2), (3, 3)])
def test_of_one_that_is_cut_nothing_is_fine(
    code: int, then: int, capsys: pytest.CaptureFixture[str]
):
    assert unless_cut(code, "`a` is not whole") == then
    assert capsys.readouterr() == ("", "wireroom: `a` is not whole\n")
