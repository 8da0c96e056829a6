"""Where each owner's file stands, from the list of everything that ever happened to it.

The list is only ever added to, one line at a time, so whatever kills the switch between two lines
leaves a list that says exactly what is in force (see `switch.office.versions`, which keeps it).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from switch.acl.envelope import Standing
from switch.terms import Instant


class Step(StrEnum):
    """What happened to a file."""

    ADOPTED = "adopted"  # taken as found in the world's folder: version 0, unsigned
    PROPOSED = "proposed"
    STAGED = "staged"
    ACTIVATED = "activated"  # ordered; in force at `effective`, which can be later
    EFFECTIVE = "effective"  # an activation that had to wait came into force
    VOIDED = "voided"  # an activation that had to wait never came into force


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the list."""

    number: int  # 1, 2, 3 ... over all files
    at: Instant
    step: Step
    backend: str
    digest: str
    effective: Instant
    base: str = ""
    sequence: int = 0
    withdrawn: tuple[str, ...] = ()  # promises that this version no longer makes
    reason: str = ""
    cite: str = ""
    order: bytes = b""
    key: str = ""
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class FileState:
    """Where one file stands."""

    active: str  # digest
    since: Instant
    sequence: int = 0
    staged: str = ""  # digest, or ""
    pending: Change | None = None  # activated, waits its notice
    versions: tuple[str, ...] = ()  # digests in the order in which they came

    @property
    def standing(self) -> Standing:
        """What an order is held against."""
        return Standing(self.active, self.sequence, frozenset(self.versions))


def states(changes: Iterable[Change]) -> dict[str, FileState]:
    """The state of every file after these changes, in their order."""
    found: dict[str, FileState] = {}
    for change in changes:
        found[change.backend] = after(found.get(change.backend), change)
    return found


def after(state: FileState | None, change: Change) -> FileState:
    """One change more; ValueError if the list cannot be right."""
    if state is None:
        if change.step is not Step.ADOPTED:
            raise ValueError(f"{change.backend} begins with `{change.step}`, not with `adopted`")
        return FileState(change.digest, change.at, versions=(change.digest,))
    state = _with_version(state, change)
    match change.step:
        case Step.PROPOSED:
            return state
        case Step.STAGED:
            return replace(state, staged=change.digest)
        case Step.ACTIVATED if change.effective > change.at:
            return replace(state, pending=change)
        case Step.ADOPTED | Step.ACTIVATED | Step.EFFECTIVE:
            # Whatever else was staged or waits was written on another base: it is void.
            return replace(state, active=change.digest, since=change.at, staged="", pending=None)
        case Step.VOIDED:
            return replace(state, pending=None)


def _with_version(state: FileState, change: Change) -> FileState:
    known = state.versions
    if change.digest not in known:
        known = (*known, change.digest)
    return replace(state, versions=known, sequence=max(state.sequence, change.sequence))
