"""`wireroom acl import`."""

from __future__ import annotations

import json
import os
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switch.cli.acl.verbs import main
from switch.errors import UsageError
from switch.files import authored
from tests.process import run
from tests.switch.files.test_sheet import workbook

HEAD = ("id", "effect", "group", "data", "from", "reason", "cite")
FIRST = (
    "DMV-01",
    "deny",
    "ero",
    "any",
    datetime(2019, 10, 15, tzinfo=UTC).replace(tzinfo=None),
    "Declined.",
    "Code 7",
)
RULES = ("--backend", "CADMV", "--default", "allow")


def sheet(folder: Path, *rows: tuple[object, ...], change=None) -> str:
    path = folder / "rules.xlsx"
    path.write_bytes(workbook(HEAD, *rows, change=change))
    return str(path)


def test_a_rule_table_becomes_a_file_that_passes_the_check(tmp_path: Path):
    output = tmp_path / "CADMV.toml"
    done = run("acl", "import", sheet(tmp_path, FIRST), *RULES, "--output", str(output))
    assert done.returncode == 0, done.stderr
    assert tomllib.loads(output.read_text())["deny"][0]["group"] == ["ero"]
    assert run("acl", "check", str(output)).returncode == 0


def test_ten_mistakes_come_at_once_by_cell_and_the_old_file_stays(tmp_path: Path):
    rows = (
        ("DMV-01", "deny", "eroo", "any", "2019-10-15", "x", "y"),
        ("DMV-01", "deny", "ero", "driver.foto", "2019-10-15", "x", "y"),
        ("DMV 03", "deny", "ero", "any", "03/04/2019", "x", "y"),
        ("DMV-04", "maybe", "ero", "any", "2019-10-15", "x", "y"),
        ("DMV-05", "deny", "ero", "any", "2019-11-03T01:30:00", "x", "y"),
        ("DMV-06", "deny", None, "any", "2019-10-15", "x", "y"),
        ("DMV-07", "deny", "ero", "any", "soon", "x", None),
    )
    output = tmp_path / "CADMV.toml"
    output.write_text("old")
    words = ("acl", "import", sheet(tmp_path, *rows), *RULES, "--output", str(output))
    done = run(*words, "--replace")
    assert done.returncode == 2
    for cell in (
        "C2: group `eroo`",
        "A3: id `DMV-01`",
        "D3: data class",
        "A4: ",
        "E4: `03/04/2019`",
        "B5: `maybe`",
        "E6: the local time",
        "`deny[5]`: no subject",
        "E8: `soon`",
        "cite` is missing",
    ):
        assert cell in done.stderr, cell
    assert output.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CADMV.toml", "rules.xlsx"]


def test_merged_cells_and_formulas_in_the_table_are_told_and_those_of_a_title_are_not(
    tmp_path: Path,
):
    def change(page) -> None:
        page.insert_rows(1)
        page["A1"] = "Rules of the department"
        page.merge_cells("A1:D1")

    path = sheet(tmp_path, FIRST, change=change)
    assert run("acl", "import", path, *RULES).returncode == 0

    def worse(page) -> None:
        change(page)
        page.merge_cells("C3:C4")
        page["F4"] = "=F3"

    second = ("DMV-02", *FIRST[1:])
    done = run("acl", "import", sheet(tmp_path, FIRST, second, change=worse), *RULES)
    assert done.returncode == 2
    assert "Sheet1!C3:C4: merged cells" in done.stderr
    assert "Sheet1!F4: a formula" in done.stderr


def test_a_list_of_oris_becomes_agencies_that_the_world_takes(tmp_path: Path):
    path = tmp_path / "oris.csv"
    path.write_text("﻿Agency;ORI;Group\nDELTA-PD;CA0990700;police\nDELTA-PD;CA0990710;police\n")
    columns = ("--map", "id=Agency", "--map", "oris=ORI", "--map", "groups=Group")
    done = run("acl", "import", str(path), "--oris", *columns)
    assert done.returncode == 0, done.stderr
    (agency,) = tomllib.loads(done.stdout)["agency"]
    assert agency == {
        "id": "DELTA-PD", "oris": ["CA0990700", "CA0990710"], "groups": ["police"],
        "name": "DELTA-PD",
    }  # fmt: skip


def test_an_ori_that_is_none_or_somebody_elses_is_told_by_its_cell(tmp_path: Path):
    path = tmp_path / "oris.csv"
    path.write_text("id,oris,parent\nDELTA-PD,CA099,\nGAMMA-PD,CA0990100,NOBODY\n")
    done = run("acl", "import", str(path), "--oris", "--json")
    assert done.returncode == 2
    answer = json.loads(done.stdout)
    assert (answer["training"], answer["text"]) == (True, None)
    said = " ".join(each["what"] for each in answer["findings"])
    assert "B2: " in said
    assert "`CA099` is not an ORI" in said
    assert "CA0990100" in said
    assert "C3: " in said


def test_a_file_that_is_there_is_replaced_only_if_told_so(tmp_path: Path):
    output = tmp_path / "CADMV.toml"
    output.write_text("old")
    words = ("acl", "import", sheet(tmp_path, FIRST), *RULES, "--output", str(output))
    assert run(*words).returncode == 2
    assert output.read_text() == "old"
    assert run(*words, "--replace").returncode == 0
    assert "[[deny]]" in output.read_text()


def test_what_a_rule_file_must_state_is_asked_for(tmp_path: Path):
    path = sheet(tmp_path, FIRST)
    assert "--default" in run("acl", "import", path).stderr
    assert (
        "did you mean `CADMV`?" in run("acl", "import", path, *RULES[:1], "CADM", *RULES[2:]).stderr
    )


def test_a_sheet_that_grows_while_it_is_read_is_not_imported(tmp_path: Path, monkeypatch):
    path, output = tmp_path / "rules.csv", tmp_path / "CADMV.toml"
    path.write_text("id,effect,everyone,data,from,reason,cite\nA,deny,yes,any,2019-10-15,x,y\n")
    output.write_text("old")
    words = ["import", str(path), *RULES, "--output", str(output), "--replace"]
    looks: list[int] = []

    def growing(number: int) -> os.stat_result:
        if Path(f"/proc/self/fd/{number}").resolve() == path and looks:
            with path.open("a") as file:
                file.write("B,deny,yes,any,2019-10-15,x,y\n")
        looks.append(number)
        return os.fstat(number)

    monkeypatch.setattr(authored, "_look", growing)
    with pytest.raises(UsageError, match="changed while it was read"):
        main(words)
    assert output.read_text() == "old"
