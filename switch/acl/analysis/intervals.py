"""When a rule of a file was in force: every interval apart, with what began and what ended it.

A rule that was ended and came back has two intervals: what left in between was rightly released,
and whoever asks later must be able to see why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from switch.terms import Instant

TEXTS = ("reason", "cite", "tell", "notice")  # of a rule: what they say changes no verdict


class Said(NamedTuple):
    """What one version says of a rule."""

    start: Instant
    end: Instant | None
    meaning: object  # whom, what and how: if that is another one, so is the interval

    def over(self, at: Instant) -> bool:
        """Whether its own end has come."""
        return self.end is not None and self.end <= at


@dataclass(frozen=True, slots=True)
class Interval:
    """One rule, in force without a gap; versions are told by their place in the list."""

    rule: str
    begun: int  # the version that brought it
    last: int  # the last version that it stood in
    live: Instant  # from when on it could refuse
    until: Instant | None  # when it ended, or will by its own date
    ended: int | None  # the version that ended or dated it; None = as first written, or not at all
    again: bool  # it was in force before


Version = tuple[Instant, Mapping[str, Said] | None]  # since when; None = not at hand


def intervals(versions: Iterable[Version]) -> list[Interval]:
    """All of them: rules in the order in which they appeared, each with its intervals in order."""
    found = _Found({}, {})
    for place, (at, rules) in enumerate(versions):
        if rules is None:
            continue
        for name in [name for name in found.running if name not in rules]:
            found.close(name, at, place)
        for name, said in rules.items():
            found.take(name, said, at, place)
    return [each for ones in found.of.values() for each in ones]


class _Found(NamedTuple):
    of: dict[str, list[Interval]]  # by rule; one that runs is the last of its list
    running: dict[str, Said]

    def close(self, name: str, at: Instant, place: int) -> None:
        """A version ends it, unless its own end came first."""
        if not self.running.pop(name).over(at):
            self.of[name][-1] = replace(self.of[name][-1], until=at, ended=place)

    def take(self, name: str, said: Said, at: Instant, place: int) -> None:
        """The rule as this version has it."""
        before = self.running.get(name)
        if before is not None and self._goes_on(before, said, at, self.of[name][-1].live):
            self._go_on(name, said, at, place)
            return
        if before is not None:
            self.close(name, at, place)
        again = name in self.of
        if again and said.over(at):
            return  # it was ended, and still is
        live = max(said.start, at)
        one = Interval(name, place, place, live, said.end, None, again)
        self.of.setdefault(name, []).append(one)
        self.running[name] = said

    @staticmethod
    def _goes_on(before: Said, said: Said, at: Instant, live: Instant) -> bool:
        if before.over(at) or said.over(at) or before.meaning != said.meaning:
            return False
        return live > at or said.start <= at

    def _go_on(self, name: str, said: Said, at: Instant, place: int) -> None:
        one, before = self.of[name][-1], self.running[name]
        live = one.live if one.live <= at else max(said.start, at)
        ended = one.ended if said.end == before.end else place if said.end is not None else None
        self.of[name][-1] = replace(one, last=place, live=live, until=said.end, ended=ended)
        self.running[name] = said


__all__ = ["TEXTS", "Interval", "Said", "Version", "intervals"]
