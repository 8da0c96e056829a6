"""What an owner's file says of itself: `[[test]]`, `[[never]]` and `[[always]]`, checked whole.

They judge this file alone, with directory and catalog (acl specification, section 4). A promise
that does not hold comes with a witness: a concrete request that breaks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from switch.acl.analysis.finite import FiniteWorld, Line, Sender, asked
from switch.acl.analysis.orders import LetThrough, let_through
from switch.acl.decision import Decision
from switch.acl.directory import Directory
from switch.acl.document import OwnerDocument
from switch.acl.engine import AccessStack
from switch.acl.orders import UNUSED
from switch.acl.policy import Policy
from switch.acl.rules import Promise, Request
from switch.config import CatalogEntry
from switch.errors import Finding
from switch.files.authored import did_you_mean, local_time, nearest
from switch.terms import DataClass, Instant, OperatorId, Verdict


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of one file found."""

    findings: tuple[Finding, ...]
    tests: int
    promises: int
    undecided: tuple[str, ...]  # ids of rules that no test ever decided


_Witness = tuple[Request, Instant, DataClass]  # who breaks a promise, when, and for which class


def released(decision: Decision, data_class: DataClass) -> bool:
    """Whether this class leaves: the leg is answered and the class is not withheld."""
    return decision.released and data_class in decision.released_classes


def check(document: OwnerDocument, directory: Directory) -> Report:
    """Every test and promise of a file against its own rules, with directory and catalog."""
    checker = _Checker(document, judged_alone(document.policy, directory))
    findings = [*checker.tests(), *checker.nevers(), *checker.always()]
    rules = {rule.id for rule in document.policy.rules} | {o.id for o in document.orders}
    return Report(
        tuple(findings),
        len(document.tests),
        len(document.nevers) + len(document.always),
        tuple(sorted(rules - checker.decided)),
    )


def judged_alone(policy: Policy, directory: Directory) -> AccessStack:
    """One owner's rules with directory and catalog, as if the network had suspended nobody."""
    nobody = Policy("NETWORK", [], Verdict.DENY_ERROR, "", "")
    return AccessStack(directory.world, directory, {policy.name: policy}, nobody)


