"""What must stand in a journal after a kill, told by it alone and by what terminals have heard."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from switch.core.record.journal import OPENING_KINDS, Entry
from tests.simulation.line import Heard
from tests.simulation.promises.record import PLAIN, STATUS, TRAINING, says

_NIC = re.compile(r"W\d{9}")


class Unrecorded(AssertionError):
    """Something left the switch and is not in its journal, or is there and did not last."""


def account(entries: Sequence[Entry], heard: dict[str, Sequence[Heard]]) -> int:
    """Whether all that the terminals of the last run heard is on record, and how much that was."""
    last = max(n for n, entry in enumerate(entries) if entry["kind"] == "started")
    lines = {e["terminal"]: e["line"] for e in entries[last:] if e["kind"] == "signed-on"}
    messages = {
        (e["line"], e["sequence"]): e for e in entries[last:] if e.get("sequence") and "line" in e
    }
    for name, told in heard.items():
        spare = [e for e in entries[last:] if e.get("line") == lines.get(name)]
        for one in told:
            entry = messages.get((lines.get(name, 0), one.outbound))
            if entry is None and not _status(one, spare):
                raise Unrecorded(f"{name} heard number {one.outbound}, not on record: {one.body!r}")
            if entry is not None and not says(entry, one.body):
                raise Unrecorded(f"{name} heard something else than is on record: {one.body!r}")
    return sum(map(len, heard.values()))


def _status(heard: Heard, spare: list[Entry]) -> bool:
    """Whether an entry without a number accounts for it; each does for one message only."""
    said = heard.body.removeprefix(TRAINING)
    for entry in spare:
        if entry["kind"] in STATUS and STATUS[entry["kind"]].match(said):
            spare.remove(entry)
            return True
    return PLAIN.match(said) is not None


def numbers_go_up(entries: Sequence[Entry]) -> None:
    """No inquiry number is used twice, through all runs."""
    last, opened = 0, set[int]()
    for entry in entries:
        if entry["kind"] in OPENING_KINDS and entry["query"] not in opened:
            if entry["query"] < last:
                raise Unrecorded(f"query {entry['query']} after {last}")
            last = entry["query"]
            opened.add(last)
        elif entry["kind"] == "query":
            raise Unrecorded(f"query {entry['query']} is opened twice")


def entries_hold(entries: Sequence[Entry]) -> int:
    """Whether what was entered is on file until it is cleared, across all runs, and is never
    entered or cleared twice; how many records were entered.

    By the answers on record alone: nothing is heard that is not on record.
    """
    asked: dict[int, Entry] = {}
    on_file: dict[str, str] = {}  # NIC by the number of the case
    numbers = set[str]()
    for entry in entries:
        if entry["kind"] == "query" and entry["key"] in ("EW", "CW"):
            asked[entry["query"]] = entry
        elif entry["kind"] == "released" and entry["query"] in asked:
            query = asked[entry["query"]]
            case, said = query["fields"]["OCA"], entry["text"]
            if query["key"] == "EW":
                _entered(case, said, on_file, numbers)
            else:
                _cleared(case, query["fields"]["NIC"], said, on_file)
    return len(numbers)


def _entered(case: str, said: str, on_file: dict[str, str], numbers: set[str]) -> None:
    found = _NIC.search(said)
    if found is None:
        raise Unrecorded(f"the entry of case {case} is answered by {said!r}")
    if "ACK/ENTERED" in said:
        if case in on_file:
            raise Unrecorded(f"case {case} was {on_file[case]}, and is entered again: it was lost")
        if found[0] in numbers:
            raise Unrecorded(f"{found[0]} is given to case {case}, and was given before")
        on_file[case] = found[0]
        numbers.add(found[0])
    elif on_file.get(case) != found[0]:
        raise Unrecorded(f"case {case} is said to be {found[0]}, and is {on_file.get(case)}")


def _cleared(case: str, nic: str, said: str, on_file: dict[str, str]) -> None:
    is_there = on_file.get(case) == nic
    if ("ACK/CLEARED" in said) != is_there:
        raise Unrecorded(f"case {case} is on file: {is_there}; clearing it is answered by {said!r}")
    if is_there:
        del on_file[case]


def mail_holds(entries: Sequence[Entry]) -> int:
    """Whether what was held ends once and is delivered once, and none of it is left waiting where
    somebody has signed on since; how many messages were held and then forwarded."""
    waiting: dict[tuple[int, int, str], Entry] = {}
    delivered, forwarded = set[tuple[int, str]](), 0
    for entry in entries:
        kind = entry["kind"]
        if kind in ("held", "forwarded", "expired", "removed"):
            name = entry["query"], entry["leg"], entry["place"]
            if (kind == "held") == (name in waiting):
                raise Unrecorded(f"{name} is {kind}, and was not as it must be before")
            if kind == "held":
                waiting[name] = entry
            else:
                del waiting[name]
                forwarded += kind == "forwarded"
        elif kind == "delivered":
            letter = entry["query"], entry["terminal"]
            if letter in delivered:
                raise Unrecorded(f"message {letter[0]} is delivered to {letter[1]} twice")
            delivered.add(letter)
    _nobody_waits(entries, waiting)
    return forwarded


def _nobody_waits(entries: Sequence[Entry], waiting: Mapping[object, Entry]) -> None:
    came = [e["n"] for e in entries if e["kind"] == "signed-on" and e["terminal"] == "HRB1"]
    for entry in waiting.values():
        if came and entry["n"] < came[-1]:
            raise Unrecorded(f"message {entry['query']} waits, though HRB1 has signed on since")
