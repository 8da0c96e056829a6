"""`wireroom message`: read raw messages, for programs (`parse`) and for people (`describe`); list
the message keys (`keys`)."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from switch.cli.style import console, parser, sub_parser
from switch.errors import Exit, FormatError, UsageError
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from switch.wire.spec import Formats

LINE_BYTES_MAX = 1_048_576  # of one --jsonl line; a message itself has 14,400 at most

_PARSE = "printf 'DQ.CA0990100.NV.TXTNAM/DOE, JANE.DOB/19700131.SEX/F' | wireroom message parse"
_DESCRIBE = _PARSE.replace("message parse", "message describe")
_KEYS = "wireroom message keys\nwireroom message keys --world ./my-county --json"


def main(argv: list[str]) -> int:
    """Exit 0: every message is right; 1: one is refused; 2: misuse."""
    verb = parser("message", "Read raw messages on standard input.", _PARSE)
    verbs = verb.add_subparsers(dest="verb", required=True, metavar="VERB")
    parse = sub_parser(verbs, "parse", "One JSON object for each message.", _PARSE)
    parse.add_argument(
        "--jsonl", action="store_true", help='many: lines {"id": ..., "raw": "DQ..."}'
    )
    describe = sub_parser(verbs, "describe", "A message part by part, for people.", _DESCRIBE)
    keys = sub_parser(verbs, "keys", "Every key that a terminal may send, and its fields.", _KEYS)
    form = keys.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object a line")
    form.add_argument("--markdown", action="store_true", help="as a table of a Markdown page")
    form.add_argument(
        "--write", type=Path, metavar="PAGE", help="put the tables between the markers of a page"
    )
    for each in (parse, describe, keys):
        each.add_argument("--world", metavar="WORLD", help="with the keys of this world's own")
    for each in (parse, describe):
        each.add_argument("--control-prefix", default="*", metavar="C", help="default: *")
        each.add_argument(
            "--switch-ori", default="NL0000000", metavar="ORI", help="who alone sends ER"
        )
    arguments = verb.parse_args(argv)
    if arguments.verb == "keys":
        from switch.cli.keys import list_keys

        return list_keys(arguments, _formats(arguments.world))
    prefix = arguments.control_prefix
    if len(prefix) != 1 or not "!" <= prefix <= "~" or prefix.isalnum() or prefix in "./,":
        raise UsageError(f"`{prefix}` cannot open a control field", "one character such as *")
    if arguments.verb == "describe":
        return _describe(sys.stdin.buffer.read(), arguments)
    if arguments.jsonl:
        return _parse_lines(sys.stdin.buffer, arguments)
    return _print(_parsed(None, sys.stdin.buffer.read(), arguments))


# --- for programs --------------------------------------------------------------------------------


def _parse_lines(lines: IO[bytes], arguments: Namespace) -> int:
    worst = Exit.FINE
    while line := lines.readline(LINE_BYTES_MAX + 1):
        if len(line) > LINE_BYTES_MAX:
            while line and not line.endswith(b"\n"):
                line = lines.readline(LINE_BYTES_MAX)
            result = _unreadable(None, f"a line has {LINE_BYTES_MAX} bytes at most")
        elif not line.strip():
            continue
        else:
            result = _parsed_line(line, arguments)
        worst = max(worst, _print(result))
    return int(worst)


def _parsed_line(line: bytes, arguments: Namespace) -> dict[str, Any]:
    form = 'a line is {"id": ..., "raw": "DQ..."}'
    try:
        row = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return _unreadable(None, f"not JSON: {form}")
    if not isinstance(row, dict):
        return _unreadable(None, f"not an object: {form}")
    id, raw = row.get("id"), row.get("raw")
    if not isinstance(id, str | int | None):
        return _unreadable(None, f"`id` is a text, a whole number or null: {form}")
    if not isinstance(raw, str):
        return _unreadable(id, f"no text `raw`: {form}")
    # A lone surrogate has no UTF-8; its three bytes are refused like any byte that is not ASCII.
    return _parsed(id, raw.encode("utf-8", "surrogatepass"), arguments)


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


def _parsed(id: object, raw: bytes, arguments: Namespace) -> dict[str, Any]:
    from switch.wire.codec import Output

    try:
        message = _read(raw, arguments)
    except FormatError as error:
        return _refused(id, error)
    row: dict[str, Any] = {"training": True, "id": id, "ok": True}
    row |= {"mke": message.mke, "ori": message.ori}
    if isinstance(message, Output):
        text = message.body if message.fields is None else None
        row |= {"destinations": [message.receiver]}
        stamps = {"received": message.received._asdict(), "sent": message.sent._asdict()}
    else:
        text, stamps = message.text, {}
        row |= {"destinations": list(message.destinations)}
    fields = None if message.fields is None else dict(message.fields)
    return row | {"control": message.control, "fields": fields, "text": text} | stamps


@cache
def _formats(world: str | None) -> Formats:
    """What is spoken there; without a world, what is published."""
    if world is None:
        from switch.wire.spec_files import load_formats

        return load_formats()
    from switch.format_file import world_formats
    from switch.world_file import load_world

    return world_formats(load_world(world).folder)


def _read(raw: bytes, arguments: Namespace) -> Any:
    """An input or an output message, told apart by its header."""
    from switch.wire.codec import decode, decode_output, is_output

    formats, prefix = _formats(arguments.world), arguments.control_prefix
    if not is_output(raw):
        return decode(raw, formats, control_prefix=prefix)
    message = decode_output(raw, formats, control_prefix=prefix)
    if message.mke == "ER" and message.ori != arguments.switch_ori:
        # ER comes from the switch's own ORI and nobody else may send it [N-ER].
        fix = f"ER comes from the switch alone, whose ORI is {arguments.switch_ori}"
        text = formats.error_text(".01.")
        raise FormatError(".01.", text, offset=raw.upper().find(message.ori.encode()), fix=fix)
    return message


def _unreadable(id: object, fix: str) -> dict[str, Any]:
    return _refused(id, FormatError("0", "MESSAGE FORMAT/STRUCTURE ERROR", offset=0, fix=fix))


def _refused(id: object, error: FormatError) -> dict[str, Any]:
    reasons = {name: getattr(error, name) for name in ("code", "text", "field", "offset", "fix")}
    return {"training": True, "id": id, "ok": False, "error": reasons}


def _print(row: dict[str, Any]) -> Exit:
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()
    return Exit.FINE if row["ok"] else Exit.FINDINGS


# --- for people ----------------------------------------------------------------------------------


def _describe(raw: bytes, arguments: Namespace) -> int:
    from rich.table import Table
    from rich.text import Text

    from switch.wire.describe import caret, describe

    out = console()
    out.rule(TRAINING_LINE)
    try:
        parts = describe(_read(raw, arguments), _formats(arguments.world))
    except FormatError as error:
        where = f"byte {error.offset}" + (f", field {error.field}" if error.field else "")
        for line in (f"{error.code} {error.text}", *caret(raw, error), where, f"fix: {error.fix}"):
            out.print(Text(line), soft_wrap=True)
        return int(Exit.FINDINGS)
    table = Table("part", "value", "meaning")
    for part in parts:
        meaning = f"{part.meaning} (simulated)" if part.simulated else part.meaning
        table.add_row(*(Text(cell) for cell in (part.name, part.value, meaning)))
    out.print(table)
    return int(Exit.FINE)
