"""`wireroom acl decide`: the verdict of one request, or of many."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from switch.cli.acl.requests import (
    KNOWN,
    NEEDED,
    each_line,
    open_lines,
    read_id,
    read_named,
    read_request,
    read_row,
)
from switch.cli.style import console, sub_parser
from switch.errors import Exit, UsageError
from switch.terms import TRAINING_LINE, Verdict

if TYPE_CHECKING:
    from switch.acl.decision import Decision
    from switch.acl.engine import AccessStack
    from switch.acl.rules import Request
    from switch.config import World

EXAMPLE = """\
wireroom acl decide --at 2019-10-15T00:00:00 --terminal BAY1 --ori CA0990100 --operator TFO7 \\
    --backend CADMV --key DQ --why"""
_OPTIONS = {  # name: (how its value is called, what it is)
    "at": ("TIME", "local, or with an offset (default: now)"),
    "terminal": ("MNEMONIC", "at which it is typed, such as BAY1"),
    "ori": ("ORI", "that stands in the message: who asks"),
    "operator": ("ID", "who is signed on there"),
    "on-behalf-of": ("ORI", "for whom it is asked (OBO)"),
    "backend": ("NAME", "whose data is asked for; may be left out where one alone answers the key"),
    "key": ("KEY", "the message key, such as DQ"),
    "purpose": ("CODE", "why it is asked (PUR)"),
}


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """The sub-verb's own arguments."""
    verb = sub_parser(verbs, "decide", "The verdict of one request, or of many.", EXAMPLE)
    for name, (value, what) in _OPTIONS.items():
        verb.add_argument(f"--{name}", metavar=value, help=what)
    verb.add_argument("--image", action="store_true", help="IMQ/Y was asked")
    fields = "of the question, for court orders: OLN=S0990001; repeatable"
    verb.add_argument("--field", dest="fields", action="append", metavar="CODE=VALUE", help=fields)
    used = "how often a court order was used so far; repeatable"
    verb.add_argument("--used", action="append", metavar="ORDER=N", help=used)
    verb.add_argument("--owner-only", action="store_true", help="as if nobody were suspended")
    verb.add_argument("--why", action="store_true", help="which rule, who met it, what helps")
    lines = "many requests, one JSON object a line (default: standard input)"
    verb.add_argument("--jsonl", nargs="?", const="-", metavar="FILE", help=lines)
    return verb


def run(arguments: argparse.Namespace) -> int:
    """Exit 0: allowed; 1: refused; 2: what cannot be read."""
    return _decide_many(arguments) if arguments.jsonl else _decide_one(arguments)


def _decide_one(arguments: argparse.Namespace) -> int:
    from switch.acl.analysis.explain import explain
    from switch.acl.document import load_stack
    from switch.cli.acl.moments import now
    from switch.files.authored import local_time
    from switch.world_file import load_world

    world = load_world(arguments.world)
    given = {name: getattr(arguments, name, None) for name in KNOWN if name != "id"}
    given["fields"] = _pairs("--field", arguments.fields)
    given["used"] = {name: _count(text) for name, text in _pairs("--used", arguments.used).items()}
    strange = [name for name, text in given.items() if text and not str(text).isprintable()]
    if strange:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in strange)
        raise UsageError(f"{names}: not printable text", "check what was typed")
    given["at"] = given["at"] or local_time(now(), world.timezone)
    if given["key"] and not given["backend"]:
        given["backend"] = _only_backend(given["key"], world)
    missing = [f"--{name}" for name in NEEDED if not given[name]]
    if missing:
        raise UsageError(f"{', '.join(missing)} missing", "see `wireroom acl decide --help`")
    _refuse_unknown_names(given, world)
    stack = load_stack(world)
    try:
        request, at = read_request(given, world)
        named = read_named(given)
    except ValueError as error:
        raise UsageError(str(error)) from None
    decision = _decided(stack, request, at, named, owner_only=arguments.owner_only)
    # No rule stands beside this verdict, so that without words nobody knows what is wrong.
    unnamed = not arguments.json and decision.verdict is Verdict.DENY_IDENTITY
    asked = arguments.why or unnamed
    why = explain(stack, request, at, decision, *named) if asked else []
    if arguments.json:
        line = {"training": True, **_answer(None, decision), "why": why}
        sys.stdout.write(json.dumps(line) + "\n")
    else:
        _print_decision(decision, why)
    return int(Exit.FINE if decision.released else Exit.FINDINGS)


