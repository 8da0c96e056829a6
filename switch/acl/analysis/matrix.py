"""Agency by data class at one instant: who gets what by asking plainly, by which rule, since when.

*Plainly* is from a terminal and with an ORI of the agency's own, at the whole stack: network
suspensions and the owner's file. Affiliated operators, hubs and on-behalf-of are other ways to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from switch.acl.analysis.finite import FiniteWorld, Line
from switch.acl.engine import AccessStack
from switch.acl.rules import Request
from switch.config import CatalogEntry
from switch.terms import AgencyId, BackendName, DataClass, Instant


class Access(StrEnum):
    """How much of a class an agency gets."""

    YES = "yes"  # by every key and purpose
    PART = "part"  # by some of them, or with fields masked
    NO = "no"


@dataclass(frozen=True, slots=True)
class Cell:
    """One agency's access to one class of one backend."""

    agency: AgencyId
    backend: BackendName
    data_class: DataClass
    access: Access
    rules: tuple[str, ...]  # that decided it, refusing ones first
    masks: tuple[str, ...]
    since: Instant | None  # when it became so; None = as far back as the rules go


def matrix(stack: AccessStack, at: Instant) -> list[Cell]:
    """Every agency that has a line, by every class, in the order of the world's file."""
    cells = []
    for agency, lines in _lines(stack).items():
        for backend in stack.world.backends:
            entries = [entry for entry in stack.world.catalog if entry.backend == backend]
            classes = dict.fromkeys(name for entry in entries for name in entry.asked(True))
            cells += [_cell(stack, agency, lines, entries, name, at) for name in classes]
    return cells


def _lines(stack: AccessStack) -> dict[AgencyId, list[Line]]:
    """Each agency's plain lines; where all of its lines pass a hub, those."""
    found: dict[AgencyId, list[Line]] = {}
    for agency in stack.world.agencies.values():
        own = [t for t in stack.world.terminals.values() if t.agency == agency.id]
        plain = [terminal for terminal in own if not terminal.via] or own
        lines = [Line(t.mnemonic, ori) for t, ori in product(plain, agency.oris)]
        if lines:
            found[agency.id] = lines
    return found


def _cell(
    stack: AccessStack,
    agency: AgencyId,
    lines: list[Line],
    entries: list[CatalogEntry],
    name: DataClass,
    at: Instant,
) -> Cell:
    asks = list(
        _asks(stack, lines, [entry for entry in entries if name in entry.asked(True)], name)
    )
    now = _outcome(stack, asks, name, at)
    since = None
    for change in reversed(stack.instants_until(at)):
        # Within an epoch nothing changes: any instant of the one before will do.
        if _outcome(stack, asks, name, stack.before(change)) != now:
            since = change
            break
    return Cell(agency, entries[0].backend, name, *now, since)


def _asks(
    stack: AccessStack, lines: list[Line], entries: list[CatalogEntry], name: DataClass
) -> list[Request]:
    asks = []
    for entry in entries:
        finite = FiniteWorld(stack.directory, stack.owners[entry.backend].rules)
        images = [image for image in finite.images(entry) if name in entry.asked(image)]
        for line, image, purpose in product(lines, images, finite.purposes(entry, admitted=True)):
            asks.append(
                Request(
                    line.terminal, line.ori, None, None, entry.backend, entry.key, image, purpose
                )
            )
    return asks


def _outcome(
    stack: AccessStack, asks: list[Request], name: DataClass, at: Instant
) -> tuple[Access, tuple[str, ...], tuple[str, ...]]:
    released, refusing, allowing = [], set[str](), set[str]()
    masks: set[str] = set()
    for request in asks:
        decision = stack.decide(request, at)
        let_out = decision.released and name in decision.released_classes
        released.append(let_out)
        if let_out:
            masks.update(stack.world.class_fields[name] & set(decision.masks))
        ids = {rule for each, _, rules in decision.classes if each == name for rule in rules}
        if not decision.released:
            ids.update(decision.classes[0][2] if decision.classes else ())
        (allowing if let_out else refusing).update(ids)
    access = Access.PART if any(released) else Access.NO
    if all(released) and not masks:
        access = Access.YES
    rules = (*sorted(refusing), *sorted(allowing - refusing))
    return access, rules, tuple(sorted(masks))
