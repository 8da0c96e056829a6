"""The directory as the rules see it: who is whose descendant, whose ORI is whose."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from switch.config import World
from switch.terms import AgencyId, Instant, Mnemonic, OperatorId, Ori


class Directory:
    """Agencies with their ancestors, groups and functions worked out once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.timezone = world.timezone
        self.agency_of: dict[Ori, AgencyId] = {
            ori: agency.id for agency in world.agencies.values() for ori in agency.oris
        }
        self.lineage: dict[AgencyId, frozenset[AgencyId]] = {
            agency: frozenset(self._ancestors(agency)) for agency in world.agencies
        }
        # Selecting an agency or a group selects its descendants too; a function is not inherited.
        self.groups: dict[AgencyId, frozenset[str]] = {
            agency: frozenset(g for up in line for g in world.agencies[up].groups)
            for agency, line in self.lineage.items()
        }
        self.functions: dict[AgencyId, frozenset[str]] = {
            agency.id: frozenset(agency.functions) for agency in world.agencies.values()
        }
        people = (world.agencies, world.terminals, world.operators)  # no secret is in their repr
        self.version = hashlib.sha256(repr(people).encode()).hexdigest()
        self.catalog_version = hashlib.sha256(repr(world.catalog).encode()).hexdigest()

    def _ancestors(self, agency: AgencyId) -> Iterable[AgencyId]:
        current: AgencyId | None = agency
        while current is not None:
            yield current
            current = self.world.agencies[current].parent

    def operator_agencies(self, operator: OperatorId | None, *instants: Instant) -> list[AgencyId]:
        """Home agency and every affiliation valid at one of the instants."""
        found = self.world.operators.get(operator) if operator is not None else None
        if found is None:
            return []
        valid = (a.agency for a in found.affiliations if any(a.valid_at(at) for at in instants))
        return list(dict.fromkeys((found.agency, *valid)))

    def hubs(self, terminal: Mnemonic) -> tuple[AgencyId, ...]:
        """The hubs that a terminal's line passes."""
        return self.world.terminals[terminal].via if terminal in self.world.terminals else ()

    def instants(self) -> set[Instant]:
        """Every instant at which somebody's affiliations change."""
        return {
            at
            for operator in self.world.operators.values()
            for affiliation in operator.affiliations
            for at in (affiliation.start, affiliation.end)
            if at is not None
        }
