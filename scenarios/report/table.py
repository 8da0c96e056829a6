"""The closing table: agency by backend, before and after."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scenarios.comparison import Cell, Comparison, View, Who
from scenarios.report.gutter import INVENTED, Gutter
from switch.config import World
from switch.terms import BackendName, OperatorId

LEGEND = (
    "yes: the record   part: the record, some of it withheld   no: refused by that rule",
    "*: this run showed it; the other cells were asked of the rules alone",
)
_STYLES = {"yes": "green", "part": "yellow", "no": "red"}


def print_table(console: Console, comparison: Comparison, world: World, gutter: Gutter) -> None:
    """Print it, with its legend, and every disagreement between the run and the rules."""
    invented = gutter.is_invented(comparison.after)
    mark = f" ({INVENTED})" if invented else ""
    table = Table(
        title=f"who gets what: {gutter.clock(comparison.before)[:5]}"
        f" -> {gutter.clock(comparison.after)[:5]}{mark}",
        title_style="bold",
        show_lines=False,
    )
    table.add_column("agency, operator")
    for backend in comparison.backends:
        table.add_column(backend)
    for who, cells in comparison.cells.items():
        table.add_row(_who(who, world), *_cells(cells))
    console.print(table)
    for line in LEGEND:
        console.print(Text(line, style="dim"))
    for wrong in comparison.disagreements:
        console.print(Text(f"THE RUN AND THE RULES DISAGREE: {wrong}", style="bold red"))


def _who(who: Who, world: World) -> Text:
    agencies = [a.id for a in world.agencies.values() if who.seat.ori in a.oris]
    operator = world.operators[OperatorId(who.seat.operator)]
    text = Text(f"{agencies[0] if agencies else who.seat.ori} {operator.id}")
    for affiliation in operator.affiliations:
        text.append(f" +{affiliation.agency}")
    if who.purpose:
        text.append(f" PUR {who.purpose}")
    return text


def _cells(cells: Mapping[BackendName, Cell]) -> list[Text]:
    return [_cell(cell) for cell in cells.values()]


def _cell(cell: Cell) -> Text:
    before, after = _word(cell.before), _word(cell.after)
    text = Text(before, style=_STYLES[before])
    text.append(" -> ", style="dim")
    text.append(after, style=f"bold {_STYLES[after]}" if before != after else _STYLES[after])
    if cell.after.rules:
        text.append(f" {cell.after.rules[0]}", style=_STYLES[after])
    if cell.seen:
        text.append("*")
    return text


def _word(view: View) -> str:
    if not view.released:
        return "no"
    return "yes" if view.whole else "part"
