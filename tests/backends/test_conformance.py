"""The conformance suite: our backends pass it, and planted faults do not."""

from __future__ import annotations

from pathlib import Path

import pytest
import trio

from backends import sqlite
from backends.conformance import check, check_waiting
from switch.backend import Query, Reply
from tests.backends.small import in_memory, query, setup


def known() -> Query:
    return query("DQ", OLN="S0990001")


@pytest.mark.parametrize("opens", [in_memory, sqlite.open_backend])
def test_the_built_in_backends_conform(tmp_path: Path, opens):
    check(opens(setup(tmp_path)), known())


class Planted:
    def __init__(self, fault: str) -> None:
        self.fault = fault
        self.asked = 0

    def answer(self, batch):  # type: ignore[no-untyped-def]
        self.asked += 1
        if self.fault == "empty" and not batch:
            return [Reply(0)]
        if self.fault == "lost":
            return [Reply(query.id) for query in batch[1:]]
        if self.fault == "short":
            return [self.reply(query) for query in batch[:256]]
        return [self.reply(query) for query in batch]

    def reply(self, query):  # type: ignore[no-untyped-def]
        if self.fault == "type":
            return {"id": query.id}
        record = {"OLN": "S0990001"}
        if self.fault == "value":
            record["DOB"] = 19850412  # type: ignore[assignment]
        if self.fault == "control":
            record["NAM"] = "A\nB"
        if self.fault == "changing":
            record["N"] = str(self.asked)
        if self.fault == "photo" and not query.image:
            record["RES"] = "1 EXAMPLE ST"
        if query.key != "DQ" and self.fault != "any key":
            return Reply(query.id, error=None if self.fault == "no error" else "not my key")
        asked = query.fields["OLN"]
        if self.fault == "mutates":
            query.fields["SEEN"] = "Y"
        if self.fault == "pattern" and asked in ("%", "*"):
            asked = "S0990001"
        if asked != "S0990001" and self.fault != "anybody":
            return Reply(query.id, error="never heard" if self.fault == "unsaid" else None)
        count = 200 if self.fault == "many" else 0 if self.fault == "none" else 1
        return Reply(0 if self.fault == "id" else query.id, (record,) * count)

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("empty", "replied to an empty batch"),
        ("lost", "replied to"),
        ("type", "instead of Reply"),
        ("id", "replied to"),
        ("none", "no record"),
        ("value", "DOB holds int"),
        ("control", "control character"),
        ("many", "more than 100"),
        ("short", "a batch of 1024 has 256 replies"),
        ("anybody", "nobody asked for: ZZZZZZZZ"),
        ("pattern", "nobody asked for: %"),
        ("unsaid", "not on file is no error"),
        ("any key", "answered a key that it does not serve"),
        ("no error", "is not an error"),
        ("mutates", "changed the fields"),
        ("photo", "more than the image"),
        ("changing", "two answers"),
    ],
)
def test_every_planted_fault_is_found(fault: str, said: str):
    with pytest.raises(AssertionError, match=said):
        check(Planted(fault), known())


def test_a_backend_without_fault_conforms():
    check(Planted(""), known())


class Waiting(Planted):
    """One that lives in one trio run, as one with a connection does."""

    closed = 0
    limiter: trio.CapacityLimiter | None = None

    async def answer(self, batch):  # type: ignore[no-untyped-def]
        self.limiter = self.limiter or trio.CapacityLimiter(1)
        async with self.limiter:
            await trio.lowlevel.checkpoint()
            return super().answer(batch)

    def close(self) -> None:
        self.closed += 1


def test_a_backend_that_waits_is_held_to_the_same():
    backend = Waiting("")
    check(backend, known())
    assert backend.closed == 2
    with pytest.raises(AssertionError, match="two answers"):
        check(Waiting("changing"), known())


async def test_one_that_waits_can_be_checked_in_a_run_of_its_authors_own():
    await check_waiting(Waiting(""), known())
