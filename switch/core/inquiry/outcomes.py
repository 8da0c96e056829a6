"""How a leg ends: the message its terminal gets and the entry that goes on record, always both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from switch.acl.engine import Decision
from switch.backend import Reply
from switch.config import World
from switch.core.inquiry.exchange import Exchange, Leg, Merge
from switch.core.inquiry.forms import Form, Forms
from switch.core.inquiry.verdicts import refusal_body
from switch.core.lines import LineState
from switch.core.outbox import Outbox
from switch.core.record.journal import Common
from switch.message import InputMessage, Stamp
from switch.terms import MessageKey, Ori, Point
from switch.wire.answer import (
    ERROR_KEY,
    STATUS_KEY,
    answer_body,
    error_body,
    merged_body,
    repeated,
    status_body,
)
from switch.wire.spec import Formats


class Told(NamedTuple):
    """An answer that has left and may matter later: see `core.mail.delayed`."""

    line: LineState
    query: int
    leg: int
    message: InputMessage
    received: Stamp
    form: Form
    found: Sequence[Mapping[str, str]]  # as its backend answered


class Outcomes:
    """Sends and records; whether a leg may end so has been decided by the caller."""

    def __init__(self, world: World, formats: Formats, forms: Forms, outbox: Outbox) -> None:
        self._world = world
        self._formats = formats
        self._out = outbox
        self._forms = forms
        self.told: list[Told] = []  # in this batch

    # --- on arrival ---------------------------------------------------------------------------

    def record_query(
        self, line: LineState, query: int, message: InputMessage, common: Common
    ) -> None:
        """The inquiry and every leg with its owner's own verdict, also where nothing is asked."""
        self._out.records.append(
            {
                "kind": "query",
                "at": self._out.now,
                "line": line.id,
                "query": query,
                "control": message.control,
                "fields": message.fields or message.words,
                "raw": message.raw.decode("latin-1"),
                "common": common,
            }
        )

    def refuse_message(
        self, line: LineState, legs: Sequence[Leg], decision: Decision, reason: str
    ) -> None:
        """One ER for a whole message refused at ingress, and one entry per leg on paper."""
        exchange = legs[0].exchange
        body = refusal_body(decision, "", exchange.message.raw, reason)
        sequence = self._send(line, exchange, ERROR_KEY, self._world.switch_ori, body)
        for leg in legs:
            self._record_refusal(leg, Point.INGRESS, body, sequence)

    def reject(
        self,
        line: LineState,
        message: InputMessage,
        received: Stamp,
        query: int,
        number: str,
        text: str,
    ) -> None:
        """An ER for a message or a destination that the switch does not serve."""
        body, switch = error_body(number, text, message.raw, []), self._world.switch_ori
        sequence = self._out.send(line, ERROR_KEY, switch, received, message.control, body)
        self._record_rejection(line, message, query, number, body, sequence)

    def _record_rejection(
        self,
        line: LineState,
        message: InputMessage,
        query: int,
        number: str,
        body: str,
        sequence: int,
    ) -> None:
        self._out.record(
            "rejected",
            line=line.id,
            query=query,
            terminal=line.terminal,
            key=message.mke,
            number=number,
            text=body,
            sequence=sequence,
        )

    def not_served(
        self, line: LineState, message: InputMessage, received: Stamp, query: int, place: str
    ) -> None:
        """An SM in place of an ER: that state does not take the key, and is sent nothing."""
        text = self._formats.statuses["unserved"]
        text = text.replace("{key}", message.mke).replace("{place}", place)
        body, switch = status_body(f".01. {text}"), self._world.switch_ori
        sequence = self._out.send(line, STATUS_KEY, switch, received, message.control, body)
        self._record_rejection(line, message, query, ".01.", body, sequence)

    def tell_sender(
        self, line: LineState, message: InputMessage, received: Stamp, query: int, text: str
    ) -> None:
        """A status about a message that somebody sent: who got it, what waits."""
        body, switch = status_body(text), self._world.switch_ori
        sequence = self._out.send(line, STATUS_KEY, switch, received, message.control, body)
        self._out.record(
            "told",
            line=line.id,
            query=query,
            terminal=line.terminal,
            text=body,
            sequence=sequence,
        )

    # --- of a leg -----------------------------------------------------------------------------

    def refuse(self, line: LineState | None, leg: Leg, point: Point) -> None:
        """An ER with the owner, the rule and its `tell`; nothing about the records."""
        exchange = leg.exchange
        owner = self._world.backends[leg.entry.backend].owner
        body = refusal_body(leg.decision, owner, exchange.message.raw)
        sequence = self._send(line, exchange, ERROR_KEY, self._world.switch_ori, body)
        self._record_refusal(leg, point, body, sequence)

    def form(self, leg: Leg) -> Form:
        """What the answer of a leg looks like under its present decision."""
        return self._forms.of(leg.decision, leg.entry, leg.request, leg.exchange.message.mke)

    def release(
        self,
        line: LineState,
        query: int,
        message: InputMessage,
        received: Stamp,
        leg: int,
        form: Form,
        found: Sequence[Mapping[str, str]],
        late: bool,
    ) -> None:
        """The answer, masked by the fields present; the release is decided now."""
        records, unknown = form.mask.filter(found)
        asked = message.shown or repeated(form.spec, message.fields or message.words)
        body = answer_body(form.spec, asked, form.source, records, form.closing, late)
        sequence = self._out.send(
            line, form.spec.answer, form.sender, received, message.control, body
        )
        self._record_release(
            line, query, leg, form, len(records), unknown, body, sequence, late=late
        )
        if form.later is not None:
            self.told.append(Told(line, query, leg, message, received, form, found))

    def release_leg(
        self, line: LineState, leg: Leg, found: Sequence[Mapping[str, str]], late: bool
    ) -> None:
        """The same for a leg of its own."""
        query, received, message = leg.exchange.query, leg.exchange.received, leg.exchange.message
        self.release(line, query, message, received, leg.number, self.form(leg), found, late)

    def release_merged(
        self, line: LineState, merge: Merge, kept: Sequence[tuple[Leg, Reply]]
    ) -> None:
        """One answer of all sources, with a summary; an ER where every source is withheld."""
        exchange, refused = merge.exchange, len(merge.refusals)
        spec, asked = merge.group.spec, merge.group.asked
        switch = self._world.switch_ori
        withheld = [f"{refused} OF {asked} SOURCES WITHHELD"] if refused else []
        if refused == asked:
            number = min(refusal.verdict.refusal_number for refusal in merge.refusals)
            body = error_body(number, f"REFUSED - {withheld[0]}", exchange.message.raw, [])
            self._record_merged(exchange, body, self._send(line, exchange, ERROR_KEY, switch, body))
            return
        parts, counted = [], []
        hits: list[str] = []
        empty: list[str] = []
        for leg, reply in kept:
            form = self.form(leg)
            records, unknown = form.mask.filter(reply.records)
            if records:
                parts.append((leg.entry.backend, records, form.closing))
            (hits if records else empty).append(leg.entry.destination)
            counted.append((leg, form, len(records), unknown))
        summary = [
            f"{word}: {' '.join(places)}"
            for word, places in (
                ("HIT", hits),
                ("NO RECORD", empty),
                ("NO ANSWER", merge.silent),
                ("NOT SERVED", merge.group.unserved),
            )
            if places
        ]
        summary.insert(0, f"ASKED {asked} SOURCES{_of_region(merge)}")
        inquiry = exchange.message.fields or exchange.message.words
        body = merged_body(spec, inquiry, parts, [*summary, *withheld], searched=bool(counted))
        sequence = self._send(line, exchange, spec.answer, switch, body)
        if not counted:
            self._record_merged(exchange, body, sequence)
        for leg, form, count, unknown in counted:
            self._record_release(
                exchange.line,
                exchange.query,
                leg.number,
                form,
                count,
                unknown,
                body,
                sequence,
                late=False,
            )

    def _record_merged(self, exchange: Exchange, body: str, sequence: int) -> None:
        """The text of a merged answer to which no source has anything: no leg's entry holds it."""
        self._out.record(
            "merged",
            line=exchange.line.id,
            query=exchange.query,
            terminal=exchange.plan.request.terminal,
            text=body,
            sequence=sequence,
        )

    def _record_release(
        self,
        line: LineState,
        query: int,
        leg: int,
        form: Form,
        count: int,
        unknown: tuple[str, ...],
        body: str,
        sequence: int,
        *,
        late: bool,
    ) -> None:
        self._out.records.append(
            {
                "kind": "released",
                "at": self._out.now,
                "line": line.id,
                "query": query,
                "leg": leg,
                "records": count,
                "late": late,
                "unknown_fields": unknown,
                "text": body,
                "sequence": sequence,
                "common": form.common,
            }
        )
        if unknown:
            self._out.log("fields of no class withheld", backend=form.source, fields=unknown)

    def tell(self, exchange: Exchange, text: str) -> None:
        """A status about a leg that has no outcome yet."""
        line = exchange.asker
        if line is not None:
            self.tell_sender(line, exchange.message, exchange.received, exchange.query, text)

    def no_answer(self, line: LineState | None, leg: Leg, reason: str, text: str) -> None:
        """A status message in place of an answer."""
        body = status_body(text)
        sequence = self._send(line, leg.exchange, STATUS_KEY, self._world.switch_ori, body)
        self._on_leg(
            "no-answer",
            leg,
            terminal=leg.request.terminal,
            reason=reason,
            text=body,
            sequence=sequence,
        )

    def withhold(self, leg: Leg) -> None:
        """An answer came for a leg that may not have it any more: it goes nowhere."""
        decision = leg.decision
        self._on_leg("withheld", leg, verdict=decision.verdict.value, rules=decision.rules)

    def undelivered(self, leg: Leg) -> None:
        """The line was gone before the answer: nothing was disclosed."""
        self._on_leg("undelivered", leg)

    # --- the two halves of every outcome ------------------------------------------------------

    def _send(
        self, line: LineState | None, exchange: Exchange, mke: MessageKey, sender: Ori, body: str
    ) -> int:
        """The number of the message on its line; 0 where the line is gone."""
        if line is None:
            return 0
        control = exchange.message.control
        return self._out.send(line, mke, sender, exchange.received, control, body)

    def _record_refusal(self, leg: Leg, point: Point, body: str, sequence: int) -> None:
        decision, exchange = leg.decision, leg.exchange
        self._on_leg(
            "refused",
            leg,
            key=exchange.message.mke,
            terminal=leg.request.terminal,
            ori=exchange.message.ori,
            operator=leg.request.operator,
            point=point.value,
            verdict=decision.verdict.value,
            network=decision.network,
            owner=decision.owner,
            rules=decision.rules,
            suspension=decision.suspension,
            tell=decision.tell,
            number=decision.verdict.refusal_number,
            text=body,
            sequence=sequence,
        )

    def _on_leg(self, kind: str, leg: Leg, **fields: Any) -> None:
        exchange = leg.exchange
        self._out.record(
            kind,
            line=exchange.line.id,
            query=exchange.query,
            leg=leg.number,
            backend=leg.entry.backend,
            **fields,
        )


def _of_region(merge: Merge) -> str:
    """A region's merged answer says which one it is of; NL is all there is."""
    return f" OF REGION {merge.group.destination}" if merge.group.low else ""
