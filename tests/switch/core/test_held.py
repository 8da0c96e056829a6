"""What waits is bounded by number, bytes and time, and a journal says what is still owed."""

from __future__ import annotations

from switch.config import Limits
from switch.core.held import Held, Store, carried_over
from switch.core.outbox import Outbox
from switch.message import Stamp
from switch.terms import MessageKey, Ori


def item(query: int, place: str = "BAY-PD", *, text: str = "HELLO", expires: float = 100.0) -> Held:
    stamp = Stamp(1.0, query)
    key, sender = MessageKey("AM"), Ori("CA0990200")
    return Held(query, 0, place, "CA0990100", key, sender, None, None, "A1", stamp, text, expires)


def store(**limits: float) -> Store:
    return Store(Limits(**limits), Outbox())  # type: ignore[arg-type]


def test_what_came_first_stands_first_at_its_place():
    kept = store()
    for one in (item(2), item(1), item(3, "VALLEY-SO")):
        kept.put(one)
    assert [one.query for one in kept.at("BAY-PD")] == [2, 1]
    assert [one.query for one in kept.at("HARBOR-PD")] == []
    assert [one.query for one in kept] == [2, 1, 3]


def test_the_number_and_the_bytes_of_one_place_are_bounded():
    kept = store(held_max=2, held_bytes_max=12)
    assert kept.has_room("BAY-PD", "HELLO")
    kept.put(item(1))
    assert kept.has_room("BAY-PD", "1234567")
    assert not kept.has_room("BAY-PD", "12345678")
    kept.put(item(2))
    assert not kept.has_room("BAY-PD", "")
    assert kept.has_room("VALLEY-SO", "HELLO")
    kept.take(item(1))
    assert kept.has_room("BAY-PD", "HELLO")


def test_where_nothing_may_wait_for_any_time_there_is_no_room():
    assert not store(held_s=0).has_room("BAY-PD", "HELLO")


def test_what_has_waited_too_long_is_handed_out_the_earliest_first():
    kept = store()
    for one in (item(1, expires=30.0), item(2, "VALLEY-SO", expires=10.0), item(3, expires=20.0)):
        kept.put(one)
    assert kept.next_deadline() == 10.0
    assert [one.query for one in kept.expired(20.0)] == [2, 3]
    kept.take(item(2, "VALLEY-SO", expires=10.0))
    assert kept.next_deadline() == 20.0
    for one in list(kept):
        kept.take(one)
    assert kept.next_deadline() is None
    assert not kept


def test_what_is_barred_keeps_its_place_and_its_room():
    kept = store(held_max=1)
    kept.put(item(1))
    kept.bar(item(1))
    assert [one.barred for one in kept.at("BAY-PD")] == [True]
    assert not kept.has_room("BAY-PD", "HELLO")
    assert [one.query for one in kept.expired(100.0)] == [1]


def test_an_item_survives_its_entry():
    one = item(7)
    assert Held.of({"kind": "held", "at": 1.0, "n": 3, **one.fields}) == one


def test_what_is_carried_over_has_no_end_yet():
    held = [{"kind": "held", **item(number).fields} for number in (1, 2, 3, 4)]
    gone = ("forwarded", "expired", "removed")
    ends = [{"kind": how, "query": n, "leg": 0, "place": "BAY-PD"} for n, how in enumerate(gone, 1)]
    service = {"kind": "service", "destination": "NV"}
    left = carried_over([held[0], held[1], ends[0], service, held[2], ends[1], ends[2], held[3]])
    assert left == [service, held[3]]
    barred = {"kind": "barred", "query": 4, "leg": 0, "place": "BAY-PD"}
    assert Held.of(carried_over([held[3], barred])[0]).barred
    assert carried_over([barred]) == []
    elsewhere = {"kind": "removed", "query": 4, "leg": 0, "place": "VALLEY-SO"}
    assert carried_over([held[3], elsewhere]) == [held[3]]
