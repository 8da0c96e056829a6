"""What could not be read of a file, so that nothing is blamed for it that stands elsewhere.

A key that could not be read is not missing, a name in it is not unknown, and a row that lacks it
does not contradict itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from switch.files.toml.layout import Path_

_WORD = re.compile(r"[\w.#*-]+")
_NOISE = re.compile(r"[^\w.#*\s=,-]|\n")  # what may have split a name that was whole before


@dataclass(frozen=True, slots=True)
class Unread:
    """The keys that could not be read, with their lines; the tables in which something stands of
    which not even the key is known; and every word in all that."""

    keys: Mapping[Path_, int] = field(default_factory=dict)
    tables: frozenset[Path_] = frozenset()
    names: frozenset[str] = frozenset()

    def hides(self, path: Sequence[str | int], kind: str) -> bool:
        """Whether a mistake of this kind at a place may be none, but for what is not read."""
        place = tuple(path)
        if kind == "extra_forbidden":
            return False
        if any(place[:end] in self.keys for end in range(1, len(place) + 1)):
            return True
        if kind == "missing":
            return place[:-1] in self.tables
        if kind in ("value_error", "wrong", "too_short"):
            return any(each[: len(place)] == place for each in (*self.keys, *self.tables))
        return False


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Every word that may be a name in texts that could not be read."""
    found: set[str] = set()
    for text in texts:
        found.update(_WORD.findall(text))
        found.update(_WORD.findall(_NOISE.sub("", text)))
    return frozenset(found)


READ = Unread()  # nothing is unread
