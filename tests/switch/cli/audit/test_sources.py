"""A ledger out of a journal or a bundle, with every version of the rules that is at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from switch.acl.envelope import digest_of
from switch.acl.lifecycle import Change, Step
from switch.audit.bundle import bundle_lines
from switch.audit.proof import read_rows
from switch.cli.audit.sources import Source, compiled, opened, read
from switch.errors import JournalError, UsageError
from switch.office.versions import Versions
from tests.owners import BASE, CUT
from tests.switch.acl.shipped import DIRECTORY, WORLD
from tests.switch.audit.around import around, shipped_files, written


@pytest.fixture(scope="module")
def journal(tmp_path_factory) -> Path:
    return written(around(), tmp_path_factory.mktemp("audit") / "a.journal")


def test_a_journal_and_a_bundle_of_it_are_the_same_source(journal: Path, tmp_path: Path):
    source = opened(journal, "CADMV", WORLD, None)
    own, network = shipped_files()
    path = tmp_path / "a.bundle"
    lines = bundle_lines("CADMV", "golden-state", source.pages, own, network)
    path.write_text("".join(lines))
    assert opened(path, "CADMV", WORLD, None) == source
    assert (source.files, source.network) == (own, network)
    assert list(read_rows(source.pages)) == list(read_rows(around().ledger()))


def test_versions_that_the_switch_kept_are_at_hand(journal: Path, tmp_path: Path):
    versions = Versions.open(tmp_path)
    for file, step in ((BASE, Step.ADOPTED), (CUT, Step.PROPOSED)):
        versions.append(Change(0, 1.0, step, "CADMV", digest_of(file), 1.0), file)
    versions.close()
    source = opened(journal, "CADMV", WORLD, tmp_path)
    assert set(source.files) == {digest_of(BASE), digest_of(CUT)}
    files, notes = compiled(source, "CADMV", DIRECTORY)
    assert set(files.own) == set(source.files)
    assert notes == []


def test_a_version_that_does_not_fit_the_world_is_named(journal: Path):
    source = opened(journal, "CADMV", WORLD, None)
    strange = BASE.replace(b'["ero"]', b'["gone"]')
    files, notes = compiled(Source(source.pages, {"f" * 64: strange}, {}), "CADMV", DIRECTORY)
    assert files.own == {}
    assert "does not fit this world" in notes[0]


def test_a_ledger_that_is_not_there_is_a_misuse_and_says_whose_are(journal: Path):
    with pytest.raises(UsageError, match="no ledger of NOBODY") as caught:
        opened(journal, "NOBODY", WORLD, None)
    assert "CADMV" in caught.value.fix


@pytest.mark.parametrize("data", [b"", b"hello\n", b"\xff\xfe\x00"])
def test_a_file_of_another_kind_is_a_misuse(tmp_path: Path, data: bytes):
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(UsageError, match="no whole bundle"):
        opened(path, "CADMV", WORLD, None)


def test_a_bundle_of_another_owner_is_a_misuse(tmp_path: Path):
    path = tmp_path / "x"
    path.write_text("".join(bundle_lines("NVDMV", "golden-state", [], {}, {})))
    with pytest.raises(UsageError, match="bundle of NVDMV"):
        opened(path, "CADMV", WORLD, None)


@pytest.mark.parametrize("reads", [read, lambda path: opened(path, "CADMV", WORLD, None)])
def test_a_missing_file_is_a_misuse(tmp_path: Path, reads):
    with pytest.raises(UsageError, match="cannot read"):
        reads(tmp_path / "nothing")


def test_an_owners_folder_without_versions_is_a_fault(journal: Path, tmp_path: Path):
    with pytest.raises(JournalError, match="owners' versions"):
        opened(journal, "CADMV", WORLD, tmp_path)
