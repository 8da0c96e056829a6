"""plain-county: golden-state's shape without its argument, and whole enough to be played."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path
from types import MappingProxyType

import pytest

from switch.acl.analysis.promises import check
from switch.acl.directory import Directory
from switch.acl.document import load_stack, read_document
from switch.config import World
from switch.core.dispatcher import Dispatcher
from switch.core.events import RepliesArrived
from switch.shell.plugins import open_backends
from switch.world_file import load_world
from tests.playbook import Playbook

WORLD = load_world("plain-county")
STACK = load_stack(WORLD)
SMALL = {"people": 20, "vehicles": 20}
REAL_AGENCIES = ("ICE", "ERO", "HSI", "CBP", "DHS", "IMMIGRATION", "HOMELAND", "ARJIS", "DOJ")
REAL_STATES = frozenset(
    re.findall(
        "..",
        "ALAKAZARCACOCTDEFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOKORPARISCSDTNTXUTVT"
        "VAWAWVWIWYASGUMPPRVIDC",
    )
)


class Play(Playbook):
    """The playbook in this world, with the records of its own backends as the answers."""

    def __init__(self, starts: str, folder: Path) -> None:
        super().__init__(starts)
        self.world = WORLD
        self.now = self._instant(starts)
        self.dispatcher = Dispatcher(WORLD, STACK, self.formats)
        self.steps.clear()
        self._take(self.dispatcher.start(self.now))
        self.backends = open_backends(small(WORLD), folder)

    def answered(self) -> None:
        """Every backend answers what it was asked since the last time."""
        for ask in self.asked:
            replies = tuple(self.backends[ask.backend].answer(ask.queries))  # type: ignore[arg-type]
            self.tell(RepliesArrived(ask.backend, ask.worker, replies))
        self.asked.clear()

    def hears(self, line: int) -> str:
        return "\n".join(body for _, body in self.heard(line))

    def close(self) -> None:
        for backend in self.backends.values():
            backend.close()


def small(world: World) -> World:
    """The same world with few people in it."""
    backends = {
        name: dataclasses.replace(entry, options={**entry.options, **SMALL})
        if entry.kind == "sqlite"
        else entry
        for name, entry in world.backends.items()
    }
    return dataclasses.replace(world, backends=MappingProxyType(backends))


@pytest.fixture
def play(tmp_path: Path, request: pytest.FixtureRequest):
    playing = Play(request.param, tmp_path)
    yield playing
    playing.close()


DAY_BEFORE, DAY_AFTER = "2026-03-01T12:00:00", "2026-03-02T12:00:00"


@pytest.mark.parametrize("play", [DAY_BEFORE], indirect=True)
def test_a_licence_of_the_cast_is_answered(play: Play):
    play.sign_on(1, "VSO1", "VSO1A")
    play.says(1, "DQ.PQ0990200.PQ.TXTOLN/S0990001")
    play.answered()
    heard = play.hears(1)
    assert "ALBITE, MARA QUILL" in heard
    assert "SIMULATED-PHOTO" not in heard


@pytest.mark.parametrize("play", [DAY_BEFORE], indirect=True)
def test_a_stolen_vehicle_of_the_next_state_is_found_at_both_sources(play: Play):
    play.sign_on(1, "TWN2", "TPD2")
    play.says(1, "RQ.PQ0990100.PX.TXTLIC/SIM1234.LIY/2026.LIT/PC")
    play.says(1, "QV.PQ0990100.LIC/SIM1234.LIS/PX.LIY/26.LIT/PC")
    play.answered()
    heard = play.hears(1)
    assert "DIORITE, PIERS" in heard
    assert "STOLEN VEHICLE - SIMULATED" in heard


@pytest.mark.parametrize("play", [DAY_BEFORE], indirect=True)
def test_field_collection_is_served_until_the_day(play: Play):
    play.sign_on(1, "FLD1", "FLD1A")
    play.says(1, "DQ.DCREV0900.PQ.TXTOLN/S0990001")
    play.answered()
    assert "ALBITE, MARA QUILL" in play.hears(1)


@pytest.mark.parametrize("play", [DAY_AFTER], indirect=True)
def test_field_collection_is_off_the_network_from_the_day_on(play: Play):
    play.sign_on(1, "FLD1", "FLD1A")
    play.says(1, "DQ.DCREV0900.PQ.TXTOLN/S0990001")
    play.answered()
    heard = play.hears(1)
    assert "ALBITE" not in heard
    assert "ACCESS SUSPENDED BY THE SWITCH OPERATOR." in heard


@pytest.mark.parametrize("play", [DAY_AFTER], indirect=True)
def test_the_audit_office_hears_no_residence_and_is_told_its_limits(play: Play):
    play.sign_on(1, "AUD1", "AUD1A")
    play.says(1, "DQ.DCREV0500.PQ.TXTPUR/C.OLN/S0990001")
    play.answered()
    heard = play.hears(1)
    assert "ALBITE, MARA QUILL" in heard
    assert "EXAMPLE ST" not in heard
    assert "NOT FOR COLLECTION PURPOSES." in heard


def test_every_backend_has_a_file_of_rules_and_so_has_the_network():
    files = {path.stem for path in WORLD.acl_folder.glob("*.toml")}
    assert files == {*WORLD.backends, "NETWORK"}


@pytest.mark.parametrize("backend", sorted(WORLD.backends))
def test_what_its_owners_promise_holds_and_every_rule_has_a_test(backend: str):
    directory = Directory(WORLD)
    report = check(read_document(WORLD.acl_folder / f"{backend}.toml", directory), directory)
    assert (report.findings, report.undecided) == ((), ())


def test_it_has_the_shape_of_golden_state():
    other = load_world("golden-state")
    for part in ("agencies", "terminals", "operators", "backends", "catalog", "class_fields"):
        assert len(getattr(WORLD, part)) == len(getattr(other, part)), part
    assert [entry.key for entry in WORLD.catalog] == [entry.key for entry in other.catalog]
    assert WORLD.class_fields == other.class_fields


def test_it_names_no_real_agency_and_no_real_state():
    words = {
        word
        for agency in WORLD.agencies.values()
        for word in f"{agency.id} {agency.name}".upper().replace("-", " ").split()
    }
    assert not words & set(REAL_AGENCIES)
    states = {entry.state for entry in WORLD.backends.values()} - {""}
    destinations = {entry.destination for entry in WORLD.catalog} - {"", "ZA", "DC", "NL"}
    assert states == destinations == {"PQ", "PX"}
    assert len(REAL_STATES) == 56
    assert not states & REAL_STATES


def test_one_operator_works_for_two_agencies():
    (dual,) = [each for each in WORLD.operators.values() if each.affiliations]
    assert (dual.agency, dual.affiliations[0].agency) == ("TOWN-PD", "REV-FIELD")


def test_its_orders_begin_at_midnight_of_its_own_timezone():
    assert WORLD.timezone.key == "America/Chicago"
    for path in WORLD.acl_folder.glob("*.toml"):
        assert tomllib.loads(path.read_text())["timezone"] == "America/Chicago"
