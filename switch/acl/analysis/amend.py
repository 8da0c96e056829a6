"""An owner's file with one rule more, or one rule ended: lines in the place of lines.

Comments, order and spacing of everything else stay as they are. (tomlkit moves a rule to its
fellows where tables of different kinds alternate: see docs/decisions.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from switch.acl.analysis.lints.ground import Ground
from switch.acl.analysis.lints.times import widening_expiries
from switch.acl.directory import Directory
from switch.acl.document import OwnerDocument
from switch.acl.lint import Lint
from switch.acl.rules import Request, Rule
from switch.errors import Edit, UsageError
from switch.files.authored import instant
from switch.files.toml.layout import Layout, applied, literal
from switch.terms import Instant

_RULES = ("deny", "refer", "allow")
_NUMBERED = re.compile(r"(.*?)(\d+)$")


@dataclass(frozen=True, slots=True)
class NewDeny:
    """A cut-off as it is ordered."""

    subject: Mapping[str, Sequence[str]]  # selector -> entries
    data: str | list[str]
    start: Instant
    end: Instant | None
    ordered: Instant
    reason: str
    cite: str
    tell: str = ""
    id: str = ""


def next_id(document: OwnerDocument) -> str:
    """DMV-04 after DMV-03: the next number under the prefix that most rules of the file have."""
    model = document.file.model
    tables = (*_RULES, "never", "always")
    used = {row.id for table in tables for row in getattr(model, table)}
    found = [match for table in _RULES for row in getattr(model, table) if (match := _match(row))]
    prefixes = [match[1] for match in found]
    prefix = max(prefixes, key=prefixes.count) if prefixes else f"{model.backend}-"
    numbers = [match[2] for match in found if match[1] == prefix]
    width = max(map(len, numbers), default=2)
    number = max(map(int, numbers), default=0) + 1
    while f"{prefix}{number:0{width}}" in used:
        number += 1
    return f"{prefix}{number:0{width}}"


def _match(row: object) -> re.Match[str] | None:
    return _NUMBERED.fullmatch(row.id)  # type: ignore[attr-defined]


def with_deny(document: OwnerDocument, new: NewDeny) -> tuple[str, str]:
    """The file's text with this deny after its other rules, and the id of the deny."""
    zone, name = document.timezone, new.id or next_id(document)
    pairs = [("id", literal(name))]
    pairs += [(selector, literal(list(values))) for selector, values in new.subject.items()]
    pairs += [("data", literal(new.data)), ("from", written(new.start, zone))]
    if new.end is not None:
        pairs.append(("until", written(new.end, zone)))
    pairs.append(("ordered", written(new.ordered, zone)))
    pairs += [("tell", literal(new.tell))] if new.tell else []
    pairs += [("reason", literal(new.reason)), ("cite", literal(new.cite))]
    return _added(document.file.text, _RULES, "deny", pairs), name


def with_test(text: str, request: Request, at: Instant, zone: ZoneInfo, rule: str) -> str:
    """The text with a test that this request is refused by this rule."""
    pairs = [("at", written(at, zone)), ("terminal", literal(request.terminal))]
    pairs += [("ori", literal(request.ori)), ("key", literal(request.key))]
    pairs += [("purpose", literal(request.purpose))] if request.purpose else []
    pairs += [("image", "true")] if request.image else []
    pairs += [("expect", literal("DENY-RULE")), ("rule", literal(rule))]
    return _added(text, ("test",), "test", pairs)


def _added(text: str, beside: Sequence[str], name: str, pairs: list[tuple[str, str]]) -> str:
    """A table after the last of its kind; at the end of the file where there is none."""
    width = max(len(key) for key, _ in pairs)
    lines = [f"[[{name}]]", *(f"{key:<{width}} = {value}" for key, value in pairs)]
    layout = Layout.of(text)
    places = [(layout.line(path), path) for path in layout.tables(beside)]
    if places:
        return applied(text, layout.add_table(max(places)[1], lines))
    end = "" if text.endswith("\n") else "\n"
    return text + end + "\n" + "\n".join(lines) + "\n"


def to_end(document: OwnerDocument, agencies: Sequence[str], ids: Sequence[str]) -> list[Rule]:
    """The denies to end: those named, or those that are about one of the agencies alone."""
    denies = [rule for rule in document.policy.rules if rule.effect.value == "deny"]
    if ids:
        found = [rule for rule in denies if rule.id in ids]
        unknown = sorted(set(ids) - {rule.id for rule in found})
        if unknown:
            known = ", ".join(rule.id for rule in denies) or "none"
            raise UsageError(f"no deny `{unknown[0]}` in the file", f"its denies: {known}")
        return found
    return [rule for rule in denies if _is_about(rule, agencies)]


def _is_about(rule: Rule, agencies: Sequence[str]) -> bool:
    subject = rule.subject
    others = (subject.group, subject.function, subject.ori, subject.terminal, subject.operator)
    alone = not any((*others, subject.ori_prefix, subject.everyone))
    return alone and bool(subject.agency) and subject.agency <= set(agencies)


def with_ended(document: OwnerDocument, rules: Sequence[Rule], at: Instant, why: str) -> str:
    """The text with these denies ended; one that has not begun is taken out, with its tests."""
    layout, model = Layout.of(document.file.text), document.file.model
    edits: list[Edit] = []
    for rule in rules:
        index = next(i for i, row in enumerate(model.deny) if row.id == rule.id)
        place = ("deny", index)
        if rule.start >= at:
            edits += layout.take_out(place)
            tests = [i for i, row in enumerate(model.test) if row.rule == rule.id]
            edits += [edit for i in tests for edit in layout.take_out(("test", i))]
            continue
        value = f"{written(at, document.timezone)}  # {_line(why)}"
        if rule.end is not None:
            edits += layout.value((*place, "until"), value)
        else:
            edits += layout.add_key(place, "until", value)
    return applied(document.file.text, edits)


def with_accepted(
    document: OwnerDocument, directory: Directory, ids: Sequence[str], reason: str
) -> str:
    """The text with the owner's word that access is meant to come back when these rules end.

    Else `acl check` would call it a slip, as it is where nobody has said so.
    """
    widening = {found.rule for found in widening_expiries(Ground(document, directory))}
    text = document.file.text
    for name in ids:
        if name in widening:
            pairs = [("lint", literal(Lint.EXPIRY_WIDENS.id)), ("rule", literal(name))]
            text = _added(text, ("accept",), "accept", [*pairs, ("reason", literal(reason))])
    return text


def _line(text: str) -> str:
    """A person's words as a comment: one line, nothing that ends it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def written(at: Instant, zone: ZoneInfo) -> str:
    """An instant as the file writes it: local time, with its offset where that is needed."""
    local = datetime.fromtimestamp(at, zone)
    try:
        plain = local.replace(tzinfo=None)
        if instant(plain, zone) == at:
            return plain.isoformat()
    except ValueError:
        pass  # the clocks change: it happens twice
    return local.isoformat()
