"""What was decided about one leg, by whom, and on which grounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from switch.terms import DataClass, Verdict, stricter

ClassVerdict = tuple[DataClass, Verdict, tuple[str, ...]]  # with the ids that decided it


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """One leg's decision. `verdict` is that of the primary class, the first of `classes`."""

    verdict: Verdict
    backend: str
    classes: tuple[ClassVerdict, ...]
    rules: tuple[str, ...]  # ids of all that matched; an excused deny stands in `exceptions`
    exceptions: tuple[str, ...]
    masks: tuple[str, ...]
    notices: tuple[str, ...]
    network: str  # the network's own verdict, "" where it says nothing
    owner: str  # the owner's own verdict, as if there were no suspension
    suspension: str  # id of the suspension, or ""
    tell: str  # for the refused terminal
    versions: Mapping[str, str] = field(repr=False)
    epoch: int = 0  # of the stack that made it, see AccessStack.epoch
    asked_in: int = 0  # the epoch of the request; another one than `epoch` at a late release
    order: str = ""  # id of the court order without which less would leave
    fault: str = ""  # of ours, where it made a DENY-ERROR: for the journal, not for the terminal
    released: bool = False
    released_classes: frozenset[DataClass] = frozenset()
    withheld: tuple[tuple[DataClass, tuple[str, ...]], ...] = ()


def decided(
    backend: str,
    classes: tuple[ClassVerdict, ...],
    *,
    rules: tuple[str, ...] = (),
    exceptions: tuple[str, ...] = (),
    masks: tuple[str, ...] = (),
    notices: tuple[str, ...] = (),
    network: str = "",
    owner: str = "",
    suspension: str = "",
    tell: str = "",
    versions: Mapping[str, str],
    epoch: int,
    asked_in: int | None = None,
    order: str = "",
    fault: str = "",
    verdict: Verdict | None = None,
) -> Decision:
    """A decision from its parts; what follows from the class verdicts is worked out here."""
    primary = verdict or classes[0][1]
    return Decision(
        verdict=primary,
        backend=backend,
        classes=classes,
        rules=rules,
        exceptions=exceptions,
        masks=masks,
        notices=notices,
        network=network,
        owner=owner,
        suspension=suspension,
        tell=tell,
        versions=versions,
        epoch=epoch,
        asked_in=epoch if asked_in is None else asked_in,
        order=order,
        fault=fault,
        released=primary.released,
        released_classes=frozenset(name for name, each, _ in classes if each.released),
        withheld=tuple((name, ids) for name, each, ids in classes if not each.released),
    )


def combined(earlier: Decision, later: Decision) -> Decision:
    """The stricter verdict per class, the union of masks and notices (release point)."""
    before = {name: (verdict, ids) for name, verdict, ids in earlier.classes}
    classes = []
    for name, verdict, ids in later.classes:
        old_verdict, old_ids = before.get(name, (verdict, ids))
        worst = stricter(old_verdict, verdict)
        classes.append((name, worst, ids if worst is verdict else old_ids))
    verdict = stricter(earlier.verdict, later.verdict)
    return decided(
        later.backend,
        tuple(classes),
        rules=tuple(sorted({*earlier.rules, *later.rules})),
        exceptions=tuple(sorted({*earlier.exceptions, *later.exceptions})),
        masks=tuple(sorted({*earlier.masks, *later.masks})),
        notices=tuple(dict.fromkeys((*earlier.notices, *later.notices))),
        network=later.network or earlier.network,
        owner=stricter(Verdict(earlier.owner), Verdict(later.owner)).value,
        suspension=later.suspension or earlier.suspension,
        tell=later.tell if verdict is later.verdict else earlier.tell,
        versions=later.versions,
        epoch=later.epoch,
        asked_in=later.asked_in,
        order=later.order,
        fault=later.fault or earlier.fault,
        verdict=verdict,
    )
