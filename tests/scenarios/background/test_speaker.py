"""Messages are said when they are due, and not all at once after the clock was put forward."""

from __future__ import annotations

from scenarios.background.messages import Spoken
from scenarios.background.speaker import Speaker

SAID = [Spoken(at, "far", b"%d" % at) for at in (1, 2, 2, 9)]


def test_each_is_due_once_in_order():
    speaker = Speaker(100.0, SAID)
    assert speaker.next() == 101.0
    assert speaker.due(100.9) == []
    assert speaker.due(102.0) == SAID[:3]
    assert speaker.due(102.0) == []
    assert speaker.due(110.0) == SAID[3:]
    assert speaker.next() is None


def test_what_the_clock_was_put_over_is_left_out():
    speaker = Speaker(100.0, SAID)
    assert speaker.due(109.5) == SAID[3:]


def test_what_an_earlier_run_has_said_is_not_said_again():
    speaker = Speaker(100.0, SAID)
    speaker.skip(102.0)
    assert speaker.due(102.5) == []
    assert speaker.next() == 109.0
