"""Did it move elsewhere? Volumes of related agencies before and after a cut-off."""

from __future__ import annotations

from dataclasses import dataclass

from switch.core.watch.chance import CHANCE_MAX, chance_of
from switch.terms import AgencyId

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
