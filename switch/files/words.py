"""A word that is not known, and the one that was most likely meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches

SLIP_RATIO_MIN = 0.75  # of the letters that two names share, as difflib counts them
_LIKENESS = 0.5  # of 1, as difflib counts it; of two letters one may differ
_LOOKED_AT_MAX = 50  # names that are most like it; a large world has thousands that are alike
_COUNTED_MAX = 100  # letters of a name; the time to count its slips grows with their square
_SHORT = 3  # letters of a message key, of which two may be alike in a letter by chance


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this word, if any is."""
    choices = sorted(set(known))
    near = _nearest(word, choices)
    if near is not None:
        return near
    folded = {choice.casefold(): choice for choice in choices}
    near = _nearest(word.casefold(), sorted(folded))
    return folded[near] if near is not None else None


def _nearest(word: str, choices: list[str]) -> str | None:
    """Of those that have as much in common with it, the one of the fewest slips, then one that
    begins as it does, then the last one: short words have a letter in common with many."""
    near = get_close_matches(word, choices, n=_LOOKED_AT_MAX, cutoff=_LIKENESS)
    ranked: list[tuple[float, int, bool, str]] = []
    for choice in near:
        longer = max(len(word), len(choice))
        slips = _slips(word, choice) if longer <= _COUNTED_MAX else longer
        if slips < longer or longer > _SHORT:  # or no letter of it is in its place
            likeness = SequenceMatcher(None, choice, word).ratio()
            ranked.append((likeness, -slips, choice[:1] == word[:1], choice))
    return max(ranked)[-1] if ranked else None


def _slips(word: str, other: str) -> int:
    """How many letters must be put in, left out, replaced, or swapped with the next one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != wanted))
            swapped = i > 1 < j and (word[i - 2], letter) == (wanted, other[j - 2])
            row.append(min(cost, earlier[j - 2] + 1) if swapped else cost)
    return row[-1]


def is_slip(word: str, near: str) -> bool:
    """Whether one name is most surely the other with a letter too many, too few or elsewhere."""
    return SequenceMatcher(None, near.casefold(), word.casefold()).ratio() >= SLIP_RATIO_MIN


def apart(text: str) -> list[str]:
    """The names in a text that stands where a list of them belongs."""
    return [part for part in re.split(r"[,;\s]+", text) if part]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A fix line for a name that is not known."""
    choices = sorted(set(known))
    return meant(nearest(word, choices), choices)


def meant(near: str | None, choices: Sequence[str]) -> str:
    """The same of choices in order, where the one that is most like it is known already."""
    if near is not None:
        return f"did you mean `{near}`?"
    listed = ", ".join(choices[:12]) + (" ..." if len(choices) > 12 else "")
    return f"known: {listed}" if listed else "none are declared"
