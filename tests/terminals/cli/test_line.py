"""Where the switch is, and TLS: the same options for every verb."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from switch.errors import UsageError
from terminals.cli.line import add_line, line_of, tls_of, tls_of_each
from tests.certificates import certificates


def read(*argv: str, certificate: bool = True) -> argparse.Namespace:
    verb = argparse.ArgumentParser()
    add_line(verb, certificate=certificate)
    return verb.parse_args(argv)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("127.0.0.1:4000", ("127.0.0.1", 4000)),
        (":4000", ("127.0.0.1", 4000)),
        ("[::1]:4000", ("::1", 4000)),
    ],
)
def test_an_address_is_read_as_people_type_it(typed, meant):
    assert line_of(read("--to", typed)) == meant


@pytest.mark.parametrize("typed", ["4000", "host", "host:port", "host:70000"])
def test_another_is_refused_with_a_word(typed):
    with pytest.raises(UsageError, match="HOST:PORT"):
        line_of(read("--to", typed))


def test_a_certificate_without_its_authority_is_refused():
    with pytest.raises(UsageError, match="--ca"):
        line_of(read("--cert", "a", "b"))
    with pytest.raises(UsageError, match="--ca"):
        line_of(read("--certs", "a", certificate=False))


def test_files_that_cannot_be_used_are_named():
    assert tls_of(read()) is None
    with pytest.raises(UsageError, match=r"nothing\.pem"):
        tls_of(read("--ca", "nothing.pem"))


def test_a_folder_has_the_certificates_of_many_terminals(tmp_path: Path):
    files = certificates(tmp_path)
    options = read("--ca", str(files.ca), "--certs", str(tmp_path), certificate=False)
    assert set(tls_of_each(options)) == {"BAY2", "SWITCH", "STRANGER"}  # not CA, which has no key
    assert tls_of_each(read(certificate=False)) == {}


def test_a_folder_without_certificates_is_refused_by_name(tmp_path: Path):
    for folder, word in (
        (tmp_path, "no certificate with its key"),
        (tmp_path / "x", "not a folder"),
    ):
        with pytest.raises(UsageError, match=word):
            tls_of_each(read("--ca", "ca.pem", "--certs", str(folder), certificate=False))
