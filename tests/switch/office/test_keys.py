"""Key files: private means private, and nothing is overwritten."""

from __future__ import annotations

import stat

import pytest

from switch.acl.envelope import public_bytes
from switch.errors import UsageError
from switch.office.keys import (
    fingerprint,
    generate,
    read_private,
    read_public,
    register,
    registered,
)


def test_a_pair_belongs_together_and_only_its_owner_reads_the_private_half(tmp_path):
    private, public = generate(tmp_path / "keys", "CADMV")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert public_bytes(read_private(private)) == read_public(public)
    assert len(fingerprint(read_public(public))) == 16


def test_an_old_key_is_never_overwritten(tmp_path):
    private, _ = generate(tmp_path, "CADMV")
    before = private.read_bytes()
    with pytest.raises(UsageError, match="is there already"):
        generate(tmp_path, "CADMV")
    assert private.read_bytes() == before


def test_a_lone_public_key_is_not_overwritten_either(tmp_path):
    (tmp_path / "CADMV.pub").write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        generate(tmp_path, "CADMV")
    assert not (tmp_path / "CADMV.key").exists()


def test_registering_twice_is_fine_and_another_key_is_refused(tmp_path):
    _, public = generate(tmp_path / "one", "CADMV")
    _, other = generate(tmp_path / "two", "CADMV")
    folder = tmp_path / "owners"
    register(public, folder)
    assert register(public, folder) == folder / "CADMV.pub"
    with pytest.raises(UsageError, match="is another key"):
        register(other, folder)
    assert registered(folder) == {"CADMV": read_public(public)}


def test_a_key_that_others_can_read_is_refused(tmp_path):
    private, _ = generate(tmp_path, "CADMV")
    private.chmod(0o644)
    with pytest.raises(UsageError, match="others can read"):
        read_private(private)


@pytest.mark.parametrize("data", [b"", b"no key", b"\xff" * 100])
def test_a_file_that_is_no_key_is_a_clear_error(tmp_path, data):
    path = tmp_path / "CADMV.key"
    path.write_bytes(data)
    path.chmod(0o600)
    with pytest.raises(UsageError, match="not a private key"):
        read_private(path)
    with pytest.raises(UsageError, match="not a public key"):
        read_public(path)


def test_a_key_that_is_not_there_is_a_clear_error(tmp_path):
    with pytest.raises(UsageError, match="wireroom owner keygen"):
        read_private(tmp_path / "CADMV.key")
    assert registered(tmp_path / "nothing") == {}
