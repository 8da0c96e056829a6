"""`wireroom message keys`: every key that a terminal may send, from the formats themselves."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

from switch.cli.style import console
from switch.errors import Exit, UsageError
from switch.terms import TRAINING_LINE
from switch.wire.spec import Formats
from switch.wire.table import KeyRow, key_rows, markdown, rewritten


def list_keys(arguments: Namespace, formats: Formats) -> int:
    """Exit 0; UsageError where a page cannot be written."""
    rows = key_rows(formats)
    if arguments.write is not None:
        _write(arguments.write, formats)
    elif arguments.json:
        for row in rows:
            sys.stdout.write(json.dumps({"training": True, **row._asdict()}) + "\n")
    elif arguments.markdown:
        sys.stdout.write(markdown(rows) + "\n")
    else:
        _show(rows)
    return int(Exit.FINE)


def _write(page: Path, formats: Formats) -> None:
    try:
        text = page.read_text("utf-8")
        changed = rewritten(text, formats)
        if changed != text:
            page.write_text(changed, "utf-8")
    except OSError as error:
        raise UsageError(f"cannot write `{page}`: {error.strerror}", "check the path") from None
    except ValueError as error:
        fix = "the tables stand between those lines"
        raise UsageError(f"`{page}` has {error}", fix) from None
    sys.stdout.write(f"{page}: {'written' if changed != text else 'as it should be'}\n")


def _show(rows: list[KeyRow]) -> None:
    from rich.table import Table
    from rich.text import Text

    out = console()
    out.rule(TRAINING_LINE)
    table = Table(*KeyRow._fields)
    for row in rows:
        table.add_row(*(Text(cell.replace("*", "")) for cell in row))
    out.print(table)
