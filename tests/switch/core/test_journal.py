"""The chain: every link depends on all before it."""

from __future__ import annotations

from switch.core.journal import CHAIN_START, link


def test_a_link_depends_on_its_body_and_on_what_came_before():
    one = link(CHAIN_START, b"a")
    assert link(CHAIN_START, b"a") == one
    assert link(CHAIN_START, b"b") != one
    assert link(one, b"a") != one
    assert len(one) == len(CHAIN_START)
