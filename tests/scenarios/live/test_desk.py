"""The trainer's desk draws what is, escaped, and answers every button."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import trio

from scenarios.live.desk import PANELS, Desk
from switch.shell.scribe import Scribe
from tests.running import disk_at_work
from tests.scenarios.live.room import moves, running, settle

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


async def test_a_button_is_answered_when_what_it_did_is_on_record(tmp_path: Path):
    scribe, answers = Scribe.open(tmp_path / "a.journal"), list[str]()
    async with running(journal=scribe) as run:
        desk = Desk(run)
        await run.stage.switch.recorder.all_released()

        async def press() -> None:
            answers.append(await ask(desk, do="go"))

        async with trio.open_nursery() as nursery:
            with disk_at_work(scribe):
                nursery.start_soon(press)
                await settle(run)
                assert answers == moves(run) == []
        assert (answers, moves(run)) == ([""], ["began"])


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
