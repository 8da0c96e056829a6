"""Tries a scenario's access rows on a copy of the rules, in the order in which they happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from scenarios.plan import Plan
from scenarios.script import NETWORK, Access, Script
from scenarios.script_rows import ScenarioFile
from switch.acl.engine import AccessStack
from switch.errors import AuthoredError, Finding
from switch.files.authored import Authored, did_you_mean
from switch.terms import Instant


def rule_table(row: Access, at: Instant) -> Mapping[str, object]:
    """The rule as it would stand in the owner's file; without `from`, it holds from `at` on."""
    table = dict(row.rule or {})
    table.setdefault("from", datetime.fromtimestamp(at, UTC))
    return table


class Trial:
    """The access rows of one script against the rules of its world."""

    def __init__(
        self, file: Authored[ScenarioFile], script: Script, stack: AccessStack, plan: Plan
    ) -> None:
        self._file = file
        self._script = script
        self._stack = stack
        self._plan = plan

    def findings(self) -> Iterator[Finding]:
        """What is wrong with the rows, each judged after those before it."""
        rows = enumerate(self._script.access)
        last = self._script.length
        for number, row in sorted(rows, key=lambda item: self._plan.times.get(item[1].id, last)):
            if row.rule is None and row.withdraw is None:
                continue  # said already
            at = self._script.starts + self._plan.times.get(row.id, last)
            try:
                self._stack = self._after(row, at)
            except AuthoredError as error:
                key = "rule" if row.rule is not None else "withdraw"
                fix = did_you_mean(row.withdraw, self._rules(row)) if row.withdraw else ""
                for finding in error.findings:
                    path = ("access", number, key)
                    yield self._file.finding(path, finding.what, finding.fix or fix)

    def _rules(self, row: Access) -> list[str]:
        owners = {**self._stack.owners, NETWORK: self._stack.network}
        return [rule.id for rule in owners[row.backend].rules] if row.backend in owners else []

    def _after(self, row: Access, at: Instant) -> AccessStack:
        if row.withdraw is not None:
            return self._stack.withdrawn(row.backend, row.withdraw, at)
        return self._stack.with_rule(row.backend, row.effect or "", rule_table(row, at))
