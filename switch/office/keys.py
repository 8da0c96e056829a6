"""Key files: an owner's private key, readable by its owner only, and the registered public keys.

A private key never leaves the machine of its owner. What a switch knows is a folder with one
`<BACKEND>.pub` for each owner, which whoever runs the switch hands it once.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from switch.acl.envelope import fingerprint, public_bytes
from switch.errors import UsageError

KEY_FILE_BYTES_MAX = 4_096

_RAW = serialization.Encoding.Raw
_PEM = serialization.Encoding.PEM


def generate(folder: Path, backend: str) -> tuple[Path, Path]:
    """A new pair: `<BACKEND>.key` (mode 0600) and `<BACKEND>.pub`; never over an old one."""
    key = Ed25519PrivateKey.generate()
    private, public = folder / f"{backend}.key", folder / f"{backend}.pub"
    for path in (private, public):
        if path.exists():
            raise UsageError(f"`{path}` is there already", "keep it, or give --out another folder")
    _made(folder)
    pem = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _create(private, pem, 0o600)
    _create(public, _public_pem(key.public_key()), 0o644)
    return private, public


def register(public: Path, folder: Path) -> Path:
    """Put a public key where the switch looks; UsageError if another one is there."""
    there = folder / public.name
    if there.exists():
        if read_public(there) == read_public(public):
            return there
        raise UsageError(
            f"`{there}` is another key",
            "an owner's key is replaced by hand",
        )
    _made(folder)
    _create(there, public.read_bytes(), 0o644)
    return there


def read_private(path: Path) -> Ed25519PrivateKey:
    """An owner's key; UsageError if it is none, or if others can read it."""
    try:
        mode = path.stat().st_mode & 0o777
    except OSError as error:
        fix = "make one: wireroom owner keygen BACKEND"
        raise UsageError(f"cannot read the key `{path}`: {error.strerror}", fix) from None
    if mode & 0o077:
        raise UsageError(f"others can read the key `{path}`", f"chmod 600 {path}")
    try:
        key = serialization.load_pem_private_key(_bytes(path), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UsageError(f"`{path}` is not a private key", "give the file <BACKEND>.key") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"`{path}` is not an Ed25519 key", "make one: wireroom owner keygen")
    return key


def read_public(path: Path) -> bytes:
    """The 32 bytes of a registered key; UsageError if it is none."""
    try:
        key = serialization.load_pem_public_key(_bytes(path))
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(f"`{path}` is not a public key", "give the file <BACKEND>.pub") from None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"`{path}` is not an Ed25519 key", "make one: wireroom owner keygen")
    return key.public_bytes(_RAW, serialization.PublicFormat.Raw)


def registered(folder: Path) -> dict[str, bytes]:
    """Every owner's public key, by backend; UsageError for a file that is none."""
    return {path.stem: read_public(path) for path in sorted(folder.glob("*.pub"))}


def _public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _made(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = "it is a file" if isinstance(error, FileExistsError) else error.strerror
        raise UsageError(f"cannot use the folder `{folder}`: {why}", "give a folder") from None


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(KEY_FILE_BYTES_MAX)
    except OSError as error:
        raise UsageError(f"cannot read `{path}`: {error.strerror}") from None


def _create(path: Path, data: bytes, mode: int) -> None:
    """A new file with that mode from its first moment on; UsageError if it cannot be made."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise UsageError(f"`{path}` is there already", "give another folder") from None
    except OSError as error:
        what = f"cannot write `{path}`: {error.strerror}"
        raise UsageError(what, "give a folder you may write") from None
    with os.fdopen(number, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(number)


__all__ = ["fingerprint", "generate", "public_bytes", "read_private", "read_public"]
