"""Which destinations are out of service, for which message keys, and until when.

Status is kept per destination *and* key [N-SM]: a state may answer DQ while its registration is
down. A destination is a code of two characters, an ORI, or a backend by its name; an outage of `NL`
is one of the whole network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import Any, NamedTuple

from switch.terms import Instant

EVERYTHING = "NL"  # the switch itself: whatever is addressed to whomever
KIND = "service"


class Service(IntEnum):
    """How a destination takes a key, the worst last; the numbers are those of SM [N-SM]."""

    UP = 0  # it takes it
    HOLD = 2  # .02. out of service, will forward
    REMOVE = 4  # .04. out of service, will not forward
    NEVER = 9  # .01. does not respond to the type

    @property
    def status(self) -> str:
        """The number of its SM; empty for `UP`."""
        return _NUMBERS[self]


_NUMBERS = {
    Service.UP: "",
    Service.HOLD: ".02.",
    Service.REMOVE: ".04.",
    Service.NEVER: ".01.",
}
BY_NAME = {
    "up": Service.UP,
    "hold": Service.HOLD,
    "remove": Service.REMOVE,
    "never": Service.NEVER,
}
NAMES = {service: name for name, service in BY_NAME.items()}


class Outage(NamedTuple):
    """A destination does not take a key, or takes this one though it takes no others."""

    destination: str
    key: str  # empty = all keys
    service: Service
    until: Instant | None  # None = until it is ended


class Services:
    """All outages of this moment; true if there are any."""

    def __init__(self) -> None:
        self._outages: dict[tuple[str, str], Outage] = {}

    def __bool__(self) -> bool:
        return bool(self._outages)

    def __iter__(self) -> Iterator[Outage]:
        return iter(list(self._outages.values()))

    def of(self, places: Iterable[str], key: str) -> Service:
        """How these names of one destination take a key: the worst of what is said of any."""
        outages = self._outages
        if not outages:
            return Service.UP
        said = (outages.get((p, key), outages.get((p, ""))) for p in (*places, EVERYTHING))
        return max((o.service for o in said if o is not None), default=Service.UP)

    def change(
        self, destination: str, service: Service, keys: Iterable[str], until: Instant | None
    ) -> None:
        """From now on it takes these keys so; without keys, all, whatever was said of any."""
        names = tuple(keys)
        if not names:
            for name in [name for name in self._outages if name[0] == destination]:
                del self._outages[name]
        for key in names or ("",):
            self._outages.pop((destination, key), None)
            if service is not Service.UP or (destination, "") in self._outages:
                self._outages[destination, key] = Outage(destination, key, service, until)

    def take_over(self, other: Services) -> None:
        """What another one knows is known here."""
        self._outages.update(other._outages)

    def next_deadline(self) -> Instant | None:
        """When the next outage ends by itself."""
        return min((o.until for o in self if o.until is not None), default=None)

    def over(self, now: Instant) -> list[Outage]:
        """Outages whose time is over."""
        return [o for o in self if o.until is not None and o.until <= now]


def replayed(entries: Iterable[Mapping[str, Any]]) -> Services:
    """The outages that a journal's `service` entries leave behind, in their order."""
    services = Services()
    for entry in entries:
        if entry["kind"] == KIND:
            service = BY_NAME[entry["status"]]
            services.change(entry["destination"], service, entry["keys"], entry["until"])
    return services
