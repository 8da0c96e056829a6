"""Hard paths: a request that somebody who is meant takes part in, and that is answered.

More company can only bring refusals, except an operator whom an allow names. So a way is open if it
is open with nobody else in the request, or with one of those; nothing else has to be tried.
"""

from __future__ import annotations

from collections.abc import Iterator

from switch.acl.analysis.finite import Line, Sender
from switch.acl.analysis.leaks.path import Path, Way
from switch.acl.analysis.leaks.search import Search, Source, senders
from switch.terms import AgencyId, MessageKey, OperatorId


def hard_paths(search: Search) -> list[Path]:
    """Each way once for each key, with the first request that shows it."""
    found: dict[tuple[Way, str, str, MessageKey], Path] = {}
    for source in search.backends.values():
        for way, who, sender in _asking(search, source):
            for key in source.open_to(sender, search.at):
                if (way, who, source.name, key) not in found:
                    path = source.path(way, who, sender, key, search.at)
                    found[way, who, source.name, key] = path
    return list(found.values())


def _asking(search: Search, source: Source) -> Iterator[tuple[Way, str, Sender]]:
    for line in source.lines(own=True):
        for way, who in _on_line(search, line):
            yield from ((way, who, sender) for sender in senders([line], source.deciding))
    others = list(source.lines(own=False))
    for operator in search.world.operators:
        if search.works_for(operator, search.at):
            who = who_works(search, operator)
            yield from ((Way.OPERATOR, who, s) for s in senders(others, [operator]))
    for agency in search.meant:
        for ori in search.world.agencies[agency].oris:
            company = senders(others, source.deciding, [ori])
            yield from ((Way.BEHALF, str(agency), sender) for sender in company)


def who_works(search: Search, operator: OperatorId) -> str:
    """An operator by those he works for."""
    return f"an operator of {' and '.join(search.directory.operator_agencies(operator, search.at))}"


def _on_line(search: Search, line: Line) -> Iterator[tuple[Way, str]]:
    """As what somebody who is meant is on this line."""
    terminal = search.world.terminals[line.terminal]
    desk, sent = terminal.agency, search.directory.agency_of[line.ori]
    ends: tuple[AgencyId, ...] = (desk, sent)
    if any(agency in search.meant for agency in ends):
        if desk == sent:
            yield Way.LINE, str(desk)
        else:
            yield Way.SERVICING, f"{desk} sending for {sent}"
    for hub in terminal.via:
        if hub in search.meant:
            yield Way.HUB, f"{hub}, on a line of {desk}"
