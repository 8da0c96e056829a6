"""How an agency is related to others: what the one may not have, the other can fetch for it."""

from __future__ import annotations

from collections.abc import Iterable

from switch.acl.directory import Directory
from switch.terms import AgencyId


def relation_of(directory: Directory, agency: AgencyId, named: Iterable[AgencyId]) -> str:
    """In words, to the first of the named agencies that it is related to; "" for a stranger."""
    lineage, functions = directory.lineage, directory.functions
    for other in named:
        shared = functions[agency] & functions[other]
        common = (lineage[agency] & lineage[other]) - {agency, other}
        words = [f"above {other}"] if agency in lineage[other] and agency != other else []
        words += [f"also below {_nearest(directory, other, common)}"] if common else []
        words += [f"same function {min(shared)}"] if shared else []
        if words:
            return ", ".join(words)
    return ""


def _nearest(directory: Directory, agency: AgencyId, among: frozenset[AgencyId]) -> AgencyId:
    current: AgencyId | None = agency
    while current is not None and current not in among:
        current = directory.world.agencies[current].parent
    assert current is not None
    return current
