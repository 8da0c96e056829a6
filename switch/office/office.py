"""The owners' side of a running switch, put together: keys, versions, authority, control socket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from switch.acl.engine import AccessStack
from switch.core.events import Event
from switch.core.record.journal import Entry
from switch.office.adoption import adopt
from switch.office.authority import Authority
from switch.office.control import ControlSocket
from switch.office.keys import registered
from switch.office.operations import Operations
from switch.office.probing import Prober
from switch.office.versions import Versions
from switch.shell.app import Switch
from switch.shell.clock import Clock


class OwnersOffice:
    """Open it before the switch, `adopt`, then run its `tasks` beside the switch; `close` it."""

    def __init__(self, path: Path, folder: Path, clock: Clock) -> None:
        self._clock = clock
        self._socket = ControlSocket(path)
        self._keys = registered(folder)
        self._versions = Versions.open(folder)
        self._prober = Prober(clock)
        self._first: list[Event] = []

    def adopt(self, stack: AccessStack) -> AccessStack:
        """The stack with the versions that their owners have in force."""
        stack, self._first = adopt(stack, self._keys, self._versions, self._clock.now())
        return stack

    def watch(self, entries: Sequence[Entry]) -> None:
        """Give it to the switch: probes find out what came of them."""
        self._prober.watch(entries)

    def tasks(self, switch: Switch) -> Sequence[Callable[[], Awaitable[None]]]:
        """What runs beside the switch; the switch is told first what it starts with."""
        authority = Authority(
            switch.world, self._keys, self._versions, switch, self._prober, self._clock
        )
        for event in self._first:
            switch.post(event)
        return authority.run, partial(self._socket.run, authority, Operations(switch, self._clock))

    def close(self) -> None:
        """Give socket and store back."""
        self._socket.close()
        self._versions.close()
