"""Scenarios are found by id or path, and opened with all they need."""

from __future__ import annotations

import pytest

from scenarios.shelf import LIBRARY, open_scenario, scenario_path, shipped_scenarios
from switch.errors import AuthoredError, UsageError
from tests.rehearsal_room import SMALL


def test_the_story_is_shipped():
    assert "october-15" in shipped_scenarios()
    assert scenario_path("october-15") == LIBRARY / "october-15.toml"


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_opens_under_its_own_id(name):
    assert open_scenario(name).script.id == name


def test_a_file_is_opened_by_its_path(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SMALL)
    assert open_scenario(str(path)).script.id == "small"


def test_an_unknown_name_says_what_was_meant():
    with pytest.raises(UsageError, match="did you mean `october-15`"):
        scenario_path("october-51")


def test_a_mistake_names_the_file_and_its_line(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SMALL.replace("golden-state", "silver-state"))
    with pytest.raises(AuthoredError, match=r"mine.toml:6: no world `silver-state`"):
        open_scenario(str(path))


def test_a_misspelt_world_hides_no_name_that_the_meant_one_lacks(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SMALL.replace("golden-state", "golden-stat").replace("BAY2", "BAY9"))
    with pytest.raises(AuthoredError) as caught:
        open_scenario(str(path))
    assert [finding.what for finding in caught.value.findings] == [
        "no world `golden-stat`",
        "no terminal `BAY9`",
    ]
