"""A small setup for backends, so that a test builds in milliseconds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backends import memory
from switch.backend import BackendSetup, InlineBackend, Query, no_progress
from switch.errors import AuthoredError
from switch.world_file import WORLDS_FOLDER

FOLDER = WORLDS_FOLDER / "golden-state"
ALL_KEYS = ("DQ", "DNQ", "RQ", "RNQ", "QW", "QV", "IQ", "ZIQ")


def setup(cache: Path, **changes: Any) -> BackendSetup:
    """All keys, the shipped cast, a hundred people."""
    options = {"records": ["records/cast.toml"], "people": 100, "vehicles": 200}
    values: dict[str, Any] = {
        "name": "ALL",
        "keys": ALL_KEYS,
        "state": "CA",
        "options": options | changes.pop("options", {}),
        "world": "golden-state",
        "world_folder": FOLDER,
        "cache_folder": cache,
        "seed": 7,
        "progress": no_progress,
    }
    return BackendSetup(**(values | changes))


def in_memory(setup: BackendSetup) -> InlineBackend:
    """The memory backend, with those of these options that it takes."""
    mine = {
        name: setup.options[name] for name in memory.Options.model_fields & setup.options.keys()
    }
    return memory.open_backend(replace(setup, options=mine))


def refused(setup: BackendSetup, opens: Any) -> str:
    """What is told of options that a kind of backend does not take."""
    with pytest.raises(AuthoredError) as caught:
        opens(setup)
    return str(caught.value)


def query(key: str, image: bool = False, id: int = 1, **fields: str) -> Query:
    """One question."""
    return Query(id, key, "CA", fields, image, None, 0.0)  # type: ignore[arg-type]
