"""What differs between the directories and catalogs of two worlds, item by item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from switch.config import Affiliation, Agency, BackendEntry, CatalogEntry, Operator, Terminal, World
from switch.files.authored import local_time

_Name = TypeVar("_Name", bound=str)
_Item = TypeVar("_Item")
_Parts = dict[str, tuple[str, ...]]  # of an item: name of the part -> its values


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item of a world. `part` is "" where the item as a whole is new or gone."""

    table: str  # agency, terminal, operator, backend, answer, class
    name: str
    part: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


def world_changes(old: World, new: World) -> list[ItemChange]:
    """Every difference that the rules or the catalog can see; names for people are left out."""
    return [
        *_table("agency", old.agencies, new.agencies, _agency),
        *_table("terminal", old.terminals, new.terminals, _terminal),
        *_table("operator", old.operators, new.operators, _operator(new.timezone)),
        *_table("backend", old.backends, new.backends, _backend),
        *_table("answer", _answers(old), _answers(new), _answer),
        *_table("class", old.class_fields, new.class_fields, _fields),
    ]


def _table(
    table: str,
    old: Mapping[_Name, _Item],
    new: Mapping[_Name, _Item],
    parts: Callable[[_Item], _Parts],
) -> Iterator[ItemChange]:
    for name in {**old, **new}:
        if name not in new:
            yield ItemChange(table, name, "", (name,), ())
        elif name not in old:
            yield ItemChange(table, name, "", (), (name,))
        else:
            before, after = parts(old[name]), parts(new[name])
            for part in {**before, **after}:
                had, has = before.get(part, ()), after.get(part, ())
                if had != has:
                    yield _moved(table, name, part, had, has)


def _moved(
    table: str, name: str, part: str, had: tuple[str, ...], has: tuple[str, ...]
) -> ItemChange:
    gone = tuple(value for value in had if value not in has)
    new = tuple(value for value in has if value not in had)
    if not gone and not new:  # the same in another order, which matters for the primary class
        gone, new = had, has
    return ItemChange(table, name, part, gone, new)


def _agency(agency: Agency) -> _Parts:
    return {
        "parent": _one(agency.parent),
        "oris": tuple(sorted(agency.oris)),
        "groups": tuple(sorted(agency.groups)),
        "functions": tuple(sorted(agency.functions)),
        "services": tuple(sorted(agency.services)),
    }


def _terminal(terminal: Terminal) -> _Parts:
    return {"agency": _one(terminal.agency), "via": tuple(sorted(terminal.via))}


def _operator(zone: ZoneInfo) -> Callable[[Operator], _Parts]:
    def span(each: Affiliation) -> str:
        until = f" until {local_time(each.end, zone)}" if each.end is not None else ""
        return f"{each.agency} from {local_time(each.start, zone)}{until}"

    def parts(operator: Operator) -> _Parts:
        spans = tuple(sorted(map(span, operator.affiliations)))
        return {"agency": _one(operator.agency), "affiliations": spans}

    return parts


def _backend(backend: BackendEntry) -> _Parts:
    return {"owner": _one(backend.owner), "ori": _one(backend.ori)}


def _answers(world: World) -> dict[str, list[CatalogEntry]]:
    """By key and backend; a backend may answer one key at several destinations."""
    found: dict[str, list[CatalogEntry]] = {}
    for entry in world.catalog:
        found.setdefault(f"{entry.key} of {entry.backend}", []).append(entry)
    return found


def _answer(entries: list[CatalogEntry]) -> _Parts:
    return {
        "destination": tuple(str(e.destination) for e in entries if e.destination),
        "classes": tuple(dict.fromkeys(name for e in entries for name in e.classes)),
        "image_classes": tuple(dict.fromkeys(name for e in entries for name in e.image_classes)),
        "purposes": tuple(sorted({purpose for e in entries for purpose in e.purposes})),
    }


def _fields(codes: Iterable[str]) -> _Parts:
    return {"fields": tuple(sorted(codes))}


def _one(value: str | None) -> tuple[str, ...]:
    return (str(value),) if value else ()
