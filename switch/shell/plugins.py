"""Backends found by name: the built-in ones through the same entry points as a stranger's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from switch.backend import ENTRY_POINT_GROUP, Backend, BackendSetup, Progress, no_progress
from switch.config import BackendEntry, World
from switch.errors import BackendError, UsageError, WireroomError
from switch.files.authored import did_you_mean
from switch.terms import BackendName


def default_cache_folder() -> Path:
    """Where built records lie unless a command says otherwise: the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "wireroom"


def installed_kinds() -> Mapping[str, EntryPoint]:
    """Every kind of backend that is installed here."""
    return {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}


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
        raise UsageError(what, did_you_mean(entry.kind, kinds))
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
