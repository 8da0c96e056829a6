"""A rule file with the edits of its findings applied, again and again until nothing is left to do.

The text in between is never anybody's file: whoever asked sees the last one whole, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switch.acl.analysis.lints.every import lint
from switch.acl.analysis.promises import check
from switch.acl.directory import Directory
from switch.acl.document import read_network, read_owner
from switch.acl.policy import NETWORK
from switch.acl.rows import NetworkFile, OwnerFile
from switch.errors import AuthoredError, Finding
from switch.files.authored import inspect_bytes
from switch.files.toml.layout import applied

ROUNDS_MAX = 8  # a mended line may show the next mistake; a file that needs more is not mended


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of a text: the mistakes that were mended, and those that are left."""

    text: str
    mended: tuple[Finding, ...]
    left: tuple[Finding, ...]


def mistakes(text: str, directory: Directory, name: str, stem: str) -> Sequence[Finding]:
    """Everything for which `acl check` exits with 1 or 2; `stem` is the file's name, which may say
    whose it is."""
    try:
        data = text.encode()
        if stem == NETWORK:
            read_network(inspect_bytes(data, NetworkFile, name=name), directory)
            return ()
        document = read_owner(inspect_bytes(data, OwnerFile, name=name), directory, stem)
    except AuthoredError as error:
        return error.findings
    return sorted((*check(document, directory).findings, *lint(document, directory).mistakes))


def repaired(text: str, directory: Directory, name: str, stem: str) -> Repaired:
    """The text after the edits that `acl check` prints, and those that it would print then."""
    done: list[Finding] = []
    seen = {text}
    found = mistakes(text, directory, name, stem)
    for _ in range(ROUNDS_MAX):
        now = [finding for finding in found if finding.edits]
        new = applied(text, [edit for finding in now for edit in finding.edits])
        if new in seen:
            break  # nothing to do, or one edit undoes another
        text = new
        seen.add(text)
        done += now
        found = mistakes(text, directory, name, stem)
    return Repaired(text, tuple(done), tuple(found))
