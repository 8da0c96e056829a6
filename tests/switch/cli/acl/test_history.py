"""`wireroom acl history`: what was in force when, from files alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from switch.acl.envelope import digest_of
from switch.acl.lifecycle import Change, Step
from switch.cli.acl.verbs import main
from switch.errors import JournalError, UsageError
from switch.office.versions import Versions
from tests.owners import BASE, CUT, NOW

ORDERED = CUT.replace(b'"DMV-04"', b'"DMV-04"\nordered = 2019-10-02T00:00:00')
LATE = "2019-10-20T00:00:00"


@pytest.fixture
def owners(tmp_path: Path) -> str:
    """Adopted; a cut-off staged and activated; then a promise withdrawn, which waits a day."""
    store = Versions.open(tmp_path)
    base, cut, last = (digest_of(file) for file in (BASE, ORDERED, BASE + b"\n"))
    for at, step, digest, file, effective, withdrawn in (
        (NOW - 9, Step.ADOPTED, base, BASE, NOW - 9, ()),
        (NOW - 5, Step.STAGED, cut, ORDERED, NOW - 5, ()),
        (NOW, Step.ACTIVATED, cut, None, NOW, ()),
        (NOW + 60, Step.ACTIVATED, last, BASE + b"\n", NOW + 86_460, ("DMV-N1",)),
    ):
        change = Change(0, at, step, "CADMV", digest, effective, base, withdrawn=withdrawn)
        store.append(change, file)
    store.close()
    return str(tmp_path)


def told(capsys, *argv: str) -> dict:
    assert main(["history", "CADMV", *argv, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_what_a_switch_has_left_is_told_with_the_delay_of_each_rule(owners: str, capsys):
    found = told(capsys, "--owners", owners, "--at", LATE)
    rule = next(rule for rule in found["rules"] if rule["id"] == "DMV-04")
    assert rule["live"] == NOW
    assert rule["delay_s"] > 12 * 86_400
    assert rule["status"] == "in force"
    assert [row["step"] for row in found["changes"]][:3] == ["adopted", "staged", "activated"]


def test_as_it_stood_at_an_earlier_time(owners: str, capsys):
    found = told(capsys, "--owners", owners, "--at", "2019-10-14T23:57:57")
    assert found["staged"] == digest_of(ORDERED)
    assert [rule["id"] for rule in found["rules"]] == ["DMV-01", "DMV-03", "DMV-02"]
    assert {rule["status"] for rule in found["rules"]} == {"ORDERED, NOT YET EFFECTIVE"}


def test_protection_that_waits_to_be_withdrawn_is_shouted(owners: str, capsys):
    main(["history", "CADMV", "--owners", owners, "--at", "2019-10-15T00:00:00"])
    out = capsys.readouterr().out
    assert "PROTECTION WITHDRAWN: DMV-N1" in out
    assert "TRAINING" in out


def test_without_a_folder_the_worlds_own_file_is_told(capsys):
    found = told(capsys, "--at", "2019-10-14T00:00:00")
    assert found["changes"] == []
    assert {rule["status"] for rule in found["rules"]} == {"ORDERED, NOT YET EFFECTIVE"}
    main(["history", "NETWORK", "--at", LATE])
    assert "as it lies in the world's folder" in capsys.readouterr().out


def test_a_court_order_has_a_life_too(capsys, tmp_path: Path):
    from shutil import copytree

    from switch.world_file import WORLDS_FOLDER

    copytree(WORLDS_FOLDER / "golden-state", tmp_path / "w")
    text = (Path(__file__).parents[4] / "examples" / "CADMV-order.toml").read_text()
    (tmp_path / "w" / "acl" / "CADMV.toml").write_text(text)
    found = told(capsys, "--world", str(tmp_path / "w"), "--at", "2019-12-02T00:00:00")
    order = next(rule for rule in found["rules"] if rule["effect"] == "order")
    assert (order["id"], order["delay_s"]) == ("DMV-O1", 4 * 86_400)
    assert order["status"].startswith("ended")


def test_what_is_not_there_is_said(owners: str, tmp_path: Path):
    with pytest.raises(UsageError, match="knows nothing of NVDMV"):
        main(["history", "NVDMV", "--owners", owners])
    with pytest.raises(UsageError, match="no backend `CADVM`"):
        main(["history", "CADVM"])
    with pytest.raises(UsageError, match="nothing is on record"):
        main(["history", "CADMV", "--owners", owners, "--at", "2019-01-01T00:00:00"])
    with pytest.raises(JournalError, match="owners' versions"):
        main(["history", "CADMV", "--owners", str(tmp_path / "none")])
