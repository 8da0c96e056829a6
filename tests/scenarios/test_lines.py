"""Lines of a result: what each ending of a row looks like."""

from __future__ import annotations

from scenarios.lines import met, missed, not_reached, still_open
from scenarios.result import Nearest, Status
from tests.rehearsal_room import opened

ENTRY = {"n": 4, "at": 80.0}


def test_each_ending_names_the_entry_that_made_it_and_no_other():
    ask = opened().script.expects[0]
    assert met(ask, 60.0, Status.MET, ENTRY).entry == 4
    assert met(ask, 60.0, Status.LATE, ENTRY, "why").why == "why"
    near = Nearest(3, 70.0, ("key",))
    assert (missed(ask, 60.0, near, "x").entry, missed(ask, 60.0, near, "x").at) == (3, 70.0)
    assert (missed(ask, 60.0, None, "x").entry, missed(ask, 60.0, None, "x").nearest) == (
        None,
        None,
    )
    assert still_open(ask, 60.0).status is Status.OPEN
    assert not_reached(ask).why == "`call` never came"
