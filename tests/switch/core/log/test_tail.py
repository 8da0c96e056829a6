"""The end of the journal at hand: how far it reaches, and what is looked at."""

from __future__ import annotations

import msgpack

from switch.core.log.tail import LogTail
from switch.core.outbox import Outbox


def entry(number: int, text: str = "") -> dict:
    return {"kind": "query", "at": float(number), "query": number, "text": text}


def tail(count: int, messages_max: int = 3) -> LogTail:
    """Each message in a batch of its own."""
    out = Outbox()
    made = LogTail(out, messages_max)
    for number in range(1, count + 1):
        out.start(float(number))
        out.next_query()
        made.add(msgpack.packb([entry(number, f"WORD{number}")]))
    return made


def numbers(batches) -> list[int]:
    return [each["query"] for batch in batches for each in batch]


def test_it_reaches_back_so_many_messages_and_no_further():
    made = tail(10)
    assert made.first == 8
    assert numbers(made.newest_first()) == [10, 9, 8]
    assert len(made._kept) == 3


def test_only_batches_with_a_needle_are_unpacked():
    assert numbers(tail(3).newest_first(("WORD2", "WORD3"))) == [3, 2]


def test_it_ends_where_the_time_that_is_asked_begins():
    assert numbers(tail(3).newest_first((), 2.0)) == [3, 2]


def test_a_message_is_found_in_the_batch_in_which_it_came_and_later_ones():
    made = tail(3)
    made.add(msgpack.packb([{"kind": "released", "at": 3.0, "query": 2}]))
    assert numbers(made.since(2)) == [2, 2]


def test_batches_without_a_message_do_not_make_it_forget():
    made = tail(3)
    for _ in range(10):
        made.add(msgpack.packb([{"kind": "noted", "at": 3.0}]))
    assert numbers(made.newest_first(("WORD",))) == [3, 2, 1]


def test_the_end_of_a_journal_that_is_continued_is_at_hand():
    out = Outbox()
    made = LogTail(out, 3)
    out.resume(5)
    made.resume(msgpack.packb([entry(number)]) for number in range(1, 6))
    assert numbers(made.newest_first()) == [5, 4, 3]
