"""Derived data: what a log entry, a copy or a notice tells is judged like an answer.

Whoever reads the log reads what the backends answered. So an entry is shown to a reader only if he
would get the same answer himself, now, with every class and field of it: the same key, flag and
purpose, with the reader's own terminal, ORI and operator in the place of the sender's (acl
specification, section 3). On whose behalf it was asked stays: what was kept from somebody is not
told to others as his.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switch.acl.engine import AccessStack, Decision, Request
from switch.core.record.journal import Entry
from switch.terms import BackendName, Instant, MessageKey, Mnemonic, OperatorId, Ori, Verdict

# What an entry of these kinds tells comes from a backend, or is what somebody typed.
TELLING = frozenset(("query", "released", "message", "delivered", "held", "told"))
LOG_KIND = "log"  # of a backend that answers out of the log itself

# That there is an entry of these kinds tells something of the inquiry `of`.
BEING = frozenset(("read-in-log", "delayed-hit"))
COUNTING = ("sequence", "sequences", "last", "again")  # how many messages somebody had on his line
HIDDEN = ("text", "fields", "raw", "records")  # how many records were found is told by them too


def readable(
    stack: AccessStack,
    asked: Request,
    reader: tuple[Mnemonic, Ori, OperatorId | None],
    at: Instant,
) -> Verdict:
    """What the rules say if this reader asked what was asked."""
    return _own(stack, asked, reader, at).verdict


def _own(
    stack: AccessStack,
    asked: Request,
    reader: tuple[Mnemonic, Ori, OperatorId | None],
    at: Instant,
) -> Decision:
    terminal, ori, operator = reader
    return stack.decide(asked._replace(terminal=terminal, ori=ori, operator=operator), at)


def shown(
    stack: AccessStack,
    entry: Entry,
    queries: Mapping[int, Entry],
    reader: tuple[Mnemonic, Ori, OperatorId | None],
    at: Instant,
) -> dict[str, Any] | None:
    """The entry as this reader may see it: whole, or without what it tells of data; None where
    it would tell by being there. So what is shown of a journal is numbered anew.

    `queries` holds the `query` entries by number, for what was asked. An inquiry of several legs
    is shown whole only if every leg is.
    """
    if entry.get("terminal") != reader[0]:
        entry = {**entry, **{name: None for name in COUNTING if name in entry}}
    if entry["kind"] in BEING:
        about = queries.get(entry["of"])
        return entry if about is not None and readable_whole(stack, about, reader, at) else None
    if entry["kind"] not in TELLING:
        return entry
    if entry.get("unknown_fields"):
        entry = {**entry, "unknown_fields": ()}  # of no class, so nobody may have them
    query = queries.get(entry.get("query", 0))
    hidden_by = [Verdict.DENY_ERROR] if query is None else _refusals(stack, query, reader, at)
    if not hidden_by:
        return entry
    hidden = {name: None for name in HIDDEN if name in entry}
    return {**entry, **hidden, "hidden": hidden_by[0].value}


def readable_whole(
    stack: AccessStack,
    query: Entry,
    reader: tuple[Mnemonic, Ori, OperatorId | None],
    at: Instant,
) -> bool:
    """Whether this reader would get all that the sender of this `query` entry got, of every leg."""
    return bool(query.get("legs")) and not _refusals(stack, query, reader, at)


def _refusals(
    stack: AccessStack,
    query: Entry,
    reader: tuple[Mnemonic, Ori, OperatorId | None],
    at: Instant,
) -> list[Verdict]:
    """Why this reader may not read it, leg by leg; none if he would get all that its sender got."""
    found = []
    backends = stack.world.backends
    for leg in query["legs"]:
        source = backends.get(BackendName(leg["backend"]))
        if source is not None and source.kind == LOG_KIND:
            # It holds what others were answered, by whatever rules; nobody else reads it there.
            found.append(Verdict.DENY_ERROR)
            continue
        asked = asked_in(query, leg["backend"], leg.get("key", query["key"]))
        own = _own(stack, asked, reader, at)
        if not own.released:
            found.append(own.verdict)
            continue
        got = [name for name, verdict in leg["classes"].items() if Verdict(verdict).released]
        verdicts = {str(name): verdict for name, verdict, _ in own.classes}
        # A class that its catalog does not know any more cannot be judged: fail closed.
        now = [verdicts.get(name, Verdict.DENY_ERROR) for name in got]
        found += [verdict for verdict in now if not verdict.released]
        if not set(own.masks) <= set(leg["masks"]):
            found.append(own.verdict)
    return found


def asked_in(query: Entry, backend: str, key: str) -> Request:
    """The request of one leg of a `query` entry."""
    operator = query.get("operator")
    behalf = query.get("on_behalf_of")
    return Request(
        Mnemonic(query["terminal"]),
        Ori(query["ori"]),
        OperatorId(operator) if operator else None,
        Ori(behalf) if behalf else None,
        BackendName(backend),
        MessageKey(key),
        bool(query["image"]),
        query["purpose"],
    )
