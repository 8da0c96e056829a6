"""Whatever a page says is answered: done, or with what is wrong and what to do."""

from __future__ import annotations

import json

import pytest

from switch.wire.spec_files import load_formats
from terminals.traffic import Tone
from terminals.web.conversation import Conversation
from terminals.web.seat import WebSeat


class Room:
    """A seat whose line keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.seat = WebSeat("desk", "BAY2", "CA0990100", "BPD2", self._say)
        self.talk = Conversation(self.seat, load_formats(), "*", dict)

    async def _say(self, message: bytes) -> None:
        self.sent.append(message)

    async def ask(self, **asked) -> list:
        answer = json.loads(await self.talk.hear(json.dumps({"id": "1", **asked})))
        assert answer["ack"] == "1"
        return answer["problems"]


async def test_forms_lines_and_signing_on_reach_the_line():
    room = Room()
    form = {"do": "form", "key": "DQ", "to": "CA", "fields": {"OLN": "S0990001"}}
    assert await room.ask(**form) == []
    assert json.loads(await room.talk.hear(json.dumps({"id": "2", "do": "line", "text": "X"})))
    await room.talk.hear(json.dumps({"id": "3", "do": "sign-on", "operator": "bpd2"}))
    await room.talk.hear(json.dumps({"id": "4", "do": "sign-off"}))
    assert room.sent == [
        *(b"DQ.CA0990100.CA.TXTOLN/S0990001", b"X"),
        *(b"SIGNON BAY2 BPD2", b"SIGNOFF"),
    ]


@pytest.mark.parametrize(
    "said", ["", "nonsense", "[]", "{}", '{"id": 3}', "null", '{"id": "1"}', "\x00", "9" * 5000]
)
async def test_nonsense_is_answered_and_sends_nothing(said: str):
    room = Room()
    assert json.loads(await room.talk.hear(said))["problems"]
    assert room.sent == []


@pytest.mark.parametrize(
    "asked",
    [
        {"do": "form", "key": "DQ", "fields": "none"},
        {"do": "form", "key": ["DQ"], "fields": {"OLN": {"a": 1}}},
        {"do": "line", "text": "\x00\x01 binary \xff"},
        {"do": "line", "text": "A" * 1_000_000},
        {"do": "sign-on", "operator": "BPD2\x03SIGNOFF"},
        {"do": "sign-on", "operator": "BPD2", "secret": "two words"},
        {"do": "something else"},
    ],
)
async def test_bad_input_is_told_and_nothing_is_sent(asked):
    room = Room()
    (_, what, fix), *_ = await room.ask(**asked)
    assert what
    assert fix
    assert room.sent == []


async def test_a_flood_is_told_to_wait():
    room = Room()
    answers = [
        json.loads(await room.talk.hear(json.dumps({"id": str(n), "do": "line", "text": "X"})))
        for n in range(60)
    ]
    refused = [answer for answer in answers if answer["problems"]]
    assert len(room.sent) + len(refused) == 60
    assert refused[0]["problems"][0][1] == "too many messages at once"


async def test_news_is_what_a_page_has_not_seen():
    room = Room()
    room.seat.add(Tone.RADIO, "08:00:00", "<b>hello</b>", "")
    seen, text = room.talk.news(0)
    ((n, html, alarm),) = json.loads(text)["items"]
    assert (seen, n, alarm) == (1, 1, True)
    assert "&lt;b&gt;" in html
    assert json.loads(room.talk.news(seen)[1])["items"] == []
