"""Did it move elsewhere? Volumes before and after, and whether a rise can be chance.

Counts of inquiries in two spans of different lengths are compared by the exact binomial test: if
nothing had changed, each of them would fall into the later span with the probability of that span's
share of the time. A rise that chance makes in one of a hundred cases or fewer is called one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log

from switch.terms import AgencyId

CHANCE_MAX = 0.01
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Shift:
    """One agency's volume in two spans."""

    agency: AgencyId
    relation: str
    before: int
    after: int
    before_s: float
    after_s: float

    @property
    def before_per_day(self) -> float:
        """Inquiries a day, before."""
        return self.before / self.before_s * DAY_S if self.before_s > 0 else 0.0

    @property
    def after_per_day(self) -> float:
        """Inquiries a day, after."""
        return self.after / self.after_s * DAY_S if self.after_s > 0 else 0.0

    @property
    def chance(self) -> float:
        """How likely at least so many would fall into the later span if nothing had changed."""
        return chance_of(self.before, self.after, self.before_s, self.after_s)

    @property
    def rose(self) -> bool:
        """Whether it rose by more than chance explains."""
        return self.chance <= CHANCE_MAX


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
