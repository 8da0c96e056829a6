"""What mutmut leaves behind, read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.mutants.ledger import Fate
from tests.mutants.results import changed, fate, forget_survivors, place


@pytest.mark.parametrize(
    ("exit_code", "expected"),
    [
        (1, Fate.KILLED),
        (-24, Fate.KILLED),  # never ended
        (37, Fate.MISTYPED),
        (0, Fate.SURVIVED),
        (33, Fate.NO_TEST),
        (None, Fate.NOT_RUN),
        (2, Fate.NOT_RUN),  # interrupted
        (99, Fate.NOT_RUN),  # nobody knows
    ],
)
def test_only_a_failed_test_or_type_check_kills(exit_code: int | None, expected: Fate):
    assert fate(exit_code) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("switch.acl.rows.x_unused__mutmut_1", ("switch.acl.rows", "unused")),
        ("switch.acl.rows.x__id__mutmut_12", ("switch.acl.rows", "_id")),
        (
            "switch.acl.engine.xǁAccessStackǁ__init____mutmut_3",
            ("switch.acl.engine", "AccessStack.__init__"),
        ),
    ],
)
def test_a_mangled_name_says_where_it_stands(name: str, expected: tuple[str, str]):
    assert place(name) == expected


def test_a_change_is_the_lines_that_differ():
    diff = "--- a.py\n+++ a.py\n@@ -1,3 +1,3 @@\n def f():\n-    return 1\n+    return 2\n \n"
    assert changed(diff) == "- return 1\n+ return 2"


def test_what_lived_is_tried_again_and_what_was_killed_is_not(tmp_path: Path):
    meta = tmp_path / "switch" / "a.py.meta"
    meta.parent.mkdir()
    meta.write_text(json.dumps({"exit_code_by_key": {"a": 1, "b": 0, "c": 33}, "other": [1]}))
    forget_survivors(tmp_path)
    assert json.loads(meta.read_text()) == {
        "exit_code_by_key": {"a": 1, "b": None, "c": None},
        "other": [1],
    }
