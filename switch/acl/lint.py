"""The closed list of lints: what `acl check` finds beyond what a file says of itself.

Each is named after a failure of real networks (acl specification, section 8). The page
docs/lints.md explains every one of them with an example; a test compares the two lists.
"""

from __future__ import annotations

from enum import Enum, StrEnum


class Level(StrEnum):
    """How much a lint weighs."""

    MISTAKE = "mistake"  # the file says something else than it seems to: exit 1
    ADVICE = "advice"  # perhaps it is meant: printed, exit 0 unless --strict


class Lint(Enum):
    """A lint by its id, its name and its level."""

    DEAD_RULE = ("L01", "dead-rule", Level.MISTAKE)
    USELESS_ALLOW = ("L02", "useless-allow", Level.MISTAKE)
    UNUSABLE_EXCEPTION = ("L03", "unusable-exception", Level.MISTAKE)
    EXPIRY_WIDENS = ("L04", "expiry-widens", Level.MISTAKE)
    SIBLING_KEY = ("L05", "sibling-key", Level.MISTAKE)
    OTHER_FLAG = ("L06", "other-flag", Level.MISTAKE)
    DENY_BY_ORI = ("L07", "deny-by-ori", Level.MISTAKE)
    STRAY_PREFIX = ("L08", "stray-prefix", Level.MISTAKE)
    ABSENT_MASK = ("L09", "absent-mask", Level.MISTAKE)
    SIBLING_AGENCY = ("L10", "sibling-agency", Level.ADVICE)
    DECLARED_PURPOSE = ("L11", "declared-purpose", Level.ADVICE)
    SENSITIVE_DEFAULT = ("L12", "sensitive-default", Level.ADVICE)
    PHOTO_RIDES_ALONG = ("L13", "photo-rides-along", Level.ADVICE)
    BORROWED_DESK = ("L14", "borrowed-desk", Level.ADVICE)
    ACCESS_RETURNS = ("L15", "access-returns", Level.ADVICE)
    ORDERED_EARLIER = ("L16", "ordered-earlier", Level.ADVICE)
    ANSWERED_ELSEWHERE = ("L17", "answered-elsewhere", Level.ADVICE)
    NO_CITATION = ("L18", "no-citation", Level.ADVICE)
    NO_NEVER = ("L19", "no-never", Level.ADVICE)
    NEEDLESS_ACCEPT = ("L20", "needless-accept", Level.MISTAKE)
    IDLE_ORDER = ("L21", "idle-order", Level.MISTAKE)

    def __init__(self, id: str, title: str, level: Level) -> None:
        self.id = id
        self.title = title
        self.level = level

    def __str__(self) -> str:
        return f"{self.id} {self.title}"


LINTS = {lint.id: lint for lint in Lint}
