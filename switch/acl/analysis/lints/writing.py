"""New paragraphs of a rule file, as a person would write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from switch.acl.rows import SUBJECT
from switch.acl.rules import Rule

if TYPE_CHECKING:
    from switch.acl.analysis.lints.ground import Ground

_ID_MAX = 40


def table_lines(name: str, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """`[[name]]` and its keys, aligned."""
    width = max(len(key) for key, _ in pairs)
    return [f"[[{name}]]", *(f"{key:<{width}} = {value}" for key, value in pairs)]


def subject_lines(ground: Ground, rule: Rule) -> list[tuple[str, str]]:
    """A rule's subject as it is written."""
    place = ground.place(rule)
    written = [(key, ground.layout.raw((*place, key))) for key in ("everyone", *SUBJECT)]
    return [(key, value) for key, value in written if value]


def unused_id(ground: Ground, rule: Rule, mark: str) -> str:
    """An id for a paragraph that belongs to a rule: DMV-01-N, DMV-01-N2 ..."""
    model = ground.document.file.model
    used = {
        row.id
        for table in (model.deny, model.refer, model.allow, model.never, model.always)
        for row in table
    }
    number = 1
    while True:
        end = f"-{mark}{number if number > 1 else ''}"
        name = rule.id[: _ID_MAX - len(end)] + end
        if name not in used:
            return name
        number += 1
