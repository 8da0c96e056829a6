"""Signed orders: what is followed, and every way in which one is refused."""

from __future__ import annotations

import dataclasses

import msgpack
import pytest

from switch.acl.envelope import (
    FIXES,
    ORDER_BYTES_MAX,
    SEQUENCE_MAX,
    TEXT_MAX,
    Action,
    Envelope,
    Refused,
    Signed,
    Standing,
    as_message,
    digest_of,
    fingerprint,
    from_message,
    judge,
    opened,
    verified,
)
from tests.owners import BASE, CADMV, CAWPS, CUT, KEYS, NETWORK, NOW, order

STANDINGS = {name: Standing(digest_of(BASE), 0, frozenset([digest_of(BASE)])) for name in KEYS}


def judged(signed: Signed, file: bytes | None = CUT, now: float = NOW) -> Refused | None:
    return judge(signed, KEYS, STANDINGS, file, now)


def test_an_order_of_the_owner_on_the_version_in_force_is_followed():
    assert judged(order()) is None


def test_an_order_about_a_version_that_is_kept_needs_no_file():
    assert judged(order(BASE), None) is None
    assert judged(order(CUT), None) is Refused.UNKNOWN_VERSION


@pytest.mark.parametrize(
    ("signed", "file", "why"),
    [
        (order(key=CAWPS), CUT, Refused.WRONG_OWNER),  # another owner
        (order(key=NETWORK), CUT, Refused.WRONG_OWNER),  # the switch operator
        (order(backend="CACHS"), CUT, Refused.NO_OWNER),
        (order(base=CUT), CUT, Refused.STALE),
        (order(), CUT + b"\n", Refused.MISMATCH),
        (order(expires=NOW), CUT, Refused.EXPIRED),
        (dataclasses.replace(order(), signature=bytes(64)), CUT, Refused.BAD_SIGNATURE),
        (dataclasses.replace(order(), signature=b""), CUT, Refused.BAD_SIGNATURE),
        (dataclasses.replace(order(), order=order().order[:-1]), CUT, Refused.TRUNCATED),
        (dataclasses.replace(order(), order=b""), CUT, Refused.TRUNCATED),
    ],
)
def test_what_is_not_right_is_refused_by_name(signed, file, why):
    assert judged(signed, file) is why


def test_a_number_that_was_used_is_refused():
    standing = {"CADMV": Standing(digest_of(BASE), 5)}
    assert judge(order(sequence=5), KEYS, standing, CUT, NOW) is Refused.REPLAYED
    assert judge(order(sequence=6), KEYS, standing, CUT, NOW) is None


def test_a_key_that_claims_to_be_the_owners_does_not_sign_for_it():
    forged = dataclasses.replace(order(key=CAWPS), key=fingerprint(KEYS["CADMV"]))
    assert judged(forged) is Refused.BAD_SIGNATURE


def test_every_byte_of_order_and_signature_is_under_the_signature():
    """Whichever bit is turned, the order is not followed."""
    signed = order()
    for position in range(len(signed.order)):
        turned = bytearray(signed.order)
        turned[position] ^= 1
        assert judged(dataclasses.replace(signed, order=bytes(turned))) is not None
    for position in range(len(signed.signature)):
        turned = bytearray(signed.signature)
        turned[position] ^= 1
        changed = dataclasses.replace(signed, signature=bytes(turned))
        assert judged(changed) is Refused.BAD_SIGNATURE


def test_an_order_cut_off_anywhere_is_none():
    whole = order().order
    assert all(opened(whole[:size]) is None for size in range(len(whole)))


def test_what_was_packed_comes_back():
    signed = order(reason="why", cite="paper")
    envelope = opened(signed.order)
    assert envelope is not None
    assert envelope.packed() == signed.order
    assert (envelope.action, envelope.reason, envelope.cite) == (Action.ACTIVATE, "why", "paper")


