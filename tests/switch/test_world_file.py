"""World files: the shipped ones load, and ten mistakes are ten findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from switch.errors import AuthoredError, UsageError
from switch.files.authored import read
from switch.world_file import build_world, load_world, shipped_worlds
from switch.world_rows import WorldFile

GOOD = (Path(__file__).parents[2] / "switch/worlds/golden-state/world.toml").read_text()


def load(text: str, folder: Path):
    path = folder / "world.toml"
    path.write_text(text)
    return build_world(read(path, WorldFile, name="world.toml"), folder)


def findings(text: str, folder: Path) -> list[str]:
    with pytest.raises(AuthoredError) as caught:
        load(text, folder)
    assert all(finding.line > 0 for finding in caught.value.findings)
    return [finding.what for finding in caught.value.findings]


@pytest.mark.parametrize("name", shipped_worlds())
def test_every_shipped_world_loads(name):
    world = load_world(name)
    assert world.id == name
    assert world.terminals
    assert world.catalog


def test_the_shipped_world_has_the_names_that_the_story_needs():
    world = load_world("golden-state")
    assert set(world.terminals) == {
        "BAY1", "BAY2", "VSO1", "HRB1", "ERO1", "HSI1", "CBP1", "NVH1",
    }  # fmt: skip
    databases = {"CADMV", "CAWPS", "CASVS", "CACHS", "ARJIS", "NVDMV"}
    assert set(world.backends) == {*databases, "ORION", "RAND"}
    assert world.agencies["ICE-ERO"].oris == ("DCICE0900", "DCICE0910")
    assert world.terminals["HRB1"].via == ("REGION-HUB",)


def test_an_affiliation_holds_from_its_start_until_just_before_its_end():
    (affiliation,) = load_world("golden-state").operators["TFO7"].affiliations
    assert affiliation.valid_at(affiliation.start)
    assert affiliation.end is not None
    assert not affiliation.valid_at(affiliation.end)
    assert not affiliation.valid_at(affiliation.start - 1)


DESK = 'operators = ["TFO7"]'


def test_ten_mistakes_are_ten_findings(tmp_path: Path):
    text = (
        GOOD.replace('id     = "BPD2"\nagency = "BAY-PD"', 'id = "BPD2"\nagency = "BAYPD"')
        .replace('parent    = "DHS"', 'parent    = "DSH"')
        .replace('services = ["HARBOR-PD"]', 'services = ["HARBOUR"]')
        .replace('via       = ["REGION-HUB"]', 'via = ["NV-HP"]')
        .replace('operators = ["HSI1A"]', 'operators = ["HSI9"]')
        .replace('classes     = ["criminal.identity"]', 'classes = ["criminal.history"]')
        .replace('mnemonic  = "NVH1"', 'mnemonic = "CBP1"')
        .replace('oris   = ["NV0990100"]', 'oris = ["CA0990100"]')
        .replace("from = 2019-06-01T00:00:00,", "from = 2019-06-01,")
        .replace('keys    = ["QV"]', 'keys = ["QW"]')
    )
    found = findings(text, tmp_path)
    assert len(found) == 10, found
    assert any("bare date" in what for what in found)
    assert any("`QW to no destination` is declared twice" in what for what in found)


def test_mistakes_of_shape_hide_no_others(tmp_path: Path):
    text = (
        GOOD.replace("format = 1", "format = 2")
        .replace("seed         = 20191015", 'seed = "x"')
        .replace("America/Los_Angeles", "America/Los_Angels")
        .replace('"booking.photo"        = ["IMG"]', '"booking photo" = ["IMG"]')
        .replace('parent    = "DHS"', 'parnet    = "DHS"')
        .replace('oris   = ["NV0990100"]', 'oris   = ["NV09901"]')
        .replace('services = ["HARBOR-PD"]', 'services = ["HARBOUR"]')
        .replace('via       = ["REGION-HUB"]', 'via       = ["REGION-HB"]')
        .replace('operators = ["HSI1A"]', 'operators = ["HSI9"]')
        .replace("from = 2019-06-01T00:00:00,", "from = 2019-06-01,")
    )
    (tmp_path / "world.toml").write_text(text)
    with pytest.raises(AuthoredError) as caught:
        load_world(str(tmp_path))
    lines = text.splitlines()
    found = [(lines[each.line - 1], each.what) for each in caught.value.findings]
    for named in (
        *("format", "seed", "Angels", "booking photo", "parnet"),
        *("NV09901", "HARBOUR", "REGION-HB", "HSI9", "bare date"),
    ):
        assert any(named in what for _, what in found), (named, found)
        assert named == "bare date" or any(named in line for line, _ in found), (named, found)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (DESK, 'operators = ["ZZ9", "ZZ9"]', "operators `ZZ9` is not declared"),
        (DESK, 'operators = ""', "must be a list in brackets (got '')"),
        (DESK, 'operators = "TFO7, BPD2"', "must be a list in brackets (got 'TFO7, BPD2')"),
        ('id     = "TFO7"', "id = 7", "`operator[1].id` must be a text in quotes (got 7)"),
        ('id     = "TFO7"', 'id = "tfo 7"', "`operator[1].id`: `tfo 7` is not a name"),
        ('id     = "TFO7"', "", "`operator[1].id` is missing"),
        ('id   = "REGION-HUB"', 'id = "hub"', "`agency[4].id`: `hub` is not a name"),
    ],
)
def test_one_mistake_in_whom_a_terminal_names_or_is_declared_is_told_once(
    tmp_path: Path, old: str, new: str, what: str
):
    assert GOOD.count(old) == 1
    (found,) = findings(GOOD.replace(old, new), tmp_path)
    assert what in found


def test_a_timezone_that_is_missing_is_told_once(tmp_path: Path):
    (tmp_path / "world.toml").write_text(GOOD.replace('timezone     = "America/Los_Angeles"', ""))
    with pytest.raises(AuthoredError) as caught:
        load_world(str(tmp_path))
    assert [each.what for each in caught.value.findings] == ["`world.timezone` is missing"]


def test_an_unknown_timezone_is_a_finding(tmp_path: Path):
    found = findings(GOOD.replace("America/Los_Angeles", "America/Los_Angels"), tmp_path)
    assert found == ["`America/Los_Angels` is not a timezone"]


def test_an_agency_cannot_be_its_own_ancestor(tmp_path: Path):
    text = GOOD.replace(
        'name = "Department of Homeland Security"',
        'name = "Department of Homeland Security"\nparent = "ICE-ERO"',
    )
    assert "`DHS` is its own ancestor" in findings(text, tmp_path)


def test_a_backend_cannot_be_called_network(tmp_path: Path):
    found = findings(GOOD.replace('name  = "CASVS"', 'name  = "NETWORK"'), tmp_path)
    assert found == ["`NETWORK` is the switch operator's file, not a backend"]


def test_an_unknown_world_names_the_nearest_one():
    with pytest.raises(UsageError, match="did you mean `golden-state`"):
        load_world("golden-stat")


def test_a_folder_that_is_no_world_is_not_told_as_missing(tmp_path: Path):
    with pytest.raises(UsageError, match=r"folder `.*` holds no world\.toml"):
        load_world(str(tmp_path))


def test_a_backend_may_name_a_terminal_to_which_its_watches_speak(tmp_path: Path):
    place = 'name  = "CADMV"\n'
    assert place in GOOD
    world = load(GOOD.replace(place, f'{place}watch_terminal = "BAY2"\n'), tmp_path)
    assert world.backends["CADMV"].watch_terminal == "BAY2"
    (what,) = findings(GOOD.replace(place, f'{place}watch_terminal = "BAY9"\n'), tmp_path)
    assert what == "watch_terminal `BAY9` is not declared"
