"""How a record is found: by the fields that name one thing, whatever form they were typed in.

An inquiry is looked up by its most telling field (a licence before a name); what else it says about
identity must then fit too. Fields that only describe (LIY, LIT, VMA ...) do not narrow a search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from switch.backend import BackendSetup, Query, Reply
from switch.errors import BackendError
from switch.terms import MessageKey

Record = Mapping[str, str]

RECORDS_MAX = 20  # of one answer

KINDS: Mapping[MessageKey, str] = {
    MessageKey("DQ"): "driver",
    MessageKey("DNQ"): "driver",
    MessageKey("KQ"): "history",
    MessageKey("RQ"): "vehicle",
    MessageKey("RPQ"): "vehicle",
    MessageKey("RNQ"): "vehicle",
    MessageKey("BQ"): "boat",
    MessageKey("SQ"): "snowmobile",
    MessageKey("GQ"): "aircraft",
    MessageKey("HQ"): "road",
    MessageKey("QW"): "wanted",
    MessageKey("QV"): "stolen",
    MessageKey("IQ"): "identity",
    MessageKey("FQ"): "identity",
    MessageKey("CWQ"): "permit",
    MessageKey("SOQ"): "registrant",
    MessageKey("PPQ"): "supervision",
    MessageKey("PBQ"): "supervision",
    MessageKey("PCQ"): "supervision",
    MessageKey("PAQ"): "supervision",
    MessageKey("SWQ"): "warrant",
    MessageKey("WLQ"): "wildlife",
    MessageKey("ZIQ"): "incident",
}
"""What each message key searches."""

_ROADS = "road TXT"
_PHOTO_IF_ASKED = ("driver", "registrant")

# The most telling first. A licence is not found by its holder's SOC, although it has one: an
# inquiry that the format does not offer must not work by accident either.
TELLING: Mapping[str, tuple[str, ...]] = {
    "driver": ("OLN", "NAM"),
    "vehicle": ("LIC", "VIN", "NAM"),
    "wanted": ("NAM", "NIC"),  # by its number for an entry, which no inquiry offers
    "stolen": ("LIC", "VIN", "NIC"),
    "identity": ("SID", "FBI", "SOC", "MNU", "NAM"),
    "incident": ("LIC", "NAM"),
    "history": ("OLN", "NAM"),
    "boat": ("REG", "BHN", "NAM"),
    "snowmobile": ("REG", "VIN", "NAM"),
    "aircraft": ("REG", "SER", "NAM"),
    "road": ("TXT",),
    "permit": ("PER", "SOC", "NAM"),
    "registrant": ("SOC", "NAM"),
    "supervision": ("SID", "FBI", "SOC", "MNU", "NAM"),
    "warrant": ("OLN", "FBI", "SOC", "MNU", "NAM"),
    "wildlife": ("SOC", "NAM"),
}
"""What records of each kind can be found by."""

_SUPERVISED = {"PPQ": "PAROLE", "PBQ": "PROBATION", "PCQ": "CORRECTIONS"}  # PAQ: all three [N-PPC]


class Searches(NamedTuple):
    """What a backend searches for each key, and what its records can be found by."""

    kinds: Mapping[MessageKey, str]
    telling: Mapping[str, tuple[str, ...]]

    def of(self, setup: BackendSetup) -> frozenset[str]:
        """The kinds of records that a backend with these keys holds."""
        return frozenset(self.kinds[key] for key in setup.keys if key in self.kinds)


PUBLISHED = Searches(KINDS, TELLING)


def searches_of(setup: BackendSetup) -> Searches:
    """The published searches and those of a world's own keys, as its backend has them:

        searches = { ZDQ = { kind = "dog", by = ["TAG", "NAM"] } }   # the most telling field first

    BackendError where one is wrong.
    """
    given = setup.options.get("searches", {})
    kinds, telling = dict(KINDS), dict(TELLING)
    form = 'such as searches = { ZDQ = { kind = "dog", by = ["TAG", "NAM"] } }'
    if not isinstance(given, dict):
        raise BackendError(f"{setup.name}: option `searches` is no table\n    fix: {form}")
    for key, row in given.items():
        if not (
            isinstance(row, dict)
            and row.keys() == {"kind", "by"}
            and isinstance(row["kind"], str)
            and row["kind"].isalpha()
            and isinstance(row["by"], list)
            and row["by"]
            and all(isinstance(field, str) and field.isupper() for field in row["by"])
        ):
            raise BackendError(f"{setup.name}: option `searches.{key}` is wrong\n    fix: {form}")
        if key in KINDS or row["kind"] in TELLING:
            what = f"{setup.name}: `searches.{key}` names a key or a kind that is known already"
            raise BackendError(f"{what}\n    fix: choose another name")
        kinds[MessageKey(key)], telling[row["kind"]] = row["kind"], tuple(row["by"])
    return Searches(kinds, telling) if given else PUBLISHED


def terms(kind: str, record: Record, searches: Searches = PUBLISHED) -> Iterator[str]:
    """Everything that a record can be looked up by."""
    if kind == "road":
        yield _ROADS  # whatever is asked: the text of an inquiry is not edited [N-HQ]
        return
    for field in searches.telling[kind]:
        for value in _held(record, field):
            yield f"{kind} {field} {_name_term(value) if field == 'NAM' else value}"


def term(query: Query, searches: Searches = PUBLISHED) -> tuple[str, str] | None:
    """What to look an inquiry up by, and the field it is from; None if nothing in it is telling, or
    the key is not ours."""
    kind = searches.kinds.get(query.key)
    if kind is None:
        return None
    if kind == "road":
        return _ROADS, "TXT"
    fields = query.fields
    for field in searches.telling[kind]:
        value = fields.get(field)
        if value:
            return f"{kind} {field} {_name_term(value) if field == 'NAM' else value}", field
    return None


def narrows(query: Query, by: str) -> bool:
    """Whether anything else than the field it was looked up by must be compared: see `fits`.

    A name is looked up by less than what was typed.
    """
    for field in query.fields:
        if field in _SAME and (field != by or field == "NAM"):
            return True
    return query.key in _SUPERVISED


def part_of_a_plate(query: Query) -> str | None:
    """What the terms of the plates that are meant look like, `*` for any characters; None where a
    whole one was typed. That the sign is an asterisk is ours [N-RQG]."""
    plate = query.fields.get("LIC", "")
    return f"vehicle LIC {plate}" if query.key == "RPQ" and "*" in plate else None


def unsearchable(query: Query) -> Reply:
    """The reply where `term` finds nothing to look up."""
    return Reply(query.id, error=f"cannot search by {' '.join(query.fields) or 'nothing'}")


def fits(query: Query, record: Record) -> bool:
    """Whether a record that was looked up is meant by the whole inquiry."""
    if (
        query.key in _SUPERVISED
        and record.get("SUP", _SUPERVISED[query.key]) != (_SUPERVISED[query.key])
    ):
        return False
    for field, asked in query.fields.items():
        held = record.get(field)
        if held == asked or not asked:  # nearly always
            continue
        same = _SAME.get(field)
        if same is None:
            continue
        if held:
            if not same(asked, held):
                return False
            continue
        others = _held(record, field)
        if others and not any(same(asked, each) for each in others):
            return False
    return True


def answered(query: Query, record: Record) -> Record:
    """A record as this inquiry may have it: the photograph of a driver only if it was asked for."""
    if "IMG" in record and not query.image and KINDS.get(query.key) in _PHOTO_IF_ASKED:
        return {field: value for field, value in record.items() if field != "IMG"}
    return record


def _held(record: Record, field: str) -> tuple[str, ...]:
    """What a record says under that field: a vehicle's person is its owner, and the number of an
    identity may be typed without saying whose numbering it is."""
    value = record.get(field)
    if value:
        return (value,)
    if field == "NAM":
        return (record["OWN"],) if "OWN" in record else ()
    if field == "MNU":
        return tuple(record[code] for code in ("SID", "FBI") if code in record)
    return ()


def _name(value: str) -> tuple[str, list[str]]:
    """LAST, comma, optional blank, FIRST, MIDDLE ... [N-KQ]."""
    last, _, given = value.partition(",")
    return last.strip(), given.split()


def _name_term(value: str) -> str:
    last, _, given = value.partition(",")
    first = given.split(None, 1)
    return f"{last.strip()},{first[0] if first else ''}"


def _same_name(asked: str, held: str) -> bool:
    """What is typed may leave out what comes after it: a middle name, a suffix."""
    if "," in asked and f"{held} ".startswith(f"{asked} "):  # nearly always
        return True
    (last, given), (held_last, held_given) = _name(asked), _name(held)
    return last == held_last and held_given[: len(given)] == given


def _same_day(asked: str, held: str) -> bool:
    if len(asked) == len(held):
        return asked == held
    return _six_digits(asked) == _six_digits(held)


def _same_sex(asked: str, held: str) -> bool:
    """Unknown to the asker, or on record, rules nobody out."""
    return asked == held or "U" in (asked, held)


def _same(asked: str, held: str) -> bool:
    return asked == held


def _six_digits(date: str) -> str:
    """`ccyymmdd` or `mmddyy` as the latter [N-KQ]."""
    return date if len(date) == 6 else date[4:] + date[2:4]


_SAME: Mapping[str, Callable[[str, str], bool]] = {
    **dict.fromkeys(
        ("OLN", "LIC", "LIS", "VIN", "SID", "FBI", "SOC", "MNU", "REG", "BHN", "SER", "PER"), _same
    ),
    "NAM": _same_name,
    "DOB": _same_day,
    "SEX": _same_sex,
}
