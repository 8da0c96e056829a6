"""`wireroom audit verify`: a bundle against what its owner kept, with no switch at hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from switch.cli.style import console, parser
from switch.errors import Exit, UsageError
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from switch.audit.bundle import Bundle
    from switch.audit.proof import Proof
    from switch.core.record.delivery import Keeping

_EXAMPLE = "wireroom audit verify cadmv.bundle --heads CADMV.heads --key CADMV.pub"


def main(argv: list[str]) -> int:
    """Exit 0: nothing speaks against it; 1: something does, or nothing was held against it."""
    verb = parser(
        "audit verify",
        "Hold a bundle against the heads and receipts that its owner kept, and its signed orders\n"
        "against the owner's public key. Needs these files and nothing else. Says what it does\n"
        "not prove.",
        _EXAMPLE,
    )
    verb.add_argument("bundle", type=Path, help="as `wireroom audit --bundle` wrote it")
    verb.add_argument("--heads", type=Path, metavar="FILE", help="the owner's own copy")
    verb.add_argument("--key", type=Path, metavar="FILE", help="the owner's public key, .pub")
    verb.add_argument("--json", action="store_true", help="one JSON line")
    arguments = verb.parse_args(argv)
    from switch.audit.bundle import verify
    from switch.cli.audit.sources import read_bundle_file
    from switch.office.keys import read_public

    bundle = read_bundle_file(arguments.bundle)
    keeping = _keeping(arguments.heads) if arguments.heads is not None else None
    public = read_public(arguments.key) if arguments.key is not None else None
    proof = verify(bundle, keeping, public)
    limits = _limits(bundle, keeping, public)
    if arguments.json:
        _print_json(proof, limits)
    else:
        _print(proof, limits)
    return int(Exit.FINE if proof.whole and keeping is not None else Exit.FINDINGS)


def _keeping(path: Path) -> Keeping:
    from switch.core.record.delivery import read_lines

    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            return read_lines(lines)
    except OSError as error:
        raise UsageError(f"cannot read `{path}`: {error.strerror}") from None


def _limits(bundle: Bundle, keeping: Keeping | None, public: bytes | None) -> list[str]:
    """What this very verification did not prove."""
    from switch.audit import bundle as bundles
    from switch.audit import proof as proofs

    found = []
    if keeping is None:
        found.append("anything at all: no heads were given, and a bundle agrees with itself")
    if public is None:
        found.append("that the owner ordered what is said to be the owner's: no key was given")
    return [*found, *proofs.NOT_PROVED, *bundles.NOT_PROVED, *_unsigned(bundle)]


def _unsigned(bundle: Bundle) -> list[str]:
    from switch.audit.bundle import unsigned_changes
    from switch.audit.proof import read_rows

    changes = unsigned_changes(bundle.backend, read_rows(bundle.pages))
    return [f"that the owner wanted what nobody signed: {each}" for each in changes]


def _print_json(proof: Proof, limits: list[str]) -> None:
    answer = {
        "training": True,
        "backend": proof.backend,
        "whole": proof.whole,
        "page": proof.head.page,
        "rows": proof.head.rows,
        "head": proof.head.hash.hex(),
        "heads": proof.heads,
        "receipts": proof.receipts,
        "asked": proof.asked,
        "faults": [
            {"breach": f.breach.value, "where": f.where, "what": f.what} for f in proof.faults
        ],
        "notes": proof.notes,
        "not_proved": limits,
    }
    sys.stdout.write(json.dumps(answer) + "\n")


def _print(proof: Proof, limits: list[str]) -> None:
    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    head = proof.head
    words = f"{proof.backend}: {head.rows:,} rows on {head.page:,} pages, head {head.hash.hex()}"
    out.print(words, markup=False, soft_wrap=True)
    words = f"held against {proof.heads:,} heads and {proof.receipts:,} receipts"
    out.print(f"{words} ({proof.asked:,} questions)", markup=False)
    for fault in proof.faults:
        out.print(f"BROKEN  {fault}", style="bold red", markup=False, soft_wrap=True)
    if proof.whole and proof.heads:
        out.print("WHOLE: it is the history whose heads were delivered", style="bold green")
    elif proof.whole:
        out.print("NOT HELD AGAINST ANYTHING: give --heads", style="bold yellow")
    for note in proof.notes:
        out.print(f"note: {note}", markup=False, soft_wrap=True)
    out.print("not proved:", style="bold")
    for limit in limits:
        out.print(f"  - {limit}", markup=False, soft_wrap=True)
