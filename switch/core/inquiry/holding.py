"""Inquiries to a source that is out of service and will be forwarded to: held, and taken up later.

An inquiry goes on when its backend is in service again *and* whoever asked is there: the same
operator at the same terminal, whichever line that is by then. Not more of them go on than a line
may have open and an inbox holds; the others wait until there is room. An inquiry is judged with the
facets it was asked with, at that instant too; the stricter decision counts. When the rules change
meanwhile, what they forbid is refused at once, like whatever waits.

A leg that is held has had no outcome. Its line is not kept waiting for it: who signs off, does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from switch.acl.engine import AccessStack
from switch.config import World
from switch.core.held import Held, Store
from switch.core.inquiry.exchange import Exchange, Leg, correlation
from switch.core.inquiry.outcomes import Outcomes
from switch.core.inquiry.plans import Plans
from switch.core.lines import Lines, LineState
from switch.core.outbox import Outbox
from switch.core.services import Service, Services
from switch.errors import FormatError
from switch.terms import BackendName, LineId, Point
from switch.wire.codec import decode
from switch.wire.spec import Formats

_NO_LINE: LineId = 0  # of an asker who is not there


class HeldInquiries:
    """The legs of inquiries among what is held."""

    def __init__(
        self,
        world: World,
        formats: Formats,
        out: Outbox,
        outcomes: Outcomes,
        lines: Lines,
        services: Services,
        store: Store,
    ) -> None:
        self._world = world
        self._formats = formats
        self._out = out
        self._outcomes = outcomes
        self._lines = lines
        self._services = services
        self._store = store

    def __iter__(self) -> Iterator[Held]:
        return (item for item in self._store if item.leg)

    def hold(self, leg: Leg, service: Service) -> str:
        """Hold a leg if its backend's service and the limits allow; else, what its asker is told.

        What is part of a merged answer, or goes under a court order, is not held.
        """
        exchange, entry = leg.exchange, leg.entry
        text, place = exchange.message.raw.decode("latin-1"), entry.destination or entry.backend
        if service is Service.HOLD:
            whole = leg.merge is None and not leg.decision.order
            if whole and self._store.has_room(entry.backend, text):
                self._hold(leg, text)
                self._outcomes.tell(exchange, f"{self._formats.status('.02.')} - {place}")
                return ""
            service = Service.REMOVE
        return f"{self._formats.status(service.status)} - {place}"

    def _hold(self, leg: Leg, text: str) -> None:
        exchange, entry, request = leg.exchange, leg.entry, leg.request
        item = Held(
            exchange.query,
            leg.number,
            entry.backend,
            entry.destination,
            entry.key,
            exchange.message.ori,
            request.terminal,
            request.operator,
            exchange.message.control,
            exchange.received,
            text,
            self._out.now + self._world.limits.held_s,
        )
        self._store.hold(item, backend=entry.backend)

    # --- what becomes of them ---------------------------------------------------------------------

    def ready(
        self, plans: Plans, stack: AccessStack, room_at: Callable[[BackendName], int]
    ) -> tuple[list[Leg], bool]:
        """Those that go on now: their backend is in service, and their asker is there. Whether
        there are more, for which an inbox has no room or whose line has too many open inquiries.
        """
        legs: list[Leg] = []
        backends, lines = Counter[str](), Counter[LineId]()
        more = False
        for item in self:
            asker, backend = self._asker(item), BackendName(item.place)
            if asker is None or self._services.of((backend, item.destination), item.key):
                continue
            open_max = self._world.limits.in_flight_max - asker.in_flight
            if lines[asker.id] >= open_max or backends[backend] >= room_at(backend):
                more = True
                continue
            leg = self._leg(item, plans, stack)
            if leg is None:
                self._end(item, "removed", reason="not served any more")
            elif not leg.decision.released:
                self._refuse(item, leg, Point.DEQUEUE)
            else:
                self._end(item, "forwarded", terminal=item.terminal, control=item.control)
                lines[asker.id] += 1
                backends[backend] += 1
                legs.append(leg)
        return legs, more

    def judge(self, plans: Plans, stack: AccessStack) -> None:
        """The rules have changed: refuse at once what they forbid now."""
        for item in self:
            leg = self._leg(item, plans, stack)
            if leg is not None and not leg.decision.released:
                self._refuse(item, leg, Point.WAITING)

    def expire(self, plans: Plans, stack: AccessStack) -> None:
        """What has waited for too long has no answer."""
        for item in self._store.expired(self._out.now):
            if not item.leg:
                continue
            leg = self._leg(item, plans, stack)
            self._end(item, "expired")
            if leg is not None:
                text = f"{self._formats.status('.04.')} - {item.destination or item.place}"
                self._outcomes.no_answer(self._asker(item), leg, "expired", text)

    def _refuse(self, item: Held, leg: Leg, point: Point) -> None:
        self._end(item, "removed", reason="refused")
        self._outcomes.refuse(self._asker(item), leg, point)

    def _end(self, item: Held, how: str, **more: str | None) -> None:
        self._store.end(item, how, backend=item.place, **more)

    def _asker(self, item: Held) -> LineState | None:
        """The line at which whoever asked is signed on now."""
        line = None if item.terminal is None else self._lines.at(item.terminal)
        return line if line is not None and line.operator == item.operator else None

    def _leg(self, item: Held, plans: Plans, stack: AccessStack) -> Leg | None:
        """The leg as it would go on now, judged; None if no such source is in this world."""
        assert item.terminal is not None
        assert item.operator is not None
        raw, prefix = item.text.encode("latin-1"), self._world.control_prefix
        try:
            message = decode(raw, self._formats, control_prefix=prefix)
        except FormatError:  # a key of the world that is not there any more
            return None
        plan = plans.of(item.terminal, item.operator, message)
        planned = next((leg for leg in plan.legs if leg.number == item.leg), None)
        if planned is None or planned.entry.backend != item.place:
            return None
        line = self._asker(item) or LineState(_NO_LINE, self._world.switch_ori)
        received = item.received
        exchange = Exchange(item.query, line, line.session, message, received, plan, open_legs=1)
        leg = Leg(correlation(item.query, item.leg), exchange, planned)
        earlier = stack.decide(leg.request, received.at)
        leg.decision = stack.decide_release(leg.request, received.at, earlier, self._out.now)
        return leg
