"""The field's own words as types: parsed once at the border, valid ever after.

Plain strings at run time (NewType costs nothing on the hot path); the parse functions are the
only place that decides what a valid one looks like.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, StrEnum
from functools import partial
from typing import NewType, TypeVar

from switch.errors import UnfitError

T = TypeVar("T")

Ori = NewType("Ori", str)  # 9 characters: state, county, kind of agency, two more [N-ORIR]
Mnemonic = NewType("Mnemonic", str)  # a terminal's name in the world, e.g. BAY2
OperatorId = NewType("OperatorId", str)
AgencyId = NewType("AgencyId", str)
BackendName = NewType("BackendName", str)
MessageKey = NewType("MessageKey", str)  # MKE: 2-3 characters, first thing in a message [N-MS]
DataClass = NewType("DataClass", str)  # lower case with a dot: driver.record

Instant = float  # seconds since 1970-01-01T00:00:00 UTC; a wall-clock reading or a scenario's
LineId = int  # one connection, numbered from 1 by the switch, never reused in one run
SEQUENCE_MAX = 99_999  # of a line's numbers: five digits in the published samples, then 1 [INF]


def quick(cls: type[T]) -> Callable[[tuple[object, ...]], T]:
    """Makes values of a NamedTuple from a tuple of all its fields, at half the price of calling it.

    For what is made with every message, and nowhere else: nobody checks the number of fields.
    """
    return partial(tuple.__new__, cls)  # type: ignore[type-var]


NEVER: Instant = float("inf")  # an instant that does not come

TRAINING_LINE = "TRAINING - SIMULATED DATA"

_ORI = re.compile(r"[A-Z]{2}[A-Z0-9]{7}\Z")
_MESSAGE_KEY = re.compile(r"[A-Z]{2,3}\Z")
_NAME = re.compile(r"[A-Z0-9][A-Z0-9-]{0,23}\Z")
_DATA_CLASS = re.compile(r"[a-z]+(\.[a-z]+)+\Z")


def parse_ori(text: str) -> Ori:
    """An ORI of 9 characters, two letters first; UnfitError otherwise."""
    if not _ORI.match(text):
        form = "write two capital letters, then seven capitals or digits, such as CA0990100"
        raise UnfitError(f"`{text}` is not an ORI", form)
    return Ori(text)


def parse_message_key(text: str) -> MessageKey:
    """A message key of two or three capital letters; UnfitError otherwise."""
    if not _MESSAGE_KEY.match(text):
        raise UnfitError(f"`{text}` is not a message key", "write two or three capital letters")
    return MessageKey(text)


def is_ori(text: str) -> bool:
    """Whether it has the form of an ORI."""
    return _ORI.match(text) is not None


def parse_name(text: str) -> str:
    """A mnemonic, operator, agency or backend name: 1-24 of A-Z, 0-9 and hyphen."""
    if not _NAME.match(text):
        form = "write 1 to 24 capital letters, digits and hyphens"
        raise UnfitError(f"`{text}` is not a name", form)
    return text


def parse_data_class(text: str) -> DataClass:
    """A data class such as `driver.record`; UnfitError otherwise."""
    if not _DATA_CLASS.match(text):
        form = "write words in small letters joined by dots, such as driver.record"
        raise UnfitError(f"`{text}` is not a data class", form)
    return DataClass(text)


class Verdict(StrEnum):
    """The outcome of one access decision, strictest first (acl specification, section 3)."""

    DENY_ERROR = "DENY-ERROR"
    DENY_SUSPENDED = "DENY-SUSPENDED"
    DENY_IDENTITY = "DENY-IDENTITY"
    DENY_RULE = "DENY-RULE"
    REFER = "REFER"
    ALLOW = "ALLOW"
    ALLOW_DEFAULT = "ALLOW-DEFAULT"
    DENY_DEFAULT = "DENY-DEFAULT"

    @property
    def released(self) -> bool:
        """Whether data judged so may leave the switch."""
        return self is Verdict.ALLOW or self is Verdict.ALLOW_DEFAULT

    @property
    def refusal_number(self) -> str:
        """The simulated ER number of a refusal, `.90.` to `.95.`; empty when released."""
        return _REFUSAL_NUMBERS.get(self, "")


_REFUSAL_NUMBERS = {
    Verdict.DENY_ERROR: ".90.",
    Verdict.DENY_SUSPENDED: ".91.",
    Verdict.DENY_IDENTITY: ".92.",
    Verdict.DENY_RULE: ".93.",
    Verdict.REFER: ".94.",
    Verdict.DENY_DEFAULT: ".95.",
}

# Strictness when two verdicts on the same class are combined (route and release): the numbered
# list of the specification, but a default denial is stricter than any release.
_STRICTNESS = {
    Verdict.DENY_ERROR: 0,
    Verdict.DENY_SUSPENDED: 1,
    Verdict.DENY_IDENTITY: 2,
    Verdict.DENY_RULE: 3,
    Verdict.REFER: 4,
    Verdict.DENY_DEFAULT: 5,
    Verdict.ALLOW: 6,
    Verdict.ALLOW_DEFAULT: 7,
}


def stricter(one: Verdict, other: Verdict) -> Verdict:
    """The stricter of two verdicts on the same class."""
    return one if _STRICTNESS[one] <= _STRICTNESS[other] else other


class Point(Enum):
    """Where a query is judged on its walk."""

    INGRESS = "ingress"  # identity and suspension, before anything is asked
    ROUTE = "route"  # each leg, after rewriting
    WAITING = "waiting"  # a deny took effect while the query waited in a queue or at a backend
    DEQUEUE = "dequeue"  # taken out of a backend's inbox
    RELEASE = "release"  # before an answer leaves
