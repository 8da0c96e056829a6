"""`wireroom acl`: may they ask? For one request, for many, or for every promise of a file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from switch.cli.acl_diff import add_diff, show_diff
from switch.cli.acl_matrix import add_matrix, show_matrix
from switch.cli.style import console, parser, sub_parser
from switch.errors import AuthoredError, Exit, Finding, UsageError
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from switch.acl.decision import Decision
    from switch.acl.directory import Directory
    from switch.acl.document import OwnerDocument
    from switch.acl.engine import AccessStack
    from switch.acl.rules import Request
    from switch.config import World

LINE_BYTES_MAX = 65_536  # of one --jsonl line

_CHECK = "wireroom acl check --world golden-state"
_DECIDE = """\
wireroom acl decide --at 2019-10-15T00:00:00 --terminal BAY1 --ori CA0990100 --operator TFO7 \\
    --backend CADMV --key DQ --why"""


def main(argv: list[str]) -> int:
    """Exit 0: allowed, nothing to report; 1: refused, findings; 2: a bad file or misuse."""
    verb = parser("acl", "Access rules on files alone: no key, no running switch.", _DECIDE)
    verbs = verb.add_subparsers(dest="verb", required=True, metavar="VERB")
    check = sub_parser(verbs, "check", "Well formed? Do tests, never and always hold?", _CHECK)
    check.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: all of them")
    decide = sub_parser(verbs, "decide", "The verdict of one request, or of many.", _DECIDE)
    for name in ("at", "terminal", "ori", "operator", "on-behalf-of", "backend", "key", "purpose"):
        decide.add_argument(f"--{name}", metavar=name.upper())
    decide.add_argument("--image", action="store_true", help="IMQ/Y was asked")
    decide.add_argument("--owner-only", action="store_true", help="as if nobody were suspended")
    decide.add_argument("--why", action="store_true", help="which rule, who met it, what helps")
    decide.add_argument("--jsonl", metavar="FILE", help="many requests, one JSON object a line")
    matrix = add_matrix(verbs)
    diff = add_diff(verbs)
    for each in (check, decide, matrix, diff):
        each.add_argument("--world", default="golden-state", help="a shipped world or a folder")
        each.add_argument("--json", action="store_true")
    arguments = verb.parse_args(argv)
    if arguments.verb == "check":
        return _check(arguments)
    if arguments.verb == "matrix":
        return show_matrix(arguments)
    if arguments.verb == "diff":
        return show_diff(arguments)
    return _decide_many(arguments) if arguments.jsonl else _decide_one(arguments)


# --- check ---------------------------------------------------------------------------------------


def _check(arguments: argparse.Namespace) -> int:
    from switch.acl.directory import Directory
    from switch.acl.promises import check
    from switch.world_file import load_world

    try:
        directory = Directory(load_world(arguments.world))
        documents = _documents(directory, arguments.files)
    except AuthoredError as error:
        if not arguments.json:
            raise
        _print_json([], error.findings)
        return int(error.exit_code)
    reports = [(document, check(document, directory)) for document in documents]
    findings = sorted(finding for _, report in reports for finding in report.findings)
    rows = [
        {
            "file": document.file.name,
            "rules": len(document.policy.rules),
            "tests": report.tests,
            "promises": report.promises,
            "undecided": list(report.undecided),
            "findings": len(report.findings),
        }
        for document, report in reports
    ]
    if arguments.json:
        _print_json(rows, findings)
    else:
        _print_check(rows, findings)
    return int(Exit.FINDINGS if findings else Exit.FINE)


def _documents(directory: Directory, files: list[Path]) -> list[OwnerDocument]:
    """The files named, or all of the world's; every mistake of all of them at once.

    Files that are named need not lie in the world's folder: a draft is checked by itself.
    """
    from switch.acl.document import NETWORK, load_stack, read_document, read_network
    from switch.acl.rows import NetworkFile
    from switch.authored import inspect

    world = directory.world
    if not files:
        load_stack(world)
        names = [f"{name}.toml" for name in world.backends]
        return [read_document(world.acl_folder / n, directory, name=f"acl/{n}") for n in names]
    findings, documents = list[Finding](), []
    for path in files:
        try:
            if path.stem == NETWORK:
                read_network(inspect(path, NetworkFile), directory)
            else:
                documents.append(read_document(path, directory))
        except AuthoredError as error:
            findings.extend(error.findings)
    if findings:
        raise AuthoredError(findings)
    return documents


def _print_json(rows: list[dict[str, Any]], findings: Sequence[Finding]) -> None:
    found = [{"file": f.file, "line": f.line, "what": f.what, "fix": f.fix} for f in findings]
    sys.stdout.write(json.dumps({"training": True, "files": rows, "findings": found}) + "\n")


def _print_check(rows: list[dict[str, Any]], findings: list[Finding]) -> None:
    from rich.markup import escape
    from rich.table import Table

    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    table = Table("file", "rules", "tests", "never/always", "rules that no test decided", "result")
    for row in rows:
        name = escape(_printable(row["file"]))
        result = f"[red]{row['findings']} broken[/red]" if row["findings"] else "[green]ok[/green]"
        counts = [str(row[count]) for count in ("rules", "tests", "promises")]
        table.add_row(name, *counts, ", ".join(row["undecided"]) or "-", result)
    out.print(table)
    for finding in findings:
        out.print(_printable(str(finding)), markup=False, soft_wrap=True)


def _printable(text: str) -> str:
    """For a screen: a file's name may hold anything."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


# --- decide --------------------------------------------------------------------------------------

