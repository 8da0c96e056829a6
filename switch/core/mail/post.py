"""Messages to people: to every terminal that is signed on at an agency, or held until one is.

Everything unsolicited goes this way: administrative messages, hit confirmation, notices of hits. A
suspended agency neither gets it nor looks different from one where nobody is: broadcasts and stored
messages are derived data (acl specification, sections 3 and 5). What comes for it is held like any
other and takes its room, but is *barred*: nobody ever gets it. So its sender reads, when it
expires, what he would read of an agency where nobody came, at the same instant. What is held is
judged again when it is forwarded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from switch.acl.engine import AccessStack
from switch.config import Agency, Terminal, World
from switch.core.held import Held, Store
from switch.core.lines import Lines, LineState
from switch.core.mail.telling import Telling
from switch.core.outbox import Outbox
from switch.core.services import Service, Services
from switch.message import Stamp
from switch.terms import AgencyId, MessageKey, Mnemonic, OperatorId, Ori
from switch.wire.spec import Formats


class Letter(NamedTuple):
    """One message to people."""

    query: int  # the switch's number of it
    mke: MessageKey
    sender: Ori
    terminal: Mnemonic | None  # whose it is; None = the switch's own
    operator: OperatorId | None
    control: str | None
    received: Stamp
    body: str


class Delivery(NamedTuple):
    """What becomes of a letter."""

    to: tuple[LineState, ...]  # a copy each
    stopped: tuple[Mnemonic, ...]  # terminals of suspended agencies
    held: tuple[tuple[AgencyId, str], ...]  # agencies that it waits for, as they were addressed
    barred: frozenset[AgencyId]  # those of them that do not get it, whoever comes
    told: tuple[tuple[str, Service], ...]  # destinations that did not get it, for the sender

    @property
    def delivered(self) -> tuple[Mnemonic, ...]:
        """The terminals that get a copy."""
        return tuple(line.terminal for line in self.to if line.terminal is not None)


class Post:
    """Who gets a letter now, and what waits for whom."""

    def __init__(
        self,
        world: World,
        formats: Formats,
        out: Outbox,
        lines: Lines,
        services: Services,
        store: Store,
    ) -> None:
        self._world = world
        self._formats = formats
        self._out = out
        self._lines = lines
        self._telling = Telling(world, out, lines)
        self._services = services
        self.store = store
        self._terminals: dict[AgencyId, list[Mnemonic]] = {}
        for terminal in world.terminals.values():
            self._terminals.setdefault(terminal.agency, []).append(terminal.mnemonic)

    def deliver(
        self, letter: Letter, addressed: Iterable[tuple[str, Agency]], stack: AccessStack
    ) -> Delivery:
        """Weigh and carry out in one step, for whoever has nothing to put on record between."""
        delivery = self.weigh(letter, addressed, stack)
        self.carry_out(letter, delivery)
        return delivery

    # --- who gets it ------------------------------------------------------------------------------

    def weigh(
        self,
        letter: Letter,
        addressed: Iterable[tuple[str, Agency]],
        stack: AccessStack,
        *,
        but: LineState | None = None,
        terminals: Iterable[tuple[str, Terminal | None]] = (),
    ) -> Delivery:
        """Who would get it at this instant. It is not sent yet, but what waits for them goes first.

        `addressed` are agencies with the destination that named each; `but` gets no copy.
        `terminals` are those that are named by their mnemonics, None for one that cannot be meant.
        """
        to: dict[int, LineState] = {}
        stopped: list[Mnemonic] = []
        held: dict[AgencyId, str] = {}
        barred: set[AgencyId] = set()
        reached: dict[str, bool] = {}
        left: dict[str, Service] = {}
        for destination, agency in addressed:
            reached.setdefault(destination, False)
            self.forward(agency.id, stack)
            service = self._services.of((*agency.oris, destination), letter.mke)
            found = [line for line in self._lines.at_agency(agency.id) if line is not but]
            free = [line for line in found if not self._suspended(line.terminal, agency, stack)]
            if free and service is Service.UP:
                to.update((line.id, line) for line in free)
                reached[destination] = True
            elif but is not None and not found and self._lines.at_agency(agency.id):
                reached[destination] = True  # nobody but the sender is there, who knows it
            else:
                service = self._absent(service, agency, letter)
                left[destination] = max(left.get(destination, service), service)
                if self._stopped(agency, stack):
                    stopped += [line.terminal for line in found if line.terminal is not None]
                    barred.add(agency.id)
                if service is Service.HOLD:
                    held.setdefault(agency.id, destination)
        for mnemonic, terminal in terminals:
            line = self._lines.at(Mnemonic(mnemonic)) if terminal is not None else None
            reached[mnemonic] = False
            left[mnemonic] = Service.REMOVE  # why, is nobody's business
            if terminal is not None and line is not None:
                if self._may_get(letter, terminal, stack):
                    to[line.id], reached[mnemonic] = line, True
                else:
                    stopped.append(terminal.mnemonic)
        told = tuple((place, left[place]) for place, got in reached.items() if not got)
        waits = tuple(held.items())
        return Delivery(tuple(to.values()), tuple(stopped), waits, frozenset(barred), told)

    def _may_get(self, letter: Letter, terminal: Terminal, stack: AccessStack) -> bool:
        """Whether a terminal that is signed on, and was named itself, gets it."""
        agency = self._world.agencies[terminal.agency]
        if not agency.oris or self._suspended(terminal.mnemonic, agency, stack):
            return False
        self.forward(agency.id, stack)
        places = (*agency.oris, terminal.mnemonic)
        return self._services.of(places, letter.mke) is Service.UP

    def _absent(self, service: Service, agency: Agency, letter: Letter) -> Service:
        """What is done for an agency that cannot get it now."""
        if service in (Service.REMOVE, Service.NEVER):
            return service
        holds = agency.hold_mail if agency.hold_mail is not None else self._world.hold_mail
        if not self._terminals.get(agency.id) or not (holds or service is Service.HOLD):
            return Service.REMOVE
        return Service.HOLD if self.store.has_room(agency.id, letter.body) else Service.REMOVE

    def _suspended(self, terminal: Mnemonic | None, agency: Agency, stack: AccessStack) -> bool:
        if terminal is None:
            return False
        return stack.suspension(terminal, agency.oris[0], self._out.now) is not None

    def _stopped(self, agency: Agency, stack: AccessStack) -> bool:
        """Whether nobody at that agency may get anything, whoever comes."""
        terminals = self._terminals.get(agency.id, [])
        return bool(terminals) and all(self._suspended(t, agency, stack) for t in terminals)

    # --- to them ----------------------------------------------------------------------------------

    def carry_out(self, letter: Letter, delivery: Delivery) -> None:
        """Send the copies, and hold what waits; all of it goes on record."""
        for line in delivery.to:
            self._send(letter, line)
        expires = self._out.now + self._world.limits.held_s
        for agency, destination in delivery.held:
            item = Held(
                letter.query,
                0,
                agency,
                destination,
                letter.mke,
                letter.sender,
                letter.terminal,
                letter.operator,
                letter.control,
                letter.received,
                letter.body,
                expires,
                agency in delivery.barred,
            )
            self.store.hold(item)

    def _send(self, letter: Letter, line: LineState) -> None:
        sequence = self._out.send(
            line, letter.mke, letter.sender, letter.received, letter.control, letter.body
        )
        self._out.record(
            "delivered",
            line=line.id,
            query=letter.query,
            key=letter.mke,
            terminal=line.terminal,
            text=letter.body,
            sequence=sequence,
        )

    # --- what was held ----------------------------------------------------------------------------

    def forward(self, agency: AgencyId, stack: AccessStack) -> None:
        """Hand over what waits for an agency, as far as it can take it now."""
        for item in self.store.at(agency):
            if item.leg == 0 and not item.barred:
                self._forward(item, self._world.agencies[agency], stack)

    def forward_all(self, stack: AccessStack) -> None:
        """The same for every agency: a service has changed, or time has."""
        for place in dict.fromkeys(item.place for item in self.store if item.leg == 0):
            self.forward(AgencyId(place), stack)

    def _forward(self, item: Held, agency: Agency, stack: AccessStack) -> None:
        places = (*agency.oris, item.destination)
        lines = self._lines.at_agency(agency.id)
        if not lines or self._services.of(places, item.key) is not Service.UP:
            return
        if self._sender_suspended(item, stack):
            self.store.end(item, "removed", reason="suspended")
            return
        free = [line for line in lines if not self._suspended(line.terminal, agency, stack)]
        if not free:
            if self._stopped(agency, stack):
                self.store.bar(item)
            return
        self.store.end(item, "forwarded", terminals=[line.terminal for line in free])
        letter = Letter(
            item.query,
            item.key,
            item.sender,
            item.terminal,
            item.operator,
            item.control,
            item.received,
            item.text,
        )
        for line in free:
            self._send(letter, line)

    def _sender_suspended(self, item: Held, stack: AccessStack) -> bool:
        if item.terminal is None:
            return False
        return stack.suspension(item.terminal, item.sender, self._out.now) is not None

    def pass_time(self) -> None:
        """Messages that waited for too long go nowhere; each sender is told, once for each."""
        over: dict[int, list[Held]] = {}
        for item in self.store.expired(self._out.now):
            if item.leg == 0:
                self.store.end(item, "expired")
                over.setdefault(item.query, []).append(item)
        for items in over.values():
            self._tell_sender(items[0], dict.fromkeys(item.destination for item in items))

    def _tell_sender(self, item: Held, places: Iterable[str]) -> None:
        if item.terminal is None or item.terminal not in self._world.terminals:
            return  # the switch's own, or of a world that has changed
        text = f"{self._formats.status('.04.')} - {' '.join(places)}"
        self._telling.sender(item.terminal, item.query, text, item.received, item.control)
