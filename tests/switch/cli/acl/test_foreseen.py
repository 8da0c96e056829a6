"""A preview in words: every way of being touched has its own, and nothing is read as markup."""

from __future__ import annotations

from switch.acl.analysis.collateral import Collateral, Cut, Preview, Sibling, Through
from switch.cli.acl.foreseen import CUT, RESTORED, as_json, show
from tests.switch.acl.shipped import WORLD

FOUND = Preview(
    (Cut("A", ("CA0990100",), (), ("driver.record",), ("R[1]",)), Cut("B", (), ("T",), (), ())),
    tuple(Collateral(through, "W", "A", "N", 0.0, ("driver.photo",)) for through in Through),
    (Sibling("C", "also below X", ("driver.ssn",)), Sibling("H", "sees what passes it", ())),
)


def test_everybody_is_told_of(capsys):
    show(FOUND, CUT, "from now", WORLD.timezone)
    out = capsys.readouterr().out
    for words in (
        "TRAINING - SIMULATED DATA",
        "CUT OFF, from now",
        "terminals none",
        "loses driver.record (R[1])",
        "loses nothing",
        "W of A at any desk: works for N too, until 1969-12-31T16:00:00-08:00",
        "its line passes N",
        "when it sends for N",
        "anybody who asks on behalf of W (N)",
        "C (also below X) still gets driver.ssn",
        "its lines pass H, which sees what passes it for others",
    ):
        assert words in out


def test_nobody_is_said_too(capsys):
    show(Preview((), (), ()), RESTORED, "ends now", WORLD.timezone)
    out = capsys.readouterr().out
    assert "nobody with an ORI" in out
    assert "nobody" in out
    assert "no related agency" in out


def test_plain_values_for_programs():
    assert as_json(FOUND)["cut"][0]["agency"] == "A"
