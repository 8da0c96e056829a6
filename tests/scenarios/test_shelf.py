"""Scenarios are found by id or path, and opened with all they need."""

from __future__ import annotations

import pytest

from scenarios.shelf import LIBRARY, ROWS_MAX, open_scenario, scenario_path, shipped_scenarios
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


def in_a_row(count: int) -> str:
    """So many injects, each of which waits for the next; the last has a time."""
    rows = ((f"x{number}", f'after = "x{number + 1}"') for number in range(count - 1))
    last = (f"x{count - 1}", 'at = "1m"')
    block = '[[inject]]\nid = "{}"\n{}\nto = "desk"\nradio = "x"\n'
    return "".join(block.format(*each) for each in (*rows, last))


def test_as_many_rows_as_a_scenario_can_have_may_wait_for_each_other(tmp_path):
    path = tmp_path / "mine.toml"
    rows = SMALL.count("\n[[")
    path.write_text(SMALL + in_a_row(ROWS_MAX - rows))
    assert len(open_scenario(str(path)).script.injects) > ROWS_MAX - rows
    path.write_text(SMALL + in_a_row(ROWS_MAX - rows + 1))
    with pytest.raises(
        AuthoredError, match=r"more than 1,000 rows .*\n .*make two scenarios of it"
    ):
        open_scenario(str(path))
