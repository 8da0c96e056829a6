"""`wireroom terminal`: what sits at the far end of a line."""

from __future__ import annotations

from switch.cli.style import parser
from terminals.cli import check


def main(argv: list[str]) -> int:
    """`check` is the conformance kit for terminals of any make."""
    if argv[:1] == ["check"]:
        return check.main(argv[1:])
    verb = parser("terminal", "Terminals of any make: `terminal check` tests one.", check.EXAMPLE)
    verb.add_argument("verb", choices=["check"], metavar="VERB", help="check: see its own --help")
    verb.parse_args(argv)
    return 0
