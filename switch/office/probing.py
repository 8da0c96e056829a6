"""Verified by probe messages: is a rule live at every point of a running switch?

The requests go through the switch between two messages, a few at a time so that nobody waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import trio

from switch.acl.analysis.probing import probe_requests
from switch.core.events import ProbesOrdered
from switch.core.probes import POINTS
from switch.core.record.journal import Entry
from switch.shell.app import Switch
from switch.shell.clock import Clock

PER_BATCH = 32


class Prober:
    """Give `watch` to the switch that it probes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._found: list[Entry] | None = None
        self._one = trio.Lock()

    def watch(self, entries: Sequence[Entry]) -> None:
        """What was committed; looked at only while probes are out."""
        if self._found is not None:
            self._found += [entry for entry in entries if entry["kind"] == "probe"]

    async def probe(self, switch: Switch, backend: str, rule: str) -> dict[str, Any]:
        """Every point with how many requests are refused there; `error` if that is not known.

        `requests` is 0, and there are no points, where no inquiry is refused as a whole: such a
        rule takes from answers only, or is about somebody who is nobody's at this instant.
        """
        try:
            requests = probe_requests(switch.stack, backend, rule, self._clock.now())
        except KeyError:
            return {"error": f"no backend `{backend}`"}
        if not requests:
            return {"backend": backend, "rule": rule, "requests": 0, "live": None, "points": {}}
        async with self._one:
            self._found = []
            try:
                for start in range(0, len(requests), PER_BATCH):
                    some = tuple(requests[start : start + PER_BATCH])
                    await switch.put_on_record(ProbesOrdered(backend, rule, some))
                return _summed(self._found)
            finally:
                self._found = None


def _summed(entries: Sequence[Entry]) -> dict[str, Any]:
    if not entries:
        return {"error": "the switch is stopping"}
    points = {}
    for point in POINTS:
        each = [entry["points"][point] for entry in entries]
        witness: list[object] = next((found["witness"] for found in each if found["witness"]), [])
        refused = sum(found["refused"] for found in each)
        points[point] = {
            "live": not any(found["open"] for found in each),
            "refused": refused,
            "open": sum(found["open"] for found in each),
            "witness": witness,
        }
    last = entries[-1]
    return {
        "backend": last["backend"],
        "rule": last["rule"],
        "requests": sum(entry["requests"] for entry in entries),
        "live": all(found["live"] for found in points.values()),
        "points": points,
        "at": last["at"],
        "ordered": last["ordered"],
        "since_s": last["since_s"],
    }
