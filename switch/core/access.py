"""Changes of the access rules while the switch runs: between two messages, all or nothing.

Whoever changes them - a signed order of an owner, a row of a scenario, or time itself - the way is
the same: the stack is replaced, it is put on record, and all that waits is judged by the new rules
before anything else happens.
"""

from __future__ import annotations

from switch.acl.engine import AccessStack
from switch.core.events import (
    ChangeNoted,
    PolicyActivated,
    PolicyStaged,
    ProbesOrdered,
    RuleAdded,
    RuleWithdrawn,
)
from switch.core.inquiry.inquiries import Inquiries
from switch.core.inquiry.shadow import Shadow
from switch.core.outbox import Outbox
from switch.core.probes import probe
from switch.errors import AuthoredError
from switch.terms import Instant

AccessEvent = (
    RuleAdded | RuleWithdrawn | PolicyActivated | PolicyStaged | ChangeNoted | ProbesOrdered
)


class Access:
    """The rules in force, and when they change next."""

    def __init__(self, inquiries: Inquiries, outbox: Outbox) -> None:
        self._inquiries = inquiries
        self._out = outbox
        self._judged_until: Instant | None = None
        self.shadow = Shadow(outbox)
        self.next_change: Instant | None = None

    def start(self, now: Instant) -> None:
        """The switch starts with the rules that it has."""
        self._judged_until = now
        self.next_change = self._inquiries.stack.next_instant(now)

    def pass_time(self, now: Instant) -> None:
        """Rules began or ended between the last batch and this one."""
        if self.next_change is None or self.next_change > now:
            return
        since = now if self._judged_until is None else self._judged_until
        stack = self._inquiries.stack
        for backend, started, ended in stack.changes(since, now):
            self._out.record("effective", backend=backend, started=started, ended=ended)
            self._out.log("rules took effect", backend=backend, started=started, ended=ended)
        self._judged_until = now
        self.next_change = stack.next_instant(now)
        self._inquiries.judge_waiting()

    def on(self, event: AccessEvent) -> None:
        """One change, or one question about it."""
        match event:
            case RuleAdded() | RuleWithdrawn():
                self._change_rule(event)
            case PolicyActivated():
                self._activate(event)
            case PolicyStaged():
                self.shadow.stage(event.policy, self._inquiries.stack)
                self._inquiries.shadow = self.shadow
                self._record(event.policy.name, event, event.policy.version)
            case ChangeNoted():
                version = self._inquiries.stack.versions.get(event.backend, "")
                self._record(event.backend, event, version, event.error)
            case ProbesOrdered():
                probe(self._inquiries.stack, event, self._out)

    def _change_rule(self, event: RuleAdded | RuleWithdrawn) -> None:
        now, error, old = self._out.now, "", self._inquiries.stack
        if isinstance(event, RuleAdded):
            change = f"added {event.effect} {event.table.get('id', '')}".strip()
        else:
            change = f"withdrew {event.rule}"
        try:
            if isinstance(event, RuleAdded):
                stack = old.with_rule(event.backend, event.effect, event.table)
            else:
                stack = old.withdrawn(event.backend, event.rule, now)
        except AuthoredError as wrong:
            error, stack = str(wrong), old
        self._out.record(
            "access",
            backend=event.backend,
            by=event.by,
            change=change,
            version=stack.versions.get(event.backend, ""),
            error=error,
        )
        self._out.log("access changed", backend=event.backend, by=event.by, change=change)
        self._switch_over(stack)

    def _activate(self, event: PolicyActivated) -> None:
        """A whole version at once: what begins and ends with it is on record beside it."""
        name, now, old = event.policy.name, self._out.now, self._inquiries.stack
        before = {rule.id for rule in old.policy(name).rules if rule.in_force(now)}
        after = {rule.id for rule in event.policy.rules if rule.in_force(now)}
        self._record(name, event, event.policy.version)
        started, ended = tuple(sorted(after - before)), tuple(sorted(before - after))
        if started or ended:
            self._out.record("effective", backend=name, started=started, ended=ended)
        stack = old.with_policy(event.policy)
        self.shadow.unstage(name, stack)
        self._switch_over(stack)

    def _switch_over(self, stack: AccessStack) -> None:
        self._inquiries.judge_by(stack)
        if self.shadow:
            self.shadow.follow(stack)
        else:
            self._inquiries.shadow = None
        self.next_change = stack.next_instant(self._out.now)
        self._inquiries.judge_waiting()

    def _record(
        self,
        backend: str,
        event: PolicyActivated | PolicyStaged | ChangeNoted,
        version: str,
        error: str = "",
    ) -> None:
        fields = {"by": event.by, "change": event.change, "version": version, "error": error}
        self._out.record("access", backend=backend, **fields, **event.signed)
        said = "access change refused" if error else "access changed"
        shouted = {"withdrawn": event.signed["withdrawn"]} if event.signed.get("withdrawn") else {}
        if shouted:
            said = "PROTECTION WITHDRAWN" + (" refused" if error else "")
        self._out.log(said, backend=backend, **{k: v for k, v in fields.items() if v}, **shouted)
