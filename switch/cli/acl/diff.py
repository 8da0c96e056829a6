"""`wireroom acl diff`: exactly who gains and who loses what, before it is real."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from switch.cli.style import console, sub_parser
from switch.errors import Exit, UsageError
from switch.terms import TRAINING_LINE, Instant

if TYPE_CHECKING:
    from switch.acl.analysis.difference import Change
    from switch.acl.analysis.orders import OrderChange
    from switch.acl.analysis.worlds import ItemChange
    from switch.acl.engine import AccessStack
    from switch.config import World

EXAMPLE = """\
wireroom acl diff acl/CADMV.toml draft/CADMV.toml
wireroom acl diff --no-new-access golden-state ./my-world
wireroom acl diff --traffic wireroom.journal acl/CADMV.toml draft/CADMV.toml"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """The sub-verb's own arguments."""
    what = "Who gains and who loses which data, from when, each with a request that shows it."
    verb = sub_parser(verbs, "diff", what, EXAMPLE)
    verb.add_argument("old", help="an owner's file, NETWORK.toml, or a whole world")
    verb.add_argument("new", help="the same after the change")
    verb.add_argument(
        "--no-new-access", action="store_true", help="exit 1 only if somebody gains something"
    )
    verb.add_argument(
        "--traffic",
        metavar="FILE",
        help="judge only what was asked: a journal, or lines as for `decide --jsonl` (- = stdin)",
    )
    return verb


def run(arguments: argparse.Namespace) -> int:
    """Exit 0: no difference in access (or nothing gained, with --no-new-access); 1: there is."""
    from dataclasses import asdict

    from switch.acl.analysis.difference import difference
    from switch.acl.analysis.orders import order_changes
    from switch.acl.analysis.worlds import world_changes

    old, new = _stacks(arguments)
    gc.freeze()  # what was read stays to the end: to look through it again and again takes a sixth
    if arguments.traffic:
        return _replayed(arguments, old, new)
    items, changes = world_changes(old.world, new.world), difference(old, new)
    orders = order_changes(old, new)
    if arguments.json:
        for item in items:
            sys.stdout.write(json.dumps({"training": True, "kind": "world", **asdict(item)}) + "\n")
        for change in changes:
            sys.stdout.write(json.dumps(_row(change, new.world)) + "\n")
        for order in orders:
            sys.stdout.write(json.dumps(_order_row(order, new.world)) + "\n")
    else:
        _print(items, changes, new.world, " but for court orders" if orders else "")
        _print_orders(orders, new.world)
    widens = [*(change.widens for change in changes), *(order.widens for order in orders)]
    told = any(widens) if arguments.no_new_access else bool(widens)
    return int(Exit.FINDINGS if told else Exit.FINE)


def _order_row(change: OrderChange, world: World) -> dict[str, Any]:
    from switch.acl.analysis.orders import in_words

    row = {"training": True, "kind": f"order {change.kind}", "widens": change.widens}
    words = in_words(change.order, world.timezone)
    return {**row, "backend": change.backend, "order": change.order.id, "words": words}


def _print_orders(changes: list[OrderChange], world: World) -> None:
    """Court orders let nobody in who merely asks: they stand apart, in words."""
    from switch.acl.analysis.orders import in_words

    for change in changes:
        style = "bold red" if change.widens else "bold"
        words = f"COURT ORDER {change.kind.upper()} at {change.backend}: "
        out = console()
        words += in_words(change.order, world.timezone)
        out.print(words, style=style, markup=False, soft_wrap=True)


def _replayed(arguments: argparse.Namespace, old: AccessStack, new: AccessStack) -> int:
    """Exit 1: some recorded decision is another, or cannot be made; with --no-new-access only if
    something is released that was not."""
    from switch.acl.analysis.traffic import tally
    from switch.cli.acl.recorded import lost, recorded
    from switch.cli.acl.replayed import print_json, show
    from switch.cli.told.cut import unless_cut

    found = tally(old, new, recorded(arguments.traffic, new.world))
    (print_json if arguments.json else show)(found, new.world)
    told = found.widened if arguments.no_new_access else found.differs
    return unless_cut(int(Exit.FINDINGS if told else Exit.FINE), lost(arguments.traffic))


