"""Makes a case on which engine and oracle differ as small as it will go."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.switch.acl.agreement import Case

Table = dict[str, Any]
ROUNDS_MAX = 20


def smallest(case: Case, differ: Callable[[Case], object]) -> Case:
    """Nothing more can be taken from what this returns without ending the difference."""
    for _ in range(ROUNDS_MAX):
        before = case
        for smaller in _smaller(case):
            # Offers are made of the case as it was; each is tried on what is left of it.
            tried = smaller(case)
            if tried is not None and differ(tried):
                case = tried
        if case == before:
            break
    return case


def _smaller(case: Case) -> Iterator[Callable[[Case], Case | None]]:
    """Ways to take something away: whole rows first, then entries of rows, then of the request."""
    tables: dict[str, Table] = {
        "place": case.place,
        "network": case.network,
        **{f"owners.{name}": table for name, table in case.owners.items()},
    }
    for where, table in tables.items():
        for name, rows in table.items():
            if isinstance(rows, list):
                for index in reversed(range(len(rows))):
                    yield _without(where, name, index)
    for where, table in tables.items():
        for name, rows in table.items():
            for index, row in enumerate(rows if isinstance(rows, list) else ()):
                for key, value in row.items():
                    yield _without(where, name, index, key)
                    if isinstance(value, list):
                        for entry in reversed(range(len(value))):
                            yield _without(where, name, index, key, entry)
    for field in ("operator", "on_behalf_of", "purpose"):
        yield _asking(**{field: None})
    yield _asking(image=False)


def _asking(**fields: object) -> Callable[[Case], Case]:
    return lambda case: replace(case, request=case.request | fields)


def _without(where: str, *path: str | int) -> Callable[[Case], Case | None]:
    def tried(case: Case) -> Case | None:
        smaller = copy.deepcopy(case)
        top, _, owner = where.partition(".")
        held: Any = getattr(smaller, top)
        held = held[owner] if owner else held
        try:
            for step in path[:-1]:
                held = held[step]
            del held[path[-1]]
        except (KeyError, IndexError):
            return None
        return smaller

    return tried
