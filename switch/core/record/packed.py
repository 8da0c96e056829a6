"""Batches of entries as bytes: several become one without being unpacked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgpack

from switch.core.record.ledger import Head


class PackedBatch(NamedTuple):
    """Entries that somebody else has packed."""

    body: bytes  # msgpack: the list of entries
    heads: tuple[Head, ...]  # of the owners that they concern, afterwards

    @property
    def entries(self) -> int:
        """How many entries it holds."""
        return _array(self.body)[0]


def as_one(batches: Sequence[PackedBatch]) -> PackedBatch:
    """Several batches, at least one, as one with all their entries."""
    if len(batches) == 1:
        return batches[0]
    heads = tuple(head for batch in batches for head in batch.heads)
    return PackedBatch(joined([batch.body for batch in batches]), heads)


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
