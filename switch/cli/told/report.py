"""A report as sections of sentences and tables: what the screen, the page and JSON all tell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report."""

    title: str
    lead: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    wrong: bool = False  # calls for action
    typed: tuple[tuple[str, tuple[str, ...]], ...] = ()  # a label and lines, as a terminal has them


@dataclass(frozen=True, slots=True)
class Told:
    """The whole, for whatever prints it."""

    title: str
    about: tuple[tuple[str, str], ...]
    summary: tuple[tuple[bool, str], ...]  # whether it is wrong, and the sentence
    sections: tuple[Section, ...]
