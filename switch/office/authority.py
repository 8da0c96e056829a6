"""Who may change which file of a running switch: follows signed orders, refuses all others.

Every order is judged twice, before its file is examined in another process and after, because
another order may have been followed in between. What is followed is on disk in the versions' store
before the switch hears of it; what the switch does is the same one way as for any other change of
access (`switch.core.access`). Refused orders change nothing and are journalled.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import structlog
import trio

from switch.acl.analysis.candidate import Examined
from switch.acl.analysis.chronicle import came_back
from switch.acl.envelope import (
    FIXES,
    Action,
    Envelope,
    Refused,
    Signed,
    fingerprint,
    judge,
    opened,
)
from switch.acl.lifecycle import Change, Step
from switch.acl.policy import NETWORK
from switch.config import World
from switch.core.events import ChangeNoted, Event, PolicyActivated, PolicyStaged
from switch.errors import JournalError, UsageError, clipped
from switch.files.authored import did_you_mean
from switch.office.checking import Job, examined_elsewhere
from switch.office.probing import Prober
from switch.office.versions import Versions
from switch.shell.app import Switch
from switch.shell.clock import Clock
from switch.terms import Instant

CHECKS_MAX = 2  # files examined at the same time
DIGEST_CHARACTERS = 64
ERROR_CHARACTERS_MAX = 16_000  # of a refused order on record; its sender is told all of it
_STEPS = {
    Action.PROPOSE: Step.PROPOSED,
    Action.STAGE: Step.STAGED,
    Action.ACTIVATE: Step.ACTIVATED,
}

Examine = Callable[[Job], Awaitable[Examined]]
log = structlog.get_logger("wireroom.authority")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an order."""

    refused: Refused | None
    change: Change | None = None
    findings: tuple[str, ...] = ()
    what: str = ""

    def as_answer(self) -> dict[str, Any]:
        """For whoever gave the order."""
        answer: dict[str, Any] = {"training": True, "accepted": self.refused is None}
        if self.refused is not None:
            refused = {"verdict": self.refused.value, "fix": FIXES[self.refused]}
            return answer | refused | {"what": self.what, "findings": list(self.findings)}
        assert self.change is not None
        return answer | {"verdict": "accepted", "change": as_row(self.change)}


def as_row(change: Change) -> dict[str, Any]:
    """One happening, for people and programs; what was signed as hex."""
    return {
        "number": change.number,
        "at": change.at,
        "step": change.step.value,
        "backend": change.backend,
        "digest": change.digest,
        "effective": change.effective,
        "base": change.base,
        "sequence": change.sequence,
        "withdrawn": list(change.withdrawn),
        "reason": change.reason,
        "cite": change.cite,
        "key": change.key,
        "signature": change.signature.hex(),
        "order": change.order.hex(),
    }


