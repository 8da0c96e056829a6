"""Destinations go out of service and come back; what waits for them moves on.

An operator's command and a row of a scenario do the same: one `ServiceChanged`. It is on record, so
that a switch that was killed knows after its start who was out of service, and for whom what waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from switch.acl.engine import AccessStack
from switch.config import World
from switch.core.events import ServiceChanged
from switch.core.held import Held
from switch.core.inquiry.holding import HeldInquiries
from switch.core.inquiry.inquiries import Inquiries
from switch.core.lines import Lines
from switch.core.mail.post import Post
from switch.core.outbox import Outbox
from switch.core.record.journal import Entry
from switch.core.services import EVERYTHING, KIND, NAMES, Service, Services, replayed
from switch.terms import Instant
from switch.wire.answer import STATUS_KEY, status_body
from switch.wire.spec import Formats


class Forwarding:
    """Who is out of service, and when to look at what waits."""

    def __init__(
        self,
        world: World,
        formats: Formats,
        out: Outbox,
        lines: Lines,
        services: Services,
        post: Post,
        inquiries: Inquiries,
        held: HeldInquiries,
    ) -> None:
        self._world = world
        self._formats = formats
        self._out = out
        self._lines = lines
        self._services = services
        self._post = post
        self._inquiries = inquiries
        self._held = held
        self._judged_by: tuple[AccessStack, int] | None = None
        self.moved = False  # somebody came, or a service changed: what waits may go on

    def start(self, carried: Iterable[Entry]) -> None:
        """What an earlier run of the switch left behind in the journal."""
        entries = list(carried)
        self._services.take_over(replayed(entries))
        for entry in entries:
            if entry["kind"] == "held":
                self._post.store.put(Held.of(entry))
        self.moved = bool(entries)

    def next_deadline(self) -> Instant | None:
        """When an outage ends by itself, or something has waited for too long."""
        times = (self._services.next_deadline(), self._post.store.next_deadline())
        return min((time for time in times if time is not None), default=None)

    def pass_time(self) -> None:
        """Outages that are over, and what has waited for too long."""
        for outage in self._services.over(self._out.now):
            keys = (outage.key,) if outage.key else ()
            self.on(ServiceChanged("time", outage.destination, Service.UP, keys))
        if self._post.store:
            self._post.pass_time()
            self._held.expire(self._inquiries.plans, self._inquiries.stack)

    def on(self, event: ServiceChanged) -> None:
        """One destination goes out of service, or comes back."""
        service, keys, until = event.service, tuple(event.keys), event.until
        self._services.change(event.destination, service, keys, until)
        self.moved = True
        self._inquiries.plans.forget()
        about = {"destination": event.destination, "status": NAMES[service], "keys": keys}
        self._out.record(KIND, by=event.by, until=until, **about)
        self._out.log("service changed", by=event.by, **about)
        if event.destination == EVERYTHING and not keys:
            self._notice(service, until)

    def _notice(self, service: Service, until: Instant | None) -> None:
        """Every terminal is told of the network's own service [N-SM]."""
        text = self._formats.statuses["up"]
        if service is not Service.UP:
            when = "FURTHER NOTICE"
            if until is not None:
                when = datetime.fromtimestamp(until, self._world.timezone).strftime("%H%M %Z")
            text = self._formats.statuses["down"].replace("{until}", when)
        received, body, switch = self._out.receive(), status_body(text), self._world.switch_ori
        for line in self._lines:
            if line.terminal is not None:
                self._out.send(line, STATUS_KEY, switch, received, None, body)

    def came(self) -> None:
        """A terminal signed on: something may wait for it."""
        self.moved = True

    def finish(self, stack: AccessStack) -> None:
        """The end of a batch: hand over what can be taken now."""
        more = False  # for which there is no room yet
        if self._post.store:
            plans, rules = self._inquiries.plans, (stack, stack.epoch(self._out.now))
            if rules != self._judged_by:
                self._held.judge(plans, stack)
                self._judged_by = rules
            if self.moved:
                self._post.forward_all(stack)
                legs, more = self._held.ready(plans, stack, self._inquiries.room_at)
                self._inquiries.go_on(legs)
        self.moved = more
