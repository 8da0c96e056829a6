"""Packed batches: what they become together is what one batch would have been."""

from __future__ import annotations

import msgpack
import pytest

from switch.core.record.ledger import Head
from switch.core.record.packed import PackedBatch, as_one, joined


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
