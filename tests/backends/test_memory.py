"""Memory: the same answers from a dictionary."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backends import sqlite
from backends.memory import MemoryBackend, open_backend
from backends.search import RECORDS_MAX
from switch.errors import UsageError
from tests.backends.small import in_memory, query, refused, setup


def test_a_batch_is_answered_reply_by_reply(tmp_path: Path):
    backend = in_memory(setup(tmp_path))
    replies = backend.answer(
        [
            query("DQ", id=1, OLN="S0990001"),
            query("QW", id=2, NAM="BASALT, ORRIN"),
            query("QV", id=3),
        ]
    )
    assert [reply.id for reply in replies] == [1, 2, 3]
    assert replies[0].records[0]["NAM"] == "ALBITE, MARA QUILL"
    assert replies[1].records[0]["WNT"].startswith("WANTED")
    assert replies[2].error == "cannot search by nothing"
    backend.close()


def test_an_answer_is_bounded():
    backend = MemoryBackend([("driver", {"NAM": "A, B"})] * (RECORDS_MAX + 5))
    assert len(backend.answer([query("DNQ", NAM="A, B")])[0].records) == RECORDS_MAX


def test_no_files_is_a_clear_error(tmp_path: Path):
    told = refused(replace(setup(tmp_path), options={}), open_backend)
    assert "options of ALL: `records` is missing" in told


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"kind": "driver", "oln": "S1"}, "`records[2]`: `oln` is not a field code"),
        ({"kind": "Driver", "OLN": "S1"}, "`records[2].kind` must be a kind of record"),
        ({"kind": "drivr", "OLN": "S1"}, "record 2: `drivr` is no kind of record"),
        ({"kind": "driver", "SEX": "F"}, "record 2: nothing finds this driver"),
        ({"OLN": "S1"}, "`records[2].kind` is missing"),
        (7, "`records[2]` must be a text in quotes, or a table (got 7)"),
    ],
)
def test_a_wrong_record_in_the_options_is_told_with_its_number(tmp_path: Path, row, said):
    mine = replace(setup(tmp_path), options={"records": ["a.toml", row]})
    assert said in refused(mine, open_backend)


def test_a_missing_file_is_a_clear_error(tmp_path: Path):
    with pytest.raises(UsageError, match="cannot read"):
        in_memory(setup(tmp_path, options={"records": ["none.toml"]}))


def test_records_in_the_options_are_answered(tmp_path: Path):
    row = {"kind": "driver", "OLN": "S1", "IMG": "SIMULATED-PHOTO-S1"}
    backend = in_memory(setup(tmp_path, options={"records": [row]}))
    plain, with_image = backend.answer([query("DQ", OLN="S1"), query("DQ", image=True, OLN="S1")])
    assert plain.records == ({"OLN": "S1"},)
    assert with_image.records == ({"OLN": "S1", "IMG": "SIMULATED-PHOTO-S1"},)


PLATES = [{"kind": "vehicle", "LIC": plate} for plate in ("SIM1AAA1", "SIM1AAB2", "SIM2AAA1")]


@pytest.mark.parametrize(
    ("part", "count"),
    [("SIM1*", 2), ("*AAA1", 2), ("*A*B*", 1), ("SIM2AAA1", 1), ("X*", 0), ("SIM?AAA1", 0)],
)
def test_plates_are_found_by_a_part_of_them(tmp_path: Path, part, count):
    """[N-RQG]"""
    rows = "".join(f'[[record]]\nkind = "vehicle"\nLIC = "{row["LIC"]}"\n' for row in PLATES)
    (tmp_path / "plates.toml").write_text(rows)
    options = {"records": ["plates.toml"], "people": 0, "vehicles": 0}
    one = setup(tmp_path, keys=("RPQ",), world_folder=tmp_path, options=options)
    for backend in (in_memory(one), sqlite.open_backend(one)):
        (reply,) = backend.answer([query("RPQ", LIC=part, LIY="26", LIT="PC")])
        assert (reply.error, len(reply.records)) == (None, count)
        backend.close()


def test_the_records_of_a_worlds_own_key_are_found_as_it_says(tmp_path: Path):
    (tmp_path / "dogs.toml").write_text('[[record]]\nkind = "dog"\nTAG = "SIM1"\nNAM = "A, B"\n')
    searches = {"ZDQ": {"kind": "dog", "by": ["TAG", "NAM"]}}
    options = {"records": ["dogs.toml"], "people": 0, "vehicles": 0, "searches": searches}
    one = setup(tmp_path, keys=("ZDQ",), world_folder=tmp_path, options=options)
    for backend in (in_memory(one), sqlite.open_backend(one)):
        for fields in ({"TAG": "SIM1"}, {"NAM": "A, B"}):
            (reply,) = backend.answer([query("ZDQ", **fields)])
            assert [dict(record) for record in reply.records] == [{"TAG": "SIM1", "NAM": "A, B"}]
        backend.close()


def test_memory_and_sqlite_answer_alike(tmp_path: Path):
    only_cast = setup(tmp_path, options={"people": 0, "vehicles": 0})
    both = [in_memory(only_cast), sqlite.open_backend(only_cast)]
    batch = [
        query("DQ", OLN="S0990001"),
        query("DQ", image=True, OLN="S0990001"),
        query("DNQ", NAM="ALBITE,MARA"),
        query("DQ", NAM="BASALT, ORRIN", DOB="082079", SEX="U"),
        query("RNQ", NAM="ALBITE, MARA QUILL"),
        query("QV", LIC="SIM1234", LIS="NV"),
        query("QV", LIC="SIM1234", LIS="CA"),
        query("IQ", MNU="SIM999001"),
        query("ZIQ", LIC="SIM2019"),
        query("DQ", SOC="000990001"),
        query("ZZZ", OLN="S0990001"),
    ]
    one, other = (backend.answer(batch) for backend in both)
    assert one == other
    assert [len(reply.records) for reply in one] == [1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0]
    for backend in both:
        backend.close()
