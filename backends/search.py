"""How a record is found: by the fields that name one thing, whatever form they were typed in.

An inquiry is looked up by its most telling field (a licence before a name); what else it says about
identity must then fit too. Fields that only describe (LIY, LIT, VMA ...) do not narrow a search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field

from switch.backend import BackendSetup, Query, Reply
from switch.errors import UnfitError
from switch.files.authored import Row
from switch.options import Form
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


def _new_key(key: str) -> str:
    if key in KINDS:
        raise UnfitError(f"`{key}` has its search already", "name a key of the world's own")
    return key


def _new_kind(kind: str) -> str:
    if kind in TELLING:
        raise UnfitError(f"`{kind}` is a kind of record already", "choose another name")
    return kind


_Key = Annotated[
    str, Form("^[A-Z]{2,3}$", "two or three capital letters", "ZDQ"), AfterValidator(_new_key)
]
_Kind = Annotated[
    str, Form("^[a-z]{2,20}$", "a word in small letters", "dog"), AfterValidator(_new_kind)
]
_Code = Annotated[str, Form("^[A-Z][A-Z0-9]*$", "a field code in capital letters", "TAG")]


class SearchRow(Row):
    """How a record that answers a key of the world's own is found."""

    kind: _Kind
    by: Annotated[list[_Code], Field(min_length=1)]  # the most telling field first


SearchRows = dict[_Key, SearchRow]
"""The option `searches`:

    searches = { ZDQ = { kind = "dog", by = ["TAG", "NAM"] } }
"""


def searches_of(rows: Mapping[str, SearchRow]) -> Searches:
    """The published searches and those of a world's own keys, as its backend has them."""
    if not rows:
        return PUBLISHED
    kinds = {MessageKey(key): row.kind for key, row in rows.items()}
    telling = {row.kind: tuple(row.by) for row in rows.values()}
    return Searches({**KINDS, **kinds}, {**TELLING, **telling})


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
