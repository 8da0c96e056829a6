"""Leaks planted on purpose: each wraps or replaces one real component of the switch.

Every one is a mistake that somebody could make with good intentions, most of them small. The
comparison must find all of them, else it proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trio

from scenarios.faults import FaultyBackend
from switch.backend import Query, Reply
from switch.core.inquiry.exchange import LegState
from switch.core.inquiry.inquiries import Inquiries
from switch.core.inquiry.masking import Mask
from switch.core.inquiry.outcomes import Outcomes
from switch.core.inquiry.verdicts import refusal_body
from switch.core.log.sight import Sight
from switch.core.mail.delayed import Delayed
from switch.core.record import derived
from switch.shell import asking
from switch.shell.app import Switch
from switch.wire import answer
from switch.wire.answer import STATUS_KEY, status_body

Plant = Callable[[pytest.MonkeyPatch], None]
PLANTS: dict[str, Plant] = {}


def plant(name: str) -> Callable[[Plant], Plant]:
    """Put one on the list."""

    def added(function: Plant) -> Plant:
        PLANTS[name] = function
        return function

    return added


# --- what a field tells ---------------------------------------------------------------------------


@plant("masking lets everything out")
def _all_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Mask, "filter", lambda self, records: (records, ()))


@plant("a withheld field leaves its name")
def _names(patch: pytest.MonkeyPatch) -> None:
    def starred(self: Mask, records: Any) -> Any:
        shown = [{k: v if k in self.may_leave else "-" for k, v in r.items()} for r in records]
        return shown, ()

    patch.setattr(Mask, "filter", starred)


@plant("a record of withheld fields alone is an empty line")
def _empty_line(patch: pytest.MonkeyPatch) -> None:
    def filtered(self: Mask, records: Any) -> Any:
        return [{k: v for k, v in r.items() if k in self.may_leave} for r in records], ()

    patch.setattr(Mask, "filter", filtered)


@plant("records are counted before they are masked")
def _limit(patch: pytest.MonkeyPatch) -> None:
    real = Mask.filter
    patch.setattr(Mask, "filter", lambda self, records: real(self, records[:2]))


@plant("records are dropped by their size before they are masked")
def _size(patch: pytest.MonkeyPatch) -> None:
    real = Mask.filter

    def fits(self: Mask, records: Any) -> Any:
        return real(self, [r for r in records if sum(map(len, r.values())) < 120])

    patch.setattr(Mask, "filter", fits)


@plant("`WITHHELD` stands in an answer only where there was something to withhold")
def _withheld_if(patch: pytest.MonkeyPatch) -> None:
    real: Any = Outcomes.release

    def release(self: Outcomes, *given: Any) -> None:
        *head, form, found, late = given
        if all(set(record) <= form.mask.may_leave for record in found):
            form = form._replace(closing=())
        real(self, *head, form, found, late)

    patch.setattr(Outcomes, "release", release)


@plant("a value that is no text fails its whole batch")
def _no_text(patch: pytest.MonkeyPatch) -> None:
    def strict(ask: Any, reply: Any) -> Any:
        raise ValueError(f"{ask.backend}: a record holds something else than text")

    patch.setattr(asking, "_mended", strict)


@plant("a value that is no text fails its own query")
def _no_text_here(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(asking, "_mended", lambda ask, reply: Reply(reply.id, error="not text"))


@plant("a record with a value that is no text is left out")
def _no_record(patch: pytest.MonkeyPatch) -> None:
    def dropped(ask: Any, reply: Any) -> Any:
        whole = [r for r in reply.records if all(isinstance(v, str) for v in r.values())]
        return reply._replace(records=tuple(whole))

    patch.setattr(asking, "_mended", dropped)


# --- what a refusal tells -------------------------------------------------------------------------


@plant("a withheld answer consumes a number of its line")
def _number(patch: pytest.MonkeyPatch) -> None:
    real = Inquiries.replied

    def replied(self: Inquiries, backend: Any, reply: Any) -> None:
        leg = self._legs.get(reply.id)
        if leg is not None and leg.state is LegState.REFUSED and reply.records:
            leg.exchange.line.sequence += 1
        real(self, backend, reply)

    patch.setattr(Inquiries, "replied", replied)


@plant("a late label without its answer")
def _late_label(patch: pytest.MonkeyPatch) -> None:
    real = Inquiries.replied

    def replied(self: Inquiries, backend: Any, reply: Any) -> None:
        leg = self._legs.get(reply.id)
        refused = leg is not None and leg.state is LegState.REFUSED
        real(self, backend, reply)
        if leg is not None and refused and reply.records:
            body = status_body("LATE ANSWER WITHHELD")
            exchange, ori = leg.exchange, self._ingress._outcomes._world.switch_ori
            self._out.send(exchange.line, STATUS_KEY, ori, exchange.received, None, body)

    patch.setattr(Inquiries, "replied", replied)


@plant("a refusal is longer where there is a record")
def _longer(patch: pytest.MonkeyPatch) -> None:
    real_refuse, real_body = Outcomes.refuse, refusal_body
    peeked: list[int] = []

    def refuse(self: Outcomes, line: Any, leg: Any, point: Any) -> None:
        peeked.append(_on_file(leg))
        real_refuse(self, line, leg, point)

    def body(*given: Any) -> str:
        return real_body(*given) + "." * (peeked[-1] if peeked else 0)

    patch.setattr(Outcomes, "refuse", refuse)
    patch.setattr("switch.core.inquiry.outcomes.refusal_body", body)
    _with_shelves(patch)


@plant("a refusal of what is on file is held back for a moment")
def _slower(patch: pytest.MonkeyPatch) -> None:
    real = Inquiries._do_not_ask

    def do_not_ask(self: Inquiries, leg: Any, planned: Any, crowded: bool) -> None:
        bulkhead = self._bulkheads[leg.entry.backend]
        if _on_file(leg) and not bulkhead.full:
            bulkhead.put(leg)  # judged, and refused, when a worker is idle: see Inquiries.issue
            self._fresh.append(leg)
        else:
            real(self, leg, planned, crowded)

    patch.setattr(Inquiries, "_do_not_ask", do_not_ask)
    _with_shelves(patch)


@plant("an answer of many records takes longer")
def _takes_longer(patch: pytest.MonkeyPatch) -> None:
    taken = FaultyBackend.answer

    async def answered(self: FaultyBackend, batch: Any) -> Any:
        replies = await taken(self, batch)
        await trio.sleep(0.25 * sum(len(reply.records) for reply in replies))
        return replies

    patch.setattr(FaultyBackend, "answer", answered)


@plant("a backend rests after an answer of many records")
def _rest(patch: pytest.MonkeyPatch) -> None:
    real = Inquiries.replied

    def replied(self: Inquiries, backend: Any, reply: Any) -> None:
        real(self, backend, reply)
        if len(reply.records) > 1:
            self._bulkheads[backend].failed(self._out.now)

    patch.setattr(Inquiries, "replied", replied)


# --- what a merged answer tells -------------------------------------------------------------------


@plant("withheld sources are named as hits in a merged answer")
def _hits(patch: pytest.MonkeyPatch) -> None:
    real = Outcomes.release_merged

    def merged(self: Outcomes, line: Any, merge: Any, kept: Any) -> None:
        if any(
            reply.records
            and not all(set(r) <= self.form(leg).mask.may_leave for r in reply.records)
            for leg, reply in kept
        ):
            merge.silent.append("WITHHELD")
        real(self, line, merge, kept)

    patch.setattr(Outcomes, "release_merged", merged)


@plant("the legs of a merged answer are in the order of what they brought")
def _order(patch: pytest.MonkeyPatch) -> None:
    real = Outcomes.release_merged

    def merged(self: Outcomes, line: Any, merge: Any, kept: Any) -> None:
        ordered = sorted(kept, key=lambda pair: -sum(map(len, map(str, pair[1].records))))
        real(self, line, merge, ordered)

    patch.setattr(Outcomes, "release_merged", merged)


# --- what others' answers tell --------------------------------------------------------------------


@plant("every record takes a number of the switch")
def _inbound(patch: pytest.MonkeyPatch) -> None:
    real = Outcomes._record_release

    def recorded(
        self: Outcomes,
        line: Any,
        query: Any,
        leg: Any,
        form: Any,
        count: int,
        *more: Any,
        **named: Any,
    ) -> None:
        for _ in range(count):
            self._out.receive()
        real(self, line, query, leg, form, count, *more, **named)

    patch.setattr(Outcomes, "_record_release", recorded)


@plant("a hit is announced to all terminals")
def _notice(patch: pytest.MonkeyPatch) -> None:
    real_handle = Switch._handle

    def handle(self: Switch, events: Any, turn: Any) -> None:
        before = len(turn.records)
        real_handle(self, events, turn)
        hits = [e for e in turn.records[before:] if e["kind"] == "released" and e["records"]]
        if hits:
            for connection in self._connections.values():
                dispatcher = self._dispatcher
                line = dispatcher._lines.get(connection.id)
                if line is not None and line.terminal is not None:
                    dispatcher._out.start(turn.records[-1]["at"])
                    dispatcher._presence.tell(line, "HIT CONFIRMED BY ANOTHER TERMINAL")
                    self._render(dispatcher._out.finish(), turn.outgoing)

    patch.setattr(Switch, "_handle", handle)


@plant("an odd record ends its answer")
def _odd(patch: pytest.MonkeyPatch) -> None:
    real = Inquiries.replied

    def replied(self: Inquiries, backend: Any, reply: Any) -> None:
        if any("X" * 40 in value for record in reply.records for value in record.values()):
            self.failed(reply.id)
        else:
            real(self, backend, reply)

    patch.setattr(Inquiries, "replied", replied)
    patch.setattr("switch.core.inquiry.express.Express.answered", lambda self, event: False)


# --- what the journal tells -----------------------------------------------------------------------


@plant("the log tells how many records there were")
def _log_count(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(derived, "HIDDEN", ("text", "fields", "raw"))


@plant("the log is judged by the primary class alone")
def _log_primary(patch: pytest.MonkeyPatch) -> None:
    def refusals(stack: Any, query: Any, reader: Any, at: Any) -> list[Any]:
        asked = [derived.asked_in(query, leg["backend"], query["key"]) for leg in query["legs"]]
        verdicts = [derived.readable(stack, one, reader, at) for one in asked]
        return [verdict for verdict in verdicts if not verdict.released]

    patch.setattr(derived, "_refusals", refusals)


@plant("a merged answer has no more room for what stands behind a long record")
def _room(patch: pytest.MonkeyPatch) -> None:
    real = Outcomes.release_merged

    def merged(self: Outcomes, line: Any, merge: Any, kept: Any) -> None:
        room = 2500 - sum(len(str(record)) for _, reply in kept for record in reply.records)
        patch.setattr(answer, "BODY_BYTES_MAX", max(300, room))
        real(self, line, merge, kept)
        patch.setattr(answer, "BODY_BYTES_MAX", 14_240)

    patch.setattr(Outcomes, "release_merged", merged)


# --- what the log tells ---------------------------------------------------------------------------


@plant("a search of the log finds what its reader may not have")
def _found(patch: pytest.MonkeyPatch) -> None:
    def sources(self: Sight, query: Any) -> Any:
        return tuple(leg["backend"] for leg in query.get("legs", ()))

    patch.setattr(Sight, "_sources", sources)


# --- what a notice of a hit tells -----------------------------------------------------------------


@plant("a notice of a hit is not judged by the rules of now")
def _notice_unjudged(patch: pytest.MonkeyPatch) -> None:
    def form(self: Delayed, asked: Any, terminal: Any, operator: Any, stack: Any) -> Any:
        request = asked.request._replace(terminal=terminal, operator=operator)
        decision = stack.decide(request, asked.at)
        return self._forms.of(decision, asked.entry, request, asked.mke)

    patch.setattr(Delayed, "_form", form)


@plant("who enters is told of every inquiry")
def _every_inquiry(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Delayed, "_readable", lambda *_: True)


@plant("a notice of a hit takes a number though it is withheld")
def _notice_numbered(patch: pytest.MonkeyPatch) -> None:
    real = Delayed._end

    def end(self: Delayed, notice: Any, what: str, *more: Any, **said: Any) -> None:
        self._out.receive()
        real(self, notice, what, *more, **said)

    patch.setattr(Delayed, "_end", end)


# --- a switch that looks before it refuses --------------------------------------------------------

_SHELVES: dict[str, Any] = {}


def _with_shelves(patch: pytest.MonkeyPatch) -> None:
    real = Switch.__init__

    def made(
        self: Switch, world: Any, stack: Any, formats: Any, backends: Any, *more: Any, **named: Any
    ) -> None:
        _SHELVES.clear()
        _SHELVES.update(backends)
        real(self, world, stack, formats, backends, *more, **named)

    patch.setattr(Switch, "__init__", made)


def _on_file(leg: Any) -> int:
    shelf = _SHELVES[leg.entry.backend]
    shelf = getattr(shelf, "_backend", shelf)
    fields = leg.exchange.message.fields or {}
    query = Query(leg.id, leg.entry.key, leg.entry.destination, fields, True, None, 0.0)
    return len(shelf.answer([query])[0].records)
