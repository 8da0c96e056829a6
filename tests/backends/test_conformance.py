"""The conformance suite: our backends pass it, and planted faults do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends import memory, sqlite
from backends.conformance import check
from switch.backend import Reply
from tests.backends.small import query, setup

KNOWN = query("DQ", OLN="S0990001")


@pytest.mark.parametrize("kind", [memory, sqlite])
def test_the_built_in_backends_conform(tmp_path: Path, kind):
    check(kind.open_backend(setup(tmp_path)), KNOWN)


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
        if query.fields["OLN"] != "S0990001" and self.fault != "anybody":
            return Reply(query.id)
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
        ("anybody", "nobody asked for"),
        ("changing", "two answers"),
    ],
)
def test_every_planted_fault_is_found(fault: str, said: str):
    with pytest.raises(AssertionError, match=said):
        check(Planted(fault), KNOWN)


def test_a_backend_without_fault_conforms():
    check(Planted(""), KNOWN)
