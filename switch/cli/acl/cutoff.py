"""`wireroom acl cutoff`: an owner cuts an agency off, having seen whom it touches."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from switch.cli.acl import amending
from switch.cli.acl.moments import moment, now
from switch.cli.acl.outcome import Outcome, carried_out, of_cutoff, probed
from switch.cli.style import console, sub_parser
from switch.errors import UsageError

if TYPE_CHECKING:
    from switch.acl.engine import AccessStack
    from switch.acl.rules import Request
    from switch.files.authored import Authored

EXAMPLE = """\
wireroom acl cutoff CADMV --agency CBP --reason "Agreement not renewed" --cite "Letter 12" --dry-run
wireroom acl cutoff CADMV --agency CBP --reason "..." --cite "..." --control wireroom.control"""

_SELECTORS = ("agency", "group", "function", "ori", "operator")


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """The sub-verb's own arguments."""
    what = "Cut somebody off one's own data: preview, write the rule, check, sign, activate, probe."
    verb = sub_parser(verbs, "cutoff", what, EXAMPLE)
    amending.arguments(verb)
    for name in _SELECTORS:
        verb.add_argument(f"--{name}", action="append", metavar=name.upper(), help="repeatable")
    verb.add_argument("--data", action="append", metavar="CLASS", help="default: any")
    verb.add_argument("--from", dest="start", metavar="TIME", help="default: now")
    verb.add_argument("--until", metavar="TIME", help="default: until it is withdrawn")
    verb.add_argument("--ordered", metavar="TIME", help="when it was ordered (default: now)")
    verb.add_argument("--tell", default="", help="what the refused terminal reads")
    verb.add_argument("--id", default="", help="the rule's id (default: the next number)")
    return verb


def run(arguments: argparse.Namespace) -> int:
    """Exit 0: done, and live at every point where a switch was told; 1: refused, or nothing to do.

    AuthoredError where the new file would break a promise or a test: nothing is written then.
    """
    from switch.acl.analysis.amend import NewDeny, with_deny, with_test
    from switch.acl.analysis.collateral import preview

    draft = amending.opened(arguments)
    new = _order(arguments, draft, NewDeny)
    text, name = with_deny(draft.document, new)
    policy = amending.checked(draft, text)
    rule = next(rule for rule in policy.rules if rule.id == name)
    before, after = amending.alone(draft), amending.alone(draft, policy)
    found = preview(before, after, draft.backend, rule.subject, new.start)
    if found.changes:
        request = _plain(after, draft.backend, name, new.start)
        if request is not None:
            text = with_test(text, request, new.start, draft.document.timezone, name)
            amending.checked(draft, text)
        done = amending.carried_out(arguments, draft, text)
    else:
        done = {"order": None, "written": None}
    due = new.start <= now()
    probe = _probed(arguments.control, draft.backend, name) if due and _sent(done) else None
    outcome = of_cutoff(
        changes=bool(found.changes),
        dry_run=arguments.dry_run,
        order=done["order"],
        probe=probe,
    )
    if arguments.json:
        _print_json(draft.backend, name, found, done, probe)
    else:
        _print(arguments, draft, new, name, text, found, done, probe, outcome)
    return int(outcome.exit)


def _order(arguments: argparse.Namespace, draft: amending.Draft, kind: Any) -> Any:
    present, zone = now(), draft.document.timezone
    subject = {name: getattr(arguments, name) for name in _SELECTORS if getattr(arguments, name)}
    if not subject:
        raise UsageError("whom?", "give --agency, --group, --function, --ori or --operator")
    start = moment(arguments.start, zone, "--from", present)
    end = moment(arguments.until, zone, "--until", 0.0) or None
    # What is dated back in a lesson was not ordered after it began.
    ordered = moment(arguments.ordered, zone, "--ordered", min(present, start))
    data = arguments.data or "any"
    words = (arguments.reason, arguments.cite, arguments.tell, arguments.id)
    return kind(subject, data, start, end, ordered, *words)


def _plain(after: AccessStack, backend: str, rule: str, at: float) -> Request | None:
    """A plain request that this rule refuses: the test that stands beside it for ever."""
    from switch.acl.analysis.probing import probe_requests
    from switch.terms import Verdict

    plain: list[Request] = []
    for request in probe_requests(after, backend, rule, at):
        if request.operator is None and request.on_behalf_of is None:
            decision = after.decide_owner_only(request, at)
            if decision.verdict is Verdict.DENY_RULE and rule in decision.classes[0][2]:
                plain.append(request)
    own = [request for request in plain if _own(after, request)]
    return next(iter((*own, *plain)), None)


