"""Administrative messages (AM): free text from one agency to others, delivered to whoever is there.

A suspended agency neither sends nor gets them: broadcasts are derived data (acl specification, 3).
"""

from __future__ import annotations

from switch.acl.engine import AccessStack, Request
from switch.config import World
from switch.core.lines import Lines, LineState
from switch.core.outbox import Outbox
from switch.core.outcomes import STATUS_KEY, Outcomes
from switch.core.verdicts import REFUSAL_TEXTS
from switch.message import InputMessage, Stamp
from switch.terms import BackendName, Mnemonic, Ori, Verdict
from switch.wire.answer import administrative_body, status_body

_ORI_SIZE = 9


class Administrative:
    """Delivers to the signed-on terminals of the agency behind each nine-character destination."""

    def __init__(self, world: World, outbox: Outbox, outcomes: Outcomes, lines: Lines) -> None:
        self._world = world
        self._out = outbox
        self._outcomes = outcomes
        self._lines = lines

    def accept(self, line: LineState, message: InputMessage, stack: AccessStack) -> None:
        """One message of a signed-on line: delivered, or a status or error says what was not."""
        assert line.terminal is not None
        received, query = self._out.receive(), self._out.next_query()
        refusal = self._refusal(line, message, stack)
        if refusal is not None:
            code, why = refusal.refusal_number, REFUSAL_TEXTS[refusal]
            self._outcomes.reject(line, message, received, query, code, why)
            return
        delivered: list[Mnemonic] = []
        stopped: list[Mnemonic] = []
        missing: list[str] = []
        sent: list[tuple[Mnemonic, int, LineState]] = []
        body = administrative_body(message.text or "")
        for destination in message.destinations:
            found, before = self._receivers(destination), len(delivered)
            for receiver in found:
                assert receiver.terminal is not None
                ori = receiver.receiver
                if stack.suspension(receiver.terminal, ori, self._out.now) is not None:
                    stopped.append(receiver.terminal)
                    continue
                number = self._out.send(
                    receiver, message.mke, message.ori, received, message.control, body
                )
                delivered.append(receiver.terminal)
                sent.append((receiver.terminal, number, receiver))
            if len(delivered) == before:
                # A stopped receiver looks like an absent one: the sender is not told who is
                # suspended.
                missing.append(destination)
        self._out.record(
            "message",
            line=line.id,
            query=query,
            terminal=line.terminal,
            ori=message.ori,
            key=message.mke,
            destinations=message.destinations,
            text=message.text,
            delivered=delivered,
            stopped=stopped,
        )
        for terminal, number, receiver in sent:
            self._out.record(
                "delivered",
                line=receiver.id,
                query=query,
                terminal=terminal,
                text=body,
                sequence=number,
            )
        self._acknowledge(line, message, received, delivered, missing)

    def _acknowledge(
        self,
        line: LineState,
        message: InputMessage,
        received: Stamp,
        delivered: list[Mnemonic],
        missing: list[str],
    ) -> None:
        text = f"DELIVERED TO {len(delivered)} TERMINALS"
        if missing:
            where = " ".join(missing)
            text = f".04. USER OUT OF SERVICE FOR MSG TYPE, NLETS WILL NOT FORWARD - {where}"
        switch = self._world.switch_ori
        self._out.send(line, STATUS_KEY, switch, received, message.control, status_body(text))

    def _receivers(self, destination: str) -> list[LineState]:
        if len(destination) != _ORI_SIZE:
            return []
        return self._lines.at_agency_of(Ori(destination))

    def _refusal(
        self, line: LineState, message: InputMessage, stack: AccessStack
    ) -> Verdict | None:
        assert line.terminal is not None
        request = Request(
            line.terminal,
            message.ori,
            line.operator,
            None,
            BackendName(""),
            message.mke,
            False,
            None,
        )
        if stack.suspension(line.terminal, message.ori, self._out.now) is not None:
            return Verdict.DENY_SUSPENDED
        if stack.identity(request, self._out.now) is not None:
            return Verdict.DENY_IDENTITY
        return None
