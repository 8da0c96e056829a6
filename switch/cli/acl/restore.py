"""`wireroom acl restore`: an owner ends a cut-off, having seen who gets what again."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from switch.cli.acl import amending
from switch.cli.acl.cutoff import show_change, show_done
from switch.cli.acl.moments import moment
from switch.cli.acl.outcome import Outcome, of_restore
from switch.cli.style import console, sub_parser
from switch.errors import UsageError
from switch.terms import AgencyId

if TYPE_CHECKING:
    from switch.acl.directory import Directory
    from switch.acl.rules import Rule

EXAMPLE = """\
wireroom acl restore CADMV --agency CBP --reason "New agreement" --cite "Letter 14" --dry-run
wireroom acl restore CADMV --rule DMV-04 --reason "..." --cite "..." --control wireroom.control"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """The sub-verb's own arguments."""
    what = "End a cut-off of one's own: preview, date the rule, check, sign, activate."
    verb = sub_parser(verbs, "restore", what, EXAMPLE)
    amending.arguments(verb)
    verb.add_argument(
        "--agency", action="append", default=[], metavar="AGENCY", help="whom; repeatable"
    )
    verb.add_argument("--rule", action="append", default=[], metavar="ID", help="or by its id")
    verb.add_argument("--at", metavar="TIME", help="from when on (default: now)")
    return verb


def run(arguments: argparse.Namespace) -> int:
    """Exit 0: done; 1: refused, or nobody gets anything again.

    AuthoredError where the new file would break a `never`: nothing is written then.
    """
    from switch.acl.analysis.amend import to_end, with_accepted, with_ended
    from switch.acl.analysis.collateral import Preview, preview

    draft = amending.opened(arguments)
    at = moment(arguments.at, draft.document.timezone, "--at")
    if bool(arguments.agency) == bool(arguments.rule):
        raise UsageError("which cut-off?", "give --agency, or --rule with its id")
    rules = to_end(draft.document, arguments.agency, arguments.rule)
    rules = [rule for rule in rules if rule.end is None or rule.end > at]
    if not rules:
        raise UsageError(_no_rule(draft, arguments.agency), _which(draft, arguments.agency))
    why = f"restored: {arguments.reason} ({arguments.cite})"
    text = with_ended(draft.document, rules, at, why)
    policy = amending.checked(draft, text)
    names = [rule.id for rule in rules]
    text = with_accepted(amending.read(draft, text), draft.directory, names, why)
    before, after = amending.alone(draft), amending.alone(draft, policy)
    when = max(at, *(rule.start for rule in rules))
    each = [preview(before, after, draft.backend, rule.subject, when) for rule in rules]
    found = Preview(
        tuple(cut for p in each for cut in p.cut),
        tuple(other for p in each for other in p.collateral),
        (),
    )
    done: dict[str, Any] = {"order": None, "written": None}
    if found.changes:
        done = amending.carried_out(arguments, draft, text)
    outcome = of_restore(
        changes=bool(found.changes), dry_run=arguments.dry_run, order=done["order"]
    )
    if arguments.json:
        _print_json(draft.backend, names, found, done)
    else:
        _print(arguments, draft, names, at, text, found, done, outcome)
    return int(outcome.exit)


def _no_rule(draft: amending.Draft, agencies: list[str]) -> str:
    if not agencies:
        return "those rules have ended already"
    return f"no deny of {draft.backend} in force is about {', '.join(agencies)} alone"


def _which(draft: amending.Draft, agencies: list[str]) -> str:
    """The rules that hold it besides: they are about others too, and ended by --rule alone."""
    directory = draft.directory
    unknown = [name for name in agencies if name not in draft.world.agencies]
    if unknown:
        return f"`{unknown[0]}` is not in the directory"
    holding = [
        rule.id
        for rule in draft.document.policy.rules
        if rule.effect.value == "deny"
        and any(rule.subject.everyone or _holds(rule, name, directory) for name in agencies)
    ]
    if not holding:
        return "nothing cuts it off in this file"
    return f"{', '.join(holding)} may concern others too: preview it with --rule and --dry-run"


def _holds(rule: Rule, agency: str, directory: Directory) -> bool:
    subject = rule.subject
    return subject.has_agency_lists and subject.holds_agency(AgencyId(agency), directory)


def _print_json(backend: str, names: list[str], found: Any, done: dict[str, Any]) -> None:
    from switch.cli.acl.foreseen import as_json

    line = {"training": True, "backend": backend, "rules": names, "preview": as_json(found)}
    sys.stdout.write(json.dumps({**line, **done}) + "\n")


def _print(
    arguments: argparse.Namespace,
    draft: amending.Draft,
    names: list[str],
    at: float,
    text: str,
    found: Any,
    done: dict[str, Any],
    outcome: Outcome,
) -> None:
    from switch.cli.acl.foreseen import RESTORED, show
    from switch.files.authored import local_time

    zone = draft.document.timezone
    span = f"{draft.backend} rule {', '.join(names)} ends {local_time(at, zone)}"
    show(found, RESTORED, span, zone, siblings=False)
    if outcome is Outcome.REFUSED_STILL:
        console().print(outcome.words, style="bold")
        return
    show_change(draft.document.file, text)
    show_done(arguments, done)
