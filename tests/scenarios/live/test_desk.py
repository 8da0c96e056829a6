"""The trainer's desk draws what is, escaped, and answers every button."""

from __future__ import annotations

import json

import pytest

from scenarios.live.desk import PANELS, Desk
from tests.scenarios.live.room import running, settle

HOSTILE = b"AM.NV0990100.CA0990100.TXT<SCRIPT>ALERT(1)</SCRIPT>"


async def ask(desk: Desk, **asked) -> str:
    return json.loads(await desk.hear(json.dumps({"id": "1", **asked})))["wrong"]


async def test_panels_are_drawn_once_and_again_only_when_they_change(autojump_clock):
    async with running() as run:
        desk = Desk(run)
        first = json.loads(desk.news(0)[1])
        assert set(first["panels"]) == set(PANELS)
        assert first["state"]["phase"] == "not begun"
        assert json.loads(desk.news(0)[1])["panels"] == {}
        assert await ask(desk, do="go") == ""
        await settle(run)
        again = json.loads(desk.news(0)[1])
        assert "controls" in again["panels"]
        assert again["state"]["phase"] == "running"


async def test_hostile_text_in_a_message_is_shown_and_never_run(autojump_clock):
    async with running() as run:
        desk = Desk(run)
        run.go()
        await settle(run)
        assert await ask(desk, do="play", about="far", text=HOSTILE.decode()) == ""
        await settle(run)
        text = json.loads(desk.news(0)[1])["panels"]["traffic"]
        assert "&lt;SCRIPT&gt;" in text
        assert "<SCRIPT" not in text


@pytest.mark.parametrize(
    "asked",
    [
        {"do": "pause"},
        {"do": "fire", "about": "hello"},
        {"do": "fire", "about": "<b>"},
        {"do": "override", "about": "ask", "points": "many", "reason": "x"},
        {"do": "override", "about": "nothing", "points": "1", "reason": "x"},
        {"do": "play", "about": "far", "text": "\x00\xff"},
        {"do": "explode"},
        {},
    ],
)
async def test_what_cannot_be_done_is_said(autojump_clock, asked):
    async with running() as run:
        assert await ask(Desk(run), **asked)
        assert json.loads(await Desk(run).hear("nonsense"))["wrong"]
