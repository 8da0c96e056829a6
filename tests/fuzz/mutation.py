"""Bytes made wrong in the ways in which bytes go wrong, and people make them go wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

_PIECES = (
    *(b".", b"/", b",", b"*", b"TXT", b"TXT.", b" ", b"\r\n\x7f", b"\n", b"\x00", b"\x02", b"\x03"),
    *(b"\xff", b"\xc3\x89", b"NAM/", b"OLN/S1", b"E1.", b"NL.", b"NV.", b"CA0990100.", b"*A1."),
    *(b"UNKNOWN", b"0", b"99999999", b"\x00\x00\x00\x05", b"\xff\xff\xff\xff", b"A" * 40),
)
_LONG = (256, 4_000, 14_401, 20_000)

Mutation = Callable[[bytearray, Random, Sequence[bytes]], None]


def mutated(raw: bytes, chance: Random, corpus: Sequence[bytes]) -> bytes:
    """The message after up to six changes; one in eight is left as it is."""
    changed = bytearray(raw)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 6))):
        chance.choice(_MUTATIONS)(changed, chance, corpus)
    return bytes(changed)


def _somewhere(raw: bytearray, chance: Random) -> tuple[int, int]:
    start = chance.randrange(len(raw) + 1)
    return start, min(len(raw), start + chance.choice((0, 1, 1, 2, 4, 12)))


def _flip(raw: bytearray, chance: Random, corpus: Sequence[bytes]) -> None:
    if raw:
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)


def _any_byte(raw: bytearray, chance: Random, corpus: Sequence[bytes]) -> None:
    if raw:
        raw[chance.randrange(len(raw))] = chance.randrange(256)


def _insert(raw: bytearray, chance: Random, corpus: Sequence[bytes]) -> None:
    start, end = _somewhere(raw, chance)
    raw[start:end] = chance.choice(_PIECES)


def _delete(raw: bytearray, chance: Random, corpus: Sequence[bytes]) -> None:
    start, end = _somewhere(raw, chance)
    del raw[start:end]


def _cut_off(raw: bytearray, chance: Random, corpus: Sequence[bytes]) -> None:
    del raw[chance.randrange(len(raw) + 1) :]


def _repeat(raw: bytearray, chance: Random, corpus: Sequence[bytes]) -> None:
    start, end = _somewhere(raw, chance)
    raw[start:start] = raw[start:end] * chance.randrange(1, 9)


def _splice(raw: bytearray, chance: Random, corpus: Sequence[bytes]) -> None:
    other = chance.choice(corpus)
    raw[chance.randrange(len(raw) + 1) :] = other[chance.randrange(len(other) + 1) :]


def _swap_parts(raw: bytearray, chance: Random, corpus: Sequence[bytes]) -> None:
    parts = bytes(raw).split(b".")
    chance.shuffle(parts)
    raw[:] = b".".join(parts)


def _lower(raw: bytearray, chance: Random, corpus: Sequence[bytes]) -> None:
    raw[:] = raw.lower()


def _lengthen(raw: bytearray, chance: Random, corpus: Sequence[bytes]) -> None:
    if chance.random() < 0.05:  # rare, because it costs as much as a hundred others
        start, _ = _somewhere(raw, chance)
        raw[start:start] = chance.choice((b"A", b".", b"/", b" ", b"A/", b"TXT.")) * (
            chance.choice(_LONG)
        )


_MUTATIONS: tuple[Mutation, ...] = (
    _flip,
    _any_byte,
    _insert,
    _insert,
    _delete,
    _cut_off,
    _repeat,
    _splice,
    _swap_parts,
    _lower,
    _lengthen,
)
