"""One field being typed into: its text, and where the cursor stands in it."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """`at` is the character before which the cursor stands, 0 to the length."""

    text: str = ""
    at: int = 0

    @classmethod
    def holding(cls, text: str) -> Entry:
        """That text, with the cursor behind it."""
        return cls(text, len(text))


EMPTY = Entry()


def typed_into(entry: Entry, key: str, size_max: int) -> Entry | None:
    """The entry after a key; None for a key that does not edit. Characters beyond the size are
    not taken."""
    text, at = entry
    match key:
        case "left":
            return Entry(text, max(0, at - 1))
        case "right":
            return Entry(text, min(len(text), at + 1))
        case "home":
            return Entry(text, 0)
        case "end":
            return Entry.holding(text)
        case "backspace":
            return Entry(text[: max(0, at - 1)] + text[at:], max(0, at - 1))
        case "delete":
            return Entry(text[:at] + text[at + 1 :], at)
        case "ctrl u":
            return EMPTY
        case _:
            pass
    if len(key) != 1 or not (key.isprintable() or key == "\n"):
        return None
    if len(text) >= size_max:
        return entry
    return Entry(text[:at] + key + text[at:], at + 1)
