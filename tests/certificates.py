"""Certificates made for one test run: an authority, a switch on this machine, terminals."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import trustme


class Pair(NamedTuple):
    """A certificate and its key, as files."""

    certificate: Path
    key: Path


class Certificates(NamedTuple):
    """What lies in a folder for a test; `stranger` is BAY2 as signed by somebody else."""

    ca: Path
    switch: Pair
    bay2: Pair
    stranger: Pair


@cache
def _authorities() -> tuple[trustme.CA, trustme.CA]:
    return trustme.CA(), trustme.CA()


def certificates(folder: Path) -> Certificates:
    """All of them, written into the folder."""
    ours, other = _authorities()
    ours.cert_pem.write_to_path(folder / "ca.pem")
    return Certificates(
        folder / "ca.pem",
        _pair(folder, "switch", ours, ["127.0.0.1", "localhost"]),
        _pair(folder, "bay2", ours, ["bay2"]),
        _pair(folder, "stranger", other, ["bay2"]),
    )


def _pair(folder: Path, name: str, ca: trustme.CA, names: Sequence[str]) -> Pair:
    made = ca.issue_cert(*names)
    pair = Pair(folder / f"{name}.pem", folder / f"{name}.key")
    pair.certificate.write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
    made.private_key_pem.write_to_path(pair.key)
    return pair
