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

from collections.abc import Iterable, Mapping, Sequence
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
from switch.wire.answer import answer_body, repeated, status_body, with_heading

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
    """Tells who asked, and who entered."""

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
        self._first: Instant | None = None  # when the next of those has waited for too long

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
        return self._first

    def finish(self, stack: AccessStack, *, moved: bool) -> None:
        """The end of a batch: what waits, where somebody came or a service changed (`moved`), and
        what was answered in it."""
        if self._held and (moved or (self._first is not None and self._first <= self._out.now)):
            self._look(stack)
        if not self._outcomes.told:
            return
        told, self._outcomes.told = self._outcomes.told, []
        for one in told:
            if not one.form.spec.enters:
                self.earlier.keep(one, self._out.now)
                continue
            for record in one.found:
                if isinstance(record, Acknowledged):
                    self._entered(one, record, stack)

    def _look(self, stack: AccessStack) -> None:
        """At what waits: whose time is over, and for whom somebody is there now."""
        for held in list(self._held.values()):
            for notice in list(held.values()):
                if notice.expires <= self._out.now:
                    self._end(notice, "expired")
                elif lines := self._present(notice):
                    self._tell(notice, lines, stack)
        waiting = (notice.expires for held in self._held.values() for notice in held.values())
        self._first = min(waiting, default=None)

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
            self._tell(notice, self._present(notice), stack)
        self._tell_who_entered(entry, found.values(), stack)

    # --- who asked --------------------------------------------------------------------------------

    def _tell(self, notice: Notice, lines: Sequence[LineState], stack: AccessStack) -> None:
        """To everybody at his agency who may read it; nobody, if he may not himself."""
        asked = notice.asked
        own = self._form(asked, asked.request.terminal, asked.request.operator, stack)
        his = _leaving(notice.record, asked, own)
        if not his:
            self._end(notice, "withheld")
        elif not lines:
            self._wait(notice)
        else:
            copies = [self._copy(notice, line, his, stack) for line in lines]
            if not any(copies):
                self._end(notice, "withheld")

    def _copy(self, notice: Notice, line: LineState, his: Record, stack: AccessStack) -> bool:
        """One reader's copy of what the asker may have; whether there is anything in it."""
        form = self._form(notice.asked, line.terminal, line.operator, stack)
        record = _leaving(his, notice.asked, form)
        if form is None or not record:
            return False
        asked = repeated(form.spec, notice.asked.fields)
        body = answer_body(form.spec, asked, form.source, [record], form.closing, False)
        body = with_heading(HEADING, body)
        key, received = form.spec.answer, notice.received
        sequence = self._out.send(line, key, form.sender, received, None, body)
        said = {"key": key, "text": body, "sequence": sequence, "line": line.id}
        self._end(notice, "told", reader=line, **said)
        return True

    def _agency(self, notice: Notice) -> AgencyId:
        """Of the terminal that had asked."""
        return self._world.terminals[notice.asked.request.terminal].agency

    def _present(self, notice: Notice) -> list[LineState]:
        """The lines at his agency; none while it is out of service for what he had asked."""
        agency = self._agency(notice)
        oris = self._world.agencies[agency].oris
        if self._services.of(oris, notice.asked.mke) is not Service.UP:
            return []
        return self._lines.at_agency(agency)

    def _form(
        self,
        asked: Asked,
        terminal: Mnemonic | None,
        operator: OperatorId | None,
        stack: AccessStack,
    ) -> Form | None:
        """What an answer to this reader would be; None if he may have nothing."""
        if terminal is None:
            return None
        request = asked.request._replace(terminal=terminal, operator=operator)
        earlier = stack.decide(request, asked.at)
        decision = stack.decide_release(request, asked.at, earlier, self._out.now)
        if not decision.released:
            return None
        return self._forms.of(decision, asked.entry, request, asked.mke)

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
        about = {"key": key, "text": body, "sequence": sequence, "line": line.id}
        for asked in readable:
            self._record(entry.query, asked, "told-who-entered", line, about)

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

    def _wait(self, notice: Notice) -> None:
        if len(self._held.get(self._agency(notice), ())) >= self._world.limits.held_max:
            self._end(notice, "removed")
            return
        self._hold(notice)
        self._record(notice.query, notice.asked, "held", None, notice.held)

    def _hold(self, notice: Notice) -> None:
        self._held.setdefault(self._agency(notice), {})[notice.name] = notice
        if self._first is None or notice.expires < self._first:
            self._first = notice.expires

    def _end(self, notice: Notice, what: str, reader: LineState | None = None, **said: Any) -> None:
        agency = self._agency(notice)
        held = self._held.get(agency, {})
        held.pop(notice.name, None)
        if not held:
            self._held.pop(agency, None)
        self._record(notice.query, notice.asked, what, reader, said)

    def _record(
        self,
        query: int,
        asked: Asked,
        what: str,
        reader: LineState | None,
        said: Mapping[str, Any],
    ) -> None:
        """Of that entry and that inquiry."""
        request = asked.request
        of, of_leg = leg_of(asked.id)
        self._out.record(
            KIND,
            what=what,
            query=query,
            backend=asked.entry.backend,
            of=of,
            of_leg=of_leg,
            terminal=request.terminal if reader is None else reader.terminal,
            ori=request.ori,
            operator=request.operator if reader is None else reader.operator,
            **said,
        )


def _leaving(record: Record, asked: Asked, form: Form | None) -> Record:
    """The fields that a reader may have: those that the asker could get then, and he gets now."""
    if form is None:
        return {}
    may = asked.may_leave & form.mask.may_leave
    return {code: value for code, value in record.items() if code in may}
