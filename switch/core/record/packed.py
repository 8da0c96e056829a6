"""Batches of entries as bytes: several become one without being unpacked, and take little room.

As it lies in a journal a batch is a Zstandard frame (RFC 8878) that says how long its content is.
What messages have in common stands in each of their entries, so a frame takes a tenth of it, and
less time to make than a disk takes for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgpack
import zstandard

from switch.core.record.ledger import Head

STORED_BYTES_MAX = 1 << 30  # of a batch once it is restored; a frame that says more is not opened
_idle: list[zstandard.ZstdDecompressor] = []  # as many as were ever in use at once
_LEVEL = 1  # a higher one takes twice the time to save nothing: batches are short


class PackedBatch(NamedTuple):
    """Entries that somebody else has packed."""

    body: bytes  # msgpack: the list of entries
    heads: tuple[Head, ...]  # of the owners that they concern, afterwards

    @property
    def entries(self) -> int:
        """How many entries it holds."""
        return _array(self.body)[0]


def press() -> Callable[[bytes], bytes]:
    """What makes of a packed batch what is stored of it; for one thread at a time."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress


def restored(stored: bytes) -> bytes:
    """The packed batch; ValueError for what none was made of, TypeError for what is no bytes.

    As much memory is taken as the frame says that it holds, once that is within the limit."""
    try:
        size = zstandard.frame_content_size(stored)  # -1: it does not say
        if not 0 < size <= STORED_BYTES_MAX:
            raise ValueError(f"it does not say that it holds 1 to {STORED_BYTES_MAX} bytes")
        return _decompressed(stored)
    except zstandard.ZstdError as error:
        raise ValueError(f"no Zstandard frame: {error}") from None
    except MemoryError:  # it may say more than it holds
        said = zstandard.frame_content_size(stored)
        raise ValueError(f"there is no memory for the {said} bytes it says it holds") from None


def _decompressed(stored: bytes) -> bytes:
    """By what nobody else is using: to make one takes longer than a small batch does."""
    try:
        one = _idle.pop()
    except IndexError:
        one = zstandard.ZstdDecompressor()
    try:
        return one.decompress(stored, allow_extra_data=False)
    finally:
        _idle.append(one)


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
