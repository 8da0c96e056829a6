"""What a trainer does takes effect, is on record, and judged again gives the same score."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from scenarios.background.messages import spoken
from scenarios.replay import replay
from switch.core.events import ServiceChanged
from switch.core.services import Service
from switch.errors import UsageError
from tests.rehearsal_room import TALK
from tests.scenarios.live.room import heads, moves, running, settle

SIGN_ON, ASK = b"SIGNON BAY2 BPD2", b"DQ.CA0990100.CA.*A1.TXTOLN/S0990001"


def line(run, row):
    return next(one for one in run.judge.standing(0.0).lines if one.id == row)


async def same_score(run) -> None:
    if not run.over.is_set():
        run.end()
        await run.over.wait()
    await settle(run)
    run.judge.end(run.judge.ended_at)
    again = replay(run.script, run.opened.world, run.tape.entries).result
    assert again.lines == run.judge.standing(0.0).lines


async def test_a_lesson_runs_by_itself_to_its_end(autojump_clock):
    async with running() as run:
        await run.seats.web["desk"].say("1", SIGN_ON)
        run.go()
        await trio.sleep(65)
        assert "Licence S0990001?" in heads(run)
        await run.seats.web["desk"].say("2", ASK)
        await run.over.wait()
        assert line(run, "ask").status.value == "met"
        assert line(run, "answer").status.value == "met"
        assert run.clock.stands
        await same_score(run)


async def test_in_a_pause_input_is_kept_and_stamped_when_it_goes_on(autojump_clock):
    async with running() as run:
        await run.seats.web["desk"].say("1", SIGN_ON)
        run.go()
        await trio.sleep(70)
        run.pause()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(run.seats.web["desk"].say, "2", ASK)
            await trio.sleep(3600)
            assert line(run, "ask").status.value == "open"
            run.go()
        await settle(run)
        assert line(run, "ask").status.value == "met"
        assert line(run, "ask").at - run.script.starts == pytest.approx(70)
        assert moves(run)[-2:] == ["paused", "resumed"]
        await same_score(run)


async def test_skip_goes_to_what_comes_next_and_only_when_nothing_is_open(autojump_clock):
    async with running() as run:
        run.go()
        await settle(run)
        run.skip()
        await trio.sleep(1)
        assert run.clock.now() - run.script.starts == pytest.approx(61)
        with pytest.raises(UsageError, match="ask"):
            run.skip()
        await same_score(run)


async def test_injects_are_fired_cancelled_and_played(autojump_clock):
    async with running() as run:
        await run.seats.web["desk"].say("1", SIGN_ON)
        run.go()
        run.fire("hello")
        run.cancel("nag")
        await settle(run)
        assert any(head.startswith("AM") for head in heads(run))
        await run.play_actor("far", b"AM.NV0990100.CA0990100.TXTON MY WAY")
        await settle(run)
        assert "ON MY WAY" in run.seats.web["desk"].traffic[-1].body
        for wrong in (run.fire, run.cancel, run.stand_in):
            with pytest.raises(UsageError):
                wrong("nothing of the kind")
        await same_score(run)


async def test_the_desk_is_told_that_the_lesson_is_over_however_soon_it_has_looked(autojump_clock):
    looked = []
    async with running() as run:
        run.go()

        def recorded(entries) -> None:
            run._recorded(entries)
            looked.append((run.over.is_set(), run.changed()))

        run.stage.switch.recorder.watch = recorded
        run.end()
        await run.over.wait()
        over, changed = looked[-1]
        assert over or changed.is_set()


async def test_the_desk_is_told_that_a_page_was_opened_and_closed(autojump_clock):
    async with running() as run:
        before = run.changed()
        with run.seats.web["desk"].page():
            assert before.is_set()
            assert run.seats.web["desk"].pages == 1
            before = run.changed()
        assert before.is_set()
        assert run.seats.web["desk"].pages == 0


async def test_a_stand_in_plays_on_for_who_is_missing(autojump_clock):
    async with running() as run:
        run.go()
        await trio.sleep(65)
        run.stand_in("desk")
        await trio.sleep(30)
        assert line(run, "ask").stand_in
        assert line(run, "ask").status.value == "met"
        run.take_seat("desk")
        await settle(run)
        assert not run.seats.web["desk"].stand_in
        await same_score(run)


async def test_an_override_needs_a_reason_and_points_that_exist(autojump_clock):
    async with running() as run:
        run.go()
        for points, reason in ((11, "why"), (-1, "why"), (5, " ")):
            with pytest.raises(UsageError):
                run.override("ask", points, reason)
        run.override("ask", 7, "heard it on the radio")
        run.end()
        await run.over.wait()
        assert line(run, "ask").earned == 7
        with pytest.raises(UsageError, match="over"):
            run.pause()
        await same_score(run)


async def test_a_run_begun_again_owes_what_is_on_record(autojump_clock):
    async with running() as run:
        run.stage.switch.post(ServiceChanged("operator", "NL", Service.HOLD))
        await settle(run)
        down = run.stage.switch.outages
    async with running(run.tape.entries) as again:
        assert again.stage.switch.outages == down != ()


async def test_a_run_begun_again_from_its_journal_stands_where_it_was(autojump_clock):
    async with running() as run:
        await run.seats.web["desk"].say("1", SIGN_ON)
        run.go()
        await trio.sleep(65)
        await run.seats.web["desk"].say("2", ASK)
        await settle(run)
        earlier = [entry for entry in run.tape.entries if entry["kind"] != "stopped"]
        before, stood = run.judge.standing(0.0), run.clock.now()
    async with running(earlier) as again:
        await settle(again)
        assert again.judge.standing(0.0) == before
        assert again.clock.stands
        assert stood - 6 < again.clock.now() <= stood
        assert again.seats.web["desk"].signed_on == "BPD2"
        assert "Licence S0990001?" in heads(again)
        again.go()
        await again.over.wait()
        await same_score(again)


TWO = """
[[inject]]
id = "first"
at = "2m"
actor = "far"
sends = { key = "AM", to = "desk", text = "FIRST" }
[[inject]]
id = "second"
at = "2m"
actor = "far"
sends = { key = "AM", to = "desk", text = "SECOND" }
"""


async def test_of_two_things_due_at_once_the_one_that_was_not_said_is_said_after_a_restart(
    autojump_clock,
):
    async with running(more=(TWO,)) as run:
        await run.seats.web["desk"].say("1", SIGN_ON)
        run.go()
        await trio.sleep(121)
        entries = list(run.tape.entries)
    sent = [n for n, entry in enumerate(entries) if entry["kind"] == "message"]
    assert [entries[n]["text"] for n in sent] == ["FIRST", "SECOND"]
    async with running(entries[: sent[1]], more=(TWO,)) as again:
        again.go()
        await settle(again)
        said = [entry["text"] for entry in again.tape.entries if entry["kind"] == "message"]
        assert said == ["FIRST", "SECOND"]


async def test_a_stand_in_that_was_to_act_when_the_class_stopped_acts_after_a_restart(
    autojump_clock,
):
    async with running() as run:
        run.go()
        run.stand_in("desk")
        await trio.sleep(100)
        entries = list(run.tape.entries)
    (acted,) = [n for n, entry in enumerate(entries) if entry["kind"] == "query"]
    async with running(entries[:acted]) as again:
        again.go()
        await settle(again)
        assert line(again, "ask").status.value == "met"
        assert line(again, "ask").stand_in
    async with running(entries[: acted + 1]) as again:
        again.go()
        await settle(again)
        assert [entry["kind"] for entry in again.tape.entries].count("query") == 1


async def test_the_background_is_heard_but_not_scored_and_not_caught_up_with(autojump_clock):
    async with running(more=(TALK,)) as run:
        await run.seats.web["desk"].say("1", SIGN_ON)
        run.go()
        await trio.sleep(58)
        one = run.opened
        said = spoken(one.script, one.world, one.formats, one.script.seed)
        before = sum(message.at <= 58 for message in said)
        assert run.tape.background.sent == before > 3
        assert any("CA0990200" in head for head in heads(run))
        assert not any(entry.get("terminal") == "VSO1" for entry in run.tape.latest())
        run.pause()
        await trio.sleep(600)
        assert run.tape.background.sent == before
        run.go()
        run.cancel("call")
        await settle(run)
        run.skip()  # to 5m
        await settle(run)
        assert run.tape.background.sent <= before + 1
        await run.over.wait()
        with pytest.raises(UsageError, match="over"):
            await run.play_actor("county", b"AM")
        await same_score(run)


async def test_nobody_plays_a_station_of_the_background(autojump_clock):
    async with running(more=(TALK,)) as run:
        run.go()
        with pytest.raises(UsageError, match="only talks in the background"):
            await run.play_actor("county", b"AM.CA0990200.CA0990100.TXTHELLO")


async def test_after_a_restart_the_background_goes_on_and_repeats_nothing(autojump_clock):
    def said(run):
        entries = (e for e in run.tape.entries if e.get("terminal") == "VSO1")
        return [e["control"] for e in entries if e["kind"] in ("query", "message")]

    async with running(more=(TALK,)) as run:
        run.go()
        await trio.sleep(120)
        await settle(run)
        earlier = [entry for entry in run.tape.entries if entry["kind"] != "stopped"]
        before = said(run)
    async with running(earlier, more=(TALK,)) as again:
        again.go()
        await again.over.wait()
        controls = said(again)
        assert controls[: len(before)] == before
        assert len(set(controls)) == len(controls) > len(before) > 10
        await same_score(again)
