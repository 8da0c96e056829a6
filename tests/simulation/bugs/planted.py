"""The list of bugs that are planted on purpose, and how one gets on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Plant = Callable[[pytest.MonkeyPatch], None]
BUGS: dict[str, Plant] = {}


def bug(name: str) -> Callable[[Plant], Plant]:
    """Put one on the list."""

    def added(function: Plant) -> Plant:
        BUGS[name] = function
        return function

    return added