def _refuse_unknown_names(given: dict[str, Any], world: World) -> None:
    """UsageError for a place that this world does not have: it would be judged as a denial.

    An ORI or an operator that nobody knows is a stranger, and is judged as one.
    """
    from switch.files.authored import did_you_mean

    backend, key = given["backend"], given["key"]
    keys = [entry.key for entry in world.catalog if entry.backend == backend]
    for what, name, known in (
        ("backend", backend, world.backends),
        ("terminal", given["terminal"], world.terminals),
        ("key", key, keys),
    ):
        if name not in known:
            said = (
                f"{backend} does not answer key `{key}`" if what == "key" else f"no {what} `{name}`"
            )
            raise UsageError(said, did_you_mean(name, known))


def _only_backend(key: str, world: World) -> str:
    """The backend that alone answers this key; UsageError where there are several, or none."""
    from switch.files.authored import did_you_mean

    found = [entry.backend for entry in world.catalog if entry.key == key]
    if not found:
        keys = [entry.key for entry in world.catalog]
        raise UsageError(f"no backend answers key `{key}`", did_you_mean(key, keys))
    if len(set(found)) > 1:
        raise UsageError(f"several backends answer {key}", f"--backend {' or '.join(found)}")
    return found[0]


def _decide_many(arguments: argparse.Namespace) -> int:
    """Exit 0 when every line was judged, 2 when one could not be read; it goes on to the end."""
    from switch.acl.document import load_stack
    from switch.world_file import load_world

    given = [name for name in KNOWN if name != "id" and getattr(arguments, name)]
    if given or arguments.why:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in (given or ["why"]))
        raise UsageError(f"{names} beside --jsonl", "write it in the file, or leave --jsonl out")

    world = load_world(arguments.world)
    stack, worst = load_stack(world), Exit.FINE
    with open_lines(arguments.jsonl) as lines:
        for number, line in enumerate(each_line(lines), 1):
            if not line.strip():
                continue
            id_: str | int | None = None
            try:
                row = read_row(line)
                id_ = read_id(row)
                request, at = read_request(row, world)
                named, alone = read_named(row), arguments.owner_only
                decision = _decided(stack, request, at, named, owner_only=alone)
                answer = _answer(id_, decision)
            except ValueError as error:
                worst, answer = Exit.MISUSE, {"id": id_, "error": f"line {number}: {error}"}
            sys.stdout.write(json.dumps({**answer, "training": True}) + "\n")
    return int(worst)


def _decided(
    stack: AccessStack,
    request: Request,
    at: float,
    named: tuple[dict[str, str], dict[tuple[str, str], int]],
    *,
    owner_only: bool,
) -> Decision:
    if owner_only:
        from switch.acl.policy import Policy

        stack = stack.with_policy(Policy("NETWORK", [], Verdict.DENY_ERROR, "", ""))
    return stack.decide_named(request, at, *named)


def _pairs(option: str, texts: list[str] | None) -> dict[str, str]:
    pairs = dict(text.partition("=")[::2] for text in texts or ())
    if not all(name and value for name, value in pairs.items()):
        raise UsageError(f"{option}: not NAME=VALUE", f"such as {option} OLN=S0990001")
    return pairs


def _count(text: str) -> int:
    if not text.isdecimal():
        raise UsageError(f"--used: `{text}` is not a number", "such as --used DMV-O1=2")
    return int(text)


def _answer(id_: str | int | None, decision: Decision) -> dict[str, Any]:
    return {
        "id": id_,
        "verdict": decision.verdict.value,
        "classes": {name: verdict.value for name, verdict, _ in decision.classes},
        "network": decision.network or None,
        "owner": decision.owner,
        "rules": _rules(decision),
        "exceptions": list(decision.exceptions),
        "masks": list(decision.masks),
        "notices": list(decision.notices),
        **({"order": decision.order} if decision.order else {}),
    }


def _rules(decision: Decision) -> list[str]:
    """Every rule that matched, the network's among them."""
    deciding = (rule for _, _, rules in decision.classes for rule in rules)
    return sorted({*decision.rules, *deciding, decision.suspension} - {""})


def _print_decision(decision: Decision, why: list[str]) -> None:
    from rich.table import Table

    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    style = "bold green" if decision.released else "bold red"
    out.print(decision.verdict.value, style=style)
    table = Table("data class", "verdict", "rules")
    for name, verdict, rules in decision.classes:
        table.add_row(name, verdict.value, " ".join(rules))
    out.print(table)
    for label, values in (("masks", decision.masks), ("notices", decision.notices)):
        if values:
            out.print(f"{label}: {', '.join(values)}", markup=False)
    if decision.network:
        out.print(f"the network's own verdict: {decision.network} ({decision.suspension})")
        out.print(f"the owner's own verdict:   {decision.owner}")
    for sentence in why:
        out.print(f"- {sentence}", markup=False)
