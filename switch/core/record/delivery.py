"""What an owner is handed to keep, line by line: the heads of its ledger, and its own receipts.

One JSON object a line, appended and never changed. A *head* says where the ledger ended after a
commit. A *receipt* is written at the backend's own door: under which numbers it was asked, and the
SHA-256 of exactly what it was asked. With both in hand an owner needs to trust nobody's journal:
what was changed after its head was delivered contradicts the head, and what was asked but is not in
the ledger contradicts the receipt (docs/audit.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgpack

from switch.backend import Query
from switch.core.record.ledger import Head

FORMAT = 1
LINE_CHARACTERS_MAX = 1_000_000


class Receipt(NamedTuple):
    """One batch that a backend was asked."""

    asked: tuple[int, ...]  # correlation ids, see switch.core.inquiry.exchange
    digest: str  # hex, of the queries themselves


class Opening(NamedTuple):
    """From here on heads and receipts were kept; where the ledger ended then."""

    head: Head


Kept = Opening | Head | Receipt


def receipt(batch: Sequence[Query]) -> Receipt:
    """The receipt for one batch: numbers, and the hash of what is asked under them."""
    digest = hashlib.sha256(msgpack.packb(batch)).hexdigest()
    return Receipt(tuple(query.id for query in batch), digest)


# --- as lines -------------------------------------------------------------------------------------


def opening_line(owner: str, head: Head) -> str:
    """The line with which a run begins."""
    about = {"format": FORMAT, "backend": head.backend, "owner": owner}
    return _line({"opened": about, **_head(head)})


def head_line(head: Head) -> str:
    """A head as a line."""
    return _line(_head(head))


def receipt_line(one: Receipt) -> str:
    """A receipt as a line."""
    return _line({"asked": one.asked, "sha256": one.digest})


def _head(head: Head) -> dict[str, Any]:
    return {"page": head.page, "rows": head.rows, "hash": head.hash.hex(), "at": head.at}


def _line(values: dict[str, Any]) -> str:
    return json.dumps({"training": True, **values}, separators=(",", ":")) + "\n"


@dataclass(frozen=True, slots=True)
class Keeping:
    """What stands in one owner's file, in its order."""

    backend: str
    kept: tuple[Kept, ...]
    unreadable: tuple[int, ...]  # numbers of lines that are no such line

    @property
    def heads(self) -> list[Head]:
        """Every head, those of openings too."""
        return [
            one.head if isinstance(one, Opening) else one
            for one in self.kept
            if not isinstance(one, Receipt)
        ]

    @property
    def receipts(self) -> list[Receipt]:
        """Every receipt."""
        return [one for one in self.kept if isinstance(one, Receipt)]


def read_lines(lines: Iterable[str]) -> Keeping:
    """What an owner kept. A line that was torn by a crash is passed over and counted."""
    backend, kept, unreadable = "", list[Kept](), list[int]()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            if len(line) > LINE_CHARACTERS_MAX:
                raise ValueError("too long")
            values = json.loads(line)
            if "opened" in values:
                backend = str(values["opened"]["backend"])
            kept.append(_parsed(values, backend))
        except (ValueError, TypeError, KeyError, RecursionError):
            unreadable.append(number)
    return Keeping(backend, tuple(kept), tuple(unreadable))


def _parsed(values: dict[str, Any], backend: str) -> Kept:
    if "asked" in values:
        asked = values["asked"]
        if not all(type(one) is int for one in asked):
            raise ValueError("numbers are numbers")
        return Receipt(tuple(asked), str(values["sha256"]))
    page, rows = values["page"], values["rows"]
    if type(page) is not int or type(rows) is not int:
        raise ValueError("numbers are numbers")
    hash_ = bytes.fromhex(values["hash"])
    head = Head(backend, page, rows, hash_, float(values["at"]))
    return Opening(head) if "opened" in values else head
