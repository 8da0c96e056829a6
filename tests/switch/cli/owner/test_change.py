"""The owner's verbs against a real switch: from a key pair to a rollback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.owners import BASE, CUT
from tests.process import run, serving

WITHOUT = BASE[: BASE.index(b"[[never]]")] + BASE[BASE.index(b"[[always]]") :]


@contextmanager
def owners(folder: Path) -> Iterator[Path]:
    """A switch with two owners registered, and their drafts."""
    for backend in ("CADMV", "CAWPS"):
        made = run("owner", "keygen", backend, "--register", "test.owners", cwd=folder)
        assert made.returncode == 0
    (folder / "base.toml").write_bytes(BASE)
    (folder / "cut.toml").write_bytes(CUT)
    (folder / "without.toml").write_bytes(WITHOUT)
    (folder / "broken.toml").write_bytes(BASE.replace(b'["ero"]', b'["eros"]'))
    with serving(folder, "--control", str(folder / "c")):
        yield folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The same for tests in any order: each says what it builds on."""
    with owners(tmp_path_factory.mktemp("owners")) as folder:
        yield folder


def owner(folder: Path, *words: str):
    return run("owner", *words, "--control", "c", cwd=folder)


def said(done) -> dict:
    return json.loads(done.stdout)


def test_from_a_proposal_to_a_rollback(tmp_path):
    with owners(tmp_path) as folder:
        goes_there_and_back(folder)


def goes_there_and_back(folder: Path) -> None:
    proposed = said(owner(folder, "propose", "CADMV", "cut.toml", "--json"))
    version = proposed["change"]["digest"]
    assert proposed["change"]["step"] == "proposed"
    staged = owner(folder, "stage", "CADMV", version[:8])
    assert staged.returncode == 0
    assert "not acted on" in staged.stdout
    activated = owner(folder, "activate", "CADMV", version[:8])
    assert activated.returncode == 0
    assert "ACTIVATED" in activated.stdout
    back = said(owner(folder, "rollback", "CADMV", "--json"))
    assert back["change"]["digest"] == proposed["change"]["base"]
    history = owner(folder, "history", "CADMV")
    assert history.returncode == 0
    assert history.stdout.count("activated again") == 1
    further = owner(folder, "rollback", "CADMV")  # does not bring back what the first took away
    assert further.returncode == 2
    assert "no other version of CADMV was in force before" in further.stderr
    assert [history.stdout.count(word) for word in ("proposed", "staged", "adopted")] == [1, 1, 1]
    shown = owner(folder, "history", "CADMV", "--show", version[:8])
    assert shown.stdout.encode() == CUT
    in_force = owner(folder, "history", "CADMV", "--show")
    assert in_force.stdout.encode() == BASE


def test_a_draft_on_a_version_that_is_no_longer_in_force_is_stale(folder):
    """What was proposed stays written on what was in force then."""
    mine = said(owner(folder, "propose", "CADMV", "cut.toml", "--json"))["change"]
    other = folder / "other.toml"
    other.write_bytes(BASE + b"# another hand\n")
    assert owner(folder, "activate", "CADMV", "other.toml").returncode == 0
    late = owner(folder, "activate", "CADMV", mine["digest"][:10])
    assert late.returncode == 1
    assert "stale base" in late.stdout
    assert owner(folder, "rollback", "CADMV").returncode == 0


def test_another_owners_key_is_refused(folder):
    done = owner(folder, "activate", "CADMV", "cut.toml", "--key", "CAWPS.key")
    assert done.returncode == 1
    assert "that is the key of CAWPS" in done.stdout


def test_a_file_with_mistakes_is_refused_with_all_of_them(folder):
    done = owner(folder, "activate", "CADMV", "broken.toml")
    assert done.returncode == 1
    assert "is not in the directory" in done.stdout
    assert "did you mean `ero`" in done.stdout


def test_protection_withdrawn_needs_its_reason_waits_and_is_shouted(folder):
    bare = owner(folder, "activate", "CADMV", "without.toml")
    assert bare.returncode == 1
    assert "without reason and cite" in bare.stdout
    words = ("--reason", "Court order", "--cite", "No. 1 (fictional)")
    done = owner(folder, "activate", "CADMV", "without.toml", *words)
    assert done.returncode == 0
    assert "!!! PROTECTION WITHDRAWN: DMV-N1 !!!" in done.stdout
    assert "waits its notice" in done.stdout
    history = owner(folder, "history", "CADMV")
    assert "PROTECTION WITHDRAWN: DMV-N1" in history.stdout
    assert said(owner(folder, "history", "CADMV", "--json"))["pending"]["withdrawn"] == ["DMV-N1"]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("activate", "CACHS", "cut.toml", "--key", "CADMV.key"), "no key of CACHS"),
        (("activate", "CADMV", "ffffffff"), "fix: wireroom owner history CADMV lists them"),
        (("propose", "CADMV", "missing.toml"), "no file `missing.toml`\n    fix: give a file"),
        (("propose", "CADMV", "/dev/zero"), "`/dev/zero` is no regular file"),
        (("history", "CADVM"), "the switch has no backend `CADVM`\n    fix: did you mean `CADMV`"),
        (("history", "CACHS"), "fix: wireroom owner keygen CACHS --register FOLDER"),
        (("activate", "CADMV", "cut.toml", "--key", "no.key"), "cannot read the key"),
        (("rollback", "CAWPS"), "no other version of CAWPS was in force before"),
    ],
)
def test_a_mistake_is_told_in_words(folder, words, what):
    done = owner(folder, *words)
    assert done.returncode == 2
    assert what in done.stderr
