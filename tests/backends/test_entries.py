"""The life of a record: entered, modified, located, cleared, cancelled; over what was built."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends import memory, sqlite
from backends.conformance import check
from backends.entries import ENTRIES_MAX, ENTRY_KEYS, Entries, with_entries
from switch.backend import Backend, Query
from switch.terms import MessageKey, Ori
from tests.backends.small import ALL_KEYS, in_memory, setup

OURS, OTHERS = "CA0990100", "CA0990200"
PERSON = {"NAM": "SIMROCK, IDA", "DOB": "19900102", "OFF": "DRILL CHARGE", "DOW": "20260105"}
ENTER_PERSON = ("EW", {**PERSON, "OCA": "SIM26-1"})
VEHICLE = {"LIC": "SIMNEW1", "LIS": "CA", "DOT": "20260105", "OCA": "SIM26-2"}
BASALT = {"NIC": "W099999002", "OCA": "SIM19-99002"}  # of the cast, entered by OTHERS


class Desk:
    """Asks one backend, each time under another number."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.number = 0

    def query(self, key: str, fields: dict[str, str], ori: str = OURS) -> Query:
        self.number += 1
        return Query(self.number, MessageKey(key), "", fields, False, None, 0.0, Ori(ori))

    def ask(self, key: str, fields: dict[str, str], ori: str = OURS) -> list[dict[str, str]]:
        return self.deliver(self.query(key, fields, ori))

    def deliver(self, query: Query) -> list[dict[str, str]]:
        (reply,) = self.backend.answer([query])  # type: ignore[misc]
        assert (reply.id, reply.error) == (query.id, None)
        return [dict(record) for record in reply.records]

    def wanted(self, name: str, born: str) -> list[dict[str, str]]:
        return self.ask("QW", {"NAM": name, "DOB": born})

    def entered(self) -> dict[str, str]:
        (told,) = self.ask(*ENTER_PERSON)
        return {"NIC": told["NIC"], "OCA": told["OCA"]}


@pytest.fixture(params=["memory", "sqlite"])
def desk(request: pytest.FixtureRequest, tmp_path: Path):
    keys = (*ALL_KEYS, *ENTRY_KEYS)
    opens = in_memory if request.param == "memory" else sqlite.open_backend
    options = {"records": ["records/cast.toml"], "people": 100, "vehicles": 200}
    backend = opens(setup(tmp_path, keys=keys, options=options))
    yield Desk(backend)
    backend.close()


def test_an_entry_is_acknowledged_with_its_number_and_found_at_once(desk: Desk):
    assert desk.wanted("SIMROCK, IDA", "19900102") == []
    assert desk.ask(*ENTER_PERSON) == [{"ACK": "ENTERED", "NIC": "W500000001", "OCA": "SIM26-1"}]
    (found,) = desk.wanted("SIMROCK, IDA", "19900102")
    assert found["WNT"] == "WANTED PERSON - SIMULATED"
    assert (found["NIC"], found["OCA"], found["ORI"]) == ("W500000001", "SIM26-1", OURS)


def test_a_vehicle_is_found_by_its_plate_and_by_its_number(desk: Desk):
    (told,) = desk.ask("EV", {**VEHICLE, "VIN": "SIM00000000000042"})
    assert told["NIC"] == "V500000001"
    assert len(desk.ask("QV", {"LIC": "SIMNEW1", "LIS": "CA"})) == 1
    assert len(desk.ask("QV", {"VIN": "SIM00000000000042"})) == 1
    assert desk.ask("QV", {"LIC": "SIMNEW1", "LIS": "NV"}) == []


def test_a_repeated_delivery_does_not_enter_twice(desk: Desk):
    once = desk.query(*ENTER_PERSON)
    assert desk.deliver(once) == desk.deliver(once)
    assert len(desk.wanted("SIMROCK, IDA", "19900102")) == 1


def test_the_same_case_of_the_same_agency_is_on_file_already(desk: Desk):
    desk.entered()
    (told,) = desk.ask(*ENTER_PERSON)
    assert told == {"REJ": "NOT DONE. ALREADY ON FILE AS W500000001", "OCA": "SIM26-1"}
    (other,) = desk.ask(*ENTER_PERSON, OTHERS)
    assert other["NIC"] == "W500000002"


@pytest.mark.parametrize("key", ["MW", "CW", "XW"])
def test_only_the_entering_agency_modifies_clears_and_cancels(desk: Desk, key: str):
    names = desk.entered()
    (told,) = desk.ask(key, {**names, "MIS": "CHANGED"} if key == "MW" else names, OTHERS)
    assert told["REJ"] == f"NOT DONE. ENTERED BY {OURS}"
    assert len(desk.wanted("SIMROCK, IDA", "19900102")) == 1


