"""A signed order: what an owner wants done with its own file, and whether it may be done.

The signature covers canonical bytes, never an object that was packed again: what was signed is what
is checked, stored and put on record. Everything here is pure; `now` is an argument.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgpack
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from switch.terms import Instant

ORDER_BYTES_MAX = 16_384  # of an order without its file
TEXT_MAX = 1_000  # characters of a reason, and of a cite
SEQUENCE_MAX = 2**53

_MARK = "wireroom order 1"  # first thing signed: no other message of this key can be taken for one
_DIGEST_SIZE, _SIGNATURE_SIZE, _KEY_SIZE = 32, 64, 32


class Action(StrEnum):
    """What is ordered."""

    PROPOSE = "propose"  # checked and kept, nothing more
    STAGE = "stage"  # evaluated beside the version in force and logged, not acted on
    ACTIVATE = "activate"  # in force from now on


class Refused(StrEnum):
    """Why an order is not followed; the closed list."""

    TRUNCATED = "truncated"  # cannot be read as an order
    NO_OWNER = "no registered owner"
    WRONG_OWNER = "signed by somebody else"
    BAD_SIGNATURE = "bad signature"
    EXPIRED = "expired"
    REPLAYED = "replayed"
    STALE = "stale base"
    MISMATCH = "hash mismatch"
    UNKNOWN_VERSION = "unknown version"
    CHECK_FAILED = "check failed"
    NOT_ALONE = "withdraws protection among other changes"
    NO_REASON = "withdraws protection without reason and cite"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One order of one owner. Digests and the base are SHA-256 over a file's exact bytes, in hex.

    `sequence` is higher with each order of this owner; `expires` is in whole seconds since 1970.
    """

    action: Action
    backend: str  # or NETWORK: the switch operator's own file
    sequence: int
    base: str  # the version in force when this was written
    expires: int
    digest: str
    reason: str = ""
    cite: str = ""

    def packed(self) -> bytes:
        """The canonical bytes, which are signed."""
        fields = (self.action.value, self.backend, self.sequence, self.base, self.expires)
        packed: bytes = msgpack.packb((_MARK, *fields, self.digest, self.reason, self.cite))
        return packed


@dataclass(frozen=True, slots=True)
class Signed:
    """An order on its way: its canonical bytes, who says to have signed them, the signature."""

    order: bytes
    key: str  # the signer's, see `fingerprint`
    signature: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a file stands before an order is followed."""

    active: str  # digest of the version in force
    sequence: int  # of the last order that was followed
    known: frozenset[str] = frozenset()  # digests of versions that are kept


def digest_of(file: bytes) -> str:
    """A version's name: the SHA-256 of its exact bytes, in hex."""
    return hashlib.sha256(file).hexdigest()


def fingerprint(public: bytes) -> str:
    """A short name of a public key, for people and records."""
    return hashlib.sha256(public).hexdigest()[:16]


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes that verify what this key signs."""
    raw = serialization.PublicFormat.Raw
    return key.public_key().public_bytes(serialization.Encoding.Raw, raw)


def sign(envelope: Envelope, key: Ed25519PrivateKey) -> Signed:
    """The order, signed."""
    order = envelope.packed()
    return Signed(order, fingerprint(public_bytes(key)), key.sign(order))


def verified(signed: Signed, public: bytes) -> bool:
    """Whether this key signed exactly these bytes."""
    if len(public) != _KEY_SIZE or len(signed.signature) != _SIGNATURE_SIZE:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed.signature, signed.order)
    except InvalidSignature:
        return False
    return True


def opened(order: bytes) -> Envelope | None:
    """The order in these bytes; None if they are cut off, altered or not in canonical form."""
    if len(order) > ORDER_BYTES_MAX:
        return None
    try:
        fields = msgpack.unpackb(order)
    except (ValueError, msgpack.UnpackException, RecursionError):
        return None
    if not isinstance(fields, list) or len(fields) != 9 or fields[0] != _MARK:
        return None
    _, action, backend, sequence, base, expires, digest, reason, cite = fields
    texts = (action, backend, base, digest, reason, cite)
    if not all(isinstance(text, str) and len(text) <= TEXT_MAX for text in texts):
        return None
    numbers = (sequence, expires)
    if not all(type(each) is int and 0 < each <= SEQUENCE_MAX for each in numbers):
        return None
    if action not in tuple(Action) or not _is_digest(base) or not _is_digest(digest):
        return None
    found = Envelope(Action(action), backend, sequence, base, expires, digest, reason, cite)
    return found if found.packed() == order else None


def _is_digest(text: str) -> bool:
    return len(text) == 2 * _DIGEST_SIZE and set(text) <= set("0123456789abcdef")


def judge(
    signed: Signed,
    keys: Mapping[str, bytes],
    standings: Mapping[str, Standing],
    file: bytes | None,
    now: Instant,
) -> Refused | None:
    """Why this order must not be followed at this instant; None if it may.

    `keys` holds each owner's registered public key, by backend. The content of the file is checked
    elsewhere; here it is only held to be the one that was signed.
    """
    envelope = opened(signed.order)
    if envelope is None:
        return Refused.TRUNCATED
    public, standing = keys.get(envelope.backend), standings.get(envelope.backend)
    if public is None or standing is None:
        return Refused.NO_OWNER
    if signed.key != fingerprint(public):
        return Refused.WRONG_OWNER
    if not verified(signed, public):
        return Refused.BAD_SIGNATURE
    if now >= envelope.expires:
        return Refused.EXPIRED
    if envelope.sequence <= standing.sequence:
        return Refused.REPLAYED
    if envelope.base != standing.active:
        return Refused.STALE
    if file is None:
        return None if envelope.digest in standing.known else Refused.UNKNOWN_VERSION
    return None if digest_of(file) == envelope.digest else Refused.MISMATCH


FIXES: Mapping[Refused, str] = {
    Refused.TRUNCATED: "send it again, whole",
    Refused.NO_OWNER: "register a key: wireroom owner keygen BACKEND --register FOLDER",
    Refused.WRONG_OWNER: "only the owner's own key changes this file",
    Refused.BAD_SIGNATURE: "sign it again; what arrived is not what was signed",
    Refused.EXPIRED: "sign it again with a later expiry",
    Refused.REPLAYED: "this number was used; sign it anew on the version in force",
    Refused.STALE: "another version came into force; look at it, then write yours on top of it",
    Refused.MISMATCH: "the file is not the one that was signed; sign the file as it is now",
    Refused.UNKNOWN_VERSION: "propose it first, or send its file along",
    Refused.CHECK_FAILED: "mend what is listed; the old version stays in force",
    Refused.NOT_ALONE: "withdraw the promise in a change of its own, with --reason and --cite",
    Refused.NO_REASON: "give --reason and --cite for the promise that is taken back",
}


def as_message(signed: Signed) -> dict[str, Any]:
    """For a request to a switch."""
    return {"order": signed.order, "key": signed.key, "signature": signed.signature}


def from_message(message: Mapping[str, object]) -> Signed | None:
    """Out of a request; None if it is not there whole."""
    order, key, signature = (message.get(name) for name in ("order", "key", "signature"))
    if isinstance(order, bytes) and isinstance(key, str) and isinstance(signature, bytes):
        return Signed(order, key[:64], signature)
    return None
