"""Packed batches: what they become together is what one batch would have been."""

from __future__ import annotations

import resource
import tracemalloc
from pathlib import Path
from random import Random

import msgpack
import pytest
import zstandard

from switch.core.record.ledger import Head
from switch.core.record.packed import (
    STORED_BYTES_MAX,
    PackedBatch,
    as_one,
    joined,
    press,
    restored,
)


@pytest.mark.parametrize("sizes", [[1, 2], [15, 1], [16, 70_000, 3], [0, 1], [1]])
def test_packed_lists_are_joined_into_one_with_all_items(sizes: list[int]):
    lists = [[f"{number}.{at}" for at in range(size)] for number, size in enumerate(sizes)]
    together = msgpack.unpackb(joined([msgpack.packb(each) for each in lists]))
    assert together == [item for each in lists for item in each]


def packed(entries: list[int], *heads: int) -> PackedBatch:
    found = tuple(Head("CADMV", page, page, bytes(32), 1.0) for page in heads)
    return PackedBatch(msgpack.packb(entries), found)


def test_several_batches_become_one_with_all_entries_and_all_heads_in_their_order():
    one = as_one([packed([1, 2], 1), packed([3]), packed([4], 2)])
    assert one == packed([1, 2, 3, 4], 1, 2)
    assert one.entries == 4


def test_one_batch_is_left_as_it_is():
    one = packed([1], 1)
    assert as_one([one]) is one


# --- as it is stored ------------------------------------------------------------------------------

STORED = press()(b"a packed batch")


def claiming(size: int) -> bytes:
    """A frame that says to hold so many bytes, and holds none."""
    return b"\x28\xb5\x2f\xfd\xe0" + size.to_bytes(8, "little") + b"\x01\0\0"


@pytest.mark.parametrize("size", [1, 15, 16, 70_000, 3_000_000])
def test_what_is_stored_of_a_batch_is_restored_to_the_byte(size: int):
    batch = Random(size).randbytes(size)
    assert restored(press()(batch)) == batch


def test_one_press_makes_the_same_of_the_same_batch_whatever_it_pressed_before():
    pressed = press()
    assert pressed(b"one") != pressed(b"two")
    assert pressed(b"one") == press()(b"one")


def test_what_messages_have_in_common_is_stored_once():
    batch = msgpack.packb([{"terminal": "BAY2", "query": n, "text": "x" * 90} for n in range(50)])
    assert len(press()(batch)) < len(batch) / 10


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (b"", "no Zstandard frame"),
        (b"a packed batch", "no Zstandard frame"),
        (msgpack.packb([{"kind": "noted"}]), "no Zstandard frame"),
        (STORED[:-1], "no Zstandard frame"),
        (STORED + b"x", "1 bytes of unused data"),
        (STORED + STORED, "unused data"),
        (zstandard.ZstdCompressor(write_content_size=False).compress(b"ab"), "does not say"),
        (press()(b""), "does not say"),
        (claiming(7), "no Zstandard frame"),
        (claiming(1 << 20), "no Zstandard frame"),
        (claiming(STORED_BYTES_MAX + 1), "does not say"),
        (claiming((1 << 64) - 1), "does not say"),
    ],
)
def test_what_was_not_stored_of_a_batch_is_not_restored(stored: bytes, said: str):
    with pytest.raises(ValueError, match=said):
        restored(stored)


@pytest.mark.parametrize("value", ["text", 7, 1.5, None])
def test_what_is_no_bytes_is_not_restored(value: object):
    with pytest.raises(TypeError):
        restored(value)  # type: ignore[arg-type]


def test_a_frame_that_holds_more_than_a_batch_may_takes_no_memory():
    size = STORED_BYTES_MAX + 1
    pressed = zstandard.ZstdCompressor().compressobj(size)
    chunk = bytes(1 << 20)
    bomb = b"".join(pressed.compress(chunk[: size - at]) for at in range(0, size, 1 << 20))
    bomb += pressed.flush()
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="does not say"):
            restored(bomb)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


def test_a_frame_that_says_more_than_there_is_memory_for_is_told_as_a_broken_one():
    says = STORED_BYTES_MAX.to_bytes(8, "little")
    forged = b"\x28\xb5\x2f\xfd\xe0" + says + b"\x09\x00\x00\x90"  # one raw block of a byte
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (taken + STORED_BYTES_MAX // 2, hard))
    try:
        with pytest.raises(ValueError, match=f"no memory for the {STORED_BYTES_MAX} bytes"):
            restored(forged)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
