"""Batches of entries as bytes: several become one without being unpacked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgpack

from switch.core.record.ledger import Share


class PackedBatch(NamedTuple):
    """Entries that somebody else has packed."""

    body: bytes  # msgpack: the list of entries
    at: float  # instant of the last one
    shares: tuple[Share, ...]  # one for each owner that they concern

    @property
    def entries(self) -> int:
        """How many entries it holds."""
        return _array(self.body)[0]


def as_one(batches: Sequence[PackedBatch]) -> PackedBatch:
    """Several batches, at least one, as one with all their entries."""
    if len(batches) == 1:
        return batches[0]
    body = joined([batch.body for batch in batches])
    found = _together(share for batch in batches for share in batch.shares)
    return PackedBatch(body, batches[-1].at, tuple(found))


def _together(found: Iterable[Share]) -> list[Share]:
    """The shares of several batches as those of one."""
    by_owner: dict[str, list[Share]] = {}
    for share in found:
        by_owner.setdefault(share.backend, []).append(share)
    return [
        Share(backend, sum(each.rows for each in parts), joined([each.body for each in parts]))
        for backend, parts in by_owner.items()
    ]


def joined(bodies: Iterable[bytes]) -> bytes:
    """Several packed lists as one list with all their items."""
    items, count = [], 0
    for body in bodies:
        size, at = _array(body)
        count += size
        items.append(memoryview(body)[at:])
    return bytes(msgpack.Packer().pack_array_header(count)) + b"".join(items)


def _array(body: bytes) -> tuple[int, int]:
    """How many items a packed list holds, and where the first begins (msgpack's three forms)."""
    if body[0] & 0xF0 == 0x90:
        return body[0] & 0x0F, 1
    width = {0xDC: 2, 0xDD: 4}[body[0]]
    return int.from_bytes(body[1 : 1 + width], "big"), 1 + width
