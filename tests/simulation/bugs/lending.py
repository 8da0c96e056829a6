"""Bugs in lines that are lent to the journal's process, and taken back."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from switch.shell.clerk import Clerk, Short, _cut, _Lines, _packed
from switch.shell.recorder import Recorder, Turn
from tests.simulation.bugs.planted import bug


@bug("the scribe sends before it writes")
def _sends_first(patch: pytest.MonkeyPatch) -> None:
    def receive(self: Clerk, chunk: bytes, descriptors: Iterable[int] = ()) -> bytes:
        self._lines.lent.extend(descriptors)
        self._held += chunk
        batches, let_out = _cut(self._held)
        if not let_out:
            return b""
        short = self._lines.let_out(self._frames + 1, let_out)
        if batches:
            self._journal.append_packed(batches)
        self._frames += len(let_out)
        return _packed(["written", self._frames, *self._journal.head, short])

    patch.setattr(Clerk, "receive", receive)


@bug("what a lent line did not take is lost")
def _lost(patch: pytest.MonkeyPatch) -> None:
    real = Recorder._release_confirmed

    def release(self: Recorder) -> None:
        assert self._scribe is not None
        self._scribe.short()
        real(self)

    patch.setattr(Recorder, "_release_confirmed", release)


@bug("what a lent line took in part is sent again whole")
def _whole(patch: pytest.MonkeyPatch) -> None:
    real = _Lines.let_out

    def let_out(self: _Lines, first: int, packed: Iterable[bytes]) -> list[Short]:
        return [one._replace(taken=0) for one in real(self, first, packed)]

    patch.setattr(_Lines, "let_out", let_out)


@bug("the scribe goes on sending on a line that has not taken everything")
def _goes_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(_Lines, "_give_back", lambda self, line: None)


@bug("the switch sends on a line while it is lent")
def _both(patch: pytest.MonkeyPatch) -> None:
    from switch.shell import recorder

    def part(turn: Turn) -> None:
        for connection, messages in list(turn.outgoing.items()):
            if connection.lent and len(messages) == 1:
                turn.lent[connection.id] = messages[0]
                del turn.outgoing[connection]

    patch.setattr(recorder, "_part", part)


@bug("a line that is closed is not taken back")
def _kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Recorder, "take_back", lambda self, connection: None)
