"""A rule given as a table of its own, by a scenario's row or an order: checked as in its file."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from switch.acl.directory import Directory
from switch.acl.policy import NETWORK, Policy
from switch.acl.reader import Reader
from switch.acl.rows import AllowRow, DenyRow, ReferRow, SuspendRow, TimedRow
from switch.acl.rules import Effect, Rule
from switch.errors import AuthoredError, Finding
from switch.files.authored import Authored, Row
from switch.files.shape import shape_findings

_OWNERS: Mapping[str, type[TimedRow]] = {"deny": DenyRow, "refer": ReferRow, "allow": AllowRow}
_NETWORKS: Mapping[str, type[TimedRow]] = {"suspend": SuspendRow}


def parse_rule(
    policy: Policy, directory: Directory, effect: str, table: Mapping[str, object]
) -> Rule:
    """The rule that this file would have more; AuthoredError with all that is wrong with it.

    `table` is what would stand under `[[effect]]`; its local times are the world's.
    """
    name = f"rule for {policy.name}"
    shapes = _NETWORKS if policy.name == NETWORK else _OWNERS
    if effect not in shapes:
        what = f"`{effect}` is not a rule that {policy.name} can have"
        raise AuthoredError([Finding(name, 0, what, f"one of {', '.join(shapes)}")])
    try:
        row = shapes[effect].model_validate(dict(table))
    except ValidationError as error:
        wrong = shape_findings(error, shapes[effect], dict(table), "", name)
        raise AuthoredError(wrong) from None
    head = _Head(timezone=directory.world.timezone.key)
    reader = Reader(Authored(name, "", head, {}), directory, policy.name)
    rule = reader.rule((), Effect(effect), row)
    if isinstance(row, DenyRow):
        allows = {each.id for each in policy.rules if each.effect is Effect.ALLOW}
        reader.exceptions((), row, allows)
    if any(each.id == rule.id for each in policy.rules):
        what = f"id `{rule.id}` stands there already; ids are for ever"
        reader.wrong((), what, "choose a new id")
    if reader.findings:
        raise AuthoredError(reader.findings)
    return rule


class _Head(Row):
    """Of a file's head, what its rules are read with."""

    timezone: str
