"""A stand-in speaks the bytes of a terminal and keeps the bytes it hears."""

from __future__ import annotations

import pytest

from scenarios.clock import run_virtually
from scenarios.script import Seat
from scenarios.standin import StandIn
from switch.errors import UsageError
from switch.shell.transport import MemoryLine, memory_line

SEAT = Seat("desk", "BAY2", "CA0990100", "BPD2", actor=False)
HEAD = b"SM.NL0000000\r\n23:58 10/14/2019 00001\r\n23:58 10/14/2019 00001 CA0990100\r\nTXT\r\n"


def talk(*answers: bytes) -> tuple[list, bytes]:
    heard: list = []

    async def both() -> bytes:
        near, far = memory_line()
        person = StandIn(SEAT, far, lambda seat, frame: heard.append((seat.id, frame)))
        for answer in answers:
            near.send_now(answer)
        await person.sign_on("SECRET")
        said = await read(near)
        near.close()
        await person.listen()
        return said

    async def read(line: MemoryLine) -> bytes:
        return await line.receive()

    return heard, run_virtually(both, 1)


def test_it_signs_on_in_a_frame_and_reports_every_frame_after_that():
    frames = b"".join(b"\x02" + HEAD + text + b"\x03" for text in (b"SIGNED ON", b"ONE", b"TWO"))
    heard, said = talk(frames[:50], frames[50:])
    assert said == b"\x02SIGNON BAY2 BPD2 SECRET\x03"
    assert [(seat, frame.output.body) for seat, frame in heard] == [
        ("desk", "ONE"),
        ("desk", "TWO"),
    ]
    assert heard[0][1].raw == HEAD + b"ONE"


def test_a_refused_sign_on_says_why():
    refusal = b"\x02" + HEAD.replace(b"SM.", b"ER.") + b".92. NOT IDENTIFIED\x03"
    with pytest.raises(UsageError, match=r"seat `desk` cannot sign on: \.92\. NOT IDENTIFIED"):
        talk(refusal)


def test_it_tells_control_fields_by_the_prefix_of_its_world():
    heard: list = []

    async def listen() -> None:
        near, far = memory_line()
        person = StandIn(SEAT, far, lambda _, frame: heard.append(frame), control_prefix="#")
        near.send_now(b"\x02" + HEAD.replace(b"TXT", b"#A1\r\nTXT") + b"ONE\x03")
        near.close()
        await person.listen()

    run_virtually(listen, 1)
    assert [(frame.output.control, frame.output.body) for frame in heard] == [("A1", "ONE")]
