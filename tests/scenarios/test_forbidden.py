"""What must not happen is counted from its start to its end, at its seat, in its direction."""

from __future__ import annotations

import pytest

from scenarios.forbidden import Forbidden, concerns
from scenarios.pattern import Way
from tests.rehearsal_room import opened

FORBID = '[[forbid]]\nid = "f"\nseat = "desk"\nreceives = { key = "DR" }\nuntil = "1m"\n'


def forbidden(more: str = "") -> Forbidden:
    script = opened(FORBID + more).script
    one = Forbidden(script.forbids[0], script.starts)
    one.start = script.starts
    return one


def take(one: Forbidden, seconds: float, **more) -> None:
    given = {"way": Way.RECEIVED, "seat": "desk", "differs": (), **more}
    entry = {"n": 1, "at": opened().script.starts + seconds}
    one.take(entry, given["way"], given["seat"], lambda pattern, entry: given["differs"])


def test_the_one_too_many_breaks_it_and_stays_the_one():
    one = forbidden("more_than = 1")
    for second in (1.0, 2.0, 3.0):
        take(one, second)
    assert one.seen == 3
    assert one.broken_by["at"] == opened().script.starts + 2.0


@pytest.mark.parametrize("more", [{"way": Way.SENT}, {"seat": "far"}, {"differs": ("something",)}])
def test_what_it_does_not_speak_of_does_not_count(more):
    one = forbidden()
    take(one, 1.0, **more)
    assert one.seen == 0


def test_it_holds_from_its_start_until_its_end():
    one = forbidden()
    take(one, -1.0)
    take(one, 60.0)
    assert one.seen == 0
    one.start = None
    take(one, 1.0)
    assert one.seen == 0


def test_a_row_concerns_what_goes_its_way_at_its_seat():
    row = forbidden().row
    assert concerns(row, Way.RECEIVED, "desk")
    assert not concerns(row, Way.SENT, "desk")
