"""A staged version: counted and on record where it differs, never acted on."""

from __future__ import annotations

import pytest

from switch.acl.analysis.candidate import compiled
from switch.core.events import PolicyStaged
from tests.owners import CUT_CBP
from tests.playbook import ALBITE, Playbook
from tests.switch.acl.shipped import DIRECTORY, TEXT, changed

HSI = "DQ.DCICE0500.CA.TXTPUR/C.OLN/S0990001"
BAY = "DQ.CA0990100.CA.TXTOLN/S0990001"


def staged(text: str, backend: str = "CADMV") -> Playbook:
    play = Playbook("2019-11-01T00:00:00")
    policy = compiled(DIRECTORY, backend, text.encode())
    play.tell(PolicyStaged("owner", policy, "staged", {}))
    play.sign_on(1, "HSI1", "HSI1A")
    play.sign_on(2, "BAY2", "BPD2")
    play.heard(1)
    return play


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (TEXT, (0, 0, 0)),
        (changed(('purpose = ["C"]', 'purpose = ["J"]')), (1, 0, 0)),
        (changed(('mask    = ["RES"]', 'mask    = ["DOB"]')), (0, 0, 1)),
        (changed(("FOR CIVIL", "FOR ANY")), (0, 0, 1)),
    ],
)
def test_what_it_would_have_meant_is_counted(text, counts):
    play = staged(text)
    play.says(1, HSI)
    play.answers(play.asked[0], ALBITE)
    assert "NAM/ALBITE" in play.heard(1)[-1][1]
    tally = play.dispatcher.tallies["CADMV"]
    assert tally.judged == 1
    assert (tally.refused, tally.released, tally.otherwise) == counts
    assert len(play.recorded("shadow")) == sum(counts)


def test_what_it_would_have_released_is_counted_and_still_refused():
    play = staged(changed(('purpose = ["C"]\n', "")))
    play.says(1, HSI.replace("PUR/C", "PUR/J"))
    assert ".93." in play.heard(1)[-1][1]
    assert play.dispatcher.tallies["CADMV"].released == 1


def test_who_is_not_concerned_leaves_no_trace_of_it():
    play = staged(TEXT + CUT_CBP)
    play.says(2, BAY)
    assert play.recorded("shadow") == []


def test_a_staged_file_of_the_network_counts_every_leg():
    text = (DIRECTORY.world.acl_folder / "NETWORK.toml").read_text()
    play = staged(text.replace('["ICE-ERO"]', '["ICE"]'), "NETWORK")
    play.says(1, HSI)
    play.says(2, BAY)
    tally = play.dispatcher.tallies["NETWORK"]
    assert (tally.judged, tally.refused) == (2, 1)
