"""Asking a backend: whatever it does comes back as an event."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import trio

from switch.backend import Query, Reply
from switch.core.commands import AskBackend
from switch.core.events import BackendFailed, RepliesArrived
from switch.shell.asking import REASON_CHARACTERS_MAX, UNREADABLE, answered, answered_now, waits
from switch.terms import BackendName, MessageKey

ASK = AskBackend(
    BackendName("CADMV"), 1, (Query(1001, MessageKey("DQ"), "CA", {}, False, None, 0.0),)
)
FOUND = Reply(1001, ({"NAM": "ALBITE, MARA"},))


class Now:
    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act

    def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        return self.act()  # type: ignore[return-value]

    def close(self) -> None:
        pass


class Later(Now):
    async def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:  # type: ignore[override]
        await trio.sleep(5)
        return self.act()  # type: ignore[return-value]


def raises() -> object:
    raise RuntimeError("the disk is gone\nand more " + "x" * 300)


NONSENSE = [raises, lambda: None, lambda: 3, lambda: ["NAM"], lambda: [FOUND, 3]]


def test_replies_come_back_with_the_worker_that_brought_them():
    assert answered_now(Now(lambda: [FOUND]), ASK) == RepliesArrived(
        ASK.backend, ASK.worker, (FOUND,)
    )


@pytest.mark.parametrize("act", NONSENSE)
def test_nonsense_ends_the_batch_and_says_why_in_one_line(act):
    event = answered_now(Now(act), ASK)
    assert isinstance(event, BackendFailed)
    assert (event.backend, event.worker) == (ASK.backend, ASK.worker)
    assert "\n" not in event.reason
    assert 0 < len(event.reason) <= REASON_CHARACTERS_MAX


@pytest.mark.parametrize("act", NONSENSE)
async def test_so_it_does_where_the_backend_may_wait(act, autojump_clock):
    assert isinstance(await answered(Later(act), ASK, 10), BackendFailed)


@pytest.mark.parametrize("value", [3, None, b"S0990001", ["NAM"], {}])
def test_a_value_that_is_no_text_is_unreadable_to_whoever_may_have_it_and_ends_nothing(value):
    other = Reply(1002, ({"NAM": "BASALT, ORRIN"},))
    odd = Reply(1001, ({"NAM": "ALBITE, MARA", "SOC": value}, {"NAM": "CHERT, LIO"}))
    event = answered_now(Now(lambda: [odd, other]), ASK)
    mended = ({"NAM": "ALBITE, MARA", "SOC": UNREADABLE}, {"NAM": "CHERT, LIO"})
    assert event == RepliesArrived(ASK.backend, ASK.worker, (Reply(1001, mended), other))


def test_a_field_whose_code_is_no_text_is_left_out():
    odd = Reply(1001, ({"NAM": "ALBITE, MARA", 3: "X"},))  # type: ignore[dict-item]
    assert answered_now(Now(lambda: [odd]), ASK) == RepliesArrived(
        ASK.backend, ASK.worker, (FOUND,)
    )


@pytest.mark.parametrize("records", [3, None, ("NAM",), [["NAM", "X"]], {"NAM": "X"}])
def test_what_is_no_record_ends_its_query_and_not_its_batch(records):
    odd, other = Reply(1001, records), Reply(1002, ({"NAM": "BASALT, ORRIN"},))
    event = answered_now(Now(lambda: [odd, other]), ASK)
    assert isinstance(event, RepliesArrived)
    assert event.replies[1] == other
    assert event.replies[0].records == ()
    assert event.replies[0].error


async def test_a_backend_that_waits_is_awaited_up_to_its_time(autojump_clock):
    backend = Later(lambda: [FOUND])
    assert await answered(backend, ASK, 6) == RepliesArrived(ASK.backend, ASK.worker, (FOUND,))
    assert await answered(backend, ASK, 4) == BackendFailed(
        ASK.backend, ASK.worker, "took longer than its time and late_s"
    )


def test_how_a_backend_is_asked_shows_in_its_answer():
    assert waits(Later(raises))
    assert not waits(Now(raises))
