"""A word that is not known, and the one that was most likely meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches

SLIP_RATIO_MIN = 0.75  # of the letters that two names share, as difflib counts them


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this word, if any is."""
    choices = sorted(set(known))
    near = get_close_matches(word, choices, n=1, cutoff=0.5)
    if near:
        return near[0]
    folded = {choice.casefold(): choice for choice in choices}
    near = get_close_matches(word.casefold(), folded, n=1, cutoff=0.5)
    return folded[near[0]] if near else None


def is_slip(word: str, near: str) -> bool:
    """Whether one name is most surely the other with a letter too many, too few or elsewhere."""
    return SequenceMatcher(None, near.casefold(), word.casefold()).ratio() >= SLIP_RATIO_MIN


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
