"""Packed batches: what they become together is what one batch would have been."""

from __future__ import annotations

import msgpack
import pytest

from switch.core.record.ledger import Share, Sharing
from switch.core.record.packed import PackedBatch, as_one, joined


@pytest.mark.parametrize("sizes", [[1, 2], [15, 1], [16, 70_000, 3], [0, 1], [1]])
def test_packed_lists_are_joined_into_one_with_all_items(sizes: list[int]):
    lists = [[f"{number}.{at}" for at in range(size)] for number, size in enumerate(sizes)]
    together = msgpack.unpackb(joined([msgpack.packb(each) for each in lists]))
    assert together == [item for each in lists for item in each]


def asked(query: int, backend: str) -> dict[str, object]:
    leg = {"leg": 1, "destination": "CA", "backend": backend, "verdict": "ALLOW"}
    return {"kind": "query", "at": float(query), "query": query, "legs": [leg]}


def packed(sharing: Sharing, *entries: dict[str, object]) -> PackedBatch:
    at: float = entries[-1]["at"]  # type: ignore[assignment]
    return PackedBatch(msgpack.packb(entries), at, tuple(sharing.of(entries)))


def test_several_batches_are_what_one_batch_of_all_entries_would_be():
    sharing = Sharing(["CADMV", "NVDMV"])
    first = [asked(1, "NVDMV"), asked(2, "CADMV")]
    second = [asked(3, "CADMV")]
    one = as_one([packed(sharing, *first), packed(sharing, *second)])
    assert one == packed(sharing, *first, *second)
    assert one.entries == 3
    assert [(share.backend, share.rows) for share in one.shares] == [("NVDMV", 1), ("CADMV", 2)]


def test_one_batch_is_left_as_it_is():
    one = packed(Sharing(["CADMV"]), asked(1, "CADMV"))
    assert as_one([one]) is one
    assert one.shares == (Share("CADMV", 1, one.shares[0].body),)
