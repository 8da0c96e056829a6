"""Agencies go out of service for messages, sources for inquiries, and come back."""

from __future__ import annotations

from switch.core.events import ServiceChanged
from switch.core.services import Service
from tests.seats import ORIS
from tests.simulation.room import Room
from tests.simulation.step import one_of, step

KEYS = ("AM", "AML")


@step(5, ori=one_of(*ORIS), service=one_of("HOLD", "HOLD", "UP", "REMOVE", "NEVER"),
      lasts=one_of(None, 3.0, 20.0))  # fmt: skip
def goes_out_of_service(room: Room, ori: str, service: str, lasts: float | None) -> None:
    """For messages to people; inquiries go on."""
    until = None if lasts is None or service == "UP" else room.now + lasts
    room.tell(ServiceChanged("the operator", ori, Service[service], KEYS, until))


@step(4, place=one_of("CADMV", "CA", "CA", "NVDMV", "NV", "ZA"),
      service=one_of("HOLD", "HOLD", "HOLD", "UP", "UP", "UP", "REMOVE", "NEVER"),
      keys=one_of((), (), ("DQ",)), lasts=one_of(None, 3.0, 20.0))  # fmt: skip
def source_goes_out_of_service(
    room: Room, place: str, service: str, keys: tuple[str, ...], lasts: float | None
) -> None:
    """Inquiries are held, or refused, and taken up when it comes back."""
    until = None if lasts is None or service == "UP" else room.now + lasts
    room.tell(ServiceChanged("the operator", place, Service[service], keys, until))
