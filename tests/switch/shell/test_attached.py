"""A line with a task of its own, from the first byte until either end closes it."""

from __future__ import annotations

import trio.testing

from switch.shell.app import Switch
from switch.shell.attached import attach
from switch.shell.transport import MemoryLine, MemoryStream, _Pipe
from tests.running import LICENCE, answers, ask, connect, running
from tests.switch.shell.test_app import Waiting


class HalfClosing(MemoryLine):
    """As a socket: whoever has no more to say may still listen."""

    half_closes = True


class Ended(HalfClosing):
    """As a socket whose far end is known to have no more to say when its bytes are read."""

    ended = True


def laid(switch: Switch, kind: type[MemoryLine]) -> tuple[MemoryStream, _Pipe]:
    """The far end of such a line, and by itself the direction in which it sends."""
    there, back = _Pipe(), _Pipe()
    switch.nursery.start_soon(attach, switch, kind(there, back))  # type: ignore[attr-defined]
    return MemoryStream(back, there), there


async def test_a_line_whose_far_end_hangs_up_is_closed_at_once(autojump_clock):
    async with running(Waiting(3.0)) as switch:
        far = connect(switch)
        await ask(far, "SIGNON BAY2 BPD2")
        await far.send_all(f"{LICENCE}\n".encode())
        await far.aclose()
        await trio.testing.wait_all_tasks_blocked()
        assert switch.connections == 0


async def test_one_that_has_no_more_to_say_is_hung_up_when_it_has_its_answer(autojump_clock):
    async with running(Waiting(3.0)) as switch:
        far, sends = laid(switch, HalfClosing)
        await ask(far, "SIGNON BAY2 BPD2")
        await far.send_all(f"{LICENCE}\n".encode())
        sends.close()
        assert "NAM/ALBITE" in await answers(far, 1)
        assert await far.receive_some() == b""


async def test_one_that_is_known_to_have_ended_is_not_read_again(autojump_clock):
    async with running(Waiting(3.0)) as switch:
        far, _ = laid(switch, Ended)
        await far.send_all(f"SIGNON BAY2 BPD2\n{LICENCE}\n".encode())
        assert "NAM/ALBITE" in await answers(far, 2)
        assert await far.receive_some() == b""
