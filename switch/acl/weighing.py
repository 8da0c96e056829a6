"""One request against one owner's rules, class by class (acl specification, section 3).

Nothing here depends on the order of rules: whatever is collected is sorted by the ids of its rules.
"""

from __future__ import annotations

from switch.acl.decision import ClassVerdict
from switch.acl.directory import Directory
from switch.acl.orders import Order
from switch.acl.policy import Policy
from switch.acl.rules import Effect, Facets, Request, Rule, index_keys_of
from switch.terms import AgencyId, DataClass, Instant, Verdict


class Weighing:
    """One request against one owner's rules, class by class."""

    def __init__(
        self,
        directory: Directory,
        policy: Policy,
        request: Request,
        facets: Facets,
        at: Instant,
        order: Order | None = None,
    ) -> None:
        self.directory = directory
        self.policy = policy
        self.facets = facets
        self.order = order  # that holds for this request and is not used up
        self.matched: set[str] = set()
        self.excused: set[str] = set()
        self.masks: set[str] = set()
        self._noticed: dict[str, str] = {}  # by the id of its rule
        self._denies: list[tuple[Rule, frozenset[AgencyId]]] = []
        self._refers: list[tuple[Rule, frozenset[AgencyId]]] = []
        self._allows: list[Rule] = []
        keys = index_keys_of(facets, directory)
        # By id, so that masks, notices and texts do not depend on the order in the file.
        for rule in sorted(policy.candidates(keys, at), key=lambda rule: rule.id):
            if rule.speaks_of(request):
                self._file(rule)

    def _file(self, rule: Rule) -> None:
        if rule.effect is Effect.ALLOW:
            if rule.subject.met_by_both(self.facets, self.directory):
                self._allows.append(rule)
            return
        through = rule.subject.met_by_any(self.facets, self.directory)
        if through is None:
            return
        if rule.effect is Effect.DENY:
            self._denies.append((rule, through))
        else:
            self._refers.append((rule, through))

    def weigh(self, name: DataClass) -> ClassVerdict:
        """The verdict on one class, and the ids that decided it."""
        allows = [rule for rule in self._allows if rule.covers(name)]
        denies = []
        for rule, through in self._denies:
            if rule.covers(name):
                if self._excused(rule, through, allows) or self._lifted(rule, through, name):
                    self.excused.add(rule.id)
                else:
                    denies.append(rule.id)
        refers: list[str] = []
        for rule, through in self._refers:
            if rule.covers(name):
                lifted = self._lifted(rule, through, name)
                (self.excused.add if lifted else refers.append)(rule.id)
        allowed = [rule.id for rule in allows]
        if self.order is not None and self.order.covers(name):
            allowed.append(self.order.id)
        self.matched.update(denies, refers, allowed)
        if denies:
            return name, Verdict.DENY_RULE, tuple(denies)
        if refers:
            return name, Verdict.REFER, tuple(refers)
        if allowed:
            for rule in allows:
                self.masks.update(rule.masks)
                if rule.notice:
                    self._noticed[rule.id] = rule.notice
            if self.order is not None and self.order.id in allowed and self.order.notice:
                self._noticed[self.order.id] = self.order.notice
            return name, Verdict.ALLOW, tuple(allowed)
        return name, self.policy.default, ()

    def _excused(self, deny: Rule, through: frozenset[AgencyId], allows: list[Rule]) -> bool:
        """An exception holds if its subject contains every agency through which the deny matched,
        so that an exception for one agency never excuses another in the same request."""
        return any(
            allow.id in deny.exceptions
            and all(allow.subject.contains(a, self.facets, self.directory) for a in through)
            for allow in allows
        )

    def _lifted(self, rule: Rule, through: frozenset[AgencyId], name: DataClass) -> bool:
        """A court order lifts what it names, for its own agency and nobody else in the request."""
        order = self.order
        return (
            order is not None
            and rule.id in order.lifts
            and order.covers(name)
            and all(order.subject.contains(a, self.facets, self.directory) for a in through)
        )

    def notices(self) -> tuple[str, ...]:
        """Each notice once, by the ids of the rules that carry them."""
        return tuple(dict.fromkeys(text for _, text in sorted(self._noticed.items())))

    def tell(self, primary: ClassVerdict) -> str:
        """The `tell` of the first rule, by id, that refused the primary class."""
        _, verdict, ids = primary
        if verdict.released:
            return ""
        refused = [rule for rule, _ in (*self._denies, *self._refers)]
        texts = (rule.tell for rule in refused if rule.id in ids and rule.tell)
        return next(texts, "")
