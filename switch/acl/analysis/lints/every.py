"""All lints of one file, and what its owner has accepted of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from switch.acl.analysis.lints.effects import EFFECT_LINTS
from switch.acl.analysis.lints.gaps import GAP_LINTS
from switch.acl.analysis.lints.ground import Found, Ground
from switch.acl.analysis.lints.orders import ORDER_LINTS
from switch.acl.analysis.lints.papers import PAPER_LINTS
from switch.acl.analysis.lints.times import TIME_LINTS
from switch.acl.directory import Directory
from switch.acl.document import OwnerDocument
from switch.acl.lint import Level, Lint
from switch.backend import Progress
from switch.errors import Finding

EVERY: tuple[Callable[[Ground], Iterator[Found]], ...] = (
    *EFFECT_LINTS,
    *TIME_LINTS,
    *GAP_LINTS,
    *PAPER_LINTS,
    *ORDER_LINTS,
)


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found, by weight."""

    mistakes: tuple[Finding, ...]
    advice: tuple[Finding, ...]
    accepted: tuple[tuple[Finding, str], ...]  # with the owner's reason


def lint(document: OwnerDocument, directory: Directory, progress: Progress | None = None) -> Linted:
    """Every lint of a file, complete over the finite world; what is accepted stands apart.

    Seconds for eighty rules among 500 agencies: `progress` is told after each.
    """
    ground, found = Ground(document, directory), list[Found]()
    for done, check in enumerate(EVERY, 1):
        found += check(ground)
        if progress is not None:
            progress(document.policy.name, done, len(EVERY))
    dead = {each.rule for each in found if each.lint is Lint.DEAD_RULE}
    # Of a rule that does nothing, nothing else is worth saying.
    found = [e for e in found if e.lint is Lint.DEAD_RULE or e.rule not in dead]
    accepted: list[tuple[Finding, str]] = []
    left: list[Found] = []
    needed: set[int] = set()
    for each in found:
        number = _accepting(document, each)
        if number is None:
            left.append(each)
        else:
            needed.add(number)
            accepted.append((each.finding, document.file.model.accept[number].reason))
    left += _needless(document, needed)
    return Linted(
        tuple(e.finding for e in left if e.lint.level is Level.MISTAKE),
        tuple(e.finding for e in left if e.lint.level is Level.ADVICE),
        tuple(accepted),
    )


def _accepting(document: OwnerDocument, found: Found) -> int | None:
    for number, row in enumerate(document.file.model.accept):
        if row.lint == found.lint.id and row.rule in (None, found.rule):
            return number
    return None


def _needless(document: OwnerDocument, needed: set[int]) -> Iterator[Found]:
    """What accepts nothing now would silently accept something later."""
    for number, row in enumerate(document.file.model.accept):
        if number not in needed:
            of = f" of {row.rule}" if row.rule else ""
            what = f"there is no {row.lint}{of} to accept (any more)"
            place = ("accept", number, "lint")
            edits = document.file.layout.take_out(("accept", number))
            lint = Lint.NEEDLESS_ACCEPT
            finding = document.file.finding(place, what, "take it out", str(lint), edits)
            yield Found(lint, None, finding)
