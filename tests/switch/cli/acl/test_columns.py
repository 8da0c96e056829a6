"""Which column is which key."""

from __future__ import annotations

from pathlib import Path

import pytest

from switch.cli.acl.columns import Line, lines_of, read_map
from switch.errors import AuthoredError, UsageError
from switch.files.sheet import read_sheet


def lines(text: str, *columns: str, kind: str = "rules") -> list[Line]:
    return lines_of(read_sheet(text.encode(), "x.csv"), read_map(None, kind, columns))


def said(text: str, *columns: str) -> str:
    with pytest.raises(AuthoredError) as caught:
        lines(text, *columns)
    return str(caught.value)


def test_titles_are_found_under_a_heading_whatever_their_case():
    (line,) = lines("Rules of 2019\n\nID,Effect,ORI prefix,notes\nA,deny,CA,x\n")
    assert {key: cell.text for key, cell in line.cells.items()} == {
        "id": "A", "effect": "deny", "ori_prefix": "CA",
    }  # fmt: skip


def test_columns_are_named_on_the_command_line_or_in_a_file(tmp_path: Path):
    (line,) = lines("Rule no.,Action\nA,deny\n", "id=Rule no.", "effect=Action")
    assert line.cells["id"].text == "A"
    path = tmp_path / "map.toml"
    path.write_text('kind = "rules"\n[columns]\nid = "Rule no."\neffect = "Action"\n')
    assert read_map(path, "", ()).columns["id"] == "Rule no."
    assert read_map(path, "oris", ("id=Code",)).columns["id"] == "Code"


def test_what_is_missing_or_there_twice_is_told_with_what_there_is():
    assert "did you mean `Rule nr`?" in said("Rule nr,effect,data\nA,deny,any\n", "id=Rule no")
    assert "B1: column" not in said("Rule nr,effect,data\nA,deny,any\n", "id=Rule no")
    assert "C1: column `id` stands twice" in said("id,effect,ID\nA,deny,B\n")
    assert "no header" in said("A,deny\n")
    assert "nothing under the header" in said("id,effect\n")


def test_a_mapping_with_mistakes_tells_them_all(tmp_path: Path):
    path = tmp_path / "map.toml"
    path.write_text('dates = "american"\n[columns]\nidd = "x"\n[fixed]\nefect = "deny"\n')
    with pytest.raises(AuthoredError) as caught:
        read_map(path, "", ())
    for what in ("dates", "did you mean `id`?", "did you mean `effect`?"):
        assert what in str(caught.value)
    with pytest.raises(UsageError, match="is not KEY=TITLE"):
        read_map(None, "rules", ("idd=x",))
