"""Messages as lines of the screen: what rolls past on the paper of a teletype."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from terminals.screen.state import COLS
from terminals.traffic import Item, Tone

INDENT = 9  # of a body, beneath the time
WORDS = {tone: tone.value.upper() for tone in Tone}


@lru_cache(maxsize=2048)
def lines_of(item: Item) -> tuple[str, ...]:
    """One message: a line with its time and kind, its body, a blank line."""
    head = f"{item.at} {WORDS[item.tone]:<9} {item.head}"
    body = item.body if item.tone is not Tone.SENT or "\n" in item.body else ""
    if item.tone is Tone.SENT and len(item.body) > COLS - len(item.at) - 12:
        head, body = f"{item.at} {WORDS[item.tone]}", item.body
    lines = [head[:COLS], *wrapped(body, COLS - INDENT, " " * INDENT), ""]
    return tuple(lines)


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Text cut into lines of a width; nothing of it is left out."""
    return [f"{indent}{part}" for line in text.split("\n") for part in _parts(line, width) if text]


def _parts(line: str, width: int) -> Iterator[str]:
    """Cut behind a blank or a period where there is one in the second half."""
    while len(line) > width:
        cut = max(line.rfind(" ", 0, width), line.rfind(".", 0, width)) + 1
        cut = cut if cut > width // 2 else width
        yield line[:cut]
        line = line[cut:]
    yield line


def height(items: Sequence[Item]) -> int:
    """How many lines these messages take."""
    return sum(len(lines_of(item)) for item in items)


def tail(items: Sequence[Item], rows: int, scroll: int) -> list[tuple[Item, int, str]]:
    """The lines of the newest messages, so many lines further up: (message, its line, text)."""
    found: list[tuple[Item, int, str]] = []
    for item in reversed(items):
        lines = list(enumerate(lines_of(item)))
        found += [(item, number, line) for number, line in reversed(lines)]
        if len(found) >= rows + scroll:
            break
    shown = found[scroll : scroll + rows]
    return shown[::-1]


def read_lines(item: Item) -> list[str]:
    """One message of the mailbox, whole."""
    head = f"{item.at} {WORDS[item.tone]}  {item.head}"
    return [head[:COLS], "", *wrapped(item.body, COLS)]


def read_height(item: Item) -> int:
    """How many lines it takes."""
    return len(read_lines(item))