class _Checker:
    def __init__(self, document: OwnerDocument, alone: AccessStack) -> None:
        self._document = document
        self._alone = alone
        self._entries = [e for e in alone.world.catalog if e.backend == document.policy.name]
        subjects = [promise.subject for promise in (*document.nevers, *document.always)]
        self._finite = FiniteWorld(alone.directory, document.policy.rules, subjects)
        self.decided: set[str] = set()

    # --- tests -----------------------------------------------------------------------------------

    def tests(self) -> Iterator[Finding]:
        for index, (request, at) in enumerate(self._document.tests):
            row = self._document.file.model.test[index]
            decision = self._alone.decide_named(request, at, row.fields or {}, UNUSED)
            self.decided.update(rule for _, _, rules in decision.classes for rule in rules)
            self.decided.update(decision.exceptions)
            deciding = decision.classes[0][2] if decision.classes else ()
            got = ", ".join(deciding) or "no rule"
            if decision.verdict != row.expect:
                what = f"test expects {row.expect}, the file says {decision.verdict} ({got})"
                matched = ", ".join(decision.rules) or "none"
                fix = f"rules that matched: {matched}"
                if decision.verdict is Verdict.DENY_IDENTITY:
                    yield self._stranger(index, what, fix)
                else:
                    yield self._finding("test", index, "expect", what, fix)
            elif row.rule is not None and row.rule not in deciding:
                what = f"test expects rule {row.rule} to decide, but it was {got}"
                yield self._finding("test", index, "rule", what)

    def _stranger(self, index: int, what: str, fix: str) -> Finding:
        """A test that says more than "unknown", of a name that is most likely misspelt."""
        world, file = self._alone.world, self._document.file
        row = file.model.test[index]
        oris = self._alone.directory.agency_of
        for key, name, known in (
            ("terminal", row.terminal, {*world.terminals}),
            ("ori", row.ori, {*oris}),
            ("operator", row.operator, {*world.operators}),
            ("on_behalf_of", row.on_behalf_of, {*oris}),
        ):
            if name is not None and name not in known:
                near = nearest(name, known)
                path = ("test", index, key)
                edits = file.layout.entry(file.place(path), name, near) if near else ()
                words = f"{what}; {key} `{name}` is not in the directory"
                return file.finding(path, words, did_you_mean(name, known), edits=edits)
        return self._finding("test", index, "expect", what, fix)

    # --- promises --------------------------------------------------------------------------------

    def nevers(self) -> Iterator[Finding]:
        for index, promise in enumerate(self._document.nevers):
            broken = self._first_release(promise)
            if broken is not None:
                what = f"{promise.id} does not hold: {self._shown(*broken)}"
                fix = "deny what is released here, or take the promise back (a change of its own)"
                yield self._finding("never", index, "id", what, fix)
                continue
            ordered = self._ordered_release(promise)
            if ordered is not None:
                each, name = ordered
                when = local_time(each.at, self._document.timezone)
                what = f"{promise.id} does not hold: order {each.order.id} lets {name} through for"
                what += f" {described(each.request)} at {when}"
                fix = "take the promise back first, or leave this class out of the order"
                yield self._finding("never", index, "id", what, fix)

    def _first_release(self, promise: Promise) -> _Witness | None:
        finite, subject = self._finite, promise.subject
        questions = finite.questions(e for e in self._entries if _concerned(promise, e))
        for sender in finite.senders(subject):
            for at in finite.instants(sender, promise.start):
                facets = finite.facets(sender, at)
                if subject.met_by_any(facets, self._alone.directory) is None:
                    continue  # the affiliation that meets it does not hold then
                for question in questions:
                    request = asked(sender, question)
                    decision = self._alone.decide(request, at)
                    for name, _, _ in decision.classes:
                        if _covers(promise, name) and released(decision, name):
                            return request, at, name
        return None

    def _ordered_release(self, promise: Promise) -> tuple[LetThrough, DataClass] | None:
        """What an order lets through in spite of a promise: an order is above denies, not above a
        `never`, which is taken back first or not at all."""
        directory, policy = self._alone.directory, self._document.policy
        for order in self._document.orders:
            for each in let_through(self._alone, policy, order, promise.subject, promise.start):
                facets = self._alone.facets(each.request, (each.at,))
                if promise.subject.met_by_any(facets, directory) is None:
                    continue
                for name in each.classes:
                    if _covers(promise, name):
                        return each, name
        return None

    def always(self) -> Iterator[Finding]:
        for index, promise in enumerate(self._document.always):
            broken = self._first_refusal(promise)
            if broken is not None:
                what = f"{promise.id} does not hold: {self._shown(*broken)}"
                fix = "allow what is refused here, or take the promise back"
                yield self._finding("always", index, "id", what, fix)

    def _first_refusal(self, promise: Promise) -> _Witness | None:
        finite = self._finite
        entries = [entry for entry in self._entries if _concerned(promise, entry)]
        for sender in self._plain_senders(promise):
            for at in finite.instants(sender, promise.start):
                for entry in entries:
                    for request in self._plainly_asked(sender, entry):
                        decision = self._alone.decide(request, at)
                        for name in entry.asked(request.image):
                            if _covers(promise, name) and not released(decision, name):
                                return request, at, name
        return None

    def _plain_senders(self, promise: Promise) -> Iterator[Sender]:
        """Terminal and ORI of one matching agency, an operator of it, nobody else."""
        for line in self._finite.plain_lines():
            for operator in self._plain_operators(line):
                sender = Sender(line, operator, None)
                facets = self._finite.facets(sender)
                if promise.subject.met_by_both(facets, self._alone.directory):
                    yield sender

    def _plainly_asked(self, sender: Sender, entry: CatalogEntry) -> Iterator[Request]:
        finite = self._finite
        for image, purpose in product(finite.images(entry), finite.purposes(entry, admitted=True)):
            yield Request(
                sender.line.terminal,
                sender.line.ori,
                sender.operator,
                None,
                entry.backend,
                entry.key,
                image,
                purpose,
            )

    def _plain_operators(self, line: Line) -> list[OperatorId | None]:
        """The agency's own, without affiliations; nobody where it has none such."""
        world = self._alone.world
        agency = world.terminals[line.terminal].agency
        own = [o.id for o in world.operators.values() if o.agency == agency and not o.affiliations]
        return [*own] or [None]

    # --- words -----------------------------------------------------------------------------------

    def _shown(self, request: Request, at: Instant, data_class: DataClass) -> str:
        decision = self._alone.decide(request, at)
        verdicts = (verdict for name, verdict, _ in decision.classes if name == data_class)
        verdict = next(verdicts, decision.verdict)  # of no class, where it cannot be judged
        when = local_time(at, self._document.timezone)
        return f"{data_class} is {verdict} for {described(request)} at {when}"

    def _finding(self, table: str, index: int, key: str, what: str, fix: str = "") -> Finding:
        return self._document.file.finding((table, index, key), what, fix)


def described(request: Request) -> str:
    """A request in one line."""
    parts = [f"{request.key} from {request.terminal} as {request.ori}"]
    if request.operator:
        parts.append(f"operator {request.operator}")
    if request.on_behalf_of:
        parts.append(f"on behalf of {request.on_behalf_of}")
    parts.append("with image" if request.image else "without image")
    parts.append(f"purpose {request.purpose}" if request.purpose else "no purpose")
    return ", ".join(parts)


def _covers(promise: Promise, data_class: DataClass) -> bool:
    return promise.data is None or data_class in promise.data


def _concerned(promise: Promise, entry: CatalogEntry) -> bool:
    return any(_covers(promise, name) for name in entry.asked(image=True))
