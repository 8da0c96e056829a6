"""The outbox: what is sent and what goes on record carry the same instant and number."""

from __future__ import annotations

from switch.core.lines import LineState
from switch.core.outbox import Outbox
from switch.terms import SEQUENCE_MAX


def test_a_batch_has_one_instant_and_leaves_nothing_for_the_next():
    out = Outbox()
    out.start(5.0)
    out.record("stopped", reason="x")
    first = out.finish()
    out.start(6.0)
    assert first.records == [{"kind": "stopped", "at": 5.0, "reason": "x"}]
    assert out.finish().records == []


def test_a_message_carries_both_clock_lines_and_the_lines_own_number():
    out, line = Outbox(), LineState(3, receiver="CA0990100")
    out.start(5.0)
    received = out.receive()
    out.start(9.0)
    number = out.send(line, "DR", "CA0998100", received, "A1", "TEXT")
    ((to, message),) = out.finish().sends
    assert (to, number) == (3, 1)
    assert (message.received, message.sent) == ((5.0, 1), (9.0, 1))
    assert (message.receiver, message.control, message.body) == ("CA0990100", "A1", "TEXT")


def test_the_inbound_number_wraps_after_five_digits_and_inquiry_numbers_never_do():
    out = Outbox()
    out.start(0.0)
    out.resume(SEQUENCE_MAX)
    numbers = [out.receive().sequence for _ in range(SEQUENCE_MAX + 1)]
    assert (numbers[-2], numbers[-1]) == (SEQUENCE_MAX, 1)
    assert out.next_query() == SEQUENCE_MAX + 1