class Authority:
    """One for a running switch; `run()` it beside the switch."""

    def __init__(
        self,
        world: World,
        keys: Mapping[str, bytes],
        versions: Versions,
        switch: Switch,
        prober: Prober,
        clock: Clock,
        *,
        examine: Examine = examined_elsewhere,
    ) -> None:
        self._world = world
        self._keys = keys
        self._versions = versions
        self._switch = switch
        self._prober = prober
        self._clock = clock
        self._examine = examine
        self._checks = trio.Semaphore(CHECKS_MAX)
        self._waits = trio.Event()  # set, and made anew, when something begins to wait its notice

    def status(self) -> dict[str, Any]:
        """Where every file stands, for whoever asks."""
        tallies = self._switch.tallies
        files = {
            name: {
                "active": state.active,
                "since": state.since,
                "sequence": state.sequence,
                "staged": state.staged,
                "shadow": asdict(tallies[name]) if name in tallies else None,
                "pending": as_row(state.pending) if state.pending is not None else None,
                "signer": fingerprint(self._keys[name]) if name in self._keys else "",
            }
            for name, state in self._versions.states.items()
        }
        backends = [*self._world.backends, NETWORK]
        about = {"world": self._world.id, "now": self._clock.now(), "backends": backends}
        about["timezone"] = self._world.timezone.key
        return {**about, "files": files}

    def history(self, backend: str | None) -> list[Change]:
        """Everything that happened to a file, or to all of them."""
        return self._versions.changes(backend)

    def file(self, backend: str, digest: str) -> dict[str, Any]:
        """A version's bytes, the one in force if none is named."""
        state = self._versions.states.get(backend)
        if state is None:
            return {"error": str(self._unknown(backend))}
        wanted = [each for each in state.versions if each.startswith(digest)] if digest else []
        if digest and len(wanted) != 1:
            what = f"no one version of {backend} begins with `{digest[:DIGEST_CHARACTERS]}`"
            return {"error": str(UsageError(what, f"wireroom owner history {backend} lists them"))}
        chosen = wanted[0] if wanted else state.active
        return {"digest": chosen, "file": self._kept(backend, chosen)}

    def _unknown(self, backend: str) -> UsageError:
        """Why nothing is known of this file."""
        known = (*self._world.backends, NETWORK)
        if backend not in known:
            return UsageError(
                f"the switch has no backend `{backend}`", did_you_mean(backend, known)
            )
        fix = f"wireroom owner keygen {backend} --register FOLDER, then start the switch again"
        return UsageError(f"no owner's key is registered for `{backend}`", fix)

    async def probe(self, backend: str, rule: str) -> dict[str, Any]:
        """Whether a rule is live at every point."""
        return await self._prober.probe(self._switch, backend, rule)

    async def order(self, signed: Signed | None, file: bytes | None) -> Outcome:
        """Follow an order or refuse it; both are on record when this returns.

        JournalError if it cannot be kept: then nothing has changed.
        """
        if signed is None:
            return await self._refuse(None, None, Refused.TRUNCATED)
        envelope = opened(signed.order)
        refused = self._judge(signed, file)
        if refused is not None or envelope is None:
            return await self._refuse(signed, envelope, refused or Refused.TRUNCATED)
        data = file if file is not None else self._kept(envelope.backend, envelope.digest)
        base = self._kept(envelope.backend, envelope.base)
        async with self._checks:
            found = await self._examine(Job(self._world, envelope.backend, data, base))
        if found.policy is None:
            findings = tuple(str(finding) for finding in found.findings)
            return await self._refuse(signed, envelope, Refused.CHECK_FAILED, findings)
        refused = _withdrawal(found, envelope) or self._judge(signed, file)
        if refused is not None:
            return await self._refuse(signed, envelope, refused, withdrawn=found.withdrawn)
        return await self._follow(signed, envelope, found, data)

    def _judge(self, signed: Signed, file: bytes | None) -> Refused | None:
        standings = {name: state.standing for name, state in self._versions.states.items()}
        return judge(signed, self._keys, standings, file, self._clock.now())

    def _kept(self, backend: str, digest: str) -> bytes:
        data = self._versions.file(backend, digest)
        if data is None:
            raise JournalError(f"version {digest[:12]} of {backend} is missing from the store")
        return data

    async def _follow(
        self, signed: Signed, envelope: Envelope, found: Examined, data: bytes
    ) -> Outcome:
        self._must_run()
        now, backend = self._clock.now(), envelope.backend
        activates = envelope.action is Action.ACTIVATE
        waits = activates and bool(found.withdrawn)
        # Nothing is awaited between the last judgement and the events: no other order slips in,
        # and a switch that stops has either heard of every row or none was written.
        void = self._void(backend) if activates else None
        change = self._versions.append(
            Change(
                number=0,
                at=now,
                step=_STEPS[envelope.action],
                backend=backend,
                digest=envelope.digest,
                effective=now + found.notice_s if waits else now,
                base=envelope.base,
                sequence=envelope.sequence,
                withdrawn=found.withdrawn,
                reason=envelope.reason,
                cite=envelope.cite,
                order=signed.order,
                key=signed.key,
                signature=signed.signature,
            ),
            data,
        )
        events = [event_of(change, found, self._came_back(change))]
        if void is not None:
            events.insert(0, _voided(void, "another version was activated meanwhile"))
        # To take a large version apart takes milliseconds: in a step of its own, when this returns.
        replaced = self._switch.stack.policy(backend)
        await self._switch.put_on_record(*events)
        del replaced
        if waits:
            self._waits.set()
            self._waits = trio.Event()
        return Outcome(None, change)

    async def _refuse(
        self,
        signed: Signed | None,
        envelope: Envelope | None,
        refused: Refused,
        findings: tuple[str, ...] = (),
        withdrawn: tuple[str, ...] = (),
    ) -> Outcome:
        key = signed.key if signed is not None else ""
        backend = envelope.backend if envelope is not None else ""
        if backend not in self._world.backends:
            backend = NETWORK  # of nobody's file: the switch operator's affair, and all are told
        what = f"{envelope.action} {envelope.digest[:12]}" if envelope is not None else "an order"
        change = f"refused: {what}"
        what = refused.value
        if refused is Refused.WRONG_OWNER:
            what += f": {self._whose(key)}"
        error = clipped("\n".join((what, *findings)), ERROR_CHARACTERS_MAX)
        fields: dict[str, object] = {"signer": key, "withdrawn": list(withdrawn)}
        if envelope is not None:
            fields |= {"action": envelope.action.value, "sequence": envelope.sequence}
            fields |= {"base": envelope.base, "digest": envelope.digest}
        by = f"whoever holds key {key}" if key else "unknown"
        self._must_run()
        await self._switch.put_on_record(ChangeNoted(by, backend, change, error, fields))
        return Outcome(refused, None, findings, what)

    def _whose(self, key: str) -> str:
        owners = [name for name, public in self._keys.items() if fingerprint(public) == key]
        return f"that is the key of {owners[0]}" if owners else f"nobody here has key {key}"

    def _must_run(self) -> None:
        if not self._switch.running:
            raise JournalError("the switch is stopping; nothing more is changed")

    # --- what waits its notice -------------------------------------------------------------------

    async def run(self) -> None:
        """Bring into force what has waited its notice, until cancelled or the switch stops."""
        while self._switch.running:
            pending = [s.pending for s in self._versions.states.values() if s.pending is not None]
            due = min((change.effective for change in pending), default=None)
            waits = self._waits
            if due is None:
                await waits.wait()
                continue
            with trio.move_on_after(max(0.0, due - self._clock.now())):
                await waits.wait()
            for change in pending:
                if change.effective <= self._clock.now():
                    await self._come_due(change)

    async def _come_due(self, change: Change) -> None:
        """Examined again on what is in force now; void if that is another version."""
        backend = change.backend
        state = self._versions.states[backend]
        if state.pending != change:
            return
        data, base = self._kept(backend, change.digest), self._kept(backend, state.active)
        async with self._checks:
            found = await self._examine(Job(self._world, backend, data, base))
        if self._versions.states[backend].pending != change:
            return  # voided meanwhile
        if not self._switch.running:
            return  # it comes into force when the switch is started again
        if found.policy is None:
            self._void(backend)
            await self._switch.put_on_record(_voided(change, str(found.findings[0])))
            return
        now = self._clock.now()
        row = self._versions.append(came_due(change, now))
        await self._switch.put_on_record(event_of(row, found, self._came_back(row)))

    def _came_back(self, change: Change) -> bool:
        return change.number in came_back(self._versions.changes(change.backend))

    def _void(self, backend: str) -> Change | None:
        pending = self._versions.states[backend].pending
        if pending is None:
            return None
        now = self._clock.now()
        self._versions.append(
            Change(0, now, Step.VOIDED, backend, pending.digest, now, pending.base)
        )
        return pending


