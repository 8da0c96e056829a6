"""When a watch looks."""

from __future__ import annotations

from switch.acl.rules import Subject
from switch.acl.watches import Watch


def test_a_watch_looks_from_its_first_instant_to_before_its_last():
    watch = Watch("W", Subject(everyone=True), None, 10.0, 20.0, 3.0, 3)
    assert [watch.in_force(at) for at in (9.9, 10.0, 19.9, 20.0)] == [False, True, True, False]


def test_a_watch_without_an_end_goes_on():
    assert Watch("W", Subject(everyone=True), None, 10.0, None, 3.0, 3).in_force(1e12)
