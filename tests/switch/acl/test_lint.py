"""The list of lints: ids and names are for ever and of one shape."""

from __future__ import annotations

import re

from switch.acl.lint import LINTS, Level, Lint


def test_ids_are_numbered_without_a_gap_and_names_are_words():
    assert [each.id for each in Lint] == [f"L{n:02}" for n in range(1, len(Lint) + 1)]
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", each.title) for each in Lint)
    assert len({each.title for each in Lint}) == len(Lint)


def test_a_lint_is_found_by_its_id_and_shown_with_its_name():
    assert LINTS["L04"] is Lint.EXPIRY_WIDENS
    assert str(Lint.EXPIRY_WIDENS) == "L04 expiry-widens"
    assert Lint.EXPIRY_WIDENS.level is Level.MISTAKE
