"""Backends found by name: the built-in ones through the same entry points as a stranger's."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from switch.backend import ENTRY_POINT_GROUP, Backend, BackendSetup, Progress, no_progress
from switch.config import BackendEntry, World
from switch.errors import BackendError, Finding, UsageError, WireroomError
from switch.files.authored import Authored, nearest
from switch.files.salvage import FILLED_IN
from switch.options import options_of
from switch.terms import BackendName
from switch.world_rows import WorldFile


def default_cache_folder() -> Path:
    """Where built records lie unless a command says otherwise: the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "wireroom"


def installed_kinds() -> Mapping[str, EntryPoint]:
    """Every kind of backend that is installed here."""
    return {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}


def unfit(file: Authored[WorldFile], folder: Path) -> Iterator[Finding]:
    """Backends of a world file that nothing installed here can open as they are described there;
    the files that they name are looked for in the world's folder."""
    kinds = installed_kinds()
    for index, row in enumerate(file.model.backend):
        path = ("backend", index, "kind")
        if row.kind == FILLED_IN:
            continue
        if row.kind not in kinds:
            what = f"no kind of backend `{row.kind}` is installed"
            yield file.finding(path, what, _known(row.kind, kinds))
            continue
        try:
            target = kinds[row.kind].load()
        except Exception as error:  # a stranger's module, which nobody has looked at before
            what = f"kind `{row.kind}` cannot be loaded: {type(error).__name__}: {error}"
            yield file.finding(path, what, "install the package that has it anew")
            continue
        options = options_of(target)
        if options is not None:
            yield from file.within(("backend", index, "options"), options, folder)


def _known(kind: str, kinds: Mapping[str, EntryPoint]) -> str:
    near = nearest(kind, kinds)
    every = f"known: {', '.join(sorted(kinds))}"
    return f"did you mean `{near}`? {every}" if near else every


def open_backends(
    world: World, cache_folder: Path, progress: Progress = no_progress
) -> dict[BackendName, Backend]:
    """Open all backends of a world, building records where need be.

    UsageError for a kind that is not installed, BackendError where one cannot be opened; those
    opened before are closed again.
    """
    kinds, opened = installed_kinds(), dict[BackendName, Backend]()
    try:
        for name, entry in world.backends.items():
            opened[name] = open_one(world, entry, cache_folder, progress, kinds)
    except BaseException:
        for backend in opened.values():
            with suppress(Exception):  # the first error is the one to tell
                backend.close()
        raise
    return opened


def open_one(
    world: World,
    entry: BackendEntry,
    cache_folder: Path,
    progress: Progress = no_progress,
    kinds: Mapping[str, EntryPoint] | None = None,
) -> Backend:
    """Open one backend of a world; the same errors as `open_backends`."""
    kinds = installed_kinds() if kinds is None else kinds
    if entry.kind not in kinds:
        what = f"backend {entry.name}: no kind `{entry.kind}` is installed"
        raise UsageError(what, _known(entry.kind, kinds))
    setup = BackendSetup(
        name=entry.name,
        keys=tuple(c.key for c in world.catalog if c.backend == entry.name),
        state=entry.state,
        options=entry.options,
        world=world.id,
        world_folder=world.folder,
        cache_folder=cache_folder,
        seed=world.seed,
        agencies=tuple(world.agencies.values()),
        progress=progress,
    )
    try:
        backend: Backend = kinds[entry.kind].load()(setup)
    except WireroomError:
        raise
    except Exception as error:
        # A plug-in is a stranger's code: name it, and what it said, instead of a traceback.
        raise BackendError(
            f"backend {entry.name} (kind `{entry.kind}`) cannot be opened:"
            f" {type(error).__name__}: {error}"
        ) from error
    return backend
