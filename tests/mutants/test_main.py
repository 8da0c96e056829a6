"""What `make mutants` says, and how it ends."""

from __future__ import annotations

import pytest
from rich.console import Console

from switch.errors import Finding
from tests.mutants import __main__ as command
from tests.mutants.ledger import Fate, Figures, Ledger, Mutant

LIVES = Mutant("m.x_f__mutmut_1", "m", "f", Fate.SURVIVED, "- if a[0]:\n+ if not a[0]:")
FIGURES = (Figures("m", 3, 2, 1, 1, 0, 0), Figures("n", 1, 0, 0, 0, 0, 0))


def told(ledger: Ledger) -> str:
    console = Console(width=100, record=True, quiet=False, force_terminal=False)
    with console.capture() as captured:
        command.tell(ledger, console)
    return captured.get()


def test_what_lives_is_shown_with_its_change():
    text = told(Ledger(FIGURES, (LIVES,), ()))
    assert "m, f survived: m.x_f__mutmut_1" in text
    assert LIVES.change in text
    assert "1 mutants live without a reason, 0 reasons meet no mutant" in text


def test_a_needless_reason_is_shown_with_its_line():
    stale = Finding("justified.toml", 7, "meets no mutant that lives", "take it out")
    assert "justified.toml:7: meets no mutant that lives" in told(Ledger(FIGURES, (), (stale,)))


def test_the_table_has_a_line_for_each_module_and_the_sum():
    text = told(Ledger(FIGURES, (), ()))
    rows = [line.replace("│", " ").split() for line in text.splitlines()]
    assert ["m", "3", "2", "1", "1", "!", "0", "0"] in rows
    assert ["all", "4", "2", "1", "1", "0", "0"] in rows
    assert "every mutant is killed" in text


def test_a_modules_name_stands_whole_on_a_narrow_screen():
    console = Console(width=80, force_terminal=False)
    with console.capture() as captured:
        closing = Figures("switch.acl.analysis.leaks.closing", 1, 1, 0, 0, 0, 0)
        console.print(command.table((closing,)))
    assert " analysis.leaks.closing " in captured.get()


@pytest.mark.parametrize(
    ("ledger", "expected"),
    [(Ledger(FIGURES, (), ()), 0), (Ledger(FIGURES, (LIVES,), ()), 1), (Ledger((), (), ()), 2)],
)
def test_the_exit_code_says_whether_all_is_settled(ledger: Ledger, expected: int):
    assert command.code(ledger) == expected
