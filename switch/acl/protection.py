"""Protection withdrawn: which `[[never]]` of a file no longer stands in its next version.

A never may be widened, moved or renamed freely. Whatever some promise of the new version does not
cover whole is withdrawn; what cannot be seen to be wider counts as narrower (fail closed).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from switch.acl.document import OwnerDocument
from switch.acl.rules import Promise, Subject

_UNITS = {"m": 60, "h": 3600, "d": 86_400}
_LISTS = ("agency", "group", "function", "ori", "terminal", "operator")


def withdrawn(old: OwnerDocument, new: OwnerDocument) -> tuple[str, ...]:
    """The ids of what is withdrawn; `never_notice` for a shorter notice than before."""
    gone = [p.id for p in old.nevers if not any(_covers(other, p) for other in new.nevers)]
    if notice_s(new) < notice_s(old):
        gone.append("never_notice")
    return tuple(gone)


def alone(old: OwnerDocument, new: OwnerDocument) -> bool:
    """Whether nothing else changes: same default, same rules, every always still there."""
    same = old.policy.default is new.policy.default and _rules(old) == _rules(new)
    same = same and old.policy.orders == new.policy.orders
    return same and set(old.always) <= set(new.always)


def _rules(document: OwnerDocument) -> dict[str, object]:
    return {rule.id: rule for rule in document.policy.rules}


def notice_s(document: OwnerDocument) -> int:
    """How long a withdrawal waits, in seconds."""
    match = re.fullmatch(r"(\d+)([mhd])", document.file.model.never_notice)
    assert match is not None  # the shape of the file has been checked
    return int(match[1]) * _UNITS[match[2]]


def _covers(new: Promise, old: Promise) -> bool:
    data = new.data is None or (old.data is not None and old.data <= new.data)
    return data and new.start <= old.start and _contains(new.subject, old.subject)


def _contains(new: Subject, old: Subject) -> bool:
    """Whether whoever is in the old subject is in the new one.

    All lists of a subject must be met, so dropping one widens, and so does a longer list.
    """
    if new.everyone:
        return True
    if old.everyone:
        return False
    lists = all(_longer(getattr(new, name), getattr(old, name)) for name in _LISTS)
    return lists and _longer(new.ori_prefix, old.ori_prefix)


def _longer(new: Sequence[str] | frozenset[str], old: Sequence[str] | frozenset[str]) -> bool:
    return not new or (bool(old) and set(old) <= set(new))
