"""A frame whose rest does not come in time is malformed; nobody else's time is touched."""

from __future__ import annotations

from typing import cast
from zoneinfo import ZoneInfo

from switch.message import Malformed
from switch.shell.connection import Connection
from switch.shell.transport import Line
from switch.shell.unfinished import Unfinished
from switch.terms import NEVER, LineId
from switch.wire.session import Session, WireLimits
from switch.wire.spec_files import load_formats

FORMATS = load_formats()
HALF = b"\x02DQ.CA0990100.CA"


def begun(lines: Unfinished, number: int, now: float, data: bytes = HALF) -> Connection:
    session = Session(FORMATS, ZoneInfo("UTC"), WireLimits(half_frame_s=30.0))
    connection = Connection(LineId(number), cast(Line, None), session, 1)
    list(session.receive(data, now))
    lines.note(connection)
    return connection


def test_each_line_has_its_own_time_and_the_next_one_is_asked_for():
    lines = Unfinished()
    assert lines.next_deadline() == NEVER
    begun(lines, 1, 100.0)
    begun(lines, 2, 110.0)
    assert lines.next_deadline() == 130.0
    assert lines.overdue(129.9) == []
    (late,) = lines.overdue(130.0)
    assert late.line == 1
    assert isinstance(late.message, Malformed)
    assert lines.next_deadline() == 140.0


def test_who_has_sent_the_rest_or_is_gone_owes_nothing():
    lines = Unfinished()
    begun(lines, 1, 100.0)
    done = begun(lines, 2, 100.0)
    list(done.session.receive(b".*A1.TXTOLN/S0990001\x03", 101.0))
    lines.note(done)
    lines.forget(LineId(1))
    lines.forget(LineId(1))
    assert lines.next_deadline() == NEVER
    assert lines.overdue(1_000.0) == []
