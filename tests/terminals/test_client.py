"""The client: frames in, messages out, whatever the chunks."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from switch.errors import UsageError
from terminals.client import Client

ANSWER = (
    b"SM.NL0000000\r\n00:00 10/15/2019 00001\r\n00:00 10/15/2019 00001 CA0990100\r\nTXT\r\nHELLO"
)


async def pair():
    near, far = trio.testing.memory_stream_pair()
    return Client(near), far


async def test_answers_are_cut_out_of_any_chunks():
    client, far = await pair()
    stream = b"\x02" + ANSWER + b"\x03\x02" + ANSWER + b"\x03"
    async with trio.open_nursery() as nursery:

        async def trickle() -> None:
            for start in range(0, len(stream), 7):
                await far.send_all(stream[start : start + 7])

        nursery.start_soon(trickle)
        for _ in range(2):
            answer = await client.receive()
            assert answer is not None
            assert answer.mke == "SM"


async def test_a_message_is_framed_by_stx_and_etx():
    client, far = await pair()
    await client.send(b"DQ.X")
    assert await far.receive_some() == b"\x02DQ.X\x03"


async def test_a_closed_line_reads_as_none_and_refuses_the_sign_on():
    client, far = await pair()
    await far.aclose()
    assert await client.receive() is None
    with pytest.raises(UsageError):
        await client.sign_on("BAY2", "BPD2")


async def test_an_endless_answer_is_refused(monkeypatch):
    monkeypatch.setattr("terminals.client.ANSWER_BYTES_MAX", 10)
    client, far = await pair()
    await far.send_all(b"\x02" + b"x" * 100)
    with pytest.raises(UsageError, match="longer than 10 bytes"):
        await client.receive()
