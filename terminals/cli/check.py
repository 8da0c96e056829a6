"""`wireroom terminal check`: the conformance kit."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from switch.cli.style import address, console, parser
from switch.errors import Exit, UsageError
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    import ssl

    from terminals.conformance.steps import Tell, Verdict
    from terminals.conformance.walk import Walk

EXAMPLE = "wireroom terminal check --listen 127.0.0.1:4000 --junit terminal.xml"
_MARKS = {"passed": "[green]✓[/]", "failed": "[bold red]✗[/]"}


def main(argv: list[str]) -> int:
    """Exit 0: it passed all that it was asked; 1: not, or nobody came; 2: misuse."""
    verb = parser(
        "terminal check",
        "Play the switch to a terminal under test, and judge it clause by clause of\n"
        "docs/line-protocol.md. Connect the terminal, sign on, and send what its screen\n"
        "shows behind NEXT, until SIGNOFF.",
        EXAMPLE,
    )
    verb.add_argument(
        "--listen",
        default="127.0.0.1:4000",
        metavar="HOST:PORT",
        help="where it connects to",
    )
    verb.add_argument("--wait", type=float, default=30.0, metavar="SECONDS", help="for each step")
    verb.add_argument(
        "--silence",
        type=float,
        default=90.0,
        metavar="SECONDS",
        help="in which a terminal that acknowledges must be heard (`silence_s` of its world)",
    )
    verb.add_argument("--secret", help="that the operator must give (clause 3.3)")
    verb.add_argument(
        "--tls", nargs=2, type=Path, metavar=("CERT", "KEY"), help="lines by TLS (PEM files)"
    )
    verb.add_argument(
        "--client-ca", type=Path, metavar="FILE", help="who signs terminals' certificates (3.4)"
    )
    verb.add_argument("--json", action="store_true", help="the verdicts as one JSON object")
    verb.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML too")
    verb.add_argument(
        "--tapes", type=Path, metavar="DIR", help="write what went over the line, by clause"
    )
    arguments = verb.parse_args(argv)
    host, port = address(arguments.listen)
    for name in ("wait", "silence"):
        if not 0 < getattr(arguments, name) <= 3600:
            raise UsageError(f"--{name} is more than 0 and at most 3600 seconds", "such as 30")

    if arguments.client_ca is not None and arguments.tls is None:
        raise UsageError("--client-ca is of no use without --tls", "add --tls CERT KEY")

    import trio

    from switch.cli.logs import set_up_logs
    from terminals.conformance.walk import Walk

    walk = Walk(
        wait_s=arguments.wait,
        silence_s=arguments.silence,
        secret=arguments.secret,
        certified=arguments.client_ca is not None,
    )
    with set_up_logs(bar=False):
        began = trio.run(_walked, walk, host, port, _tls(arguments))
    _write(arguments, walk, began)
    _show(arguments, walk)
    return int(Exit.FINE if walk.passed else Exit.FINDINGS)


def _tls(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    if arguments.tls is None:
        return None
    from switch.shell.tls import server_context

    certificate, key = arguments.tls
    return server_context(certificate, key, arguments.client_ca)


async def _walked(walk: Walk, host: str, port: int, tls: ssl.SSLContext | None) -> float:
    from switch.shell.clock import WallClock
    from terminals.listening import open_listeners, walk_through

    clock, out = WallClock(), console(stderr=True)
    began = clock.now()
    listeners = await open_listeners(host, port)
    bound = listeners[0].socket.getsockname()
    sys.stderr.write(f"{TRAINING_LINE}\nthe kit listens at {bound[0]}:{bound[1]}\n")
    sys.stderr.flush()

    def told(what: Tell | Verdict) -> None:
        from rich.markup import escape

        text = getattr(what, "text", None)
        if text is None:
            mark = _MARKS.get(what.outcome.value, "·")  # type: ignore[union-attr]
            text = f"{what.clause} {what.name}: {what.outcome.value}"  # type: ignore[union-attr]
            out.print(f"{mark} {escape(text)}", soft_wrap=True)
        else:
            out.print(f"  {escape(text)}", soft_wrap=True, style="dim")

    await walk_through(walk, listeners, clock, told, tls)
    return began


def _write(arguments: argparse.Namespace, walk: Walk, began: float) -> None:
    try:
        if arguments.junit is not None:
            from terminals.conformance.report import junit

            arguments.junit.write_text(junit(walk, began), encoding="utf-8")
        if arguments.tapes is not None:
            arguments.tapes.mkdir(parents=True, exist_ok=True)
            for part in walk.tape.parts:
                (arguments.tapes / part.file_name).write_text(part.text(), encoding="ascii")
    except OSError as error:
        where = f"{error.filename}: {error.strerror}"
        raise UsageError(f"cannot write {where}", "give a place you may write to") from None


def _show(arguments: argparse.Namespace, walk: Walk) -> None:
    from terminals.conformance.report import facts

    if arguments.json:
        sys.stdout.write(json.dumps(facts(walk)) + "\n")
        return
    from rich.markup import escape
    from rich.table import Table

    known = facts(walk)
    table = Table(title=TRAINING_LINE, title_justify="left")
    for heading in ("clause", "what the terminal does", "verdict", "why"):
        table.add_column(heading, overflow="fold")
    for verdict in walk.verdicts:
        outcome = verdict.outcome.value
        mark = f"{_MARKS.get(outcome, '·')} {outcome}"
        table.add_row(verdict.clause, escape(verdict.title), mark, escape(verdict.why))
    out = console()
    out.print(table)
    out.print(
        f"framing: {known['framing']}; acknowledges: {'yes' if known['acknowledges'] else 'no'}"
    )
    out.print(
        f"{known['counts']['passed']} passed, {known['counts']['failed']} failed, "
        f"{known['counts']['not asked']} not asked, {known['counts']['not reached']} not reached"
    )
