"""Shipped world and rule files with one character changed so that they are no TOML any more.

`python -m tests.switch.files.one_edit` (`make edits`) counts in how many of them exactly one
mistake is told, on the line that was changed, and prints the others.
"""

from __future__ import annotations

import argparse
import random
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from switch.acl.directory import Directory
from switch.acl.document import read_network, read_owner
from switch.acl.policy import NETWORK
from switch.acl.rows import NetworkFile, OwnerFile
from switch.errors import AuthoredError, Finding
from switch.files.authored import inspect_bytes
from switch.shell.plugins import unfit
from switch.world_file import WORLDS_FOLDER, build_world, load_world
from switch.world_rows import WorldFile

SEED = 20191015
CHARACTERS = "\"'[]{}=#,.\\\n\t\x01 ab1-:\u00e9"

Read = Callable[[bytes], object]


class Broken(NamedTuple):
    """A file with one change in a line (1-based), and what is told of it."""

    path: Path
    line: int
    changed: str
    findings: tuple[Finding, ...]

    @property
    def well_told(self) -> bool:
        """Whether it is one mistake, in the line that was changed or one beside it: a line end
        that is gone or new is in both."""
        return len(self.findings) == 1 and abs(self.findings[0].line - self.line) <= 1


def broken(count: int, seed: int = SEED) -> Iterator[Broken]:
    """So many broken files, and what is told of each."""
    chance = random.Random(seed)
    files = list(_files())
    while count:
        path, read = chance.choice(files)
        text = path.read_text()
        at, new = _change(text, chance)
        try:
            tomllib.loads(new)
        except tomllib.TOMLDecodeError:
            count -= 1
            around = new[max(0, at - 30) : at + 30]
            yield Broken(path, text.count("\n", 0, at) + 1, around, _told(read, new))


def _change(text: str, chance: random.Random) -> tuple[int, str]:
    """One character taken out, put in or put in the place of another; and where."""
    at, put = chance.randrange(len(text)), chance.choice(CHARACTERS)
    kind = chance.randrange(3)
    return at, text[:at] + ("" if kind == 0 else put) + text[at + (kind != 1) :]


def _told(read: Read, text: str) -> tuple[Finding, ...]:
    try:
        read(text.encode())
    except AuthoredError as error:
        return error.findings
    return ()


def _files() -> Iterator[tuple[Path, Read]]:
    for folder in sorted(path.parent for path in WORLDS_FOLDER.glob("*/world.toml")):
        yield folder / "world.toml", _world(folder)
        directory = Directory(load_world(folder.name))
        for path in sorted((folder / "acl").glob("*.toml")):
            yield path, _rules(path, directory)


def _world(folder: Path) -> Read:
    def read(data: bytes) -> None:
        file = inspect_bytes(data, WorldFile, name="world.toml")
        found = list(unfit(file, folder))
        try:
            build_world(file, folder)
        except AuthoredError as error:
            found += error.findings
        raise AuthoredError(found)

    return read


def _rules(path: Path, directory: Directory) -> Read:
    def read(data: bytes) -> None:
        if path.stem == NETWORK:
            read_network(inspect_bytes(data, NetworkFile, name=path.name), directory)
        else:
            read_owner(inspect_bytes(data, OwnerFile, name=path.name), directory, path.stem)

    return read


def main(count: int) -> None:
    """Print what is not well told, and the share of what is."""
    bad = 0
    for each in broken(count):
        if not each.well_told:
            bad += 1
            print(f"{each.path.parent.name}/{each.path.name}:{each.line} {each.changed!r}")
            for finding in each.findings:
                print(f"    {finding.line}: {finding.what}")
    print(f"{count - bad} of {count} told as one mistake on its line")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make edits", description=__doc__)
    parser.add_argument("files", type=int, nargs="?", default=3_000, help="how many are broken")
    main(parser.parse_args().files)
