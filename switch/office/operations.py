"""The operator's desk of a running switch: which destinations are in service, and what waits.

It changes no rule and reads no message: whatever it does is one event for the dispatcher, on record
like all others.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from switch.core.events import ServiceChanged
from switch.core.mail.addresses import places_of
from switch.core.services import BY_NAME, NAMES, Service
from switch.errors import UsageError
from switch.files.authored import did_you_mean
from switch.shell.app import Switch
from switch.shell.clock import Clock
from switch.terms import Instant
from switch.wire.control import ChangeService

BY = "operator of the switch"
_MINUTE_S = 60


class Operations:
    """One for a running switch."""

    def __init__(self, switch: Switch, clock: Clock) -> None:
        self._switch = switch
        self._clock = clock
        self._places = places_of(switch.world) | switch.world.backends.keys()

    def services(self) -> dict[str, Any]:
        """Every outage, and how many messages wait for which agency or backend."""
        outages = [
            {
                "destination": outage.destination,
                "key": outage.key,
                "status": NAMES[outage.service],
                "sm": outage.service.status,
                "until": self._local(outage.until),
            }
            for outage in self._switch.outages
        ]
        return {"outages": outages, "held": dict(Counter(self._switch.held))}

    def _local(self, at: Instant | None) -> str | None:
        if at is None:
            return None
        local = datetime.fromtimestamp(at, self._switch.world.timezone)
        return local.isoformat(timespec="minutes")

    async def change(self, wanted: ChangeService) -> dict[str, Any]:
        """Tell the switch; UsageError for what nobody has, or no status."""
        status, places = wanted.status, sorted(self._places)
        if status not in BY_NAME:
            raise UsageError(f"no status `{status}`", did_you_mean(status, BY_NAME))
        if wanted.destination not in self._places:
            where = wanted.destination
            raise UsageError(f"no destination `{where}`", did_you_mean(where, places))
        for key in wanted.keys:
            if key not in self._switch.formats.keys:
                known = self._switch.formats.terminal_keys
                raise UsageError(f"no message key `{key}`", did_you_mean(key, known))
        until = None
        if wanted.minutes and BY_NAME[status] is not Service.UP:
            until = self._clock.now() + wanted.minutes * _MINUTE_S
        await self._switch.put_on_record(
            ServiceChanged(BY, wanted.destination, BY_NAME[status], wanted.keys, until)
        )
        return self.services()
