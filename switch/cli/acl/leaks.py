"""`wireroom acl leaks`: every other way in which somebody still gets a class of data."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from switch.cli.acl.moments import moment
from switch.cli.style import console, sub_parser
from switch.errors import Exit, UsageError
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from rich.console import Console

    from switch.acl.analysis.leaks.closing import Closing
    from switch.acl.analysis.leaks.path import Path
    from switch.acl.analysis.leaks.search import Search
    from switch.acl.rules import Subject
    from switch.config import World

EXAMPLE = """\
wireroom acl leaks --who ero --data driver.record --at 2019-11-01T00:00:00
wireroom acl leaks --who ero --data driver.record --at 2019-11-01T00:00:00 --owner-only --fix"""
_KINDS = ("agency", "group", "function")


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """The sub-verb's own arguments."""
    what = "Every way in which somebody still gets a class of data, and who can close it."
    verb = sub_parser(verbs, "leaks", what, EXAMPLE)
    verb.add_argument(
        "--who", required=True, metavar="NAME", help="agency, group or function (or group:NAME)"
    )
    verb.add_argument("--data", required=True, metavar="CLASS", help="such as driver.record")
    verb.add_argument("--at", metavar="TIME", help="local, or with an offset (default: now)")
    verb.add_argument(
        "--owner-only", action="store_true", help="as if the network suspended nobody"
    )
    verb.add_argument("--fix", action="store_true", help="the smallest change for the hard paths")
    verb.add_argument("--reason", default="", help="with --fix: why, for people who ask later")
    verb.add_argument("--cite", default="", help="with --fix: the paper that says so")
    return verb


def run(arguments: argparse.Namespace) -> int:
    """Exit 0: no hard path; 1: there is one. Soft paths are for people to judge."""
    from switch.acl.analysis.leaks.closing import Order, closings
    from switch.acl.analysis.leaks.hard import hard_paths
    from switch.acl.analysis.leaks.soft import soft_paths
    from switch.acl.document import read_document

    search, selector, value = _search(arguments)
    hard, soft = hard_paths(search), soft_paths(search)
    closed: list[Closing] = []
    if arguments.fix and hard:
        folder = search.world.acl_folder
        documents = {
            name: read_document(folder / f"{name}.toml", search.directory, name=f"acl/{name}.toml")
            for name in dict.fromkeys(path.backend for path in hard)
        }
        why = f"{value} must not get {search.data_class}."
        cite = arguments.cite or "to be named by the owner"
        order = Order(selector, value, arguments.reason or why, cite)
        closed = closings(search, documents, order)
    if arguments.json:
        _print_json(arguments, search, [*hard, *soft], closed)
    else:
        _print(arguments, search, hard, soft, closed)
    return int(Exit.FINDINGS if hard else Exit.FINE)


def _search(arguments: argparse.Namespace) -> tuple[Search, str, str]:
    from switch.acl.analysis.leaks.search import Search
    from switch.acl.document import load_stack
    from switch.files.authored import did_you_mean
    from switch.world_file import load_world

    world = load_world(arguments.world)
    selector, value = _whom(arguments.who, world)
    classes = sorted({name for entry in world.catalog for name in entry.asked(image=True)})
    if arguments.data not in classes:
        what = f"no backend answers data class `{arguments.data}`"
        raise UsageError(what, did_you_mean(arguments.data, classes))
    at = moment(arguments.at, world.timezone, "--at")
    subject = _subject(selector, value)
    stack = load_stack(world)
    search = Search(stack, subject, arguments.data, at, owner_only=arguments.owner_only)
    return search, selector, value


def _subject(selector: str, value: str) -> Subject:
    from switch.acl.rules import Subject

    named = frozenset([value])
    match selector:
        case "agency":
            return Subject(agency=named)
        case "group":
            return Subject(group=named)
        case _:
            return Subject(function=named)


def _whom(text: str, world: World) -> tuple[str, str]:
    """An agency, a group or a function by its name."""
    from switch.files.authored import did_you_mean

    known: dict[str, set[str]] = {
        "agency": {str(name) for name in world.agencies},
        "group": {g for agency in world.agencies.values() for g in agency.groups},
        "function": {f for agency in world.agencies.values() for f in agency.functions},
    }
    kind, colon, name = text.partition(":")
    if colon and kind in _KINDS:
        found, text = [kind] if name in known[kind] else [], name
    else:
        found = [kind for kind in _KINDS if text in known[kind]]
    if len(found) > 1:
        kinds = " and ".join(found)
        raise UsageError(f"`{text}` is {kinds}", f"write {found[0]}:{text} or {found[1]}:{text}")
    if not found:
        every = [name for names in known.values() for name in names]
        what = f"`{text}` is no agency, group or function of {world.id}"
        raise UsageError(what, did_you_mean(text, every))
    return found[0], text


# --- for programs ---------------------------------------------------------------------------------


