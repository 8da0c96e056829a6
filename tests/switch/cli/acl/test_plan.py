"""`wireroom acl plan`: the change package as text, as JSON and as a page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.process import run
from tests.switch.acl.shipped import TEXT, changed

CUT = (
    '\n[[deny]]\nid = "DMV-04"\nagency = ["CBP"]\ndata = "any"\nfrom = 2019-11-01T00:00:00\n'
    'tell = "<script>alert(1)</script>"\nreason = "<b>&</b>"\ncite = "Memorandum 1 (fictional)"\n'
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    old, new = tmp_path / "CADMV.toml", tmp_path / "draft.toml"
    old.write_text(TEXT)
    new.write_text(TEXT + CUT)
    return str(old), str(new)


def test_the_package_has_words_losses_collateral_messages_and_a_way_back(files):
    done = run("acl", "plan", *files)
    assert done.returncode == 0
    for said in (
        "WHAT CHANGES IN WORDS",
        "refuses agency CBP any data",
        "WHO GAINS AND WHO LOSES WHAT",
        "COLLATERAL",
        "AT ANOTHER DESK, ON BEHALF OF CBP",
        "*PLAN0001.TXTOLN/S1234567",
        "answered before the change",
        ".93. REFUSED - DENIED BY RECORD OWNER",
        "wireroom owner rollback CADMV",
        "releases nothing new",
    ):
        assert said in done.stdout


def test_json_has_each_change_and_each_message_in_full(files):
    answer = json.loads(run("acl", "plan", *files, "--json").stdout)
    assert answer["training"] is True
    assert answer["effective"] == ["2019-11-01T00:00:00-07:00"]
    assert [(each["step"], each["id"]) for each in answer["wording"]] == [("new", "DMV-04")]
    assert {each["kind"] for each in answer["changes"]} == {"lost"}
    assert any(each["collateral"] for each in answer["changes"])
    first = answer["messages"][0]
    assert (first["terminal"], first["before"][0]) == ("CBP1", "DR from CA0998100")
    assert first["after"][0] == "ER from NL0000000"
    assert first["raw"] in first["after"]


def test_the_page_stands_alone_and_no_text_of_a_file_is_markup_in_it(files, tmp_path: Path):
    page = tmp_path / "change.html"
    assert run("acl", "plan", *files, "--html", str(page)).returncode == 0
    text = page.read_text()
    assert text.count("TRAINING - SIMULATED DATA") >= 3
    assert "<script" not in text.lower()
    assert "&lt;script&gt;" in text.lower()
    assert not re.search(r"""(?:src|href)\s*=|@import|url\(|https?:""", text)
    assert "default-src 'none'" in text


def test_a_new_file_that_does_not_pass_is_not_ready(files, tmp_path: Path):
    Path(files[1]).write_text(changed(('data   = "any"', 'data   = ["vehicle.owner"]')))
    done = run("acl", "plan", *files)
    assert done.returncode == 1
    assert "NOT READY" in done.stdout
    assert "DMV-N1 does not hold" in done.stdout


def test_protection_that_is_withdrawn_is_shouted(files):
    Path(files[1]).write_text(TEXT.replace('group = ["ero"]\ndata  = ["driver.photo"]',
                                           'group = ["cbp"]\ndata  = ["driver.photo"]')
                              + CUT.replace("2019-11-01", "2019-10-15"))  # fmt: skip
    assert "PROTECTION WITHDRAWN: DMV-N1" in run("acl", "plan", *files).stdout


def test_nothing_changed_is_said(files):
    Path(files[1]).write_text("# the same\n" + TEXT)
    done = run("acl", "plan", *files)
    assert done.returncode == 0
    assert "nobody who asks gains or loses anything" in done.stdout


def test_the_mistakes_of_both_files_come_together(files):
    for name in files:
        Path(name).write_text(changed(('["ero"]', '["eroo"]')))
    done = run("acl", "plan", *files)
    assert done.returncode == 2
    assert done.stderr.count("`eroo` is not in the directory") == 2


def test_files_of_two_owners_and_the_operators_are_misuse(files, tmp_path: Path):
    other = tmp_path / "CAWPS.toml"
    other.write_text((Path("switch/worlds/golden-state/acl/CAWPS.toml")).read_text())
    assert run("acl", "plan", files[0], str(other)).returncode == 2
    network = tmp_path / "NETWORK.toml"
    network.write_text("format = 1\n")
    assert "acl diff" in run("acl", "plan", str(network), str(network)).stderr
