"""A change package: what two versions of a rule file mean for everybody, ready for a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from switch.acl.analysis.difference import Change, Kind
from switch.acl.analysis.orders import OrderChange, in_words, order_changes
from switch.acl.analysis.wording import Worded
from switch.cli.acl.typed import answer, message
from switch.cli.told.report import Section, Told
from switch.errors import Finding
from switch.files.authored import local_time
from switch.format_file import world_formats
from switch.terms import Instant

if TYPE_CHECKING:
    from switch.acl.engine import AccessStack

MESSAGES_MAX = 24  # a person types them; the first of each change


@dataclass(frozen=True, slots=True)
class Version:
    """One side of the change."""

    name: str  # the file, as it was given
    digest: str
    alone: AccessStack  # the file by itself
    whole: AccessStack  # with the world's other files and suspensions


@dataclass(frozen=True, slots=True)
class Message:
    """One message to type, and the answer before and after the change."""

    who: str
    at: str  # from then on the answers differ
    terminal: str
    operator: str | None
    raw: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    hidden_by: str  # a suspension of this world that hides the difference


@dataclass(frozen=True, slots=True)
class Package:
    """All of it."""

    backend: str
    owner: str
    old: Version
    new: Version
    timezone: ZoneInfo
    wording: tuple[Worded, ...]
    changes: tuple[Change, ...]
    withdrawn: tuple[str, ...]
    notice: str
    findings: tuple[Finding, ...]  # of the new file: it cannot be activated with any

    @property
    def orders(self) -> list[OrderChange]:
        """Court orders that stand on one side only, or differ: they let in nobody who merely
        asks, so no change tells of them."""
        return order_changes(self.old.alone, self.new.alone)

    @property
    def instants(self) -> list[Instant]:
        """Every instant at which something begins or ends to be otherwise."""
        bounds = {bound for each in self.changes for span in each.spans for bound in span}
        return sorted(bound for bound in bounds if bound is not None)


def messages(package: Package) -> list[Message]:
    """The first request of each change, as far as a terminal can type it."""
    formats, found = world_formats(package.new.whole.world.folder), list[Message]()
    for change in package.changes:
        if len(found) == MESSAGES_MAX:
            break
        request, at = change.witness, max(change.at, 0.0)
        # A terminal or an ORI that only one version knows is typed where it is known.
        raw = message(package.new.whole, formats, request, len(found) + 1)
        if raw is None:
            continue
        before, after = (
            answer(version.alone, formats, request, raw, at)
            for version in (package.old, package.new)
        )
        hidden = package.new.whole.decide(request, at).suspension or ""
        words = (local_time(at, package.timezone), request.terminal, request.operator)
        text = raw.decode("ascii")
        found.append(Message(change.who, *words, text, before, after, hidden))
    return found


# --- for whoever prints it ---------------------------------------------------------------------


def told(package: Package) -> Told:
    """As sections, for a screen and a page."""
    typed = messages(package)
    plain = [change for change in package.changes if change.asks is not None]
    others = [change for change in package.changes if change.asks is None]
    sections = [
        _wording(package.wording),
        _changes("Who gains and who loses what", plain, package.timezone),
        _changes("Collateral: others who are touched", others, package.timezone),
        *(_message(number, each) for number, each in enumerate(typed, 1)),
        _rollback(package),
    ]
    if package.findings:
        sections.insert(0, _findings(package.findings))
    effective = [local_time(at, package.timezone) for at in package.instants]
    about = (
        ("owner", package.owner),
        ("file", f"{package.backend}.toml"),
        ("from", f"{package.old.name} ({package.old.digest[:12]})"),
        ("to", f"{package.new.name} ({package.new.digest[:12]})"),
        ("effective", ", ".join(effective) or "-"),
    )
    title = f"Change of access at {package.backend}"
    return Told(title, about, tuple(_summary(package, len(typed))), tuple(sections))


def _summary(package: Package, typed: int) -> list[tuple[bool, str]]:
    counts = {kind: sum(change.kind is kind for change in package.changes) for kind in Kind}
    words = ", ".join(f"{count} {kind.value}" for kind, count in counts.items() if count)
    found = [
        (
            False,
            f"Access: {words}." if words else "Access: nobody who asks gains or loses anything.",
        )
    ]
    widened = sum(change.widens for change in package.changes)
    if widened:
        found.append((True, f"{widened} of them release what was not released before."))
    for each in package.orders:
        words = f"COURT ORDER {each.kind.upper()}: {in_words(each.order, package.timezone)}"
        found.append((each.widens, words))
    if package.withdrawn:
        names = ", ".join(package.withdrawn)
        found.append((True, f"PROTECTION WITHDRAWN: {names}, after {package.notice}'s notice."))
    if package.findings:
        found.append(
            (True, f"NOT READY: `acl check` finds {len(package.findings)} in the new file.")
        )
    left = len(package.changes) - typed
    note = f"; {left} changes have none, because no terminal types it or there are too many"
    found.append((False, f"Messages to type: {typed}{note if left else ''}."))
    return found


def _findings(findings: Sequence[Finding]) -> Section:
    rows = tuple((f"{each.line}", each.what, each.remedy) for each in findings)
    return Section("Not ready", ("Mend these first.",), ("line", "what", "fix"), rows, wrong=True)


def _wording(every: Sequence[Worded]) -> Section:
    rows = []
    for each in every:
        name = " ".join(part for part in (each.table, each.id) if part)
        parts = "; ".join(f"{key}: {old} -> {new}" for key, old, new in each.parts)
        rows.append((each.step.value, name or "head", each.sentence, parts or "-"))
    lead = () if rows else ("Nothing is written differently, but for comments and order.",)
    columns = ("", "paragraph", "it says", "what is another")
    return Section("What changes in words", lead, columns if rows else (), tuple(rows))


def _changes(title: str, changes: Sequence[Change], timezone: ZoneInfo) -> Section:
    rows = tuple(
        (
            change.kind.value.upper() if change.widens else change.kind.value,
            change.who,
            ", ".join(change.data_classes),
            "; ".join(_span(*span, timezone) for span in change.spans),
            f"{change.old.value} -> {change.new.value}{_masks(change)}",
        )
        for change in changes
    )
    columns = ("", "who", "data", "when", "verdict")
    lead = () if rows else ("Nobody.",)
    return Section(title, lead, columns if rows else (), rows)


def _span(start: Instant | None, end: Instant | None, timezone: ZoneInfo) -> str:
    words = "always" if start is None else f"from {local_time(start, timezone)}"
    return words if end is None else f"{words} until {local_time(end, timezone)}"


def _masks(change: Change) -> str:
    if change.old_masks == change.new_masks:
        return ""
    old, new = (" ".join(masks) or "none" for masks in (change.old_masks, change.new_masks))
    return f"; masks {old} -> {new}"


def _message(number: int, each: Message) -> Section:
    who = f"operator {each.operator}" if each.operator else "any operator of its agency"
    lead = [f"At terminal {each.terminal}, {who}; {each.at} or later, while the change lasts."]
    if each.hidden_by:
        words = (
            f"In this world suspension {each.hidden_by} answers both: lift it on the test switch."
        )
        lead.append(words)
    typed = (
        ("type", (each.raw,)),
        ("answered before the change", each.before),
        ("answered after it", each.after),
    )
    return Section(f"Message {number}: {each.who}", tuple(lead), typed=typed)


def _rollback(package: Package) -> Section:
    back = [change.who for change in package.changes if change.widens]
    back += [change.order.id for change in package.orders if change.widens]
    lead = (
        "A rollback is a new version equal to the old one, signed like any other:",
        "It takes effect between two messages. What waits is judged at once by the old version.",
        f"What left in between is not called back: {len(back)} of these changes let something out."
        if back
        else "Nothing that this change releases can have left in between: it releases nothing new.",
    )
    command = f"wireroom owner rollback {package.backend} {package.old.digest[:12]}"
    return Section("Rollback", lead, typed=(("on a running switch", (command,)),))


def as_json(package: Package) -> dict[str, Any]:
    """As plain values."""

    def shown(at: Instant | None) -> str | None:
        return None if at is None else local_time(at, package.timezone)

    return {
        "training": True,
        "backend": package.backend,
        "owner": package.owner,
        "old": {"file": package.old.name, "digest": package.old.digest},
        "new": {"file": package.new.name, "digest": package.new.digest},
        "effective": [shown(at) for at in package.instants],
        "wording": [asdict(each) for each in package.wording],
        "changes": [
            {
                "kind": change.kind.value,
                "widens": change.widens,
                "collateral": change.asks is None,
                "who": change.who,
                "classes": list(change.data_classes),
                "spans": [[shown(start), shown(end)] for start, end in change.spans],
                "old": change.old.value,
                "new": change.new.value,
                "old_masks": list(change.old_masks),
                "new_masks": list(change.new_masks),
            }
            for change in package.changes
        ],
        "orders": [
            {"kind": each.kind, "widens": each.widens, "order": each.order.id}
            for each in package.orders
        ],
        "withdrawn": list(package.withdrawn),
        "messages": [asdict(each) for each in messages(package)],
        "rollback": {"digest": package.old.digest},
        "findings": [str(finding) for finding in package.findings],
    }
