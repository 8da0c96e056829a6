"""`wireroom send`: a one-shot terminal."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from switch.cli.style import parser, seconds_to
from switch.errors import Exit, UsageError
from switch.terms import TRAINING_LINE
from terminals.cli.line import add_line, line_of, tls_of

if TYPE_CHECKING:
    from switch.wire.codec import Output

_EXAMPLE = "wireroom send --to 127.0.0.1:4000 --as BAY2 BPD2 'DQ.CA0990100.CA.*A1.TXTOLN/S0990001'"


def main(argv: list[str]) -> int:
    """Sign on, send, print every answer; exit 0 if all are what was wanted, else 1."""
    verb = parser(
        "send",
        "Sign on, send one message, print what comes back: one answer per destination.\n"
        "Exit 0: every answer came, data or a message on its way; 1: refused, or not all in time.",
        _EXAMPLE,
    )
    verb.add_argument("message", help="as typed on a terminal; - reads it from standard input")
    add_line(verb)
    verb.add_argument(
        "--as",
        dest="who",
        nargs=2,
        metavar=("TERMINAL", "OPERATOR"),
        required=True,
        help="who sits where: BAY2 BPD2",
    )
    verb.add_argument("--secret", help="the operator's, if the world demands one")
    verb.add_argument("--world", metavar="WORLD", help="with the keys of this world's own")
    verb.add_argument(
        "--wait", type=seconds_to(), default=15.0, metavar="SECONDS", help="for all answers"
    )
    verb.add_argument("--json", action="store_true", help="one JSON object an answer")
    arguments = verb.parse_args(argv)
    host, port = line_of(arguments)
    text = _typed() if arguments.message == "-" else arguments.message

    if not text.strip():
        raise UsageError("an empty message", "such as 'DQ.CA0990100.CA.TXTOLN/S0990001'")

    import trio

    if not arguments.json:
        sys.stdout.write(f"{TRAINING_LINE}\n\n")
    return int(trio.run(_within, arguments, (host, port), text))


def _typed() -> str:
    if sys.stdin is None:
        raise UsageError("standard input is closed", "pipe the message in")
    try:
        return sys.stdin.read().strip()
    except UnicodeDecodeError:
        raise UsageError("standard input is not UTF-8 text", "type the message") from None


async def _within(arguments: argparse.Namespace, switch: tuple[str, int], text: str) -> Exit:
    import trio

    with trio.move_on_after(arguments.wait):
        return await _converse(arguments, switch, text)
    sys.stderr.write(f"wireroom: not every answer came within {arguments.wait:g} s\n")
    return Exit.FINDINGS


async def _converse(arguments: argparse.Namespace, switch: tuple[str, int], text: str) -> Exit:
    from switch.wire.spec_files import load_formats
    from terminals.client import Client
    from terminals.inquiry import prepared, serves

    terminal, operator = arguments.who
    spoken: dict[str, Any] = {}
    if arguments.world is not None:
        from switch.format_file import world_formats
        from switch.world_file import load_world

        world = load_world(arguments.world)
        spoken = {"formats": world_formats(world.folder), "control_prefix": world.control_prefix}
    async with await Client.connect(*switch, tls=tls_of(arguments), **spoken) as client:
        greeting = await client.sign_on(terminal, operator, arguments.secret)
        if greeting.mke == "ER":
            _show(greeting, arguments.json)
            return Exit.FINDINGS
        answers: list[Output] = []
        try:
            answers = await client.ask(text)
        finally:  # in time or not: what has come is shown
            for message in (*answers, *client.mailbox):
                _show(message, arguments.json)
        formats = spoken.get("formats") or load_formats()
        key = prepared(text, "C1", formats, spoken.get("control_prefix", "*")).key
        fine = all(serves(answer, key, formats) for answer in answers)
        return Exit.FINE if fine else Exit.FINDINGS


def _show(answer: Output, as_json: bool) -> None:
    if as_json:
        line = {"training": True, "mke": answer.mke, "ori": answer.ori, "body": answer.body}
        sys.stdout.write(json.dumps({**line, "control": answer.control}) + "\n")
    else:
        sys.stdout.write(f"{answer.text}\n\n")
    sys.stdout.flush()
