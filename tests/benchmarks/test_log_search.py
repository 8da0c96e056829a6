"""What a search costs, measured: what is withheld costs no turn more or less."""

from __future__ import annotations

from benchmarks.log_search import CUT_OFF, Desk, main
from switch.core.log.search import TURN_MAX


def test_a_search_that_finds_nothing_takes_the_same_turns_for_every_reason():
    desk = Desk(TURN_MAX + 1)
    withheld = desk.search(2, CUT_OFF[2], "ALBITE").turns
    assert withheld == desk.search(2, CUT_OFF[2], "NOWHERE").turns == 2


def test_the_command_tells_four_searches(capsys):
    assert main(["--messages", "3"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4
