"""Delayed-inquiry hits: a record is entered that somebody has asked for before.

An inquiry is remembered for `delayed_inquiry_s`. When a record is entered, or modified so that an
inquiry would find it now, the agency that had asked gets an unsolicited notice with the record, and
whoever entered it learns who had asked. How long it is remembered, the words and the layout are
[GK]: simulated. Which inquiries would find it is said by the file itself (`backend.Acknowledged`).

A notice is derived data. The asker's holds no more than he could have got then *and* would get now,
the facets as at request time and now, and each reader of it is judged with his own besides; an
agency that is cut off from the record gets no notice, no number and no place in a queue, so that it
cannot tell that there is one. The entering agency is told of an inquiry only if it would get all of
its answer itself. Where nobody is there the notice waits, and is judged when it leaves. What is
held is on record with all that it takes to go on after a restart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from switch.acl.engine import AccessStack
from switch.backend import Acknowledged
from switch.config import World
from switch.core.inquiry.earlier import Asked, Earlier
from switch.core.inquiry.exchange import leg_of
from switch.core.inquiry.forms import Form, Forms
from switch.core.inquiry.outcomes import Outcomes, Told
from switch.core.lines import Lines, LineState
from switch.core.outbox import Outbox
from switch.core.record.journal import Entry
from switch.core.services import Service, Services
from switch.message import Stamp
from switch.terms import AgencyId, Instant, Mnemonic, OperatorId, Ori
from switch.wire.answer import answer_body, status_body, with_heading

KIND = "delayed-hit"
NOTICES_MAX = 20  # of one entry: the latest inquiries first
HEADING = "DELAYED INQUIRY HIT - ENTERED SINCE YOU ASKED"
ASKED_BEFORE = "INQUIRED BEFORE THIS ENTRY"

Record = Mapping[str, str]
Name = tuple[int, int]  # the entry, and the inquiry by its correlation id


class Notice(NamedTuple):
    """One hit, for the agency that asked."""

    query: int  # the switch's number of the entry
    asked: Asked
    record: Record  # as it was on file after the entry
    received: Stamp  # the clock line of the entry
    expires: Instant

    @property
    def name(self) -> Name:
        """By which its end is matched to it."""
        return self.query, self.asked.id

    @property
    def held(self) -> dict[str, Any]:
        """What its `held` entry says besides."""
        received, inbound = self.received
        about = {"received": received, "inbound": inbound, "expires": self.expires}
        return {"record": dict(self.record), "asked": self.asked.fields_on_record, **about}


class Delayed:
    """Tells who asked, and who entered; true while a notice waits for somebody."""

    def __init__(
        self,
        world: World,
        forms: Forms,
        out: Outbox,
        lines: Lines,
        outcomes: Outcomes,
        services: Services,
    ) -> None:
        self._world = world
        self._forms = forms
        self._out = out
        self._lines = lines
        self._outcomes = outcomes
        self._services = services
        self.earlier = Earlier(world)
        self._held: dict[AgencyId, dict[Name, Notice]] = {}

    def __bool__(self) -> bool:
        return bool(self._held or self._outcomes.told)

    def start(self, carried: Iterable[Entry]) -> None:
        """Notices that an earlier run of the switch could not deliver."""
        for entry in carried:
            if entry["kind"] == KIND:
                stamp = Stamp(entry["received"], entry["inbound"])
                asked = self.earlier.on_record(entry["asked"])
                if asked is not None:
                    record, expires = entry["record"], entry["expires"]
                    self._hold(Notice(entry["query"], asked, record, stamp, expires))

    def next_deadline(self) -> Instant | None:
        """When the next notice has waited for too long."""
        waiting = (notice.expires for held in self._held.values() for notice in held.values())
        return min(waiting, default=None)

    def finish(self, stack: AccessStack) -> None:
        """The end of a batch: what was answered in it, and what waits for who is there now."""
        if not self:
            return
        for held in list(self._held.values()):
            for notice in list(held.values()):
                if notice.expires <= self._out.now:
                    self._end(notice, "expired")
                elif self._present(notice):
                    self._tell(notice, stack)
        told, self._outcomes.told = self._outcomes.told, []
        for one in told:
            if not one.form.spec.enters:
                self.earlier.keep(one, self._out.now)
                continue
            for record in one.found:
                if isinstance(record, Acknowledged):
                    self._entered(one, record, stack)

    def _entered(self, entry: Told, known: Acknowledged, stack: AccessStack) -> None:
        found: dict[object, Asked] = {}
        for number in reversed(known.earlier):
            asked = self.earlier.get(number, self._out.now)
            if asked is None or asked.request.ori == entry.message.ori:
                continue  # forgotten, or one's own: who entered it knows
            found.setdefault(asked.request, asked)
            if len(found) == NOTICES_MAX:
                break
        expires = self._out.now + self._world.limits.held_s
        for asked in found.values():
            notice = Notice(entry.query, asked, known.on_file, entry.received, expires)
            self._tell(notice, stack)
        self._tell_who_entered(entry, found.values(), stack)

    # --- who asked --------------------------------------------------------------------------------

    def _tell(self, notice: Notice, stack: AccessStack) -> None:
        """To everybody at his agency who may read it; nobody, if he may not himself."""
        asked = notice.asked
        agency = self._world.terminals[asked.request.terminal].agency
        his = self._leaving(notice, asked.request.terminal, asked.request.operator, stack)
        lines = self._present(notice)
        if not his:
            self._end(notice, "withheld")
        elif not lines:
            if notice.name not in self._held.get(agency, ()):
                self._wait(notice, agency)
        else:
            copies = [
                (line, self._leaving(notice, line.terminal, line.operator, stack, his))
                for line in lines
            ]
            if not any(record for _, record in copies):
                self._end(notice, "withheld")
            for line, record in copies:
                if record:
                    self._send(notice, line, record, stack)

    def _present(self, notice: Notice) -> list[LineState]:
        """The lines at his agency; none while it is out of service for what he had asked."""
        agency = self._world.terminals[notice.asked.request.terminal].agency
        oris = self._world.agencies[agency].oris
        if self._services.of(oris, notice.asked.mke) is not Service.UP:
            return []
        return self._lines.at_agency(agency)

    def _leaving(
        self,
        notice: Notice,
        terminal: Mnemonic | None,
        operator: OperatorId | None,
        stack: AccessStack,
        within: Record | None = None,
    ) -> Record:
        """The fields that this reader may have; none if he may have nothing."""
        form = self._form(notice, terminal, operator, stack)
        if form is None:
            return {}
        may = notice.asked.may_leave & form.mask.may_leave
        record = notice.record if within is None else within
        return {code: value for code, value in record.items() if code in may}

    def _form(
        self,
        notice: Notice,
        terminal: Mnemonic | None,
        operator: OperatorId | None,
        stack: AccessStack,
    ) -> Form | None:
        asked = notice.asked
        if terminal is None:
            return None
        request = asked.request._replace(terminal=terminal, operator=operator)
        earlier = stack.decide(request, asked.at)
        decision = stack.decide_release(request, asked.at, earlier, self._out.now)
        if not decision.released:
            return None
        return self._forms.of(decision, asked.entry, request, asked.mke)

    def _send(self, notice: Notice, line: LineState, record: Record, stack: AccessStack) -> None:
        form, asked = self._form(notice, line.terminal, line.operator, stack), notice.asked
        assert form is not None  # he may have some of it
        body = answer_body(form.spec, asked.fields, form.source, [record], form.closing, False)
        body = with_heading(HEADING, body)
        key, received = form.spec.answer, notice.received
        sequence = self._out.send(line, key, form.sender, received, None, body)
        said = {"key": key, "text": body, "sequence": sequence, "line": line.id}
        self._end(notice, "told", reader=line, **said)

    # --- who entered ------------------------------------------------------------------------------

    def _tell_who_entered(self, entry: Told, found: Iterable[Asked], stack: AccessStack) -> None:
        line, ori = entry.line, entry.message.ori
        readable = [asked for asked in found if self._readable(asked, line, ori, stack)]
        if not readable:
            return
        said = [self.earlier.line_of(asked) for asked in readable]
        body = status_body("\n".join([ASKED_BEFORE, *said]))
        key = entry.form.spec.answer
        sequence = self._out.send(line, key, entry.form.sender, entry.received, None, body)
        for asked in readable:
            notice = Notice(entry.query, asked, {}, entry.received, 0.0)
            about = {"key": key, "text": body, "sequence": sequence, "line": line.id}
            self._record(notice, "told-who-entered", line, about)

    def _readable(self, asked: Asked, line: LineState, ori: Ori, stack: AccessStack) -> bool:
        """Whether whoever entered would get all that the asker could get."""
        if line.terminal is None:
            return False
        request = asked.request._replace(terminal=line.terminal, ori=ori, operator=line.operator)
        decision = stack.decide(request, self._out.now)
        if not decision.released:
            return False
        form = self._forms.of(decision, asked.entry, request, asked.mke)
        return asked.may_leave <= form.mask.may_leave

    # --- what waits -------------------------------------------------------------------------------

    def _wait(self, notice: Notice, agency: AgencyId) -> None:
        if len(self._held.get(agency, ())) >= self._world.limits.held_max:
            self._end(notice, "removed")
            return
        self._hold(notice)
        self._record(notice, "held", None, notice.held)

    def _hold(self, notice: Notice) -> None:
        agency = self._world.terminals[notice.asked.request.terminal].agency
        self._held.setdefault(agency, {})[notice.name] = notice

    def _end(self, notice: Notice, what: str, reader: LineState | None = None, **said: Any) -> None:
        agency = self._world.terminals[notice.asked.request.terminal].agency
        held = self._held.get(agency, {})
        held.pop(notice.name, None)
        if not held:
            self._held.pop(agency, None)
        self._record(notice, what, reader, said)

    def _record(
        self, notice: Notice, what: str, reader: LineState | None, said: Mapping[str, Any]
    ) -> None:
        request = notice.asked.request
        of, of_leg = leg_of(notice.asked.id)
        self._out.record(
            KIND,
            what=what,
            query=notice.query,
            backend=notice.asked.entry.backend,
            of=of,
            of_leg=of_leg,
            terminal=request.terminal if reader is None else reader.terminal,
            ori=request.ori,
            operator=request.operator if reader is None else reader.operator,
            **said,
        )
