"""Terminals that acknowledge get and give each message exactly once, whatever their lines do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from switch.core.acknowledging import Acknowledging
from switch.core.kept import Kept
from switch.core.record.unbroken import Unbroken
from tests.simulation.promise import Broken
from tests.simulation.resuming import exactly_once

SEEDS = 40
SEARCHED_MAX = 40


def test_each_message_arrives_exactly_once_in_both_directions():
    assert sum(exactly_once(seed) for seed in range(SEEDS)) > 10 * SEEDS


def _nothing_again(patch: pytest.MonkeyPatch) -> None:
    real = Acknowledging._send_again

    def again(self: Acknowledging, kept: Any, last: int, stack: Any) -> None:
        kept.messages.clear()
        real(self, kept, last, stack)

    patch.setattr(Acknowledging, "_send_again", again)


def _counts_all(patch: pytest.MonkeyPatch) -> None:
    def count(self: Acknowledging, line: Any, message: Any) -> None:
        kept = self._kept.get(line.id)
        if kept is not None:
            kept.taken += 2

    patch.setattr(Acknowledging, "count", count)


def _counts_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Acknowledging, "count", lambda self, line, message: None)


def _not_while_away(patch: pytest.MonkeyPatch) -> None:
    real = Acknowledging.keep

    def keep(self: Acknowledging, stack: Any) -> None:
        if any(kept.away is not None for kept in self._kept.values()):
            self._unkept = len(self._out.sends)
        else:
            real(self, stack)

    patch.setattr(Acknowledging, "keep", keep)


def _one_too_many(patch: pytest.MonkeyPatch) -> None:
    real = Kept.drop_until

    def drop(self: Kept, number: int) -> bool:
        found = real(self, number)
        if self.messages:
            self.messages.popleft()
        return found

    patch.setattr(Kept, "drop_until", drop)


def _writes_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Acknowledging, "_put_on_record", lambda self, stack: self._changed.clear())


def _forgets_what_was_asked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Acknowledging, "_end", lambda self, line, asked: None)


def _forgets_what_was_taken(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Unbroken, "taken", 0)


def _counts_after_the_record(patch: pytest.MonkeyPatch) -> None:
    real = Kept.on_record

    def on_record(self: Kept, *given: Any, **named: Any) -> dict[str, Any]:
        said = real(self, *given, **named)
        return said | {"taken": max(0, said["taken"] - 1)}

    patch.setattr(Kept, "on_record", on_record)


@pytest.mark.parametrize(
    "planted",
    [
        *(_nothing_again, _counts_all, _counts_nothing, _not_while_away, _one_too_many),
        *(_writes_nothing, _forgets_what_was_asked, _forgets_what_was_taken),
        _counts_after_the_record,
    ],
)
def test_a_planted_bug_is_found(
    planted: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
):
    planted(monkeypatch)
    with pytest.raises(Broken):
        sum(map(exactly_once, range(SEARCHED_MAX)))
