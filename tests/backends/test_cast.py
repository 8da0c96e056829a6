"""Records that people wrote: by kind and state, and every mistake on its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends.cast import read_cast
from switch.errors import AuthoredError
from tests.backends.small import FOLDER


def test_records_come_by_kind_and_state():
    drivers = read_cast(FOLDER / "records" / "cast.toml", frozenset({"driver"}), "NV")
    assert [fields["OLN"] for _, fields in drivers] == ["S0990011"]
    stolen = read_cast(FOLDER / "records" / "cast.toml", frozenset({"stolen"}), "CA")
    assert stolen[0][1]["LIC"] == "SIM1234"


def test_mistakes_come_with_their_lines(tmp_path: Path):
    path = tmp_path / "cast.toml"
    path.write_text('[[record]]\nkind = "drivr"\n\n[[record]]\nkind = "driver"\nOLN = 7\n')
    with pytest.raises(AuthoredError) as caught:
        read_cast(path, frozenset({"driver"}), "CA")
    assert [finding.line for finding in caught.value.findings] == [2, 6]


def test_a_field_code_is_in_capitals(tmp_path: Path):
    path = tmp_path / "cast.toml"
    path.write_text('[[record]]\nkind = "driver"\noln = "S1"\n')
    with pytest.raises(AuthoredError, match="`oln` is not a field code"):
        read_cast(path, frozenset({"driver"}), "CA")