def _voided(pending: Change, why: str) -> ChangeNoted:
    what = f"withdrawal of {', '.join(pending.withdrawn)} is void"
    fields = {"digest": pending.digest, "sequence": pending.sequence}
    return ChangeNoted("the switch", pending.backend, what, why, fields)


def came_due(change: Change, now: Instant) -> Change:
    """The row that says that what waited is in force."""
    return Change(
        number=0,
        at=now,
        step=Step.EFFECTIVE,
        backend=change.backend,
        digest=change.digest,
        effective=change.effective,
        base=change.base,
        withdrawn=change.withdrawn,
        reason=change.reason,
        cite=change.cite,
    )


def event_of(change: Change, found: Examined, again: bool = False) -> Event:
    """What the switch is told of a change that was followed; `again`, where it brings back a
    version that had been replaced."""
    assert found.policy is not None
    by = f"owner of {change.backend}, key {change.key}" if change.key else "the switch"
    version = change.digest[:12]
    row = as_row(change)
    signed = {name: value for name, value in row.items() if name not in ("at", "backend", "key")}
    signed["signer"] = change.key  # `key` is a message key everywhere else in the journal
    match change.step:
        case Step.ACTIVATED if change.effective > change.at:
            what = f"activated {version}: PROTECTION WITHDRAWN, waits its notice"
            return ChangeNoted(by, change.backend, what, "", signed)
        case Step.STAGED:
            return PolicyStaged(by, found.policy, f"staged {version}", signed)
        case Step.ACTIVATED | Step.EFFECTIVE | Step.ADOPTED:
            what = f"{change.step.value} {version}" + (" again" if again else "")
            return PolicyActivated(by, found.policy, what, signed)
        case _:
            return ChangeNoted(by, change.backend, f"{change.step.value} {version}", "", signed)


def _withdrawal(found: Examined, envelope: Envelope) -> Refused | None:
    if not found.withdrawn:
        return None
    if not found.alone:
        return Refused.NOT_ALONE
    if not envelope.reason.strip() or not envelope.cite.strip():
        return Refused.NO_REASON
    return None


__all__ = ["Authority", "Outcome", "as_row", "came_due", "event_of"]