@pytest.mark.parametrize(
    "fields",
    [
        "text",
        ["wireroom order 2", "activate", "CADMV", 1, "0" * 64, 1, "0" * 64, "", ""],
        ["wireroom order 1", "grant", "CADMV", 1, "0" * 64, 1, "0" * 64, "", ""],
        ["wireroom order 1", "activate", "CADMV", True, "0" * 64, 1, "0" * 64, "", ""],
        ["wireroom order 1", "activate", "CADMV", -1, "0" * 64, 1, "0" * 64, "", ""],
        ["wireroom order 1", "activate", "CADMV", 1, "0" * 63, 1, "0" * 64, "", ""],
        ["wireroom order 1", "activate", "CADMV", 1, "0" * 64, 1.5, "0" * 64, "", ""],
        ["wireroom order 1", "activate", "CADMV", 1, "0" * 64, 1, "0" * 64, "x" * 1001, ""],
        ["wireroom order 1", "activate", "CADMV", 0, "0" * 64, 1, "0" * 64, "", ""],
        ["wireroom order 1", "activate", "CADMV", 1, "0" * 64, 0, "0" * 64, "", ""],
        ["wireroom order 1", "activate", "CADMV", 2**53 + 1, "0" * 64, 1, "0" * 64, "", ""],
        ["wireroom order 1", "activate", "CADMV", 1, "X" * 64, 1, "0" * 64, "", ""],
        ["wireroom order 1", "activate", "CADMV", 1, "0" * 64, 1, "A" * 64, "", ""],
        ["wireroom order 1", "activate", "CADMV", 1, "0" * 64, 1, "0" * 64, ""],
        ["wireroom order 1", "activate", "CADMV", 1, "0" * 64, 1, "0" * 64, "", "", ""],
        {0: "wireroom order 1", **dict.fromkeys(range(1, 9), "")},
        "wireroom",
        [],
    ],
)
def test_what_has_not_the_shape_of_an_order_is_none(fields):
    assert opened(msgpack.packb(fields)) is None


def test_an_order_packed_otherwise_than_canonically_is_none():
    """The same values in other bytes: nothing but the bytes that were signed counts."""
    envelope = opened(order().order)
    assert envelope is not None
    loose = msgpack.packb(msgpack.unpackb(envelope.packed()), use_bin_type=False)
    longer = b"\xdc\x00\x09" + envelope.packed()[1:]
    assert msgpack.unpackb(loose) == msgpack.unpackb(envelope.packed())
    assert opened(loose) is None
    assert opened(longer) is None


def test_a_reason_has_a_bound():
    envelope = Envelope(Action.STAGE, "CADMV", 1, "0" * 64, 1, "0" * 64, "x" * TEXT_MAX)
    assert opened(envelope.packed()) == envelope


def test_the_highest_sequence_and_the_last_second_are_taken():
    envelope = Envelope(Action.STAGE, "CADMV", SEQUENCE_MAX, "0" * 64, SEQUENCE_MAX, "f" * 64)
    assert opened(envelope.packed()) == envelope


def test_an_order_may_be_as_long_as_its_bound_and_no_longer(monkeypatch: pytest.MonkeyPatch):
    packed = order().order
    assert len(packed) < ORDER_BYTES_MAX
    monkeypatch.setattr("switch.acl.envelope.ORDER_BYTES_MAX", len(packed))
    assert opened(packed) is not None
    monkeypatch.setattr("switch.acl.envelope.ORDER_BYTES_MAX", len(packed) - 1)
    assert opened(packed) is None


def test_an_owner_needs_both_a_key_and_a_standing():
    assert judge(order(), {}, STANDINGS, CUT, NOW) is Refused.NO_OWNER
    assert judge(order(), KEYS, {}, CUT, NOW) is Refused.NO_OWNER


def test_a_signature_is_verified_by_the_right_key_only():
    signed = order()
    assert verified(signed, KEYS["CADMV"])
    assert not verified(signed, KEYS["CAWPS"])
    assert not verified(signed, b"short")


def test_a_message_carries_an_order_and_back():
    signed = order()
    assert from_message(as_message(signed)) == signed
    assert from_message({"order": "text"}) is None


@pytest.mark.parametrize("part", ["order", "key", "signature"])
def test_a_message_without_one_of_its_parts_carries_no_order(part: str):
    whole = as_message(order())
    assert from_message(whole | {part: 1}) is None
    assert from_message({name: value for name, value in whole.items() if name != part}) is None
    alone = dict.fromkeys(whole, 1) | {part: whole[part]}
    assert from_message(alone) is None


def test_the_name_of_a_key_is_cut_to_a_bound():
    found = from_message(as_message(order()) | {"key": "k" * 100})
    assert found is not None
    assert found.key == "k" * 64


def test_every_refusal_says_what_to_do():
    assert set(FIXES) == set(Refused)
    assert CADMV is not CAWPS