def _own(stack: AccessStack, request: Request) -> bool:
    """Whether it is sent from a desk of the ORI's own agency."""
    desk = stack.world.terminals[request.terminal].agency
    return stack.directory.agency_of[request.ori] == desk


def _sent(done: dict[str, Any]) -> bool:
    return done["order"] is not None and bool(done["order"]["accepted"])


def _probed(control: Path, backend: str, rule: str) -> dict[str, Any]:
    """At which points it is live, or the `error` for which nobody knows."""
    from switch.cli.owner.line import ask

    try:
        return ask(control, {"do": "probe", "backend": backend, "rule": rule})
    except UsageError as error:
        return {"error": str(error)}


def _print_json(backend: str, name: str, found: Any, done: dict[str, Any], probe: Any) -> None:
    from switch.cli.acl.foreseen import as_json

    line = {"training": True, "backend": backend, "rule": name, "preview": as_json(found)}
    sys.stdout.write(json.dumps({**line, **done, "probe": probe}) + "\n")


def _print(
    arguments: argparse.Namespace,
    draft: amending.Draft,
    new: Any,
    name: str,
    text: str,
    found: Any,
    done: dict[str, Any],
    probe: dict[str, Any] | None,
    outcome: Outcome,
) -> None:
    from switch.cli.acl.foreseen import CUT, show
    from switch.files.authored import local_time

    zone, out = draft.document.timezone, console()
    until = f" until {local_time(new.end, zone)}" if new.end is not None else ""
    span = f"{draft.backend} rule {name} from {local_time(new.start, zone)}{until}"
    show(found, CUT, span, zone)
    if outcome is Outcome.UNCHANGED:
        out.print(outcome.words, style="bold")
        return
    if new.end is not None:
        words = "AT ITS END access comes back by itself; else it lasts until `acl restore`"
        out.print(words, style="bold")
    show_change(draft.document.file, text)
    show_done(arguments, done)
    if probe is not None:
        show_probe(probe)
    elif outcome is Outcome.LATER:
        out.print(outcome.words, style="bold")


def show_change(file: Authored[Any], text: str) -> None:
    """The lines that are new or gone, and nothing else of the file."""
    from difflib import unified_diff

    out, old = console(), file.text
    out.print(f"IN THE FILE {file.name}", style="bold", markup=False)
    for line in list(unified_diff(old.splitlines(), text.splitlines(), lineterm="", n=0))[2:]:
        if not line.startswith("@@"):
            out.print(f"  {line}", markup=False, soft_wrap=True)


def show_done(arguments: argparse.Namespace, done: dict[str, Any]) -> None:
    """What was done with it."""
    out, order = console(), done["order"]
    outcome = carried_out(dry_run=arguments.dry_run, order=order)
    if outcome is Outcome.DRY:
        out.print(outcome.words, style="bold")
        return
    if outcome is Outcome.REFUSED:
        out.print(f"{outcome.words}  {order['what']}", style="bold red", markup=False)
        for finding in order["findings"]:
            out.print(finding, markup=False, soft_wrap=True)
        out.print(f"    fix: {order['fix']}", markup=False)
        return
    if outcome is Outcome.ACTIVATED:
        change = order["change"]
        words = f"version {change['digest'][:12]}, order {change['sequence']}"
        out.print(f"{outcome.words}  {words}", style="bold green", markup=False)
    if done["written"] is not None:
        out.print(f"{Outcome.WRITTEN.words} {done['written']}", markup=False)


def show_probe(probe: dict[str, Any]) -> None:
    """At which points it is live, and how long that took."""
    from rich.table import Table

    out, outcome = console(), probed(probe)
    if outcome is Outcome.UNKNOWN:
        out.print(f"{outcome.words}  {probe['error']}", style="bold red", markup=False)
        return
    if outcome is Outcome.MASKS_ONLY:
        out.print(outcome.words, style="bold")
        return
    table = Table("point", "probes refused", "open", "live")
    for point, found in probe["points"].items():
        live = "yes" if found["live"] else f"NO: {found['witness']}"
        table.add_row(point, str(found["refused"]), str(found["open"]), live)
    out.print(table)
    style = "bold green" if outcome is Outcome.LIVE else "bold white on red"
    out.print(f"{outcome.words}, {probe['since_s']:,.3f} s after it was ordered", style=style)
