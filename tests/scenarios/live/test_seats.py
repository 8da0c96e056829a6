"""Seats: what waits goes out in order, and who is not signed on is told."""

from __future__ import annotations

import trio
import trio.testing

from tests.scenarios.live.room import heads, running, settle


async def test_what_is_kept_goes_out_in_the_order_in_which_it_came(autojump_clock):
    async with running() as run:
        desk = run.seats.web["desk"]
        await desk.say("0", b"SIGNON BAY2 BPD2")
        async with trio.open_nursery() as nursery:
            for n in range(5):
                nursery.start_soon(desk.say, f"r{n}", b"AM.CA0990100.NV0990100.TXT%d" % n)
                await trio.testing.wait_all_tasks_blocked()
            run.go()
        sent = [item.raw for item in desk.traffic if item.raw]
        assert [raw[-1] for raw in sent] == list("01234")


async def test_what_is_kept_of_a_page_that_loses_its_connection_in_a_pause_goes_out_once(
    autojump_clock,
):
    message = b"DQ.CA0990100.CA.*A1.TXTOLN/S0990001"
    async with running() as run:
        desk = run.seats.web["desk"]
        await desk.say("0", b"SIGNON BAY2 BPD2")
        async with trio.open_nursery() as lost:
            lost.start_soon(desk.say, "1", message)
            await trio.testing.wait_all_tasks_blocked()
            lost.cancel_scope.cancel()
        async with trio.open_nursery() as again:
            again.start_soon(desk.say, "1", message)
            await trio.testing.wait_all_tasks_blocked()
            run.go()
        await settle(run)
        assert [entry["kind"] for entry in run.tape.entries].count("query") == 1
        assert sum(head.startswith("DR") for head in heads(run)) == 1


async def test_a_message_before_signing_on_is_answered_and_not_lost_in_silence(autojump_clock):
    async with running() as run:
        run.go()
        await run.seats.web["desk"].say("1", b"DQ.CA0990100.CA.TXTOLN/S0990001")
        assert "not sent" in heads(run)


async def test_secrets_of_a_sign_on_are_never_shown(autojump_clock):
    async with running() as run:
        await run.seats.web["desk"].say("1", b"SIGNON BAY2 BPD2 HUSH")
        await settle(run)
        assert "HUSH" not in str(list(run.seats.web["desk"].traffic))
