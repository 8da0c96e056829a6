"""Verdicts in words for a person: who decided, by which rule, for which reason, citing what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scenarios.script import Fault, FaultKind, Receives, Sends, Traffic, duration_text
from switch.acl.engine import AccessStack
from switch.acl.rules import Rule
from switch.core.record.journal import Entry

_SUSPENSION = re.compile(r"^SWITCH OPERATOR, RULE: (\S+)$", re.MULTILINE)


class Ground(NamedTuple):
    """One rule behind a decision, in one sentence."""

    rule: str
    text: str


class Words:
    """Looks rules up in a stack of files."""

    def __init__(self, stack: AccessStack, owners: Mapping[str, str]) -> None:
        policies = [stack.network, *stack.owners.values()]
        self._rules = {rule.id: rule for policy in policies for rule in policy.rules}
        self._owners = owners

    def owner(self, backend: str) -> str:
        """Whose database it is; NETWORK is the switch operator's."""
        return self._owners.get(backend, "the switch operator")

    def grounds(self, entry: Entry) -> Iterator[Ground]:
        """The rules that decided an outcome; for a suspension, the network's comes first."""
        found = _SUSPENSION.search(entry.get("text") or "")
        if entry.get("network") and found:
            yield self._ground(found[1])
            return
        for rule in entry.get("rules") or ():
            yield self._ground(rule)

    def own_grounds(self, entry: Entry) -> Iterator[Ground]:
        """The owner's own rules where the network had refused already."""
        if entry.get("network"):
            for rule in entry.get("rules") or ():
                yield self._ground(rule)

    def rule(self, name: str) -> Ground:
        """A rule by its id."""
        return self._ground(name)

    def _ground(self, name: str) -> Ground:
        rule = self._rules.get(name)
        return Ground(name, f"{name}: {_sentence(rule)}" if rule else name)


_FAULTS = {
    FaultKind.OUTAGE: ("is out of service", "carries nothing"),
    FaultKind.SLOW: ("is slow: an answer takes {takes}", "is slow: a message takes {takes}"),
    FaultKind.LATE: ("answers too late", ""),
    FaultKind.DROP: ("loses its answers", "loses what is sent"),
    FaultKind.DUPLICATE: ("answers twice", "sends everything twice"),
    FaultKind.GARBLE: ("answers with damaged text", "damages what is sent"),
    FaultKind.CRASH: ("fails on everything it is asked", ""),
    FaultKind.HOLD: ("is out of service{keys}, and what is sent there waits", ""),
    FaultKind.REMOVE: ("is out of service{keys}, and what is sent there is not stored", ""),
    FaultKind.NEVER: ("does not respond{keys}", ""),
    FaultKind.DISCONNECT: ("", "is cut"),
}


def fault_text(fault: Fault) -> str:
    """What is wrong with whom: "CADMV is slow: an answer takes 9s"."""
    of_backend, of_line = _FAULTS[fault.kind]
    whose = fault.backend or fault.destination
    takes = duration_text(fault.takes or 0.0)
    keys = f" for {' '.join(fault.keys)}" if fault.keys else ""
    words = (of_backend if whose else of_line).format(takes=takes, keys=keys)
    return f"{whose or f'the line of {fault.seat}'} {words}"


def message_text(sends: Sends) -> str:
    """A message to be sent: "QV LIC/SIM1234.LIS/NV", "AM to far-hp SIM1234"."""
    fields = ".".join(f"{name}/{value}" for name, value in sends.fields.items())
    to = f" to {' '.join(sends.to)}" if sends.to else ""
    text = " | ".join((sends.text or "").split("\n"))
    return f"{sends.key}{to} {fields or text}".rstrip()


def answer_text(pattern: Receives) -> str:
    """What is to be received: "ER DENY-RULE DMV-01 CADMV"."""
    words = (pattern.key, pattern.verdict, *pattern.rule, pattern.backend)
    return " ".join(word for word in words if word) or "something"


def _sentence(rule: Rule) -> str:
    cite = f" [{rule.cite}]" if rule.cite else ""
    return f"{rule.reason}{cite}"


def background_text(row: Traffic) -> str:
    """What is said in the background, by whom and how often."""
    what = " ".join((*row.keys, *(["texts of its own"] if row.messages else [])))
    who = ", ".join(row.seats)
    return f"in the background {who}: {what}, {row.rate:g} a minute, {row.count} in all"
