"""`wireroom message keys`: on a screen, as JSON, as Markdown, into a page."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from switch.cli.message import main
from switch.errors import UsageError
from switch.wire.spec_files import load_formats
from switch.world_file import WORLDS_FOLDER
from tests.switch.test_format_file import DOGS

KEYS = load_formats().terminal_keys


def test_every_key_is_shown_with_its_fields(capsys):
    assert main(["keys"]) == 0
    shown = capsys.readouterr().out
    assert "TRAINING" in shown
    assert all(f"\u2502 {key} " in shown for key in KEYS)


def test_as_json_each_key_is_an_object(capsys):
    assert main(["keys", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["key"] for row in rows] == list(KEYS)
    assert all(row["training"] for row in rows)


def test_the_keys_of_a_world_are_among_them(capsys, tmp_path: Path):
    folder = tmp_path / "my-county"
    shutil.copytree(WORLDS_FOLDER / "plain-county", folder)
    (folder / "specs").mkdir()
    (folder / "specs" / "dogs.toml").write_text(DOGS)
    assert main(["keys", "--markdown", "--world", str(folder)]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == (
        r"| ZDQ | ZDR | Dog licences, *simulated* | 1-5: states | TAG \| NAM [DOB] | - |"
    )


def test_a_page_is_rewritten_between_its_markers(capsys, tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("A\n<!-- keys -->\nold\n<!-- /keys -->\n<!-- fields -->\n<!-- /fields -->\nZ\n")
    assert main(["keys", "--write", str(page)]) == 0
    assert "written" in capsys.readouterr().out
    text = page.read_text()
    assert text.startswith("A\n<!-- keys -->\n\n| key |")
    assert text.endswith("<!-- /fields -->\nZ\n")
    assert "old" not in text
    main(["keys", "--write", str(page)])
    assert "as it should be" in capsys.readouterr().out


@pytest.mark.parametrize("text", [None, "no markers\n"])
def test_a_page_that_cannot_be_written_is_left_alone(tmp_path: Path, text):
    page = tmp_path / "page.md"
    if text is not None:
        page.write_text(text)
    with pytest.raises(UsageError):
        main(["keys", "--write", str(page)])
