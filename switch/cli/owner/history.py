"""`wireroom owner history`: what was in force when, and what was ordered but not yet effective."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from switch.cli.style import add_control, console, sub_parser
from switch.errors import Exit
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from rich.table import Table

    from switch.acl.analysis.chronicle import Life
    from switch.acl.lifecycle import Change

EXAMPLE = """\
wireroom owner history CADMV --control wireroom.control
wireroom owner history CADMV --control wireroom.control --show > CADMV.toml
wireroom owner history CADMV --control wireroom.control --show 1f2e3d4c > CADMV.toml"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """The sub-verb's own arguments."""
    what = "Every version and what happened to it; what is ordered but not yet effective."
    verb = sub_parser(verbs, "history", what, EXAMPLE)
    verb.add_argument("backend", help="whose file; NETWORK is the switch operator's")
    add_control(verb)
    help_ = "print that version's file, exactly (default: of the version in force)"
    verb.add_argument("--show", nargs="?", const="", metavar="VERSION", help=help_)
    return verb


def run(arguments: argparse.Namespace) -> int:
    """Print it; exit 0."""
    from switch.acl.analysis.chronicle import in_force, lives
    from switch.cli.owner.line import ask, kept_file, state_of

    backend, control = arguments.backend, arguments.control
    state = state_of(control, backend)
    if arguments.show is not None:
        sys.stdout.buffer.write(kept_file(control, backend, arguments.show)[1])
        return int(Exit.FINE)
    rows = ask(control, {"do": "history", "backend": backend})["changes"]
    changes = [change_of(row) for row in rows]
    digests = {change.digest for change in in_force(changes)}
    rules = lives(changes, {each: kept_file(control, backend, each)[1] for each in digests})
    tell(backend, state, rows, rules, as_json=arguments.json)
    return int(Exit.FINE)


def tell(
    backend: str, state: dict[str, Any], rows: list[Any], rules: list[Life], *, as_json: bool
) -> None:
    """The whole history of one file, from a running switch or from what one has left."""
    (_json if as_json else _print)(backend, state, rows, rules)


def change_of(row: dict[str, Any]) -> Change:
    """What a running switch told, as the value that it was."""
    from switch.acl.lifecycle import Change, Step

    fields = ("number", "at", "step", "backend", "digest", "effective", "reason", "cite", "key")
    found = {name: row[name] for name in fields}
    return Change(**{**found, "step": Step(row["step"])})


def _local(at: float, zone: ZoneInfo) -> str:
    """An instant as the world's clocks show it."""
    from switch.files.authored import local_time

    return local_time(at, zone).replace("T", " ")


def _in_two(at: float, zone: ZoneInfo) -> str:
    return _local(at, zone).replace(" ", "\n")


def _status(life: Life, now: float, zone: ZoneInfo) -> str:
    if life.until is not None and life.until <= now:
        return f"ended {_local(life.until, zone)}" + (
            f" by {_by(life.ended)}" if life.ended else ""
        )
    if life.live > now:
        return "ORDERED, NOT YET EFFECTIVE"
    return "in force"


def _by(change: Change) -> str:
    """Which line of the history, whose key, under which paper."""
    if change.step.value == "adopted":
        return "the file as found"
    who = f"no. {change.number}" + (f", key {change.key}" if change.key else "")
    return f"{who} ({change.cite})" if change.cite else who


def _json(backend: str, state: dict[str, Any], rows: list[Any], rules: list[Life]) -> None:
    now = state["now"]
    line = {
        "training": True,
        "backend": backend,
        "now": now,
        "active": state["active"],
        "since": state["since"],
        "staged": state["staged"],
        "shadow": state["shadow"],
        "pending": state["pending"],
        "changes": rows,
        "rules": [
            {
                "id": life.id,
                "effect": life.effect,
                "ordered": life.ordered,
                "from": life.start,
                "until": life.end,
                "activated": life.begun.at,
                "live": life.live,
                "ended": life.until,
                "again": life.again,
                "begun_by": _facts_of(life.begun),
                "ended_by": _facts_of(life.ended) if life.ended is not None else None,
                "delay_s": life.delay_s,
                "status": _status(life, now, ZoneInfo(state["timezone"])),
            }
            for life in rules
        ],
    }
    sys.stdout.write(json.dumps(line) + "\n")


def _facts_of(change: Change) -> dict[str, Any]:
    names = ("number", "at", "key", "reason", "cite")
    return {name: getattr(change, name) for name in names}


def _print(backend: str, state: dict[str, Any], rows: list[Any], rules: list[Life]) -> None:
    from switch.acl.analysis.chronicle import came_back

    out, zone = console(), ZoneInfo(state["timezone"])
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    since = (
        f"in force since {_local(state['since'], zone)}"
        if rows
        else "as it lies in the world's folder"
    )
    out.print(f"{backend}: version {state['active'][:12]} {since}")
    if state["staged"]:
        out.print(f"staged, not acted on: {state['staged'][:12]}  {_tally(state['shadow'])}")
    if state["pending"]:
        pending = state["pending"]
        what = ", ".join(pending["withdrawn"])
        words = (
            f" !!! PROTECTION WITHDRAWN: {what}, from {_local(pending['effective'], zone)} on !!! "
        )
        out.print(words, style="bold white on red", markup=False)
    table = _table("no.", "at", "what", "version", "order", "reason, cite")
    again = came_back(map(change_of, rows))
    for row in rows:
        step = row["step"] + (" again" if row["number"] in again else "")
        why = "; ".join(text for text in (row["reason"], row["cite"]) if text)
        if row["withdrawn"]:
            why = f"WITHDRAWS {', '.join(row['withdrawn'])}. {why}"
        order = str(row["sequence"] or "-")
        table.add_row(
            *(str(row["number"]), _in_two(row["at"], zone), step, row["digest"][:12], order, why)
        )
    if rows:
        out.print(table)
    table = _table("rule", "effect", "ordered", "live from", "by", "delay", "now")
    for life in rules:
        ordered = _in_two(life.ordered, zone) if life.ordered is not None else "-"
        delay = f"{life.delay_s:,.0f} s" if life.delay_s is not None else "-"
        name, live = life.id + (" again" if life.again else ""), _in_two(life.live, zone)
        status = _status(life, state["now"], zone)
        table.add_row(name, life.effect, ordered, live, _by(life.begun), delay, status)
    out.print(table)


def _table(*headings: str) -> Table:
    """Nothing is cut off in it, however narrow the screen: an instant stands in two lines."""
    from rich.table import Column, Table

    instants = ("at", "ordered", "live from")
    return Table(*(Column(each, overflow="fold", no_wrap=each in instants) for each in headings))


def _tally(shadow: dict[str, int] | None) -> str:
    if not shadow:
        return ""
    words = "judged {judged}: would refuse {refused}, release {released}, answer {otherwise} other"
    return words.format(**shadow) + "wise"