def _stacks(arguments: argparse.Namespace) -> tuple[AccessStack, AccessStack]:
    from switch.acl.document import load_stack
    from switch.world_file import load_world

    old, new = Path(arguments.old), Path(arguments.new)
    if old.is_file() and new.is_file():
        base = load_stack(load_world(arguments.world))
        (old_name, before), (new_name, after) = _with_file(base, old), _with_file(base, new)
        if old_name != new_name:
            what = f"{old} is {old_name}'s file and {new} {new_name}'s"
            raise UsageError(what, "compare two versions of one file")
        return before, after
    if old.is_file() or new.is_file():
        other = new if old.is_file() else old
        what = f"`{other}` is not a file, as the other one is"
        raise UsageError(what, "compare two files, or two worlds")
    return load_stack(load_world(arguments.old)), load_stack(load_world(arguments.new))


def _with_file(base: AccessStack, path: Path) -> tuple[str, AccessStack]:
    """Whose file it is, and the world's stack with it in the place of its own.

    An owner's file is judged alone, as `check` does: what it says of a line is its owner's affair,
    whether the network suspends that line or not.
    """
    from switch.acl.document import read_network, read_owner
    from switch.acl.engine import AccessStack
    from switch.acl.policy import NETWORK, Policy
    from switch.acl.rows import NetworkFile, OwnerFile
    from switch.files.authored import inspect
    from switch.terms import Verdict

    if path.name == f"{NETWORK}.toml":
        network = read_network(inspect(path, NetworkFile), base.directory)
        return NETWORK, AccessStack(base.world, base.directory, base.owners, network)
    policy = read_owner(inspect(path, OwnerFile), base.directory).policy
    owners = {**base.owners, policy.name: policy}
    nobody = Policy(NETWORK, [], Verdict.DENY_ERROR, "", "")
    return policy.name, AccessStack(base.world, base.directory, owners, nobody)


def _row(change: Change, world: World) -> dict[str, Any]:
    def shown(at: Instant | None) -> str | None:
        from switch.files.authored import local_time

        return None if at is None else local_time(at, world.timezone)

    witness = change.witness._asdict()
    return {
        "training": True,
        "kind": change.kind.value,
        "widens": change.widens,
        "backend": change.backend,
        "classes": list(change.data_classes),
        "who": change.who,
        "spans": [[shown(start), shown(end)] for start, end in change.spans],
        "old": change.old.value,
        "new": change.new.value,
        "old_masks": list(change.old_masks),
        "new_masks": list(change.new_masks),
        "uncovered": list(change.uncovered),
        "covered": list(change.covered),
        "witness": {**witness, "at": shown(max(change.at, 0.0))},
    }


def _print(items: list[ItemChange], changes: list[Change], world: World, apart: str) -> None:
    from rich.text import Text

    from switch.acl.analysis.promises import described
    from switch.files.authored import local_time

    def span(start: Instant | None, end: Instant | None) -> str:
        begins = "always" if start is None else f"from {local_time(start, world.timezone)}"
        return begins + ("" if end is None else f" until {local_time(end, world.timezone)}")

    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    _print_items(items)
    if not changes:
        words = "no difference: every request is answered as before, at every instant"
        out.print(words.replace(":", f"{apart}:"))
        return
    styles = {"gained": "bold red", "lost": "bold green", "masked differently": "bold yellow"}
    for change in changes:
        line = Text(f"{change.kind.value.upper():<8} ", style=styles[change.kind.value])
        line.append(f"{change.who}: {', '.join(change.data_classes)} of {change.backend}", "bold")
        out.print(line)
        for start, end in change.spans:
            out.print(f"    {span(start, end)}")
        out.print(f"    {change.old.value} -> {change.new.value}{_fields(change)}", markup=False)
        out.print(f"    shown by {described(change.witness)}", markup=False)
    gained = sum(change.widens for change in changes)
    out.print(f"{len(changes)} changes, {gained} of them release what was not released before")


def _fields(change: Change) -> str:
    """Masks before and after, and fields that the catalog has given to the class or taken."""
    words = ""
    if change.old_masks != change.new_masks:
        words = f", masks {' '.join(change.old_masks) or 'none'} -> "
        words += " ".join(change.new_masks) or "none"
    appears = [code for code in change.uncovered if code not in change.old_masks]
    goes = [code for code in change.covered if code not in change.new_masks]
    words += f", now with {' '.join(appears)}" if appears else ""
    return words + (f", no more with {' '.join(goes)}" if goes else "")


def _print_items(items: list[ItemChange]) -> None:
    """What is another in directory and catalog, before what follows from it."""
    out = console()
    if items:
        out.print(f"directory and catalog: {len(items)} differences", style="bold")
    for item in items:
        words = f"{item.table} {item.name}"
        if not item.part:
            words += " is new" if item.new else " is gone"
        else:
            gone = [f"-{value}" for value in item.gone]
            new = [f"+{value}" for value in item.new]
            words += f": {item.part} {', '.join((*gone, *new))}"
        out.print(f"    {words}", markup=False)
