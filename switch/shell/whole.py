"""A world read whole, as a switch is to serve it: `world.toml`, message keys, rules and backends.

The mistakes of all its files are told together. Rules are held against what could be read of
`world.toml`; a name that may stand in the rest of it is not unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeVar

from switch.acl.document import load_stack, wrong_rules
from switch.acl.engine import AccessStack
from switch.config import World
from switch.errors import AuthoredError, Finding
from switch.files.salvage import FILLED_IN
from switch.format_file import unspoken, world_formats
from switch.shell.plugins import unfit
from switch.wire.spec import Formats
from switch.world_file import inspect_world, part_of_world, world_folder

T = TypeVar("T")


class Whole(NamedTuple):
    """All that a switch is started with, of one world."""

    world: World
    stack: AccessStack
    formats: Formats


def whole(name: str) -> Whole:
    """A world by id or folder, in order; AuthoredError with the mistakes of all its files, each
    with the world's folder before its name."""
    folder, found = world_folder(name), list[Finding]()
    file = _kept(found, lambda: inspect_world(name))
    formats = _kept(found, lambda: world_formats(folder))
    if file is not None:
        found += unfit(file, folder)
    if file is not None and formats is not None:
        found += unspoken(file, formats)
    if file is None:
        found += wrong_rules(folder / "acl", None, frozenset())
        raise AuthoredError(_of(folder, found))
    world, wrong = part_of_world(file, folder)
    if wrong:
        found += (*wrong, *wrong_rules(world.acl_folder, world, file.lost | {FILLED_IN}))
        raise AuthoredError(_of(folder, found))
    stack = _kept(found, lambda: load_stack(world))
    if found or formats is None or stack is None:
        raise AuthoredError(_of(folder, found))
    return Whole(world, stack, formats)


def _kept(found: list[Finding], read: Callable[[], T]) -> T | None:
    """What was read; None if it has mistakes, which are added to those found before."""
    try:
        return read()
    except AuthoredError as error:
        found += error.findings
        return None


def _of(folder: Path, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Several worlds have files of the same names: say whose each is."""
    for finding in findings:
        own = finding.file.startswith(f"{folder.name}/")
        yield finding if own else replace(finding, file=f"{folder.name}/{finding.file}")
