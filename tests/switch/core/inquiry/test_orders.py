"""A court order while the switch runs: so many answers, for named records, and never one more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from switch.acl.analysis.candidate import compiled
from switch.backend import Reply
from switch.core.dispatcher import Dispatcher
from switch.core.events import PolicyActivated, RepliesArrived
from switch.core.held import owed
from tests.owners import BASE
from tests.playbook import ALBITE, Playbook, golden_state
from tests.switch.acl.shipped import DIRECTORY

ORDER = b"""
[[order]]
id      = "DMV-O1"
agency  = "BAY-PD"
records = [{ OLN = "S0990001" }, { OLN = "S0990002" }]
data    = ["driver.record"]
count   = 2
lifts   = ["DMV-09"]
from    = 2019-10-15T00:00:00
until   = 2019-10-20T00:00:00
notice  = "UNDER COURT ORDER 19-1."
reason  = "A court ordered it."
cite    = "Superior Court, order 19-1 (fictional)"
"""
DENY = b"""
[[deny]]
id     = "DMV-09"
agency = ["BAY-PD"]
data   = "any"
from   = 2019-10-10T00:00:00
reason = "A cut-off of a test."
cite   = "none"
"""
OTHER = {**ALBITE, "OLN": "S0990077"}
FILE = BASE[: BASE.index(b"[[always]]")] + DENY + ORDER


def asks(number: int = 1, control: str = "A1", more: str = "") -> str:
    return f"DQ.CA0990100.CA.*{control}.TXTOLN/S099000{number}{more}"


def signed_on(file: bytes = FILE, starts: str = "2019-10-16T08:00:00") -> Playbook:
    play = Playbook(starts)
    activates(play, file)
    play.sign_on(2, "BAY2", "BPD2")
    play.heard(2)
    return play


def activates(play: Playbook, file: bytes) -> None:
    policy = compiled(DIRECTORY, "CADMV", file)
    play.tell(PolicyActivated("owner", policy, "activated", {}))


def answered(play: Playbook, number: int = 1, control: str = "A1", *records) -> str:
    """Asks, lets the backend answer if it was asked, and returns what the terminal read."""
    asked = len(play.asked)
    play.says(2, asks(number, control))
    for ask in play.asked[asked:]:
        play.answers(ask, *(records or (ALBITE,)))
    return "\n".join(body for _, body in play.heard(2))


def uses(play: Playbook) -> list[tuple]:
    found = play.recorded("order-used")
    return [(e["backend"], e["order"], e["used"], e["count"]) for e in found]


def test_named_records_leave_so_often_and_then_no_more():
    play = signed_on()
    first, second, third = (answered(play, control=f"A{n}") for n in range(3))
    for text in (first, second):
        assert "ALBITE" in text
        assert "UNDER COURT ORDER 19-1." in text
        assert "WITHHELD: driver.ssn (DMV-09)" in text
    assert "DENIED BY RECORD OWNER" in third
    assert uses(play) == [("CADMV", "DMV-O1", 1, 2), ("CADMV", "DMV-O1", 2, 2)]
    assert [e["rules"] for e in play.recorded("released")] == [("DMV-09", "DMV-O1")] * 2


def test_another_record_is_refused_and_nothing_is_asked_or_used():
    play = signed_on()
    assert "DENIED BY RECORD OWNER" in answered(play, 3)
    assert play.asked == []
    assert uses(play) == []


def test_what_the_backend_sends_besides_the_named_record_does_not_leave():
    play = signed_on()
    text = answered(play, 1, "A1", ALBITE, OTHER)
    assert "S0990001" in text
    assert "S0990077" not in text
    assert play.recorded("released")[-1]["records"] == 1


def test_an_answer_without_a_record_is_a_use_too():
    play = signed_on()
    asked = len(play.asked)
    play.says(2, asks())
    play.answers(play.asked[asked])
    assert len(uses(play)) == 1


def test_what_is_under_way_when_the_last_use_is_made_is_refused_at_once():
    play = signed_on()
    answered(play)
    play.says(2, asks(1, "A2"), asks(2, "A3"))
    legs = [query for ask in play.asked for query in ask.queries][-2:]
    first = next(ask for ask in play.asked if legs[0] in ask.queries)
    play.tell(RepliesArrived(first.backend, first.worker, (Reply(legs[0].id, (ALBITE,)),)))
    bodies = [body for _, body in play.heard(2)]
    assert "ALBITE" in bodies[0]
    assert any("DENIED BY RECORD OWNER" in body or "UNAVAILABLE" in body for body in bodies[1:])
    assert len(uses(play)) == 2
    assert play.dispatcher.open_legs == 0


def test_two_answers_in_one_batch_cannot_use_the_last_one_twice():
    play = signed_on(FILE.replace(b"count   = 2", b"count   = 1"))
    play.says(2, asks(1, "A1"), asks(1, "A2"))
    for ask in play.asked:
        play.answers(ask, ALBITE)
    bodies = "\n".join(body for _, body in play.heard(2))
    assert bodies.count("UNDER COURT ORDER") == 1
    assert bodies.count("DENIED BY RECORD OWNER") == 1
    assert len(uses(play)) == 1


def test_an_order_that_ends_while_its_backend_is_asked_ends_the_inquiry():
    play = signed_on(starts="2019-10-19T23:59:59")
    play.says(2, asks())
    play.at("2019-10-20T00:00:00")
    assert "DENIED BY RECORD OWNER" in play.heard(2)[0][1]
    play.answers(play.asked[-1], ALBITE)
    assert play.heard(2) == []
    assert uses(play) == []
    assert play.recorded("withheld")


def test_an_order_that_is_withdrawn_while_its_backend_is_asked_ends_the_inquiry():
    play = signed_on()
    play.says(2, asks())
    activates(play, FILE.replace(ORDER, b""))
    assert "DENIED BY RECORD OWNER" in play.heard(2)[0][1]
    assert uses(play) == []


def test_a_use_is_not_counted_where_nobody_is_left_to_read_the_answer():
    play = signed_on()
    play.says(2, asks())
    play.hangs_up(2)
    play.answers(play.asked[-1], ALBITE)
    assert uses(play) == []
    assert play.recorded("undelivered")


def test_where_nothing_stands_against_it_any_more_an_order_is_not_used():
    play = signed_on()
    play.says(2, asks())
    activates(play, FILE.replace(DENY, b"").replace(b'lifts   = ["DMV-09"]', b'lifts = ["DMV-01"]'))
    play.answers(play.asked[-1], ALBITE)
    assert "ALBITE" in play.heard(2)[0][1]
    assert uses(play) == []


def test_an_order_never_passes_a_suspension():
    for_ero = ORDER.replace(b"BAY-PD", b"ICE-ERO").replace(b"DMV-09", b"DMV-01")
    play = Playbook("2019-10-16T08:00:00")
    activates(play, BASE + for_ero)
    play.sign_on(1, "ERO1", "ERO1A")
    play.heard(1)
    play.says(1, "DQ.DCICE0900.CA.*A1.TXTOLN/S0990001")
    assert "SUSPENDED" in play.heard(1)[0][1]
    assert play.asked == []


def test_nobody_else_in_the_request_is_let_in_with_it():
    deny_ero = DENY.replace(b'"DMV-09"', b'"DMV-10"').replace(b"BAY-PD", b"ICE-ERO")
    play = signed_on(FILE + deny_ero)
    play.says(2, asks(1, "A1", ".OBO/DCICE0900"))
    assert "DENIED BY RECORD OWNER" in play.heard(2)[0][1]


def test_the_ledger_of_its_owner_tells_every_use_and_the_query_says_under_what_it_was_let_through():
    play = signed_on()
    answered(play)
    (query,) = play.recorded("query")
    (leg,) = query["legs"]
    assert (leg["verdict"], leg["rules"]) == ("ALLOW", ("DMV-09", "DMV-O1"))
    from switch.core.record.ledger import as_entry, shares

    rows = [as_entry(row) for row in shares(play.records, ["CADMV"])["CADMV"]]
    assert [r["used"] for r in rows if r["kind"] == "order-used"] == [1]


def test_after_a_restart_what_was_used_stays_used():
    play = signed_on()
    answered(play)
    answered(play)
    uses = owed(play.records).uses
    assert uses == {("CADMV", "DMV-O1"): 2}
    world, stack, formats = golden_state()
    again = signed_on()
    again.dispatcher = Dispatcher(world, stack, formats)
    again.dispatcher.start(again.now, last_query=50, uses=uses)
    activates(again, FILE)
    again.sign_on(2, "BAY2", "BPD2")
    again.heard(2)
    assert "DENIED BY RECORD OWNER" in answered(again)


def test_a_word_that_somebody_typed_is_no_use():
    at = datetime(2019, 10, 16, tzinfo=UTC).timestamp()
    assert owed([{"kind": "malformed", "at": at, "raw": "order-used"}]).uses == {}


@pytest.mark.parametrize("staged", [False, True])
def test_a_staged_version_with_the_same_order_differs_in_nothing(staged: bool):
    from switch.core.events import PolicyStaged

    play = signed_on()
    if staged:
        play.tell(PolicyStaged("owner", compiled(DIRECTORY, "CADMV", FILE + b"\n"), "staged", {}))
    answered(play)
    assert play.recorded("shadow") == []
    assert len(uses(play)) == 1
