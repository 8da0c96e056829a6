"""A small setup for backends, so that a test builds in milliseconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from switch.backend import BackendSetup, Query, no_progress
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


def query(key: str, image: bool = False, id: int = 1, **fields: str) -> Query:
    """One question."""
    return Query(id, key, "CA", fields, image, None, 0.0)  # type: ignore[arg-type]
