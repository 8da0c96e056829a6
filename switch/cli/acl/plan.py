"""`wireroom acl plan`: one change package to carry to a meeting."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from switch.cli.style import sub_parser
from switch.errors import AuthoredError, Exit, Finding, UsageError

if TYPE_CHECKING:
    from switch.acl.directory import Directory
    from switch.acl.document import OwnerDocument
    from switch.acl.engine import AccessStack
    from switch.cli.acl.package import Package, Version

EXAMPLE = """\
wireroom acl plan acl/CADMV.toml draft/CADMV.toml
wireroom acl plan acl/CADMV.toml draft/CADMV.toml --html change.html"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """The sub-verb's own arguments."""
    what = "A change package: words, gains and losses, collateral, messages to type, rollback."
    verb = sub_parser(verbs, "plan", what, EXAMPLE)
    verb.add_argument("old", type=Path, help="an owner's file as it is in force")
    verb.add_argument("new", type=Path, help="the same after the change")
    verb.add_argument("--html", type=Path, metavar="FILE", help="write one self-contained page")
    return verb


def run(arguments: argparse.Namespace) -> int:
    """Exit 0: the package is made; 1: the new file does not pass `acl check`; 2: a bad file."""
    from switch.cli.acl.package import as_json, told
    from switch.cli.told.page import write
    from switch.cli.told.screen import show

    package = _package(arguments)
    if arguments.html is not None:
        write(told(package), arguments.html)
    if arguments.json:
        sys.stdout.write(json.dumps(as_json(package)) + "\n")
    else:
        show(told(package))
    return int(Exit.FINDINGS if package.findings else Exit.FINE)


def _package(arguments: argparse.Namespace) -> Package:
    from switch.acl.analysis.difference import difference
    from switch.acl.analysis.lints.every import lint
    from switch.acl.analysis.promises import check
    from switch.acl.analysis.wording import wording
    from switch.acl.document import load_stack
    from switch.acl.protection import withdrawn
    from switch.cli.acl.package import Package
    from switch.world_file import load_world

    base = load_stack(load_world(arguments.world))
    old, new = _documents(base.directory, arguments.old, arguments.new)
    if old.policy.name != new.policy.name:
        what = (
            f"{old.file.name} is {old.policy.name}'s file and {new.file.name} {new.policy.name}'s"
        )
        raise UsageError(what, "compare two versions of one file")
    versions = [_version(base, each) for each in (old, new)]
    findings = (*check(new, base.directory).findings, *lint(new, base.directory).mistakes)
    return Package(
        backend=new.policy.name,
        owner=new.policy.owner,
        old=versions[0],
        new=versions[1],
        timezone=new.timezone,
        wording=tuple(wording(old.file.model, new.file.model)),
        changes=tuple(difference(versions[0].alone, versions[1].alone)),
        withdrawn=withdrawn(old, new),
        notice=old.file.model.never_notice,
        findings=tuple(sorted(findings)),
    )


def _documents(directory: Directory, *paths: Path) -> list[OwnerDocument]:
    """Both files, each read once; the mistakes of both together."""
    from switch.acl.document import read_owner
    from switch.acl.policy import NETWORK
    from switch.acl.rows import OwnerFile
    from switch.cli.owner.line import steady
    from switch.files.authored import inspect_bytes

    findings, documents = list[Finding](), []
    for path in paths:
        if path.stem == NETWORK:
            fix = "`wireroom acl diff` compares the switch operator's files"
            raise UsageError("a change package is about an owner's file", fix)
        data = steady(path)
        try:
            file = inspect_bytes(data, OwnerFile, name=str(path))
            documents.append(read_owner(file, directory, path.stem))
        except AuthoredError as error:
            findings.extend(error.findings)
    if findings:
        raise AuthoredError(findings)
    return documents


def _version(base: AccessStack, document: OwnerDocument) -> Version:
    from switch.acl.analysis.promises import judged_alone
    from switch.acl.engine import AccessStack
    from switch.cli.acl.package import Version

    policy = document.policy
    owners = {**base.owners, policy.name: policy}
    whole = AccessStack(base.world, base.directory, owners, base.network)
    alone = judged_alone(policy, base.directory)
    return Version(document.file.name, policy.version, alone, whole)
