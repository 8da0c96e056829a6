"""The chain: every link depends on all before it."""

from __future__ import annotations

from switch.core.record.journal import CHAIN_START, Common, link, numbered


def test_a_link_depends_on_its_body_and_on_what_came_before():
    one = link(CHAIN_START, b"a")
    assert link(CHAIN_START, b"a") == one
    assert link(CHAIN_START, b"b") != one
    assert link(one, b"a") != one
    assert len(one) == len(CHAIN_START)


def test_what_entries_have_in_common_is_read_back_in_its_place():
    common = Common({"terminal": "BAY2", "rules": ["R1"]})
    entries = [{"kind": "query", "at": 1.0, "common": common}, {"kind": "stopped", "at": 2.0}]
    assert list(numbered(entries, 7)) == [
        {"kind": "query", "at": 1.0, "n": 7, "terminal": "BAY2", "rules": ["R1"]},
        {"kind": "stopped", "at": 2.0, "n": 8},
    ]
    assert entries[0]["common"] is common  # the entries themselves stay as they go to disk
