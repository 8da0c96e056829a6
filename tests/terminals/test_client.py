"""The client: frames in, messages out, whatever the chunks."""

from __future__ import annotations

from pathlib import Path

import pytest
import trio
import trio.testing

from switch.backend import Reply
from switch.errors import UsageError
from switch.wire.framing import Framing
from terminals.client import UNHEARD_MAX, Client, Place
from tests.playbook import ALBITE
from tests.process import serving
from tests.running import LICENCE, connect, running

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


async def test_control_fields_are_told_by_the_prefix_of_the_world():
    near, far = trio.testing.memory_stream_pair()
    client = Client(near, control_prefix="#")
    answer = ANSWER.replace(b"\r\nTXT", b"\r\n#C00001\r\nTXT")

    async def reply() -> None:
        assert b".#C00001." in await far.receive_some()
        await far.send_all(b"\x02" + answer + b"\x03")

    async with trio.open_nursery() as nursery:
        nursery.start_soon(reply)
        (found,) = await client.ask("DQ.CA0990100.CA.TXTOLN/S0990001")
    assert (found.control, found.body) == ("C00001", "HELLO")


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
    with pytest.raises(UsageError, match="10 bytes at most"):
        await client.receive()


def answer(control: str | None = None, *, mke: str = "DR", body: str = "HELLO") -> bytes:
    reference = f"*{control}\r\n" if control else ""
    head = ANSWER.replace(b"SM.", f"{mke}.".encode()).replace(b"HELLO", body.encode())
    return b"\x02" + head.replace(b"TXT", f"{reference}TXT".encode()) + b"\x03"


async def test_an_inquiry_gets_a_control_field_and_an_answer_for_each_destination():
    client, far = await pair()
    await far.send_all(answer("C00001", body="ONE") + answer("C00001", body="TWO"))
    found = await client.ask("DQ.CA0990100.CA.NV.TXTOLN/S0990001")
    assert await far.receive_some() == b"\x02DQ.CA0990100.CA.NV.*C00001.TXTOLN/S0990001\x03"
    assert [each.body for each in found] == ["ONE", "TWO"]


async def test_what_answers_something_else_waits_in_the_mailbox():
    client, far = await pair()
    await far.send_all(
        answer(mke="AM", body="TO ALL") + answer("A1", mke="AM") + answer("B7") + answer("A1")
    )
    (found,) = await client.ask("DQ.CA0990100.CA.*A1.TXTOLN/S0990001")
    assert (found.mke, found.control) == ("DR", "A1")
    assert [each.control for each in client.mailbox] == [None, "A1", "B7"]
    first = await client.receive()
    assert first is not None
    assert first.body == "TO ALL"


@pytest.mark.parametrize("number", [".91.", ".92."])
async def test_an_error_about_who_asks_stands_for_all_destinations(number: str):
    client, far = await pair()
    await far.send_all(answer("A1", mke="ER", body=f"TRAINING\r\n{number} REFUSED"))
    found = await client.ask("DQ.CA0990100.CA.NV.*A1.TXTOLN/S0990001")
    assert [each.mke for each in found] == ["ER"]


async def test_answers_that_came_before_the_time_was_over_are_kept(autojump_clock):
    client, far = await pair()
    await far.send_all(answer("A1"))
    with trio.move_on_after(1) as scope:
        await client.ask("DQ.CA0990100.CA.NV.*A1.TXTOLN/S0990001")
    assert scope.cancelled_caught
    assert [each.control for each in client.mailbox] == ["A1"]


async def test_a_mailbox_that_nobody_empties_is_refused(monkeypatch):
    monkeypatch.setattr("terminals.client.MAILBOX_MAX", 1)
    client, far = await pair()
    await far.send_all(answer("B1") + answer("B2"))
    with pytest.raises(UsageError, match="1 messages lie unread"):
        await client.ask("DQ.CA0990100.CA.*A1.TXTOLN/S0990001")


async def test_the_framing_with_lengths_is_spoken_too():
    near, far = trio.testing.memory_stream_pair()
    client = Client(near, framing=Framing.LENGTH)
    await far.send_all(len(ANSWER).to_bytes(4, "big") + ANSWER)
    signed_off = await client.sign_off()
    assert signed_off.body == "HELLO"
    assert await far.receive_some() == b"\x00\x00\x00\x07SIGNOFF"


# --- acknowledging, against a running switch ------------------------------------------------------


class Slow:
    """A backend that answers when it is told to."""

    def __init__(self) -> None:
        self.go = trio.Event()

    async def answer(self, batch):
        await self.go.wait()
        return [Reply(query.id, (ALBITE,)) for query in batch]

    def close(self) -> None:
        pass


