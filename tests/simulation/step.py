"""What a step is: something that the seed lets happen in the room.

A new kind of step is a function in a module of `steps/`, listed there. What it is given is drawn
when the run is planned, so that a run with some of its steps left out still means something: a step
that finds nothing to work on does nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any


class Dice(Random):
    """The chance of one run; `number` is that of the step that is being drawn."""

    number = 0


Draw = Callable[[Dice], Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of step, and how often it comes up."""

    name: str
    weight: int
    drawn: dict[str, Draw]
    happens: Callable[..., None]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run."""

    kind: Kind
    given: dict[str, Any]

    def __str__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.given.items())
        return f"{self.kind.name}({given})"


KINDS: list[Kind] = []


def step(weight: int, **drawn: Draw) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Put a kind of step on the list."""

    def added(happens: Callable[..., None]) -> Callable[..., None]:
        KINDS.append(Kind(happens.__name__, weight, drawn, happens))
        return happens

    return added


def one_of(*values: Any) -> Draw:
    """One of these, each as likely."""
    return lambda dice: dice.choice(values)


def any_of(dice: Dice) -> int:
    """Which one of however many there will be."""
    return dice.randrange(1_000)


def drawn(dice: Dice, only: str = "") -> Step:
    """The next step of a plan, of any kind or of one."""
    kinds = [kind for kind in KINDS if only in ("", kind.name)]
    kind = dice.choices(kinds, [kind.weight for kind in kinds])[0]
    return Step(kind, {name: draw(dice) for name, draw in kind.drawn.items()})
