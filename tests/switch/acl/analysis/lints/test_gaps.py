"""Doors left open beside a rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.switch.acl.analysis.lints.files import head, linted, rule, said, told_of, which

GAPS = ("L05", "L06", "L07", "L08", "L10", "L13", "L14", "L17")


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ('group = ["police"]; data = ["driver.record"]; key = ["DQ"]', "L05"),
        ('group = ["police"]; data = ["driver.record"]; key = ["DQ", "DNQ"]', ""),
        ('group = ["police"]; data = "any"; key = ["DQ"]', "L05"),  # DNQ; RQ is other data
        ('group = ["police"]; data = "any"; key = ["RQ", "RNQ"]', ""),
        ('group = ["police"]; data = ["vehicle.owner"]; key = ["RQ"]', "L05"),
        ('group = ["police"]; data = ["driver.photo"]; image = true', ""),
        ('group = ["police"]; data = ["driver.record"]; image = false', "L06"),
        ('group = ["police"]; data = "any"; image = false', "L06"),
        ('ori = ["CA0990100"]; data = "any"', "L07"),
        ('terminal = ["BAY1", "BAY2"]; data = "any"', "L07"),
        ('ori_prefix = ["DCICE09"]; data = "any"', "L07"),  # its people at other desks
        ('operator = ["TFO7"]; data = "any"', ""),  # a person is meant
        ('ori = ["CA0990100"]; operator = ["TFO7"]; data = "any"', ""),
        ('ori_prefix = ["DCICE"]; data = "any"', "L08"),
        ('ori_prefix = ["CA09901", "CA09902"]; data = "any"', "L07"),
        ('group = ["ero"]; data = "any"', "L10"),
        ('agency = ["ICE"]; data = "any"', "L10"),  # CBP has the function of ERO
        ('agency = ["DHS"]; data = "any"', ""),
        ('function = ["immigration"]; data = "any"', "L10"),  # HSI is under ICE
        ('group = ["police"]; data = ["driver.ssn"]', "L13"),
        ('group = ["police"]; data = ["driver.ssn", "driver.photo"]', ""),
    ],
)
def test_a_door_beside_a_deny_is_found_once_and_is_closed_by_the_edit(
    tmp_path: Path, keys: str, found: str
):
    text = head() + rule("deny", "D", keys)
    wanted = [found] if found else []
    assert which(tmp_path, text, *GAPS) == [*wanted, "L17"]


def test_a_sibling_that_an_exception_names_was_thought_of(tmp_path: Path):
    ero = rule("deny", "E", 'group = ["ero"]; data = "any"')
    hsi = rule("deny", "D", 'group = ["hsi", "cbp"]; data = "any"; except = ["A"]')
    allow = rule("allow", "A", 'group = ["hsi"]; data = ["driver.record"]')
    assert which(tmp_path, head() + ero + hsi + allow, "L10") == []


def test_a_sibling_is_left_open_if_it_gets_the_data_later(tmp_path: Path):
    ero = rule("deny", "E", 'group = ["ero"]; data = "any"')
    rest = rule("deny", "D", 'group = ["hsi", "cbp"]; data = "any"; until = 2020-01-01T00:00:00')
    (sibling,) = [e for e in linted(tmp_path, head() + ero + rest).advice if "L10" in e.id]
    assert "2020-01-01T00:00:00-08:00" in sibling.what


def test_what_a_prefix_catches_may_be_an_agency_and_those_below_it(tmp_path: Path):
    text = head(default="deny") + rule(
        "allow", "A", 'ori_prefix = ["DC"]; data = ["driver.record"]'
    )
    (found,) = [e for e in linted(tmp_path, text).mistakes if e.id.startswith("L08")]
    assert "catches the ORIs of ICE-ERO, ICE-HSI, CBP" in found.what
    assert 'agency     = ["ICE-ERO", "ICE-HSI", "CBP"]' in found.remedy


@pytest.mark.parametrize(
    ("keys", "rides"),
    [
        ('everyone = true; data = "any"', True),
        ('everyone = true; data = "any"; image = false', False),
        ('everyone = true; data = "any"; key = ["RQ"]', False),
        ('everyone = true; data = ["driver.record", "driver.photo"]', False),
    ],
)
def test_an_allow_of_anything_gives_images_away(tmp_path: Path, keys: str, rides: bool):
    text = head(default="deny") + rule("allow", "A", keys)
    assert which(tmp_path, text, "L13") == (["L13"] if rides else [])


@pytest.mark.parametrize(
    ("more", "borrowed"),
    [
        ("", True),
        (rule("deny", "D", 'agency = ["DHS"]; data = "any"'), False),
        (rule("allow", "B", 'agency = ["DHS"]; data = ["driver.record"]'), False),
    ],
)
def test_a_desk_is_borrowed_by_who_is_refused_at_home(tmp_path: Path, more: str, borrowed: bool):
    text = head(default="deny") + rule("allow", "A", 'group = ["police"]; data = ["driver.record"]')
    assert which(tmp_path, text + more, "L14") == (["L14"] if borrowed else [])


def test_data_that_nobody_else_answers_is_this_owners_alone(tmp_path: Path):
    text = head("CAWPS") + rule("deny", "D", 'group = ["police"]; data = "any"')
    assert which(tmp_path, text, "L17") == []


@pytest.mark.parametrize("file", told_of("gaps"))
def test_what_is_found_is_told_word_for_word(tmp_path: Path, file: dict[str, str]):
    assert said(tmp_path, file["text"]) == file["said"]
