"""Shapes: a closed list of keys in every block, durations in quotes."""

from __future__ import annotations

import pytest

from tests.rehearsal_room import SMALL, mistakes


@pytest.mark.parametrize(
    ("block", "what"),
    [
        ('[[inject]]\nid = "x"\natt = "1m"', "`inject[3].att` is not a key here | did you mean"),
        ('[[inject]]\nid = "Not An Id"', "`inject[3].id`"),
        ('[[fault]]\nkind = "sloww"', "`fault[1].kind`"),
        ('[[expect]]\nid = "x"\nseat = "desk"', "`expect[3].within` is missing"),
        ('[[expect]]\nid = "x"\nseat = "desk"\nwithin = 90', "`expect[3].within`: 90 is not a dur"),
        ('[[forbid]]\nid = "x"\nseat = "desk"\npoints = 3', "`forbid[1].points`"),
        ('[[assert]]\nid = "x"\nalways = "fine"', "`assert[1].always`"),
    ],
)
def test_a_misshapen_block_is_named_on_its_line(block, what):
    found = mistakes(block)
    assert any(what in mistake for mistake in found), found
    assert all(int(m.split(":")[0]) > SMALL.count("\n") for m in found)


def test_the_format_is_mandatory():
    assert any("`format` is missing" in m for m in mistakes(text=SMALL.replace("format = 1", "")))


def test_a_block_that_does_not_exist_is_refused():
    assert any("`nonsense` is not a key here" in m for m in mistakes('[[nonsense]]\nid = "x"'))
