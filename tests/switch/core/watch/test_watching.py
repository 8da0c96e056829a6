"""Watches in a running switch: on the owner's record, at its terminal, and nobody else's affair."""

from __future__ import annotations

from dataclasses import replace

from switch.acl.analysis.candidate import compiled
from switch.core.events import PolicyActivated
from switch.core.record.ledger import as_entry, shares
from tests.owners import BASE
from tests.playbook import ALBITE, Playbook, golden_state
from tests.switch.acl.shipped import DIRECTORY

WATCH = b"""
[[watch]]
id      = "DMV-W1"
agency  = ["ICE-HSI"]
data    = ["driver.record", "vehicle.registration"]
from    = 2019-10-15T00:00:00
denials = 2
"""
FILE = BASE + WATCH


def signed_on(file: bytes = FILE, desk: str | None = "BAY2") -> Playbook:
    world = golden_state()[0]
    cadmv = replace(world.backends["CADMV"], watch_terminal=desk)
    world = replace(world, backends={**world.backends, "CADMV": cadmv})
    play = Playbook("2019-10-16T08:00:00", world)
    activates(play, file)
    play.sign_on(1, "HSI1", "HSI1A")
    play.sign_on(2, "BAY2", "BPD2")
    play.heard(1), play.heard(2)
    return play


def activates(play: Playbook, file: bytes) -> None:
    policy = compiled(DIRECTORY, "CADMV", file)
    play.tell(PolicyActivated("owner", policy, "activated", {}))


def asks(play: Playbook, count: int, purpose: str = "C", line: int = 1) -> None:
    ori = "DCICE0500" if line == 1 else "CA0990100"
    for number in range(count):
        asked = len(play.asked)
        play.says(line, f"DQ.{ori}.CA.*A{number:02}.TXTPUR/{purpose}.OLN/S0990001")
        for ask in play.asked[asked:]:
            play.answers(ask, ALBITE)


def sightings(play: Playbook) -> list[tuple]:
    return [(e["what"], e["total"], e["refused"], e["told"]) for e in play.recorded("watch")]


def test_each_hour_is_on_record_on_time_and_nobody_is_disturbed_by_it():
    play = signed_on()
    asks(play, 3)
    asks(play, 4, line=2)
    play.at("2019-10-16T09:00:00")
    (entry,) = play.recorded("watch")
    assert (entry["what"], entry["counts"]) == ("hour", {"DQ": {"C": 3}})
    assert entry["at"] == entry["hour"] + 3600
    assert [key for key, _ in play.heard(2)] == ["DR"] * 4


def test_repeated_refusals_reach_the_owners_terminal_at_once():
    play = signed_on()
    asks(play, 2, "J")
    ((key, body),) = play.heard(2)
    assert key == "SM"
    assert "TRAINING" in body
    assert "WATCH DMV-W1 OF CADMV" in body
    assert "2 REFUSALS OF TERMINAL HSI1" in body
    assert sightings(play) == [("denials", 2, 2, "BAY2")]


def test_where_nobody_sits_at_that_terminal_or_none_is_named_it_is_on_record():
    for play in (signed_on(desk="HRB1"), signed_on(desk=None)):
        asks(play, 2, "J")
        assert sightings(play) == [("denials", 2, 2, "")]
        assert play.heard(2) == []


def test_who_is_watched_notices_nothing():
    watched, not_watched = signed_on(), signed_on(BASE)
    for play in (watched, not_watched):
        asks(play, 3)
        asks(play, 3, "J")
        play.at("2019-10-16T10:00:00")
    assert watched.heard(1) == not_watched.heard(1)


def test_what_is_seen_is_in_the_ledger_of_its_owner_alone():
    play = signed_on()
    asks(play, 2, "J")
    found = shares(play.records, ["CADMV", "NVDMV"])
    kinds = {owner: [as_entry(row)["kind"] for row in rows] for owner, rows in found.items()}
    assert "watch" in kinds["CADMV"]
    assert "watch" not in kinds.get("NVDMV", [])


def test_another_version_with_the_same_watch_goes_on_counting_and_one_without_it_ends_it():
    play = signed_on()
    asks(play, 1, "J")
    activates(play, FILE + b"\n# a remark\n")
    asks(play, 1, "J")
    assert [what for what, *_ in sightings(play)] == ["denials"]
    activates(play, BASE)
    asks(play, 5, "J")
    play.at("2019-10-16T12:00:00")
    assert len(sightings(play)) == 1


def test_without_a_watch_there_is_no_deadline():
    play = signed_on(BASE)
    asks(play, 1)
    assert play.dispatcher._watching.next_deadline() is None


def test_a_rate_over_its_baseline_is_told():
    play = signed_on()
    for hour in range(9, 13):
        play.at(f"2019-10-16T{hour:02}:00:00")
        asks(play, 2)
    play.at("2019-10-16T13:00:00")
    play.heard(2)
    asks(play, 12)
    ((_, body),) = play.heard(2)
    assert "10 INQUIRIES THIS HOUR" in body
