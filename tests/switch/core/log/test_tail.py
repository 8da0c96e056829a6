"""The end of the journal at hand: how far it reaches, and where a message and an instant stand."""

from __future__ import annotations

import msgpack

from switch.core.log.tail import LogTail
from switch.core.outbox import Outbox


def entry(number: int) -> dict:
    return {"kind": "query", "at": float(number), "query": number}


def tail(count: int, messages_max: int = 3, out: Outbox | None = None) -> LogTail:
    """Each message in a batch of its own, a second apart."""
    out = out or Outbox()
    made = LogTail(out, messages_max)
    for number in range(1, count + 1):
        out.start(float(number))
        out.next_query()
        made.add(msgpack.packb([entry(number)]))
    return made


def numbers(made: LogTail) -> list[int]:
    return [msgpack.unpackb(kept.body)[0].get("query") for kept in made.reach.kept]


def test_it_reaches_back_so_many_messages_and_no_further():
    made = tail(10)
    assert made.reach.first == 8
    assert numbers(made) == [8, 9, 10]


def test_what_comes_later_is_not_in_reach_of_a_search_that_has_begun():
    made = tail(3)
    reach = made.reach
    made.add(msgpack.packb([{"kind": "noted", "at": 3.0}]))
    assert len(reach.kept) == 3
    assert len(made.reach.kept) == 4


def test_a_message_is_found_in_the_batch_in_which_it_came():
    made = tail(3)
    made.add(msgpack.packb([{"kind": "released", "at": 3.0, "query": 2}]))
    assert [made.reach.opened(number) for number in (1, 2, 3, 4)] == [0, 1, 2, 4]


def test_what_is_older_than_an_instant_stands_in_the_first_batches():
    reach = tail(3).reach
    assert [reach.until(at) for at in (0.5, 1.0, 2.0, 2.5, 9.0)] == [1, 1, 2, 3, 3]


def test_batches_without_a_message_do_not_make_it_forget():
    made = tail(3)
    for _ in range(10):
        made.add(msgpack.packb([{"kind": "noted", "at": 3.0}]))
    assert numbers(made)[:3] == [1, 2, 3]


def test_a_batch_counts_as_the_messages_that_came_with_it():
    out = Outbox()
    made = tail(2, 100, out)
    for _ in range(5):
        out.next_query()
    made.add(msgpack.packb([entry(number) for number in range(3, 8)]))
    made.add(msgpack.packb([{"kind": "released", "at": 3.0, "query": n} for n in range(3, 8)]))
    assert [made.reach.messages(position) for position in range(4)] == [1, 1, 5, 0]


def test_the_end_of_a_journal_that_is_continued_is_at_hand():
    out = Outbox()
    made = LogTail(out, 3)
    out.resume(5)
    made.resume(msgpack.packb([entry(number)]) for number in range(1, 6))
    assert numbers(made) == [3, 4, 5]
    assert [kept.at for kept in made.reach.kept] == [3.0, 4.0, 5.0]
