"""Soft paths: somebody related to whoever is meant gets the data, and may pass it on.

Shown by plain requests: the related party's own line, nobody else in the request.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from switch.acl.analysis.finite import Line, Sender
from switch.acl.analysis.kin import relation_of
from switch.acl.analysis.leaks.path import Path, Way
from switch.acl.analysis.leaks.search import Search, Source
from switch.config import Affiliation, Operator
from switch.terms import AgencyId, Instant, Mnemonic

_Asking = tuple[Way, str, str, Sender, Instant]  # with the relation, and when


def soft_paths(search: Search) -> list[Path]:
    """Each related party once for each key, with the first request that shows it."""
    found: dict[tuple[object, ...], Path] = {}
    for source in search.backends.values():
        for way, who, relation, sender, at in _asking(search, source):
            for key in source.open_to(sender, at):
                name = (way, who, relation, source.name, key)
                if name not in found:
                    found[name] = source.path(way, who, sender, key, at, relation=relation)
        found.update(_log(search, source))
    order = list(Way)
    places = list(search.backends)
    return sorted(found.values(), key=lambda p: (places.index(p.backend), order.index(p.way)))


def _asking(search: Search, source: Source) -> Iterator[_Asking]:
    lines = [line for line in source.finite.lines_by_name() if _plain(search, line)]
    for line in lines:
        sender = Sender(line, None, None)
        agency = search.world.terminals[line.terminal].agency
        relation = relation_of(search.directory, agency, search.meant)
        if relation:
            yield Way.KIN, str(agency), relation, sender, search.at
        relation = _servicing(search, agency)
        if relation:
            yield Way.SERVICED, str(agency), relation, sender, search.at
        for hub in search.world.terminals[line.terminal].via:
            words = f"sees what {line.terminal} of {agency} is answered"
            yield Way.SEEING_HUB, str(hub), words, sender, search.at
    yield from _desks(search, lines)


def _plain(search: Search, line: Line) -> bool:
    """An agency's own line with its own ORI, and nobody who is meant on it."""
    desk = search.world.terminals[line.terminal].agency
    return search.directory.agency_of[line.ori] == desk and not search.own(line)


def _servicing(search: Search, agency: AgencyId) -> str:
    for meant in search.meant:
        if meant in search.world.agencies[agency].services:
            return f"sends for {meant}"
        if agency in search.world.agencies[meant].services:
            return f"{meant} sends for it"
    return ""


def _desks(search: Search, lines: list[Line]) -> Iterator[_Asking]:
    """Where somebody who works for those meant sits among others."""
    for operator in search.world.operators.values():
        usual = [m for m, t in search.world.terminals.items() if operator.id in t.operators]
        now = search.works_for(operator.id, search.at)
        for line in lines:
            if line.terminal in usual and now:
                words = f"{operator.id} ({', '.join(now)}) sits there too"
                who = _desk(search, line.terminal)
                yield Way.DESK, who, words, Sender(line, None, None), search.at
        for affiliation, at in _without(search, operator):
            when = "once his affiliation is over" if at > search.at else "his affiliation is over"
            if affiliation.start > search.at:
                when = "before his affiliation begins"
            words = f"operator {operator.id} ({affiliation.agency}), {when}"
            for line in _of(search, operator, lines, usual):
                who = _desk(search, line.terminal)
                yield Way.DESK, who, words, Sender(line, operator.id, None), at


def _desk(search: Search, terminal: Mnemonic) -> str:
    return f"desk {terminal} of {search.world.terminals[terminal].agency}"


def _of(search: Search, operator: Operator, lines: list[Line], usual: list[Mnemonic]) -> list[Line]:
    """Where he usually sits, else the desks of his own agency."""
    own = [ln for ln in lines if search.world.terminals[ln.terminal].agency == operator.agency]
    return [line for line in lines if line.terminal in usual] or own


def _without(search: Search, operator: Operator) -> Iterator[tuple[Affiliation, Instant]]:
    """Each affiliation with somebody meant, and the first instant from now on without any."""
    for each in operator.affiliations:
        if each.agency not in search.meant:
            continue
        at = search.at if not each.valid_at(search.at) else each.end
        if at is not None and not search.works_for(operator.id, at):
            yield each, at


def _log(search: Search, source: Source) -> Iterator[tuple[tuple[object, ...], Path]]:
    """What anybody else is answered stands in the log."""
    for line in source.lines(own=False):
        sender = Sender(line, None, None)
        for key in source.open_to(sender, search.at):
            words = "what others were answered stands in it"
            path = source.path(Way.LOG, "every reader", sender, key, search.at, relation=words)
            hops, closer = (*path.hops, "the log"), "the switch operator, who keeps the log"
            yield (Way.LOG, source.name), replace(path, hops=hops, closer=closer)
            return
