"""Answers after a cut-off, each judged again by the rules that were in force at its release.

The switch's own word ("allowed by DMV-02") is not believed: the request is judged anew by the very
file of that instant. What that file refuses and the switch released is CONTRARY to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from switch.acl.decision import Decision
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from switch.acl.orders import Uses
from switch.acl.policy import Policy
from switch.audit.cutoffs import Timeline
from switch.audit.inquiries import Inquiry
from switch.terms import DataClass, Instant, Verdict

_NOBODY = Policy("NETWORK", [], Verdict.DENY_ERROR, "", "")


class Finding(StrEnum):
    """What the rules in force say of an answer that left."""

    ALLOWED = "allowed"
    CONTRARY = "CONTRARY TO THE RULES IN FORCE"
    UNKNOWN = "not judged: the version in force is not at hand"


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer, judged again."""

    inquiry: Inquiry
    finding: Finding
    because: tuple[str, ...]  # ids of rules
    classes: tuple[DataClass, ...]  # what left; where it is contrary, what should not have


class Judge:
    """One owner's rules and the network's, as they were at each instant."""

    def __init__(self, directory: Directory, own: Timeline, network: Timeline) -> None:
        self._directory = directory
        self._own, self._network = own, network
        self._stacks: dict[tuple[str, str], AccessStack] = {}

    def stack(self, at: Instant) -> AccessStack | None:
        """The owner's file and the network's in force then; no other owner's is looked at."""
        own, network = self._own.at(at), self._network.at(at)
        if own is None or (network is None and self._network.spans):
            return None
        network = network or _NOBODY
        key = (own.version, network.version)
        if key not in self._stacks:
            owners: Mapping[str, Policy] = {own.name: own}
            self._stacks[key] = AccessStack(self._directory.world, self._directory, owners, network)
        return self._stacks[key]

    def judge(self, inquiry: Inquiry) -> Judged:
        """An answered inquiry by the rules at its release."""
        assert inquiry.ended is not None
        asked, released = self.stack(inquiry.at), self.stack(inquiry.ended)
        left = inquiry.released
        if asked is None or released is None:
            return Judged(inquiry, Finding.UNKNOWN, inquiry.rules, left)
        decision = _decided(asked, released, inquiry, inquiry.ended)
        may = decision.released_classes if decision.released else frozenset()
        wrong = tuple(name for name in left if name not in may)
        if wrong:
            ids = {i for name, _, rules in decision.classes if name in wrong for i in rules}
            return Judged(inquiry, Finding.CONTRARY, tuple(sorted(ids)), wrong)
        ids = {i for name, _, rules in decision.classes if name in left for i in rules}
        return Judged(inquiry, Finding.ALLOWED, tuple(sorted(ids)), left)


def _decided(
    asked: AccessStack, released: AccessStack, inquiry: Inquiry, ended: Instant
) -> Decision:
    """As it should have been. An order holds only for an answer whose use is on record, and only
    as far as the uses before it left some: they are counted here, not taken from the switch."""
    request, at = inquiry.request, inquiry.at
    if not inquiry.order:
        return released.decide_release(request, at, asked.decide(request, at), ended)
    uses: Uses = {(str(request.backend), inquiry.order): inquiry.use - 1}
    earlier = asked.decide_named(request, at, inquiry.fields, uses)
    if not earlier.order:
        return released.decide_release(request, at, earlier, ended)
    return released.decide_release_under(request, at, earlier, ended, uses)
