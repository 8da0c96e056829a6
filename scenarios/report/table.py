"""The closing table: every agency with a line, by every backend, before and after.

A row for the moment before, and one for each act after which something is different for that
agency. What changed stands in capitals, so that it catches the eye without any colour; below the
table the rules that it names say what they are for.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scenarios.comparison import Cell, Comparison, View, Who
from scenarios.report.gutter import INVENTED, Gutter
from scenarios.shelf import Opened
from switch.config import World
from switch.terms import OperatorId

LEGEND = (
    "yes: the whole record   part: some of it withheld   no: refused by that rule",
    "CAPITALS: changed since the row above   *: the run showed it; the rest was asked of the rules",
)
_STYLES = {"yes": "green", "part": "yellow", "no": "red"}


def print_table(console: Console, comparison: Comparison, opened: Opened, gutter: Gutter) -> None:
    """Print it, with its legend, its rules, and each disagreement between the run and the rules."""
    labels = _labels(comparison, opened)
    console.print(Text("Who gets what, before and after:", style="bold"))
    for text in _moments(comparison, opened, gutter, labels):
        console.print(text)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0), pad_edge=False)
    for name in ("agency, operator", "when", *comparison.backends):
        table.add_column(name, overflow="fold")
    for who in comparison.cells:
        changing = comparison.changing(who)
        for number in (0, *changing):
            table.add_row(
                Text("" if number else _name(who, opened.world)),
                Text(labels[number] if changing else "always", style="bold" if number else "dim"),
                *(_cell(cell, number) for cell in comparison.cells[who].values()),
            )
    console.print(table)
    for line in LEGEND:
        console.print(Text(line, style="dim"))
    console.print(_unchanged(comparison, opened.world))
    for text in _rules(comparison, opened):
        console.print(text)
    for wrong in comparison.disagreements:
        console.print(Text(f"THE RUN AND THE RULES DISAGREE: {wrong}", style="bold red"))


def _labels(comparison: Comparison, opened: Opened) -> list[str]:
    """What each moment is called in the table."""
    later = comparison.moments[1:]
    return ["before", *(f"act {m.act + 1}" if opened.script.acts else "after" for m in later)]


def _moments(
    comparison: Comparison, opened: Opened, gutter: Gutter, labels: list[str]
) -> Iterator[Text]:
    """When each of them is, and of which act it is the end."""
    acts = opened.script.acts
    for number, (moment, label) in enumerate(zip(comparison.moments, labels, strict=True)):
        text = Text(f"  {label:<7}", style="bold")
        text.append(f"{gutter.clock(moment.at)[:5]}", "default")
        if number and acts:
            text.append(f"  the end of: {acts[moment.act].title}", "default")
        if number and gutter.is_invented(moment.at):
            text.append(f" ({INVENTED})", "bold magenta")
        yield text


def _name(who: Who, world: World) -> str:
    agencies = [a.id for a in world.agencies.values() if who.seat.ori in a.oris]
    operator = world.operators[OperatorId(who.seat.operator)]
    affiliations = "".join(f" +{affiliation.agency}" for affiliation in operator.affiliations)
    purpose = f" PUR {who.purpose}" if who.purpose else ""
    return f"{agencies[0] if agencies else who.seat.ori} {operator.id}{affiliations}{purpose}"


def _cell(cell: Cell, number: int) -> Text:
    view, changed = cell.views[number], cell.changes(number)
    word = _word(view)
    text = Text(word.upper() if changed else word)
    text.append(f" {view.rules[0]}" if view.rules else "")
    text.append("*" if cell.shown(number) else "")
    text.stylize(f"bold {_STYLES[word]}" if changed else f"dim {_STYLES[word]}")
    return text


def _word(view: View) -> str:
    if not view.released:
        return "no"
    return "yes" if view.whole else "part"


def _unchanged(comparison: Comparison, world: World) -> Text:
    """Who has at the end what he had at the beginning, all the time."""
    names = [_name(who, world) for who in comparison.cells if not comparison.changing(who)]
    return Text(f"Nothing changed for: {', '.join(names) or 'nobody'}.")


def _rules(comparison: Comparison, opened: Opened) -> Iterator[Text]:
    """What each rule is for that the table names, in the words of its owner."""
    cells = [cell for row in comparison.cells.values() for cell in row.values()]
    named = dict.fromkeys(view.rules[0] for cell in cells for view in cell.views if view.rules)
    for name in filter(comparison.reasons.get, named):
        text = Text(f"  {name}: {comparison.reasons[name]}")
        if name in opened.script.invented_rules:
            text.append(f" ({INVENTED})", "magenta")
        yield text
