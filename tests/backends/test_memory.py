"""Memory: the same answers from a dictionary."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends import sqlite
from backends.memory import RECORDS_MAX, MemoryBackend, open_backend
from switch.errors import BackendError, UsageError
from tests.backends.small import query, setup


def test_a_batch_is_answered_reply_by_reply(tmp_path: Path):
    backend = open_backend(setup(tmp_path))
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
    with pytest.raises(BackendError, match="needs `records`"):
        open_backend(setup(tmp_path, options={"records": "x"}))


def test_a_missing_file_is_a_clear_error(tmp_path: Path):
    with pytest.raises(UsageError, match="cannot read"):
        open_backend(setup(tmp_path, options={"records": ["none.toml"]}))


def test_records_in_the_options_are_answered(tmp_path: Path):
    row = {"kind": "driver", "OLN": "S1", "IMG": "SIMULATED-PHOTO-S1"}
    backend = open_backend(setup(tmp_path, options={"records": [row]}))
    plain, with_image = backend.answer([query("DQ", OLN="S1"), query("DQ", image=True, OLN="S1")])
    assert plain.records == ({"OLN": "S1"},)
    assert with_image.records == ({"OLN": "S1", "IMG": "SIMULATED-PHOTO-S1"},)


def test_memory_and_sqlite_answer_alike(tmp_path: Path):
    only_cast = setup(tmp_path, options={"people": 0, "vehicles": 0})
    both = [open_backend(only_cast), sqlite.open_backend(only_cast)]
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