async def test_a_message_that_was_not_taken_is_sent_again_and_answered_once():
    async with running() as switch:
        place = Place()
        async with Client(connect(switch)) as terminal:
            assert "SIGNED ON" in (await terminal.resume("BAY2", "BPD2", place)).body
            await terminal.ask(LICENCE)
            place.count(LICENCE.replace("A1", "A2").encode())  # lost with the line
        async with Client(connect(switch)) as terminal:
            assert "00001 TAKEN, 0 FOLLOW" in (await terminal.resume("BAY2", "BPD2", place)).body
            found = await terminal.receive()
            assert found is not None
            assert (found.control, found.sent.sequence) == ("A2", "00003")
            assert place.in_doubt == []


async def test_an_answer_that_came_meanwhile_is_handed_out_once():
    slow = Slow()
    async with running(slow) as switch:
        place = Place()
        async with Client(connect(switch)) as terminal:
            await terminal.resume("BAY2", "BPD2", place)
            await terminal.send(LICENCE.encode())
            assert "HEARTBEAT" in (await terminal.heartbeat()).body
        slow.go.set()
        await trio.testing.wait_all_tasks_blocked()
        async with Client(connect(switch)) as terminal:
            assert "1 FOLLOW" in (await terminal.resume("BAY2", "BPD2", place)).body
            found = await terminal.receive()
            assert found is not None
            assert (found.mke, found.sent.sequence) == ("DR", "00002")
            assert "SIGNED OFF" in (await terminal.sign_off()).body


async def test_a_switch_that_forgot_the_terminal_leaves_in_doubt_what_was_not_answered():
    place = Place()
    async with running() as switch, Client(connect(switch)) as terminal:
        await terminal.resume("BAY2", "BPD2", place)
        await terminal.ask(LICENCE)
        place.count(b"not answered")
    async with running() as restarted, Client(connect(restarted)) as terminal:
        assert "SIGNED ON" in (await terminal.resume("BAY2", "BPD2", place)).body
    assert place.in_doubt == [b"not answered"]
    assert (place.last, place.sent) == (1, 0)


async def test_after_a_sign_off_nothing_is_in_doubt():
    place = Place()
    async with running() as switch, Client(connect(switch)) as terminal:
        await terminal.resume("BAY2", "BPD2", place)
        await terminal.send(LICENCE.encode())
        assert "SIGNED OFF" in (await terminal.sign_off()).body
        assert "SIGNED ON" in (await terminal.resume("BAY2", "BPD2", place)).body
        assert place.in_doubt == []
        assert place.last == 4  # the numbers of the line go on


async def test_whoever_is_refused_goes_on_with_nothing():
    async with running() as switch, Client(connect(switch)) as terminal:
        assert (await terminal.resume("BAY9", "BPD2", Place())).mke == "ER"


def test_numbers_that_came_before_are_not_new_and_a_gap_is_an_error():
    place = Place()
    assert [place.is_new(number) for number in (1, 1, 2, 0, 1)] == [True, False, True, True, False]
    with pytest.raises(UsageError, match="message 00003 is missing"):
        place.is_new(4)
    place.last = 99_999
    assert place.is_new(1)
    assert not place.is_new(99_998)


def test_a_switch_that_took_what_was_never_sent_is_not_believed():
    with pytest.raises(UsageError, match="took 1 of 0"):
        Place().not_taken(1)


async def test_it_says_that_it_is_there_while_it_waits(autojump_clock):
    async with running() as switch, Client(connect(switch)) as terminal:
        await terminal.resume("BAY2", "BPD2", Place(), heartbeat_s=60.0)
        with trio.move_on_after(500.0) as waited:  # the world's `silence_s` is 90
            await terminal.receive()
        assert waited.cancelled_caught
        assert [answer.mke for answer in await terminal.ask(LICENCE)] == ["DR"]
        assert not terminal.mailbox


async def test_a_switch_that_answers_no_heartbeat_is_gone(autojump_clock):
    near, far = trio.testing.memory_stream_pair()
    client = Client(near)
    await far.send_all(b"\x02" + ANSWER + b"\x03")
    await client.resume("BAY2", "BPD2", Place(), heartbeat_s=10.0)
    before = trio.current_time()
    assert await client.receive() is None
    assert trio.current_time() - before == (UNHEARD_MAX + 1) * 10.0
    assert (await far.receive_some()).count(b"HEARTBEAT") == UNHEARD_MAX


async def test_over_a_real_line_that_breaks_each_message_arrives_once(tmp_path: Path):
    place = Place()
    with serving(tmp_path) as switch:
        async with await Client.connect(switch.host, switch.port) as terminal:
            await terminal.resume("BAY2", "BPD2", place)
            await terminal.send(LICENCE.encode())  # and the line is torn before the answer is read
        place.count(LICENCE.replace("A1", "A2").encode())  # lost with the line
        async with await Client.connect(switch.host, switch.port) as terminal:
            assert "RESUMED" in (await terminal.resume("BAY2", "BPD2", place)).body
            controls: list[str | None] = []
            while len(controls) < 2:
                message = await terminal.receive()
                assert message is not None
                controls.append(message.control)
            assert "SIGNED OFF" in (await terminal.sign_off()).body
    assert {*controls} == {"A1", "A2"}
    assert not terminal.mailbox
