"""The directory of agencies: who stands behind an ORI."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backends.conformance import check
from backends.directory import DirectoryBackend, open_backend
from backends.search import RECORDS_MAX
from switch.backend import Query
from switch.errors import AuthoredError
from switch.world_file import load_world
from tests.backends.small import setup

WORLD = load_world("golden-state")
AGENCIES = tuple(WORLD.agencies.values())


def ask(destination: str = "CA", /, **fields: str) -> Query:
    return Query(1, "TQ", destination, fields, False, None, 0.0)


def found(query: Query) -> list[dict[str, str]]:
    (reply,) = DirectoryBackend(AGENCIES).answer([query])
    assert reply.error is None
    return [dict(record) for record in reply.records]


def test_an_ori_is_found_with_its_agency_place_and_type():
    assert found(ask(ORI="CA0990100")) == [
        {
            "ORI": "CA0990100",
            "AGY": "BAY POLICE DEPARTMENT (INVENTED)",
            "LOC": "BAYSIM",
            "TYP": "PD",
        }
    ]


def test_a_place_is_found_and_the_type_narrows_it():
    assert [each["ORI"] for each in found(ask(LOC="VALLEYSIM"))] == ["CA0990200"]
    assert found(ask(LOC="VALLEYSIM", TYP="PD")) == []
    assert [each["ORI"] for each in found(ask(LOC="VALLEYSIM", TYP="SO"))] == ["CA0990200"]


def test_an_ori_is_found_at_its_own_state_only():
    assert found(ask("NV", ORI="CA0990100")) == []
    assert [each["TYP"] for each in found(ask("DC", ORI="DCICE0910"))] == ["FE"]


def test_a_hub_has_no_ori_and_so_is_not_in_it():
    assert DirectoryBackend([WORLD.agencies["REGION-HUB"]]).count() == {"agency": 0}


def test_an_answer_is_bounded():
    oris = tuple(f"CA0995{number:02}0" for number in range(RECORDS_MAX + 5))
    crowd = replace(WORLD.agencies["BAY-PD"], oris=oris)
    (reply,) = DirectoryBackend([crowd]).answer([ask(LOC="BAYSIM")])
    assert len(reply.records) == RECORDS_MAX


def test_a_name_with_accents_is_told_in_printable_capitals():
    spoken = replace(WORLD.agencies["BAY-PD"], name="Caf\u00e9 police")
    (reply,) = DirectoryBackend([spoken]).answer([ask(ORI="CA0990100")])
    assert reply.records[0]["AGY"] == "CAF? POLICE"


def test_what_it_cannot_search_by_is_an_error_and_not_an_empty_answer():
    replies = DirectoryBackend(AGENCIES).answer([ask(TYP="PD"), ask()._replace(key="DQ")])
    assert [reply.error for reply in replies] == ["cannot search by TYP", "no records for DQ"]


def test_it_keeps_what_every_backend_promises(tmp_path: Path):
    check(open_backend(_setup(tmp_path)), ask(ORI="CA0990100"))


def _setup(folder: Path):
    return replace(setup(folder), name="ORION", keys=("TQ",), options={}, agencies=AGENCIES)


def test_an_option_is_refused_by_name(tmp_path: Path):
    with pytest.raises(AuthoredError, match="`people` is not a key here\n    fix: take it out"):
        open_backend(replace(_setup(tmp_path), options={"people": 1}))
