"""Whether a rise can be chance: the exact binomial test on two counts in two spans of time.

If nothing had changed, each event would fall into the later span with the probability of that
span's share of the time. What chance does in one of a hundred cases or fewer is called a rise.
"""

from __future__ import annotations

from math import exp, lgamma, log

CHANCE_MAX = 0.01


def chance_of(before: int, after: int, before_s: float, after_s: float) -> float:
    """P(at least `after` of all fall into the later span); 1 where there is nothing to compare."""
    count = before + after
    if count == 0 or before_s <= 0 or after_s <= 0:
        return 1.0
    share = after_s / (before_s + after_s)
    total = 0.0
    for late in range(after, count + 1):
        term = exp(
            lgamma(count + 1)
            - lgamma(late + 1)
            - lgamma(count - late + 1)
            + late * log(share)
            + (count - late) * log(1 - share)
        )
        total += term
        if late > share * count and term < 1e-15:
            break  # what follows is smaller still
    return min(1.0, total)
