"""Who is at an address: the agencies behind a destination of a message to people.

An ORI of nine characters is one agency; a code of two is every agency of that state, of the states
of a region, or, for NL, of all states [N-AM, N-AMG, WI-REG]. The directory alone decides: whether
anybody is at a terminal there is asked later (`core.mail.post`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from switch.config import Agency, World
from switch.core.services import EVERYTHING
from switch.terms import Ori
from switch.wire.spec import Formats, Place

# Kinds of agency whose work is law enforcement; the others are criminal justice, or neither. The
# letters are published [N-ORIONL], not which of them enforce the law: that reading is ours [INF].
LAW_ENFORCEMENT = frozenset(("PD", "SO", "SA", "LE", "FE"))
_NO_LAW_ENFORCEMENT = "BHMNY"  # at the end of an ORI [N-ORIR, N-ORIONL]


class Addresses:
    """The addresses of a world."""

    def __init__(self, world: World, formats: Formats) -> None:
        self._formats = formats
        self._regions = world.regions
        self._with_oris = tuple(one for one in world.agencies.values() if one.oris)
        self._by_ori = {ori: agency for agency in self._with_oris for ori in agency.oris}

    def agency(self, ori: Ori | str) -> Agency | None:
        """Whose ORI it is."""
        return self._by_ori.get(Ori(ori))

    def at(self, destination: str) -> Sequence[Agency]:
        """The agencies there, in the order of the directory; none, if nobody has that address."""
        if self._formats.place(destination) is Place.AGENCY:
            found = self.agency(destination)
            return () if found is None else (found,)
        if destination == self._formats.switch_code:
            return self._with_oris
        return self._of(self._regions.get(destination, (destination,)))

    def _of(self, states: Iterable[str]) -> Sequence[Agency]:
        wanted = frozenset(states)
        return tuple(
            agency for agency in self._with_oris if any(ori[:2] in wanted for ori in agency.oris)
        )


def places_of(world: World) -> set[str]:
    """Whatever can be out of service: the network, states, and agencies by their ORIs."""
    oris = {str(ori) for agency in world.agencies.values() for ori in agency.oris}
    served = {entry.destination for entry in world.catalog if entry.destination}
    return oris | {ori[:2] for ori in oris} | served | {EVERYTHING}


def enforces_law(agency: Agency) -> bool:
    """Whether the directory says that it does: by its type, or, where none is given, by its ORIs;
    one ORI that is not of law enforcement is enough to be careful."""
    if agency.type:
        return agency.type in LAW_ENFORCEMENT
    return not any(ori.endswith(tuple(_NO_LAW_ENFORCEMENT)) for ori in agency.oris)
