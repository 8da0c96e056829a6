"""`wireroom journal`: what is on record, and whether it is whole."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from errno import EOVERFLOW
from pathlib import Path
from typing import TYPE_CHECKING, Any

from switch.cli.style import console, count_to, parser, sub_parser
from switch.errors import Exit, JournalFileError, UsageError
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from switch.core.record.journal import Entry
    from switch.shell.reader import JournalReader

_EXAMPLE = """\
wireroom journal show wireroom.journal --kind refused
wireroom journal verify wireroom.journal"""


def main(argv: list[str]) -> int:
    """`show` prints entries, exit 1 if the last may be missing; `verify` recomputes the chain, exit
    1 if it is broken."""
    verb = parser("journal", "Read the journal that a switch wrote.", _EXAMPLE)
    verbs = verb.add_subparsers(dest="verb", required=True, metavar="VERB")
    show = sub_parser(verbs, "show", "print entries, oldest first", _EXAMPLE)
    show.add_argument("file", type=Path, help="a journal that no switch has open")
    show.add_argument("--kind", action="append", metavar="KIND", help="only these kinds")
    show.add_argument("--backend", metavar="NAME", help="only what concerns this backend")
    show.add_argument("--terminal", metavar="MNEMONIC", help="only this terminal")
    show.add_argument("--query", type=count_to(), metavar="N", help="only this inquiry")
    show.add_argument("--last", type=count_to(100_000_000), metavar="N", help="the last N of them")
    show.add_argument("--world", default="golden-state", help="whose timezone is shown")
    show.add_argument("--json", action="store_true", help="one JSON object a line, everything")
    verify = sub_parser(verbs, "verify", "recompute the hash chain", _EXAMPLE)
    verify.add_argument("file", type=Path, help="a journal that no switch has open")
    verify.add_argument("--head", metavar="HASH", help="the last hash, as kept outside the file")
    verify.add_argument("--entries", type=count_to(minimum=0), metavar="N", help="kept beside it")
    verify.add_argument("--json", action="store_true", help="one JSON line")
    arguments = verb.parse_args(argv)
    return _show(arguments) if arguments.verb == "show" else _verify(arguments)


def _show(arguments: argparse.Namespace) -> int:
    from collections import deque

    from switch.cli.told.cut import unless_cut
    from switch.core.record.journal import KINDS
    from switch.files.words import did_you_mean
    from switch.shell.reader import JournalReader

    for kind in arguments.kind or ():
        if kind not in KINDS:
            raise UsageError(f"no kind `{kind}` of entries", did_you_mean(kind, KINDS))
    reader, seen = JournalReader(arguments.file), _Seen()
    every = map(seen.noted, reader.entries())
    chosen: Iterator[Entry] = (e for e in every if _wanted(e, arguments))
    with _blaming(reader):
        entries = deque(chosen, arguments.last) if arguments.last else chosen
        if arguments.json:
            for entry in entries:
                sys.stdout.write(json.dumps({"training": True, **entry}) + "\n")
        else:
            _print(entries, arguments.world)
    reader.close()
    code = unless_cut(Exit.FINE, reader.lost)
    _refuse_unknown_names(arguments, seen)
    return code


@contextmanager
def _blaming(reader: JournalReader) -> Iterator[None]:
    """JournalFileError for an entry that cannot be shown, where the journal is not whole: in one
    that is, the fault is ours."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError) as error:
        if isinstance(error, OSError) and error.errno != EOVERFLOW:  # a time out of all bounds
            raise
        faults = reader.verify().faults
        if not faults:
            raise
        what = f"an entry cannot be shown, for the journal is damaged: {faults[0]}"
        fix = "`wireroom journal verify` tells what else was changed"
        raise JournalFileError(f"{what}\n    fix: {fix}") from None


@dataclass(slots=True)
class _Seen:
    """Whom a journal names."""

    terminals: set[str] = field(default_factory=set)
    backends: set[str] = field(default_factory=set)

    def noted(self, entry: Entry) -> Entry:
        """The entry as it is."""
        self.terminals.add(entry.get("terminal") or "")
        self.backends.update(_backends(entry))
        return entry


def _refuse_unknown_names(arguments: argparse.Namespace, seen: _Seen) -> None:
    """UsageError for a name that is neither on record nor known in the world that was given."""
    from switch.files.words import did_you_mean
    from switch.world_file import load_world

    wanted = (("terminal", arguments.terminal), ("backend", arguments.backend))
    for what, name in wanted:
        on_record: set[str] = getattr(seen, f"{what}s") - {""}
        if name and name not in on_record:
            known = on_record | set(getattr(load_world(arguments.world), f"{what}s"))
            if name not in known:
                raise UsageError(f"no {what} `{name}` on record", did_you_mean(name, known))


