"""How a record is found: by the fields that name one thing, whatever form they were typed in.

An inquiry is looked up by its most telling field (a licence before a name); what else it says about
identity must then fit too. Fields that only describe (LIY, LIT, VMA ...) do not narrow a search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from switch.backend import Query
from switch.terms import MessageKey

Record = Mapping[str, str]

KINDS: Mapping[MessageKey, str] = {
    MessageKey("DQ"): "driver",
    MessageKey("DNQ"): "driver",
    MessageKey("RQ"): "vehicle",
    MessageKey("RNQ"): "vehicle",
    MessageKey("QW"): "wanted",
    MessageKey("QV"): "stolen",
    MessageKey("IQ"): "identity",
    MessageKey("ZIQ"): "incident",
}
"""What each message key searches."""

TELLING = ("OLN", "LIC", "VIN", "SID", "FBI", "SOC", "MNU", "NAM")  # the most telling first
_FITTING = (*TELLING, "LIS", "DOB", "SEX")


def terms(kind: str, record: Record) -> Iterator[str]:
    """Everything that a record can be looked up by."""
    for field in TELLING:
        value = _value(record, field)
        if value:
            yield f"{kind} {field} {_looked_up(field, value)}"


def term(query: Query) -> str | None:
    """What to look an inquiry up by; None if nothing in it is telling, or the key is not ours."""
    kind = KINDS.get(query.key)
    for field in TELLING:
        value = query.fields.get(field)
        if value and kind is not None:
            return f"{kind} {field} {_looked_up(field, value)}"
    return None


def fits(query: Query, record: Record) -> bool:
    """Whether a record that was looked up is meant by the whole inquiry."""
    for field in _FITTING:
        asked, held = query.fields.get(field), _value(record, field)
        if asked and held and not _same(field, asked, held):
            return False
    return True


def answered(query: Query, record: Record) -> Record:
    """A record as this inquiry may have it: the photograph of a driver only if it was asked for."""
    if "IMG" in record and not query.image and KINDS[query.key] == "driver":
        return {field: value for field, value in record.items() if field != "IMG"}
    return record


def _value(record: Record, field: str) -> str:
    """A vehicle's person is its owner."""
    if field == "NAM" and "OWN" in record:
        return record["OWN"]
    return record.get(field, "")


def _looked_up(field: str, value: str) -> str:
    if field != "NAM":
        return value
    last, given = _name(value)
    return f"{last},{given[0] if given else ''}"


def _same(field: str, asked: str, held: str) -> bool:
    if field == "NAM":
        (last, given), (held_last, held_given) = _name(asked), _name(held)
        return last == held_last and held_given[: len(given)] == given
    if field == "DOB" and len(asked) != len(held):
        return _six_digits(asked) == _six_digits(held)
    return asked == held


def _name(value: str) -> tuple[str, list[str]]:
    """LAST, comma, optional blank, FIRST, MIDDLE ... [N-KQ]."""
    last, _, given = value.partition(",")
    return last.strip(), given.split()


def _six_digits(date: str) -> str:
    """`ccyymmdd` or `mmddyy` as the latter [N-KQ]."""
    return date if len(date) == 6 else date[4:] + date[2:4]
