"""Administrative messages: free text from one agency to others, to states, regions or everybody.

AM goes to all who are addressed, AML to law enforcement alone, and the switch says so in it [N-AM].
Hit confirmation (YQ, YR) goes the same way; `core.mail.confirming` keeps its clock.
A suspended agency neither sends nor gets them, and looks like one where nobody is
(`core.mail.post`). A terminal that is named by its mnemonic gets it now or not at all: to the
sender one where nobody sits, one that is suspended, out of service or not of law enforcement, and
one that does not exist are the same.
"""

from __future__ import annotations

from typing import NamedTuple

from switch.acl.engine import AccessStack, Request
from switch.backend import printed
from switch.config import Agency, Terminal, World
from switch.core.inquiry.outcomes import Outcomes
from switch.core.inquiry.verdicts import REFUSAL_TEXTS
from switch.core.lines import LineState
from switch.core.mail.addresses import Addresses, enforces_law
from switch.core.mail.confirming import Confirming
from switch.core.mail.post import Letter, Post
from switch.core.outbox import Outbox
from switch.core.services import Service
from switch.message import InputMessage, Stamp
from switch.terms import BackendName, MessageKey, Mnemonic, Verdict
from switch.wire.answer import administrative_body, misplaces_officer_safety
from switch.wire.spec import Formats, Place

LAW_ENFORCEMENT_ONLY = MessageKey("AML")
LAW_NOTICE = "FOR LAW ENFORCEMENT DISSEMINATION ONLY"  # [N-AM]
_MISPLACED = "OFFICER SAFETY GOES ON THE FIRST LINE, ALONE. IT WAS SENT AS YOU TYPED IT"


class _To(NamedTuple):
    """Whom a message names, each with the destination that does."""

    agencies: list[tuple[str, Agency]]
    terminals: list[tuple[str, Terminal | None]]  # None = nobody whom it may be for
    untaken: list[tuple[str, Service]]


class Administrative:
    """Takes what people write to each other."""

    def __init__(
        self,
        world: World,
        formats: Formats,
        outbox: Outbox,
        outcomes: Outcomes,
        addresses: Addresses,
        post: Post,
        confirming: Confirming,
    ) -> None:
        self._world = world
        self._formats = formats
        self._out = outbox
        self._outcomes = outcomes
        self._addresses = addresses
        self._post = post
        self._confirming = confirming

    def accept(self, line: LineState, message: InputMessage, stack: AccessStack) -> None:
        """One message of a signed-on line: delivered, or a status or error says what was not."""
        assert line.terminal is not None
        received, query = self._out.receive(), self._out.next_query()
        refusal = refusal_of(line, message, stack, self._out.now)
        if refusal is not None:
            code, why = refusal.refusal_number, REFUSAL_TEXTS[refusal]
            self._outcomes.reject(line, message, received, query, code, why)
            return
        if message.text is not None and not message.text.strip():
            text = f"{self._formats.error_text('.14.')} - WRITE THE MESSAGE BEHIND TXT"
            self._outcomes.reject(line, message, received, query, ".14.", text)
            return
        addressed, untaken = [], []
        terminals: list[tuple[str, Terminal | None]] = []
        for destination in (*message.destinations, *self._confirming.copies(message)):
            if self._formats.place(destination) is Place.TERMINAL:
                terminals.append((destination, self._terminal(destination, message)))
                continue
            agencies = self._addresses.at(destination)
            if not agencies:
                text = f"INVALID DESTINATION ORIS - {destination}"
                self._outcomes.reject(line, message, received, query, ".19.", text)
                continue
            taking = [agency for agency in agencies if self._takes(agency, message)]
            addressed += [(destination, agency) for agency in taking]
            untaken += [] if taking else [(destination, Service.NEVER)]
        if addressed or untaken or terminals:
            to = _To(addressed, terminals, untaken)
            self._send(line, message, to, (received, query), stack)

    def _terminal(self, mnemonic: str, message: InputMessage) -> Terminal | None:
        """The terminal of that name, if the message may be for it."""
        terminal = self._world.terminals.get(Mnemonic(mnemonic))
        if terminal is None or not self._takes(self._world.agencies[terminal.agency], message):
            return None
        return terminal

    def _takes(self, agency: Agency, message: InputMessage) -> bool:
        return message.mke != LAW_ENFORCEMENT_ONLY or enforces_law(agency)

    def _send(
        self,
        line: LineState,
        message: InputMessage,
        to: _To,
        numbers: tuple[Stamp, int],
        stack: AccessStack,
    ) -> None:
        received, query = numbers
        notice = LAW_NOTICE if message.mke == LAW_ENFORCEMENT_ONLY else ""
        text = printed(message.fields) if message.fields else message.text or ""
        body = administrative_body(text, notice)
        letter = Letter(
            query,
            message.mke,
            message.ori,
            line.terminal,
            line.operator,
            message.control,
            received,
            body,
        )
        places = {self._formats.place(destination) for destination in message.destinations}
        but = None if places & {Place.AGENCY, Place.TERMINAL} else line  # a broadcast
        delivery = self._post.weigh(letter, to.agencies, stack, but=but, terminals=to.terminals)
        self._out.record(
            "message",
            line=line.id,
            query=query,
            terminal=line.terminal,
            ori=message.ori,
            key=message.mke,
            destinations=message.destinations,
            text=printed(message.fields) if message.fields else message.text,
            control=message.control,
            fields=message.fields,
            delivered=delivery.delivered,
            stopped=delivery.stopped,
        )
        self._post.carry_out(letter, delivery)
        more = self._confirming.sent(line, message, query) if message.fields else []
        texts = [*status_lines(self._formats, (*delivery.told, *to.untaken)), *more]
        if delivery.to or not texts:
            texts.insert(0, f"DELIVERED TO {len(delivery.to)} TERMINALS")
        if misplaces_officer_safety(message.text or ""):
            texts.append(_MISPLACED)
        self._outcomes.tell_sender(line, message, received, query, "\n".join(texts))


def status_lines(formats: Formats, told: tuple[tuple[str, Service], ...]) -> list[str]:
    """One published text for each status, with the destinations that it is about."""
    lines = []
    for service in (Service.HOLD, Service.REMOVE, Service.NEVER):
        places = [place for place, said in told if said is service]
        if places:
            lines.append(f"{formats.status(service.status)} - {' '.join(places)}")
    return lines


def refusal_of(
    line: LineState, message: InputMessage, stack: AccessStack, now: float
) -> Verdict | None:
    """Why this line may send nothing to anybody under this ORI; None if it may."""
    assert line.terminal is not None
    if stack.suspension(line.terminal, message.ori, now) is not None:
        return Verdict.DENY_SUSPENDED
    nowhere = BackendName("")
    request = Request(
        line.terminal, message.ori, line.operator, None, nowhere, message.mke, False, None
    )
    return Verdict.DENY_IDENTITY if stack.identity(request) is not None else None
