"""Which message belongs to which row, and what its answers set going, once."""

from __future__ import annotations

from scenarios.correspondence import Correspondence
from scenarios.script import Cause, Trigger
from tests.rehearsal_room import opened

INJECT = (
    '[[inject]]\nid = "hello"\nat = "5m"\nactor = "far"\n'
    'sends = { key = "AM", to = "desk", text = "HELLO" }'
)


def replied(one: Correspondence, kind: str, records: int = 0) -> list[Trigger]:
    return list(one.replied({"kind": kind, "query": 5, "records": records, "at": 1.0}))


def test_the_first_answer_is_a_reply_and_the_first_record_a_hit():
    one = Correspondence()
    one.link("ask", {"query": 5})
    assert replied(one, "refused") == [Trigger(Cause.REPLY, "ask")]
    assert replied(one, "released", 1) == [Trigger(Cause.HIT, "ask")]
    assert replied(one, "released", 1) == []


def test_an_answer_to_nobodys_row_sets_nothing_going():
    assert replied(Correspondence(), "released", 1) == []


def test_an_actors_message_is_its_rows_only_as_it_is_written():
    row = opened(INJECT).script.injects[-1]
    one = Correspondence()
    one.will_send(row, as_written=True)
    one.sent({"query": 1}, "far", lambda pattern, entry: ("text",))
    one.sent({"query": 2}, "desk", lambda pattern, entry: ())
    assert one.of_row == {}
    one.sent({"query": 3}, "far", lambda pattern, entry: ())
    assert one.of_row == {"hello": 3}
    one.sent({"query": 4}, "far", lambda pattern, entry: ())
    assert one.of_row == {"hello": 3}


def test_the_trainers_own_words_count_whatever_they_are():
    one = Correspondence()
    one.will_send(opened(INJECT).script.injects[-1], as_written=False)
    one.sent({"query": 3}, "far", lambda pattern, entry: ("text",))
    assert one.of_row == {"hello": 3}
