"""The trainer sees who sent what, and who decided what about it."""

from __future__ import annotations

import trio
import trio.testing

from scenarios.live.tape import verdict_of, way_word, what_of
from tests.scenarios.live.room import running, settle


async def test_every_message_is_told_with_its_verdict_and_owner(autojump_clock):
    async with running() as run:
        desk = run.seats.web["desk"]
        await desk.say("1", b"SIGNON BAY2 BPD2")
        run.go()
        await desk.say("2", b"DQ.CA0990100.CA.*A1.TXTOLN/S0990001")
        await desk.say("3", b"NONSENSE")
        await trio.sleep(1)
        await settle(run)
        told = {entry["kind"]: entry for entry in reversed(list(run.tape.latest()))}
        assert way_word(told["query"]) == "sent"
        assert "CADMV" in verdict_of(told["query"])
        assert "ALBITE" in what_of(told["released"])
        assert what_of(told["malformed"])
        assert "began" in what_of(told["noted"])
        assert "BPD2" in what_of(told["signed-on"])