def _backends(entry: Entry) -> set[str]:
    legs = entry.get("legs", ())
    return {entry.get("backend") or "", *(leg["backend"] for leg in legs)}


def _wanted(entry: Entry, arguments: argparse.Namespace) -> bool:
    if arguments.kind and entry["kind"] not in arguments.kind:
        return False
    if arguments.query is not None and entry.get("query") != arguments.query:
        return False
    if arguments.terminal and entry.get("terminal") != arguments.terminal:
        return False
    return not arguments.backend or arguments.backend in _backends(entry)


def _print(entries: Any, world_name: str) -> None:
    from rich.text import Text

    from switch.files.authored import local_time
    from switch.world_file import load_world

    timezone = load_world(world_name).timezone
    out = console()
    out.print(Text(f" {TRAINING_LINE} ", style="black on yellow"))
    for entry in entries:
        head = Text(f"{entry['n']:>6} {local_time(entry['at'], timezone)} ", style="dim")
        head.append(f"{entry['kind']:<16}", style=_STYLES.get(entry["kind"], "bold"))
        head.append(_line(entry))
        out.print(head, soft_wrap=True)


_STYLES = {
    "refused": "bold red",
    "released": "bold green",
    "withheld": "bold red",
    "no-answer": "bold yellow",
    "malformed": "bold yellow",
    "rejected": "bold yellow",
    "access": "bold magenta",
    "effective": "bold magenta",
    "noted": "bold cyan",
}


def _line(entry: Entry) -> str:
    """One entry in one line: who, what, where, and why."""
    parts = [f"line {entry['line']}"] if "line" in entry else []
    whose = ("terminal", "operator", "key", "backend", "verdict")
    parts.extend(str(entry[key]) for key in whose if entry.get(key))
    if "query" in entry:
        leg = f".{entry['leg']}" if entry.get("leg") else ""
        parts.append(f"inquiry {entry['query']}{leg}")
    parts.extend(
        f"{key} {entry[key]}"
        for key in (
            "point",
            "suspension",
            "rules",
            "masks",
            "withheld",
            "reason",
            "cite",
            "change",
            "started",
            "ended",
            "by",
            "destination",
            "status",
            "keys",
            "move",
            "about",
            "points",
            "world",
            "would",
            "order",
            "used",
            "watch",
            "what",
            "said",
            "error",
        )
        if entry.get(key) and (key, entry["kind"]) != ("order", "access")  # signed bytes in hex
    )
    parts.extend(f"{leg['backend']} {leg['verdict']}" for leg in entry.get("legs", ()))
    if entry.get("late"):
        parts.append("LATE")
    if entry["kind"] == "service" and not entry["keys"]:
        parts.append("all keys")
    if entry["kind"] == "rejected":
        parts.append(" ".join(line for line in entry["text"].split("\n") if line != TRAINING_LINE))
    if entry["kind"] in ("query", "malformed"):
        parts.append(repr(_typed(entry["raw"])))
    return " · ".join(parts)


def _typed(raw: str) -> str:
    """What was typed, of which a journal has each byte as one character."""
    try:
        return raw.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return raw


def _verify(arguments: argparse.Namespace) -> int:
    from switch.shell.reader import JournalReader

    reader = JournalReader(arguments.file, to_verify=True)
    found = reader.verify()
    reader.close()
    faults = list(found.faults)
    if arguments.head and arguments.head != found.head.hash:
        faults.append(f"it ends in {found.head.hash[:16]}..., not in the given head")
    if arguments.entries is not None and arguments.entries != found.head.entries:
        faults.append(f"it holds {found.head.entries} entries, not {arguments.entries}")
    if arguments.json:
        answer = {
            "training": True,
            "whole": not faults,
            "entries": found.head.entries,
            "head": found.head.hash,
            "faults": faults,
        }
        sys.stdout.write(json.dumps(answer) + "\n")
    else:
        sys.stdout.write(f"{TRAINING_LINE}\n{found.head.entries} entries, head {found.head.hash}\n")
        sys.stdout.writelines(f"BROKEN  {fault}\n" for fault in faults)
        if not faults:
            kept = "" if arguments.head else "; a cut tail shows only against a head kept elsewhere"
            sys.stdout.write(f"whole: every batch follows from the one before{kept}\n")
    return int(Exit.FINDINGS if faults else Exit.FINE)