def test_another_agency_locates(desk: Desk):
    names = desk.entered()
    assert desk.ask("LW", names, OTHERS) == [{"ACK": "LOCATED", **names}]
    (found,) = desk.wanted("SIMROCK, IDA", "19900102")
    assert (found["LCT"], found["ORI"]) == (OTHERS, OURS)


def test_a_modified_record_is_found_as_it_is_now_and_no_longer_as_it_was(desk: Desk):
    names = desk.entered()
    (told,) = desk.ask("MW", {**names, "NAM": "SIMROCK, EVE", "MIS": "NAME MENDED"})
    assert told == {"ACK": "MODIFIED", **names}
    assert desk.wanted("SIMROCK, IDA", "19900102") == []
    (found,) = desk.wanted("SIMROCK, EVE", "19900102")
    assert (found["MIS"], found["OFF"], found["NIC"]) == (
        "NAME MENDED",
        "DRILL CHARGE",
        names["NIC"],
    )


@pytest.mark.parametrize(("key", "done"), [("CW", "CLEARED"), ("XW", "CANCELLED")])
def test_what_is_cleared_or_cancelled_is_no_longer_on_file(desk: Desk, key: str, done: str):
    names = desk.entered()
    assert desk.ask(key, names) == [{"ACK": done, **names}]
    assert desk.wanted("SIMROCK, IDA", "19900102") == []
    (again,) = desk.ask(key, names)
    assert again["REJ"] == "NOT DONE. NOT ON FILE UNDER THAT NIC AND OCA"


@pytest.mark.parametrize(
    "names",
    [
        {"NIC": "W599999999", "OCA": "SIM26-1"},
        {"NIC": "W500000001", "OCA": "SIM26-9"},
        {"NIC": "V500000001", "OCA": "SIM26-1"},
        {"NIC": "NONE", "OCA": "SIM26-1"},
    ],
)
def test_number_and_case_must_both_be_those_of_the_record(desk: Desk, names: dict[str, str]):
    desk.entered()
    (told,) = desk.ask("CW", names)
    assert told["REJ"] == "NOT DONE. NOT ON FILE UNDER THAT NIC AND OCA"


def test_a_built_record_lives_too_and_what_is_built_stays_as_it_is(desk: Desk, tmp_path: Path):
    (before,) = desk.wanted("BASALT, ORRIN", "19790820")
    assert desk.ask("LW", BASALT)[0]["ACK"] == "LOCATED"
    assert desk.wanted("BASALT, ORRIN", "19790820") == [{**before, "LCT": OURS}]
    assert desk.ask("CW", BASALT)[0]["REJ"] == f"NOT DONE. ENTERED BY {OTHERS}"
    assert desk.ask("CW", BASALT, OTHERS)[0]["ACK"] == "CLEARED"
    assert desk.wanted("BASALT, ORRIN", "19790820") == []
    keys = (*ALL_KEYS, *ENTRY_KEYS)
    fresh = Desk(sqlite.open_backend(setup(tmp_path, keys=keys)))
    assert fresh.wanted("BASALT, ORRIN", "19790820") == [before]


def test_the_same_deliveries_in_the_same_order_make_the_same_file(tmp_path: Path):
    files = []
    for _ in range(2):
        desk = Desk(with_entries(memory.MemoryBackend([]), ENTRY_KEYS))
        desk.ask(*ENTER_PERSON)
        names = {"NIC": "W500000001", "OCA": "SIM26-1"}
        desk.ask("LW", names, OTHERS)
        files.append(desk.wanted("SIMROCK, IDA", "19900102"))
    assert files[0] == files[1] != []


def test_a_backend_without_entry_keys_takes_no_entries(tmp_path: Path):
    backend = sqlite.open_backend(setup(tmp_path))
    (reply,) = backend.answer([Desk(backend).query(*ENTER_PERSON)])
    assert reply.error is not None


def test_no_more_than_so_many_deliveries_are_taken():
    entries = Entries(memory.MemoryBackend([]), ["wanted"])
    desk = Desk(entries)
    for number in range(ENTRIES_MAX):
        fields = {"NIC": f"W{number:09}", "OCA": "X"}
        assert entries.take(desk.query("CW", fields)).records
    full = entries.take(desk.query("CW", {"NIC": "W1", "OCA": "X"}))
    assert full.error == f"{ENTRIES_MAX} entries is all that it takes"
    assert full.records == ()


def test_a_backend_with_entries_keeps_what_every_backend_promises():
    backend = with_entries(memory.MemoryBackend([("wanted", PERSON)]), ENTRY_KEYS)
    desk = Desk(backend)
    desk.entered()
    check(backend, desk.query("QW", {"NAM": "SIMROCK, IDA", "DOB": "19900102"}))
