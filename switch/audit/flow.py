"""What still flows to an agency from one owner's backend, and where, by that owner's file alone.

Complete for this backend: every key, flag and purpose that the rules can tell apart is judged for
every line of the agency. What other backends hold is not looked at; `wireroom acl leaks` is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switch.acl.analysis.collateral import Sibling, preview
from switch.acl.analysis.finite import FiniteWorld, Line, Sender, asked
from switch.acl.analysis.promises import judged_alone, released
from switch.acl.directory import Directory
from switch.acl.policy import Policy
from switch.acl.rules import Request, Subject
from switch.audit.cutoffs import members
from switch.terms import AgencyId, DataClass, Instant


@dataclass(frozen=True, slots=True)
class Stream:
    """One class of data that a line of the agency still gets by asking plainly."""

    data_class: DataClass
    keys: tuple[str, ...]
    terms: str  # under which purpose or flag; "" for any
    rules: tuple[str, ...]  # that allow it; none = the default
    masks: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """What the agency gets, and what its relatives get."""

    streams: tuple[Stream, ...]
    siblings: tuple[Sibling, ...]


def flow(directory: Directory, policy: Policy, agency: AgencyId, at: Instant) -> Flow:
    """At that instant, with no suspension of the network's in view: it may be lifted tomorrow."""
    stack = judged_alone(policy, directory)
    named = Subject(agency=frozenset((agency,)))
    siblings = preview(stack, stack, policy.name, named, at).siblings
    entries = [entry for entry in directory.world.catalog if entry.backend == policy.name]
    near = [rule for rule in policy.rules if rule.purposes or rule.image is not None]
    questions = FiniteWorld(directory, near).questions(entries)
    found: dict[tuple[object, ...], _Draft] = {}
    for sender in _senders(directory, members(directory, agency)):
        for question in questions:
            request = asked(sender, question)
            decision = stack.decide(request, at)
            for name, _, rules in decision.classes:
                if released(decision, name):
                    masks = _masks(directory, name, decision.masks)
                    draft = found.setdefault((name, rules, masks), _Draft([], []))
                    draft.add(sender.line, request)
    streams = [
        Stream(name, draft.keys(), draft.terms(questions), rules, masks, draft.lines())  # type: ignore[arg-type]
        for (name, rules, masks), draft in found.items()
    ]
    return Flow(tuple(streams), siblings)


def _senders(directory: Directory, agencies: Sequence[AgencyId]) -> list[Sender]:
    world = directory.world
    return [
        Sender(Line(mnemonic, ori), None, None)
        for mnemonic, terminal in world.terminals.items()
        if terminal.agency in agencies
        for ori in world.agencies[terminal.agency].oris
    ]


def _masks(directory: Directory, name: DataClass, masks: Sequence[str]) -> tuple[str, ...]:
    fields = directory.world.class_fields.get(name, frozenset())
    return tuple(mask for mask in masks if mask in fields)


@dataclass(slots=True)
class _Draft:
    senders: list[Line]
    asked: list[tuple[str, bool, str | None]]

    def add(self, line: Line, request: Request) -> None:
        self.senders.append(line)
        self.asked.append((request.key, request.image, request.purpose))

    def keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for key, _, _ in self.asked))

    def lines(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f"{line.terminal} as {line.ori}" for line in self.senders))

    def terms(self, questions: Sequence[Request]) -> str:
        """What must be in the question, where not everything will do."""
        mine = [q for q in questions if q.key in self.keys()]
        words = []
        purposes, every = {p for _, _, p in self.asked}, {q.purpose for q in mine}
        if purposes != every:
            words.append(f"purpose {' or '.join(sorted(p or 'none' for p in purposes))}")
        flags, both = {image for _, image, _ in self.asked}, {q.image for q in mine}
        if flags != both:
            words.append("image asked" if flags == {True} else "no image asked")
        return ", ".join(words)
