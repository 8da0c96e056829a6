"""A preview for people and programs: who loses or gains what, who else with them, who is left."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from switch.cli.style import console
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from switch.acl.analysis.collateral import Preview

CUT = ("CUT OFF", "loses")
RESTORED = ("RESTORED", "gains")


def as_json(found: Preview) -> dict[str, Any]:
    """The preview as plain values."""
    return asdict(found)


def show(
    found: Preview, titles: tuple[str, str], span: str, zone: ZoneInfo, siblings: bool = True
) -> None:
    """Print it; no colour carries a meaning alone."""
    from rich.text import Text

    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    title, verb = titles
    out.print(f"{title}, {span}", style="bold")
    for each in found.cut:
        line = Text(f"  {each.agency}", style="bold")
        line.append(f"  ORI {' '.join(each.oris)}", style="")
        line.append(f"  terminals {' '.join(each.terminals) or 'none'}")
        line.append(f"\n      {_lost(each.classes, verb, each.rules)}")
        out.print(line)
    if not found.cut:
        out.print("  nobody with an ORI is in the subject")
    out.print(f"COLLATERAL: others, and what each {verb}", style="bold")
    for other in found.collateral:
        out.print(f"  {_collateral(other, zone)}", markup=False)
        out.print(f"      {verb} {', '.join(other.classes)}", markup=False)
    if not found.collateral:
        out.print("  nobody")
    if siblings:
        _siblings(found)


def _siblings(found: Preview) -> None:
    out = console()
    out.print("LEFT OPEN beside it", style="bold")
    closed = [each for each in found.siblings if not (each.classes or _passes(each))]
    for each in found.siblings:
        if each in closed:
            continue
        if _passes(each):
            words = f"its lines pass {each.agency}, which {each.relation} for others"
        else:
            words = f"{each.agency} ({each.relation}) still gets {', '.join(each.classes)}"
        out.print(f"  {words}", markup=False)
    if len(closed) == len(found.siblings):
        out.print("  no related agency")
    if closed:
        names = ", ".join(f"{each.agency} ({each.relation})" for each in closed)
        out.print(f"CLOSED ALREADY  {names}", markup=False)


def _passes(sibling: Any) -> bool:
    return bool(sibling.relation.startswith("sees"))


def _lost(classes: tuple[str, ...], verb: str, rules: tuple[str, ...]) -> str:
    by = f" ({' '.join(rules)})" if rules else ""
    if classes:
        return f"{verb} {', '.join(classes)}{by}"
    return f"{verb} nothing{by}"


def _collateral(other: Any, zone: ZoneInfo) -> str:
    from switch.acl.analysis.collateral import Through
    from switch.files.authored import local_time

    until = f", until {local_time(other.until, zone)}" if other.until is not None else ""
    words: Mapping[Through, str] = {
        Through.OPERATOR: f"{other.who} of {other.agency} at any desk: works for {other.named} too",
        Through.HUB: f"{other.who} of {other.agency}: its line passes {other.named}",
        Through.SERVICING: f"{other.who} of {other.agency}, when it sends for {other.named}",
        Through.BEHALF: f"anybody who asks on behalf of {other.who} ({other.named})",
    }
    return words[other.through] + until
