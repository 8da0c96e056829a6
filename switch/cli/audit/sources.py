"""Where a report comes from: one owner's ledger in a journal or a bundle, and its rule files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from switch.errors import AuthoredError, UsageError

if TYPE_CHECKING:
    from switch.acl.directory import Directory
    from switch.acl.policy import Policy
    from switch.audit.bundle import Bundle
    from switch.audit.proof import Fault
    from switch.audit.report import Files
    from switch.config import World
    from switch.core.record.ledger import Page

_SQLITE = b"SQLite format 3\0"
BUNDLE_BYTES_MAX = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Source:
    """One owner's ledger, and versions of its file and of the network's by their SHA-256."""

    pages: Sequence[Page]
    files: Mapping[str, bytes]
    network: Mapping[str, bytes]
    faults: Sequence[Fault] = ()  # of the record in which it stands


def opened(path: Path, backend: str, world: World, owners: Path | None) -> Source:
    """The ledger of this backend; UsageError where there is none, JournalError for a bad file.

    Rule files are taken from the bundle, from the owners' folder beside the journal, and from the
    world's own folder.
    """
    files, network = _of_world(world, backend), _of_world(world, "NETWORK")
    if not _is_journal(path):
        bundle = read(path)
        if bundle.faults:
            what = f"`{path}` is no journal, and no whole bundle: {bundle.faults[0]}"
            raise UsageError(what, "wireroom audit verify tells all that is wrong with it")
        if bundle.backend != backend:
            raise UsageError(f"`{path}` is a bundle of {bundle.backend}, not of {backend}")
        files, network = {**files, **bundle.files}, {**network, **bundle.network}
        return Source(bundle.pages, files, network, tuple(bundle.incomplete))
    folder = owners or path.with_suffix(".owners")
    if owners is not None or (folder / "versions.db").is_file():
        files, network = (
            {**files, **_kept(folder, backend)},
            {**network, **_kept(folder, "NETWORK")},
        )
    pages, faults = _ledger(path, backend)
    return Source(pages, files, network, tuple(faults))


def _is_journal(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError as error:
        fix = "give the journal that `serve` wrote, or a bundle"
        raise UsageError(f"cannot read `{path}`: {error.strerror}", fix) from None


def _ledger(path: Path, backend: str) -> tuple[list[Page], list[Fault]]:
    from switch.audit.proof import Breach, Fault
    from switch.shell.reader import JournalReader

    reader = JournalReader(path)
    try:
        pages = list(reader.pages(backend))
        known = reader.owners() if not pages else []
        faults = [Fault(Breach.CUT, "the journal", reader.lost)] if reader.lost else []
    finally:
        reader.close()
    if not pages:
        fix = f"its ledgers are those of {', '.join(known) or 'nobody'}"
        raise UsageError(f"`{path}` holds no ledger of {backend}", fix)
    return pages, faults


def read(path: Path) -> Bundle:
    """A bundle as it stands; whatever is wrong with it is in its `faults`."""
    from switch.audit.bundle import read_bundle

    try:
        if path.stat().st_size > BUNDLE_BYTES_MAX:
            raise UsageError(f"`{path}` is longer than {BUNDLE_BYTES_MAX} bytes")
        with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
            return read_bundle(lines)
    except OSError as error:
        raise UsageError(f"cannot read `{path}`: {error.strerror}") from None


def read_bundle_file(path: Path) -> Bundle:
    """The same where nothing but a bundle will do; UsageError for a file of another kind."""
    fix = "wireroom audit BACKEND --journal FILE --bundle BUNDLE makes one"
    if _is_journal(path):
        raise UsageError(f"`{path}` is a journal, not a bundle", fix.replace("FILE", str(path)))
    bundle = read(path)
    if not (bundle.backend or bundle.pages or bundle.files or bundle.network):
        raise UsageError(f"`{path}` is no bundle: no line of it can be read as one", fix)
    return bundle


def _of_world(world: World, name: str) -> dict[str, bytes]:
    from switch.acl.envelope import digest_of

    path = world.acl_folder / f"{name}.toml"
    if not path.is_file():
        return {}
    data = path.read_bytes()
    return {digest_of(data): data}


def _kept(folder: Path, name: str) -> dict[str, bytes]:
    from switch.office.versions import Versions

    versions = Versions.read(folder)
    try:
        digests = {change.digest for change in versions.changes(name)}
        found = ((digest, versions.file(name, digest)) for digest in sorted(digests))
        return {digest: data for digest, data in found if data is not None}
    finally:
        versions.close()


def compiled(source: Source, backend: str, directory: Directory) -> tuple[Files, list[str]]:
    """The rules of every version that fits this world; a note for each that does not."""
    from switch.acl.analysis.candidate import compiled as rules_of
    from switch.audit.report import Files

    notes: list[str] = []
    found: dict[str, dict[str, Policy]] = {backend: {}, "NETWORK": {}}
    for name, files in ((backend, source.files), ("NETWORK", source.network)):
        for digest, data in files.items():
            try:
                found[name][digest] = rules_of(directory, name, data)
            except AuthoredError as error:
                first = error.findings[0]
                notes.append(f"version {digest[:12]} of {name} does not fit this world: {first}")
    return Files(found[backend], found["NETWORK"]), notes
