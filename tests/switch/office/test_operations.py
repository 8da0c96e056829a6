"""The operator's desk: what it posts, what it refuses, what it tells."""

from __future__ import annotations

import pytest

from switch.core.events import ServiceChanged
from switch.core.services import Outage, Service
from switch.errors import UsageError
from switch.office.operations import BY, Operations
from switch.wire.control import ChangeService
from tests.playbook import golden_state

WORLD, _, FORMATS = golden_state()


class FakeSwitch:
    """What the desk needs of a switch."""

    world, formats = WORLD, FORMATS

    def __init__(self) -> None:
        self.posted: list[ServiceChanged] = []
        self.outages = (Outage("NV", "DQ", Service.HOLD, 1_552_626_000.0),)
        self.held = ["NVDMV", "VALLEY-SO", "NVDMV"]

    async def put_on_record(self, event: ServiceChanged) -> None:
        """At once."""
        self.posted.append(event)


class Clock:
    """Stands still."""

    def now(self) -> float:
        return 1000.0


def desk() -> tuple[Operations, FakeSwitch]:
    switch = FakeSwitch()
    return Operations(switch, Clock()), switch  # type: ignore[arg-type]


async def test_a_destination_goes_out_of_service_for_some_keys_and_some_time():
    operations, switch = desk()
    await operations.change(ChangeService("NV", "hold", ("DQ",), 30))
    assert switch.posted == [ServiceChanged(BY, "NV", Service.HOLD, ("DQ",), 2800.0)]


@pytest.mark.parametrize("place", ["CADMV", "CA0990200", "CA", "NL", "ZA"])
async def test_a_backend_an_agency_a_state_and_the_network_are_destinations(place):
    operations, switch = desk()
    await operations.change(ChangeService(place, "up", (), 30))
    assert switch.posted == [ServiceChanged(BY, place, Service.UP, (), None)]


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        (ChangeService("NW", "hold", (), 0), "no destination `NW`"),
        (ChangeService("NV", "held", (), 0), "no status `held`"),
        (ChangeService("NV", "hold", ("DX",), 0), "no message key `DX`"),
    ],
)
async def test_what_nobody_has_is_refused_with_what_was_meant(wanted, what):
    operations, switch = desk()
    with pytest.raises(UsageError) as caught:
        await operations.change(wanted)
    assert what in str(caught.value)
    assert "did you mean" in str(caught.value)
    assert switch.posted == []


def test_outages_are_told_in_the_world_s_time_and_what_waits_is_counted():
    assert desk()[0].services() == {
        "outages": [
            {
                "destination": "NV",
                "key": "DQ",
                "status": "hold",
                "sm": ".02.",
                "until": "2019-03-14T22:00-07:00",
            }
        ],
        "held": {"NVDMV": 2, "VALLEY-SO": 1},
    }
