"""The running switch over memory lines: the walk of a query, and every way a line can end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
import trio
import trio.testing

from switch.backend import Query, Reply
from switch.core.events import LineOpened
from switch.errors import JournalError
from switch.shell.store import Journal
from tests.logs import logged
from tests.playbook import ALBITE, golden_state
from tests.running import LICENCE, Inline, answers, ask, connect, running


class Crashing(Inline):
    def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        raise RuntimeError("the disk is gone")


class Nonsense(Inline):
    def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        return ["NAM/ALBITE"]  # type: ignore[list-item]


class Waiting:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        await trio.sleep(self.seconds)
        return [Reply(query.id, (ALBITE,)) for query in batch]

    def close(self) -> None:
        pass


class Full(Journal):
    """A journal whose disk is full from the third batch on."""

    def append(self, entries):  # type: ignore[no-untyped-def]
        if self.head.entries >= 2:
            raise JournalError("no space left on the disk")
        super().append(entries)


async def test_a_query_in_line_mode_gets_its_answer_and_a_blank_line(autojump_clock):
    async with running() as switch:
        far = connect(switch)
        text = await ask(far, "SIGNON BAY2 BPD2", LICENCE)
    assert "SIGNED ON BAY2 BPD2" in text
    assert "*A1\nTXT\nTRAINING - SIMULATED DATA\n" in text
    assert "NAM/ALBITE, MARA QUILL" in text


async def test_many_queries_in_one_chunk_are_all_answered(autojump_clock):
    async with running() as switch:
        far = connect(switch)
        text = await ask(far, "SIGNON BAY2 BPD2", *[LICENCE] * 30)
    assert text.count("NAM/ALBITE") == 30


async def test_garbage_is_answered_and_the_line_and_its_neighbour_live_on(autojump_clock):
    async with running() as switch:
        far, other = connect(switch), connect(switch)
        await ask(other, "SIGNON VSO1 VSO1A")
        text = await ask(far, "hello", "SIGNON BAY2 BPD2", "DQ.XX", "ÿ\x01", LICENCE)
        assert "NAM/ALBITE" in text
        assert "NAM/ALBITE" in await ask(other, "DQ.CA0990200.CA.TXTOLN/S0990001")


async def test_a_waiting_backend_is_awaited_and_too_late_is_said_and_labelled(autojump_clock):
    async with running(Waiting(12)) as switch:
        far = connect(switch)
        await ask(far, "SIGNON BAY2 BPD2")
        assert "NO ANSWER IN TIME" in await ask(far, LICENCE)
        assert "LATE" in await answers(far, 1)


async def test_a_cut_off_reaches_what_waits_at_its_very_instant(autojump_clock):
    entries: list[dict] = []
    async with running(Waiting(100)) as switch:
        switch.recorder.watch = entries.extend
        far = connect(switch)
        await ask(far, "SIGNON ERO1 ERO1A")
        await trio.sleep(115)
        text = await ask(far, "DQ.DCICE0900.CA.TXTOLN/S0990001")
        assert ".91." in text
    (refused,) = [entry for entry in entries if entry["kind"] == "refused"]
    assert (refused["at"], refused["point"]) == (1571122800.0, "waiting")


@pytest.mark.parametrize("backend", [Crashing(), Nonsense()])
async def test_a_backend_that_crashes_or_talks_nonsense_ends_its_batch_only(
    autojump_clock, backend
):
    async with running(backend) as switch:
        far = connect(switch)
        text = await ask(far, "SIGNON BAY2 BPD2", LICENCE, LICENCE)
        assert text.count("TEMPORARILY UNAVAILABLE") == 2
        wanted = "QW.CA0990100.NAM/BASALT, ORRIN.DOB/19790820"
        assert "QW" in await ask(far, wanted)


async def test_the_record_of_a_release_is_written_before_its_bytes_leave(autojump_clock):
    seen: list[str] = []
    async with running() as switch:
        far = connect(switch)
        await ask(far, "SIGNON BAY2 BPD2")
        switch.recorder.watch = lambda entries: seen.extend(
            f"{entry['kind']} {len(far._incoming._data)}" for entry in entries
        )
        await ask(far, LICENCE)
    assert "released 0" in seen


async def test_a_journal_that_cannot_be_written_ends_the_switch_and_releases_nothing():
    journal = Full(Journal.in_memory()._database)
    heard = b""
    with pytest.RaisesGroup(JournalError, allow_unwrapped=True, flatten_subgroups=True):
        async with running(journal=journal) as switch:
            far = connect(switch)
            await ask(far, "SIGNON BAY2 BPD2")
            await far.send_all(LICENCE.encode() + b"\n")
            heard = bytes(await far.receive_some())
    assert heard == b""


async def test_stopping_lets_what_is_in_flight_end_and_takes_nothing_new(autojump_clock):
    async with running(Waiting(3)) as switch:
        far = connect(switch)
        await ask(far, "SIGNON BAY2 BPD2")
        await far.send_all(LICENCE.encode() + b"\n")
        await trio.testing.wait_all_tasks_blocked()
        switch.stop("test")
        assert "NAM/ALBITE" in await answers(far, 1)
        assert await far.receive_some() == b""
        late = connect(switch)
        assert await late.receive_some() == b""


async def test_stopping_does_not_wait_longer_than_the_grace_period_and_says_so(autojump_clock):
    entries: list[dict] = []
    async with running(Waiting(1000)) as switch:
        switch.recorder.watch = entries.extend
        far = connect(switch)
        await ask(far, "SIGNON BAY2 BPD2")
        await far.send_all(LICENCE.encode() + b"\n")
        await trio.testing.wait_all_tasks_blocked()
        begun = trio.current_time()
        switch.stop("test")
        assert "NO ANSWER FROM CADMV. THE SWITCH STOPPED" in await answers(far, 1)
        assert await far.receive_some() == b""
        assert trio.current_time() - begun <= golden_state()[0].limits.grace_s + 0.001
    (ended,) = [entry for entry in entries if entry["kind"] == "no-answer"]
    assert (ended["query"], ended["reason"]) == (1, "stopped")


async def test_what_is_said_while_it_stops_is_not_taken_and_costs_no_answer(autojump_clock):
    entries: list[dict] = []
    async with running(Waiting(3)) as switch:
        switch.recorder.watch = entries.extend
        far = connect(switch)
        await ask(far, "SIGNON BAY2 BPD2")
        await far.send_all(LICENCE.encode() + b"\n")
        await trio.testing.wait_all_tasks_blocked()
        switch.stop("test")
        await far.send_all(b"HEARTBEAT\n" + LICENCE.encode() + b"\n")
        heard = await answers(far, 2)
        assert heard.count("NAM/ALBITE") == 1
        assert heard.count("\n\n") == 1
    assert [entry["kind"] for entry in entries].count("query") == 1


async def test_a_continued_journal_goes_on_counting_inquiries(autojump_clock):
    journal = Journal.in_memory()
    for _ in range(2):
        async with running(journal=journal) as switch:
            far = connect(switch)
            await ask(far, "SIGNON BAY2 BPD2", LICENCE)
    queries = [entry["query"] for entry in journal.entries() if entry["kind"] == "query"]
    assert queries == [1, 2]


async def test_half_a_frame_is_ended_after_its_time(autojump_clock):
    async with running() as switch:
        far = connect(switch)
        await far.send_all(b"\x02DQ.CA0990100")
        text = bytes(await far.receive_some())
    assert text.startswith(b"\x02ER.")


async def test_a_line_at_which_nobody_signs_on_is_closed(autojump_clock):
    async with running() as switch:
        far = connect(switch)
        assert "NOBODY SIGNED ON" in await answers(far, 1)
        assert await far.receive_some() == b""


async def test_after_its_end_nothing_is_handled_whoever_still_drives(autojump_clock):
    journal = Journal.in_memory()
    async with running(journal=journal) as switch:
        far = connect(switch)
        await ask(far, "SIGNON BAY2 BPD2")
    last = journal.head
    switch.post(LineOpened(99))
    switch.turn()
    assert journal.head == last


# --- the log --------------------------------------------------------------------------------------


async def test_what_becomes_of_lines_is_logged_and_their_messages_are_not(autojump_clock):
    with logged() as logs:
        async with running() as switch:
            far = connect(switch)
            await ask(far, "SIGNON BAY2 BPD2", *[LICENCE] * 30)
            other = connect(switch)
            await ask(other, "hello", "SIGNON VSO1 VSO1A")
            await far.aclose()
            while switch.connections > 1:
                await switch.handled()
    told = [(each["event"], each.get("line"), each.get("reason")) for each in logs]
    assert [each for each in told if each[1] == 1] == [
        ("line opened", 1, None),
        ("signed on", 1, None),
        ("line closed", 1, "its far end is gone"),
        ("signed off", 1, "line closed"),
    ]
    assert [each for each in told if each[1] != 1] == [
        ("line opened", 2, None),
        ("signed on", 2, None),
        ("stopping", None, "test"),
        ("line closed", 2, "the switch stops"),
        ("stopped", None, "test"),
    ]
    assert logs[0]["peer"] == "this process"


async def test_a_line_too_many_is_refused_and_logged_with_the_reason(autojump_clock):
    with logged() as logs:
        async with running() as switch:
            switch.world = replace(switch.world, limits=replace(switch.world.limits, lines_max=1))
            await ask(connect(switch), "SIGNON BAY2 BPD2")
            second = connect(switch)
            assert await second.receive_some() == b""
    (refused,) = [each for each in logs if each["event"] == "line refused"]
    assert (refused["log_level"], refused["reason"]) == ("warning", "lines_max are open")


async def test_a_line_that_the_switch_closes_is_logged_with_its_reason(autojump_clock):
    with logged() as logs:
        async with running() as switch:
            far = connect(switch)
            await answers(far, 1)
    reasons = [each["reason"] for each in logs if each["event"] == "line closed"]
    assert reasons == ["nobody signed on in time"]