def _print_json(
    arguments: argparse.Namespace, search: Search, paths: list[Path], closed: list[Closing]
) -> None:
    from switch.files.authored import local_time

    zone = search.world.timezone
    line = {
        "training": True,
        "who": arguments.who,
        "data": search.data_class,
        "at": local_time(search.at, zone),
        "owner_only": search.owner_only,
        "agencies": list(search.meant),
        "suspensions": search.suspensions(),
        "paths": [_row(path, local_time(path.at, zone)) for path in paths],
        "fix": [_closing(each) for each in closed] if arguments.fix else None,
    }
    sys.stdout.write(json.dumps(line) + "\n")


def _row(path: Path, at: str) -> dict[str, Any]:
    from switch.acl.analysis.leaks.path import OWN_LINE

    return {
        "strength": "hard" if path.way.hard else "soft",
        "own_line": path.way in OWN_LINE,
        "way": path.way.value,
        "who": path.who,
        "relation": path.relation,
        "backend": path.backend,
        "key": path.key,
        "condition": path.condition,
        "hops": list(path.hops),
        "opening": path.opening,
        "closer": path.closer,
        "witness": {**path.witness._asdict(), "at": at},
    }


def _closing(each: Closing) -> dict[str, Any]:
    return {
        "backend": each.backend,
        "owner": each.owner,
        "file": each.document.file.name,
        "rule": each.rule,
        "text": each.text,
        "promised": list(each.promised),
        "unkept": list(each.unkept),
        "left": len(each.left),
    }


# --- for people -----------------------------------------------------------------------------------


def _print(
    arguments: argparse.Namespace,
    search: Search,
    hard: list[Path],
    soft: list[Path],
    closed: list[Closing],
) -> None:
    from switch.acl.analysis.leaks.path import OWN_LINE
    from switch.files.authored import local_time

    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    when = local_time(search.at, search.world.timezone)
    alone = ", the network's suspensions left out" if search.owner_only else ""
    whom = ", ".join(search.meant)
    out.print(f"ways to {search.data_class} for {arguments.who} ({whom}) at {when}{alone}")
    own = [path for path in hard if path.way in OWN_LINE]
    other = [path for path in hard if path.way not in OWN_LINE]
    _in_short(out, search, own, other)
    _section(out, search, "HARD PATHS over a line of its own", own, "bold red")
    _section(out, search, "HARD PATHS over other people's lines", other, "bold red")
    _section(out, search, "SOFT PATHS: somebody related gets it", soft, "bold yellow")
    for each in closed:
        _print_closing(out, each)


_BLIND = (
    "it looks at the line alone (terminal, ORI, hubs), not at who sits there or on whose behalf "
    "is asked; only a rule of the owner does."
)


def _in_short(out: Console, search: Search, own: list[Path], other: list[Path]) -> None:
    """How many hard paths there are of either sort, and why a suspension leaves the one open."""
    counts = [len(list(_joined(paths))) or "none" for paths in (own, other)]
    words = f"In short: over lines of its own: {counts[0]}; over other people's lines: {counts[1]}"
    suspensions = search.suspensions()
    if other and suspensions:
        words += f", which suspension {', '.join(suspensions)} does not meet: {_BLIND}"
    out.print(words, style="bold", markup=False)


def _section(out: Console, search: Search, title: str, paths: list[Path], style: str) -> None:
    from rich.text import Text

    from switch.acl.analysis.promises import described
    from switch.files.authored import local_time

    told = list(_joined(paths))
    out.print(Text(f"{title}: {len(told) or 'none'}", style=style))
    for path, keys in told:
        relation = f" ({path.relation})" if path.relation else ""
        condition = f", {path.condition}" if path.condition else ""
        words = f"{path.way}: {path.who}{relation}, {' or '.join(keys)} at {path.backend}"
        out.print(f"  {words}{condition}", style="bold", markup=False)
        out.print(f"      {' > '.join(path.hops)}", markup=False)
        out.print(f"      open because {path.opening}", markup=False)
        zone = search.world.timezone
        later = f" at {local_time(path.at, zone)}" if path.at != search.at else ""
        out.print(f"      shown by {described(path.witness)}{later}", markup=False)
        out.print(f"      can be closed by {path.closer}", markup=False)


def _joined(paths: Iterable[Path]) -> Iterable[tuple[Path, list[str]]]:
    """Paths that differ in their key alone, told as one."""
    found: dict[tuple[object, ...], tuple[Path, list[str]]] = {}
    for path in paths:
        name = (path.way, path.who, path.relation, path.backend, path.condition, path.opening)
        found.setdefault(name, (path, []))[1].append(path.key)
    return found.values()


def _print_closing(out: Console, each: Closing) -> None:
    from switch.cli.acl.cutoff import show_change

    out.print(f"FIX, by {each.owner}", style="bold green", markup=False)
    if each.text:
        show_change(each.document.file, each.text)
    if each.promised:
        names = ", ".join(each.promised)
        out.print(f"  CANNOT BE CLOSED while {names} promises it", style="bold red", markup=False)
    if each.text and not each.left:
        words = "proved: with it there is no hard path left here, and every promise holds"
        if each.unkept:
            words = "proved: with it there is no hard path left here; what did not hold before"
            words += f" still does not: {', '.join(each.unkept)}"
        out.print(f"  {words}", style="green", markup=False)
    elif each.left:
        out.print(f"  {len(each.left)} hard paths stay open here", style="bold red")