_NEEDED = ("at", "terminal", "ori", "backend", "key")
_KNOWN = (*_NEEDED, "id", "operator", "on_behalf_of", "image", "purpose")


def _decide_one(arguments: argparse.Namespace) -> int:
    from switch.acl.document import load_stack
    from switch.acl.explain import explain
    from switch.world_file import load_world

    world = load_world(arguments.world)
    given = {name: getattr(arguments, name, None) for name in _KNOWN if name != "id"}
    strange = [name for name, text in given.items() if text and not str(text).isprintable()]
    if strange:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in strange)
        raise UsageError(f"{names}: not printable text", "check what was typed")
    if given["key"] and not given["backend"]:
        given["backend"] = _only_backend(given["key"], world)
    missing = [f"--{name}" for name in _NEEDED if not given[name]]
    if missing:
        raise UsageError(f"{', '.join(missing)} missing", "see `wireroom acl decide --help`")
    stack = load_stack(world)
    try:
        request, at = _request(given, world)
    except ValueError as error:
        raise UsageError(str(error)) from None
    decision = _decided(stack, request, at, owner_only=arguments.owner_only)
    why = explain(stack, request, at, decision) if arguments.why else []
    if arguments.json:
        line = {"training": True, **_answer(None, decision), "why": why}
        sys.stdout.write(json.dumps(line) + "\n")
    else:
        _print_decision(decision, why)
    return int(Exit.FINE if decision.released else Exit.FINDINGS)


def _only_backend(key: str, world: World) -> str:
    """The backend that alone answers this key; UsageError where there are several, or none."""
    from switch.authored import did_you_mean

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

    given = [name for name in _KNOWN if name != "id" and getattr(arguments, name)]
    if given or arguments.why:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in (given or ["why"]))
        raise UsageError(f"{names} beside --jsonl", "write it in the file, or leave --jsonl out")

    world = load_world(arguments.world)
    stack, worst = load_stack(world), Exit.FINE
    with _lines(arguments.jsonl) as lines:
        for number, line in enumerate(_each(lines), 1):
            if not line.strip():
                continue
            id_: str | int | None = None
            try:
                row = _row(line)
                id_ = _id(row)
                request, at = _request(row, world)
                decision = _decided(stack, request, at, owner_only=arguments.owner_only)
                answer = _answer(id_, decision)
            except ValueError as error:
                worst, answer = Exit.MISUSE, {"id": id_, "error": f"line {number}: {error}"}
            sys.stdout.write(json.dumps({**answer, "training": True}) + "\n")
    return int(worst)


def _lines(name: str) -> IO[bytes]:
    if name == "-":
        if sys.stdin is None:
            raise UsageError("standard input is closed", "name a file, or pipe the requests in")
        return open(sys.stdin.fileno(), "rb", closefd=False)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise UsageError(f"cannot read `{name}`: {error.strerror}") from None


def _each(lines: IO[bytes]) -> Iterator[bytes]:
    """Each line, of which no more than its bound is ever held in memory."""
    while line := lines.readline(LINE_BYTES_MAX + 1):
        yield line
        rest = line
        while len(rest) > LINE_BYTES_MAX and not rest.endswith(b"\n"):
            rest = lines.readline(LINE_BYTES_MAX + 1)


def _row(line: bytes) -> dict[str, Any]:
    if len(line) > LINE_BYTES_MAX:
        raise ValueError(f"longer than {LINE_BYTES_MAX} bytes")
    try:
        line.decode()
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text") from None
    try:
        row = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    return row


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _id(row: dict[str, Any]) -> str | int | None:
    """What the line's author calls it; it comes back with the answer."""
    id_ = row.get("id")
    if isinstance(id_, bool) or not isinstance(id_, str | int | None):
        raise ValueError("`id` must be a text or a whole number")
    return id_


def _request(row: dict[str, Any], world: World) -> tuple[Request, float]:
    """The request and its instant; ValueError in words for the line's author."""
    from datetime import datetime

    from switch.acl.rules import Request
    from switch.authored import did_you_mean, instant
    from switch.terms import BackendName, MessageKey, Mnemonic, OperatorId, Ori

    for name in row:
        if name not in _KNOWN:
            raise ValueError(f"`{name}` is not a key here; {did_you_mean(name, _KNOWN)}")
    for name in (*_NEEDED, "operator", "on_behalf_of", "purpose"):
        value = row.get(name)
        if not isinstance(value, str) and not (value is None and name not in _NEEDED):
            raise ValueError(f"`{name}` must be a text")
    image = row.get("image")
    if image is not None and not isinstance(image, bool):
        raise ValueError("`image` must be true or false")
    try:
        moment = datetime.fromisoformat(row["at"])
    except ValueError:
        raise ValueError(f"`at` is not a time: {row['at']!r}; write 2019-10-15T00:00:00") from None
    if ":" not in row["at"] and "T" not in row["at"]:
        raise ValueError("`at` is a bare date; write the time too, such as 2019-10-15T00:00:00")
    request = Request(
        Mnemonic(row["terminal"]),
        Ori(row["ori"]),
        OperatorId(row["operator"]) if row.get("operator") else None,
        Ori(row["on_behalf_of"]) if row.get("on_behalf_of") else None,
        BackendName(row["backend"]),
        MessageKey(row["key"]),
        bool(image),
        row.get("purpose") or None,
    )
    return request, instant(moment, world.timezone)


def _decided(stack: AccessStack, request: Request, at: float, *, owner_only: bool) -> Decision:
    return (stack.decide_owner_only if owner_only else stack.decide)(request, at)


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
