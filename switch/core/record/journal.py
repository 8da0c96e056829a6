"""What goes on record: the kinds of journal entries, and the chain that makes cuts visible.

An entry is a plain mapping (it is packed with msgpack as it stands). Every entry has

    kind  one of `KINDS`, below
    at    Instant at which it was decided (a scenario's clock in a rehearsal)

and the reader adds `n`, its number in the journal (1, 2, 3 ...). What an entry shares with all
others of the same request is packed once for all of them and stands under `common` until it is
read: see `Common` and `numbered`. Keys by kind; `line` is the number
of the connection, `query` the switch's number of the inquiry (never reused in one journal), `leg`
1-based within it, `sequence` the five-digit number that the terminal saw in the header:

    started           world, switch_ori, backends, versions
    stopped           reason
    signed-on         line, terminal, operator
    signed-off        line, terminal, operator
    sign-on-refused   line, terminal, operator, reason
    untaken           line, terminal, messages: how many waited behind a sign-off, which waited for
                      answers, when the line broke; they were not looked at
    line-lost         line, terminal, operator, reason (closed, silent): a terminal that
                      acknowledges has no line; it stays signed on and may come back
    resumed           line (the new one), terminal, operator, last (the number it saw last), taken
                      (how many of its messages the switch has), again: [numbers that are sent
                      again], withheld: [those of them that are not, the rules having changed]
    kept              line, terminal, operator: where a terminal that acknowledges stands after this
                      batch: acknowledged (the last number that it said it has), last (the last that
                      it was sent), taken, away, all (every such terminal has an entry in this
                      batch), rules (of which version, in short, they are), messages: list of [line,
                      sequence, key, sender, received, inbound, control, tried (went onto a line),
                      text, or None if another entry of the batch has it under this line and number,
                      rules, or None if they are those of the entry]
    unacknowledged    line, terminal, operator, reason, sequences: [numbers that were sent, or kept
                      for it, and that it never said it has]
    malformed         line, terminal, code, text, field, offset, raw, sequence
    query             line, query, terminal, operator, ori, on_behalf_of, key, destinations,
                      control, purpose, image, fields, raw, legs: list of {leg, destination,
                      backend, verdict, network, owner, classes: {class: verdict}, rules,
                      exceptions, masks, notices}
    refused           line, query, leg, backend, key, terminal, ori, operator, point (ingress,
                      route, waiting, dequeue, release), verdict, network, owner, rules,
                      suspension (its id or ""), tell, number (".93."), text, sequence (0 = could
                      not be delivered)
    released          line, query, leg, backend, key (of the answer), terminal, ori, operator,
                      verdict, rules, records (how many), late, masks, withheld: {class: rules},
                      unknown_fields, notices, text, sequence
    merged            line, query, terminal, text, sequence: a merged answer in which no source
                      has anything to say, because all withheld it or were silent
    no-answer         line, query, leg, backend, terminal, reason (time, busy, failed, purpose,
                      out-of-service, expired, restarted, stopped),
                      text, sequence
    read-in-log       line, query, leg, backend (whose data it is), terminal, ori, operator, of,
                      of_leg (0: the inquiry): a search of the log found what that one had asked
    withheld          line, query, leg, backend, verdict, rules: an answer came and was not let out
    undelivered       line, query, leg, backend: the line was gone before the answer
    order-used        line, query, leg, backend, order (the id of a court order), used (how often,
                      with this time), count (how often it may be): an answer leaves under it
    unmatched         backend, reply: a reply that belongs to no open query
    rejected          line, query, terminal, key, number, text, sequence: a header or destination
                      that the switch does not serve
    message           line, query, terminal, ori, key, destinations, control, text, fields (of
                      YQ and YR, else None), delivered: [terminals], stopped: [terminals whose
                      agency is suspended]
    delivered         line, query, key, terminal, text, sequence: to a terminal, unsolicited
    told              line, query, terminal, text, sequence: a status about what was sent
    held              query, leg (0 = a message to people), place (the agency or backend for which
                      it waits), destination (as it was addressed), key, sender, terminal,
                      operator, control, received, inbound (its clock line), text (of an inquiry:
                      the message as it came), expires, barred
    forwarded         query, leg, place, terminals (of a message) or terminal, control (of an
                      inquiry): it waits no longer
    barred            query, leg, place: all terminals there are suspended; it is not forwarded, not
                      even when that ends, and keeps its place until it expires
    expired           query, leg, place: it waited for `held_s`, and goes nowhere
    removed           query, leg, place, reason (suspended, refused)
    confirmation      what (asked, more-time, overdue, answered), oca, nic, asker (its ORI),
                      terminal (that asked), owners: [ORIs that were asked], rno, pri, query (of the
                      request), due (None = its time is over), answer (the number of the YR), says
                      (Y, N)
    delayed-hit       what (told, held, withheld, expired, removed: the notice to who had asked;
                      told-who-entered), query (of the entry), backend, of, of_leg (the inquiry),
                      terminal, ori, operator (of the reader, or of who had asked); of what was
                      sent: line, key, text, sequence; held: record, asked, received, inbound,
                      expires
    service           by, destination, status (up, hold, remove, never), keys: [] = all, until
    access            backend (or NETWORK), by, change ("added DMV-04", "withdrew NET-01"), version,
                      error: what was wrong with a refused change, else ""
                      Of a signed order besides: step, sequence, base, digest, reason, cite, signer
                      (its key's fingerprint), signature and order (the signed bytes) in hex,
                      withdrawn: [promises], effective (when)
    effective         backend (or NETWORK), started: [rule ids], ended: [rule ids]
    shadow            line, query, leg, backend, verdict, would (the verdict of the staged version,
                      which is not acted on), rules, masks, withheld
    noted             by, and whatever was to be held fast about the run itself: see
                      `scenarios.course`
    probe             backend, rule, version, requests (how many), points: {point: {refused, open,
                      verdicts, witness}}, live, ordered, since_s
    watch             backend, watch (its id), what (hour, rate, denials, displacement), hour (its
                      first instant), counts: {key: {purpose: count}}, total, refused, baseline (a
                      mean hour, or None), who, said (as the owner reads it), told (the terminal)

`text` is the body as the terminal sees it; the legs of a merged answer share one. What is part of a
merged answer has no message of its own: its refusals and missing answers have sequence 0. A query
that was refused at ingress still lists its legs, with each owner's own verdict, so that every owner
sees the attempt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgpack

Entry = dict[str, Any]

KINDS = frozenset(
    (
        *("started", "stopped", "signed-on", "signed-off", "sign-on-refused", "untaken"),
        *(
            "malformed",
            "query",
            "refused",
            "released",
            "merged",
            "no-answer",
            "withheld",
            "undelivered",
            "unmatched",
        ),
        *("line-lost", "resumed", "kept", "unacknowledged", "read-in-log"),
        *("rejected", "message", "delivered", "access", "effective"),
        *("told", "held", "barred", "forwarded", "expired", "removed"),
        *("service", "confirmation", "delayed-hit"),
        *("shadow", "probe", "noted", "order-used", "watch"),
    )
)

OPENING_KINDS = frozenset(("query", "rejected", "message"))  # those that can take a new number

CHAIN_START = bytes(32)


COMMON_CODE = 1  # of the msgpack extension that holds a mapping, packed


class Common(msgpack.ExtType):  # type: ignore[misc]  # msgpack comes without types
    """Keys and values that many entries have in common, packed once: on disk an extension type.

    At a switch's pace packing the same thirty names and values again with each message would cost
    more than judging it.
    """

    fields: Mapping[str, Any]
    rows: dict[str, Any]  # kept here by `ledger`: what rows of each kind have in common

    def __new__(cls, fields: Mapping[str, Any]) -> Common:
        return cls._made(msgpack.packb(fields), fields)

    @classmethod
    def unpacked(cls, data: bytes) -> Common:
        """From its bytes, as they stand in a journal."""
        return cls._made(data, msgpack.unpackb(data))

    @classmethod
    def _made(cls, data: bytes, fields: Mapping[str, Any]) -> Common:
        made: Common = super().__new__(cls, COMMON_CODE, data)
        made.fields = fields
        made.rows = {}
        return made


def numbered(entries: Iterable[Entry], first: int) -> Iterator[Entry]:
    """Entries as they are read: whole, with their numbers from `first` on."""
    for number, entry in enumerate(entries, first):
        found = {**entry, "n": number}
        common = found.pop("common", None)
        yield found if common is None else {**found, **common.fields}


def unpacked(body: bytes, first: int = 1) -> list[Entry]:
    """The entries of a packed batch, whole, numbered from `first` on."""
    return list(numbered(as_packed(body), first))


def as_packed(body: bytes) -> list[Entry]:
    """The entries of a packed batch, as they were handed over: see `Common`."""
    entries: list[Entry] = msgpack.unpackb(body, ext_hook=common_of)
    return entries


@lru_cache(maxsize=4096)  # what a terminal's messages share comes again with each of them
def common_of(code: int, data: bytes) -> Common:
    """For msgpack: what stands in an extension type; ValueError for one of another version."""
    if code != COMMON_CODE:
        raise ValueError(f"extension {code} is not known")
    return Common.unpacked(data)


def link(previous: bytes, body: bytes) -> bytes:
    """The hash of one link: SHA-256 over the previous hash and the exact bytes on record."""
    return hashlib.sha256(previous + body).digest()
