"""Recorded traffic: the legs of a journal, or requests as `acl decide --jsonl` reads them.

Who asked what, and when; never what was answered. A file with record fields is refused whole, so
that nobody carries records about only to try a rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from switch.cli.acl.requests import each_line, open_lines, read_request, read_row
from switch.errors import UsageError
from switch.terms import Instant

if TYPE_CHECKING:
    from switch.acl.rules import Request
    from switch.config import World

Recorded = tuple[str, "Request", Instant]  # where it stands, what was asked, and when

_JOURNAL = b"SQLite format 3\x00"
_ANSWERS = frozenset(("fields", "text", "raw", "record", "records", "answer", "body"))
_COMMENTS = frozenset(("verdict", "classes", "training"))  # of `decide`; made again, so not read


def recorded(name: str, world: World) -> Iterator[Recorded]:
    """Every decision of the file, in its order; UsageError at the first line that is not one."""
    if name != "-" and _is_journal(Path(name)):
        return _of_journal(Path(name))
    return _of_lines(name, world)


def lost(name: str) -> str | None:
    """What is missing in a journal of that name, if anything is: see `JournalReader.lost`."""
    from switch.shell.reader import JournalReader

    if name == "-" or not _is_journal(Path(name)):
        return None
    reader = JournalReader(Path(name))
    reader.close()
    return reader.lost


def _is_journal(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_JOURNAL)) == _JOURNAL
    except OSError as error:
        raise UsageError(f"cannot read `{path}`: {error.strerror}") from None


def _of_journal(path: Path) -> Iterator[Recorded]:
    """Each leg of each inquiry, at the instant at which it was routed."""
    from switch.core.record.derived import asked_in
    from switch.shell.reader import JournalReader

    reader = JournalReader(path)
    try:
        for entry in reader.entries():
            if entry["kind"] == "query":
                for leg in entry["legs"]:
                    place = f"entry {entry['n']}"
                    request = asked_in(entry, leg["backend"], leg.get("key", entry["key"]))
                    yield place, request, entry["at"]
    finally:
        reader.close()


def _of_lines(name: str, world: World) -> Iterator[Recorded]:
    codes = {code for fields in world.class_fields.values() for code in fields}
    with open_lines(name) as lines:
        for number, line in enumerate(each_line(lines), 1):
            if not line.strip():
                continue
            try:
                row = read_row(line)
                _no_records(row, codes)
                request, at = read_request({k: row[k] for k in row if k not in _COMMENTS}, world)
            except ValueError as error:
                raise UsageError(f"{name}, line {number}: {error}") from None
            yield f"line {number}", request, at


def _no_records(row: dict[str, Any], codes: set[str]) -> None:
    found = [name for name in row if name in codes or name in _ANSWERS]
    if found:
        names = ", ".join(f"`{name}`" for name in found)
        raise ValueError(
            f"{names}: a field of a record or an answer; only who asked what and when is wanted\n"
            "    fix: take the records out of the file, and keep such a file to yourself"
        )
