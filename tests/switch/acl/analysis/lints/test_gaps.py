"""Doors left open beside a rule."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from switch.acl.analysis.lints.every import lint
from switch.acl.directory import Directory
from switch.terms import AgencyId, DataClass
from tests.switch.acl.analysis.lints.files import head, linted, rule, said, told_of, which
from tests.switch.acl.shipped import DIRECTORY, WORLD, document

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
        ('group = ["police"]; data = ["driver.ssn"]; image = true', "L06"),  # and no L13
        ('agency = ["CBP"]; data = "any"', "L10"),  # not ICE, which has no line
        ('group = ["ero"]; data = "any"; purpose = ["C"]', ""),  # that is L11's
    ],
)
def test_a_door_beside_a_deny_is_found_once_and_is_closed_by_the_edit(
    tmp_path: Path, keys: str, found: str
):
    text = head() + rule("deny", "D", keys)
    wanted = [found] if found else []
    assert which(tmp_path, text, *GAPS) == [*wanted, "L17"]


(ERO_ORI, *_) = WORLD.agencies[AgencyId("ICE-ERO")].oris
POLICE = 'group = ["police"]; data = ["driver.record"]'
BAY = 'ori = ["CA0990100"]; data = "any"'
SSN = 'group = ["police"]; data = ["driver.ssn"]'
HIDING_NOTHING = [
    'group = ["cbp"]; data = ["driver.record", "driver.photo"]',
    'group = ["cbp"]; data = "any"; key = ["RQ", "RNQ"]',
    'group = ["cbp"]; data = ["driver.photo"]; image = true',
    'operator = ["HSI1A"]; data = "any"',
    'ori = ["CA0990300"]; operator = ["HPD1"]; data = "any"',
    'ori = ["CA0990300"]; data = ["driver.photo"]; key = ["RQ"]',
    'agency = ["DHS"]; data = "any"; purpose = ["C"]',
]


@pytest.mark.parametrize("before", HIDING_NOTHING)
@pytest.mark.parametrize(
    ("keys", "lint"),
    [
        ('group = ["police"]; data = ["vehicle.owner"]; key = ["RQ"]', "L05"),
        ('group = ["police"]; data = ["driver.ssn"]; image = false', "L06"),
        ('ori = ["NV0990100"]; data = ["vehicle.owner"]', "L07"),
        ('ori_prefix = ["CA09901", "CA0990"]; data = ["vehicle.owner"]', "L08"),
        ('group = ["ero"]; data = ["vehicle.owner"]', "L10"),
        ('agency = ["NV-HP"]; data = ["driver.ssn"]', "L13"),
    ],
)
def test_no_rule_before_it_hides_an_open_door(tmp_path: Path, before: str, keys: str, lint: str):
    found = linted(tmp_path, head() + rule("deny", "B", before) + rule("deny", "D", keys))
    every = [each for each in (*found.mistakes, *found.advice) if each.id.startswith(lint)]
    assert "D" in " ".join(each.what for each in every).split()


@pytest.mark.parametrize(
    ("rules", "lint"),
    [
        # what another rule refuses by the other key is refused for the same purpose only
        (
            [
                f'{POLICE}; key = ["DQ"]; purpose = ["C"]',
                f'{POLICE}; key = ["DNQ"]; purpose = ["C"]',
            ],
            "L05",
        ),
        # without an image it speaks of no photo, which may leave with one
        (['group = ["police"]; data = ["driver.ssn", "driver.photo"]; image = false', SSN], "L06"),
        # DNQ is no matter of either
        (
            [f'{POLICE}; key = ["DQ"]; image = false', f'{POLICE}; key = ["DQ"]; image = true'],
            "L06",
        ),
        ([f'{BAY}; key = ["DQ"]', 'agency = ["BAY-PD"]; data = "any"; key = ["DQ"]'], "L07"),
        (
            [
                'group = ["ero"]; data = "any"; key = ["DQ"]',
                'agency = ["DHS"]; data = "any"; key = ["DQ"]',
            ],
            "L10",
        ),
    ],
)
def test_a_door_that_another_rule_closes_is_not_open(tmp_path: Path, rules: list[str], lint: str):
    text = head() + "".join(rule("deny", id, keys) for id, keys in zip("DE", rules, strict=True))
    assert which(tmp_path, text, lint) == []


def test_every_key_that_a_rule_names_is_told(tmp_path: Path):
    text = head() + rule("deny", "D", 'group = ["police"]; data = "any"; key = ["RQ", "DQ"]')
    (found,) = [e for e in linted(tmp_path, text).mistakes if e.id.startswith("L05")]
    assert "refuses driver.record by DQ, RQ and leaves it open by DNQ:" in found.what


def test_the_paragraph_for_a_sibling_repeats_what_its_rule_says(tmp_path: Path):
    said = 'data = ["driver.photo"]; key = ["DQ", "DNQ"]; image = true; tell = "T"'
    text = head() + rule("deny", "D", f'group = ["ero"]; {said}; until = 2030-01-01T00:00:00')
    (found,) = [e for e in linted(tmp_path, text).advice if e.id.startswith("L10")]
    assert [line.partition("=")[0].strip() for line in found.edits[0].text] == [
        *("", "[[deny]]", "id", "agency", "data", "key", "image", "from", "until", "tell"),
        *("reason", "cite"),
    ]
    assert "image  = true" in found.edits[0].text


def test_every_sibling_is_told(tmp_path: Path):
    hsi = AgencyId("ICE-HSI")
    more = replace(WORLD.agencies[hsi], functions=("immigration",))
    directory = Directory(replace(WORLD, agencies={**WORLD.agencies, hsi: more}))
    made = document(tmp_path, head() + rule("deny", "D", 'group = ["cbp"]; data = ["driver.ssn"]'))
    (found,) = [e for e in lint(made, directory).advice if e.id.startswith("L10")]
    for name in ("ICE-ERO", "ICE-HSI"):
        assert f"{name} (function immigration, as CBP) gets driver.ssn" in found.what


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


def test_no_image_leaves_with_an_answer_that_is_refused(tmp_path: Path):
    text = head(default="deny") + rule("allow", "A", 'everyone = true; data = "any"')
    text += rule("deny", "D", 'everyone = true; data = ["driver.record"]')
    assert which(tmp_path, text, "L13") == []


def test_an_allow_of_a_part_gives_no_image_away(tmp_path: Path):
    text = head() + rule("allow", "A", POLICE + '; notice = "N"')
    assert which(tmp_path, text, "L13") == []


@pytest.mark.parametrize(
    ("agency", "rides"), [("group = ['police']", []), ("ori = ['CA0990100']", ["L13"])]
)
def test_an_image_that_an_exception_lets_through_was_thought_of(tmp_path: Path, agency, rides):
    photo = f'{agency}; data = ["driver.photo"]'
    text = head() + rule("deny", "D", SSN) + rule("allow", "A", photo)
    text += rule("deny", "E", photo + '; except = ["A"]')
    assert which(tmp_path, text, "L13") == rides


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


def borrowed(folder: Path, text: str) -> list[str]:
    found = linted(folder, head(default="deny") + text).advice
    return [each.what for each in found if each.id.startswith("L14")]


def test_a_desk_is_borrowed_wherever_it_is_let_in(tmp_path: Path):
    """BAY-PD, the first of the police, is refused; TFO7 is let in by name besides."""
    text = rule("allow", "A", POLICE) + rule("deny", "D", 'agency = ["BAY-PD"]; data = "any"')
    text += rule("allow", "B", 'operator = ["TFO7"]; data = ["vehicle.owner"]')
    (what,) = borrowed(tmp_path, text)
    assert "DQ from VSO1 as CA0990200, operator " in what


def test_each_allow_is_told_the_class_that_it_gives_itself(tmp_path: Path):
    told = borrowed(tmp_path, rule("allow", "A", SSN) + rule("allow", "B", POLICE))
    assert [what.split(" is refused ")[1].split()[0] for what in told] == [
        "driver.ssn",
        "driver.record",
    ]


def test_who_gets_it_at_one_of_his_own_lines_borrows_no_desk(tmp_path: Path):
    own = rule("allow", "B", 'ori = ["DCICE0910"]; data = ["driver.record"]')
    (what, _) = borrowed(tmp_path, rule("allow", "A", POLICE) + own)
    assert "A lets in whoever sits at the desk: ICE-HSI is refused" in what


@pytest.mark.parametrize("home", ['terminal = ["ERO1"]', f'ori = ["{ERO_ORI}"]'])
def test_what_he_gets_at_home_is_not_what_he_borrows_a_desk_for(tmp_path: Path, home: str):
    police = 'group = ["police"]; data = ["driver.record", "driver.ssn"]'
    at_home = f'{home}; data = ["driver.record"]'
    (what, *_) = borrowed(tmp_path, rule("allow", "A", police) + rule("allow", "B", at_home))
    assert "ICE-ERO is refused driver.ssn at home" in what


def test_an_allow_for_a_person_at_a_desk_lends_it_to_nobody(tmp_path: Path):
    person = 'ori = ["CA0990100"]; operator = ["ERO1A"]; data = ["driver.record"]'
    assert borrowed(tmp_path, rule("allow", "A", person)) == []


def test_a_desk_is_borrowed_by_whom_an_exception_lets_in_there(tmp_path: Path):
    """Without him nobody gets anything at this desk."""
    desk = 'ori = ["CA0990300"]'
    text = rule("allow", "A", f'{desk}; data = ["driver.record"]')
    text += rule("allow", "B", f'{desk}; operator = ["TFO7"]; data = ["driver.record"]')
    text += rule("deny", "D", f'{desk}; data = "any"; except = ["B"]')
    (what,) = borrowed(tmp_path, text)
    assert what.startswith("A lets in whoever sits at the desk: BAY-PD is refused driver.record")
    assert ", operator TFO7, " in what


def test_whose_agency_has_no_line_is_refused_nothing_at_home(tmp_path: Path):
    desks = {
        name: each
        for name, each in WORLD.terminals.items()
        if "DHS" not in DIRECTORY.lineage[each.agency]
    }
    directory = Directory(replace(WORLD, terminals=desks))
    text = head(default="deny") + rule("allow", "A", POLICE)
    text += rule("allow", "B", 'agency = ["NV-HP"]; data = ["driver.record"]')
    assert [e.id for e in lint(document(tmp_path, text), directory).advice if "L14" in e.id] == []


def test_every_other_owner_of_the_same_data_is_named(tmp_path: Path):
    (photo,) = [each for each in WORLD.catalog if each.key == "ZIQ"]
    more = replace(photo, image_classes=(DataClass("driver.photo"),))
    directory = Directory(replace(WORLD, catalog=(*WORLD.catalog, more)))
    text = head() + rule("deny", "D", 'group = ["police"]; data = "any"')
    (found,) = [e for e in lint(document(tmp_path, text), directory).advice if "L17" in e.id]
    assert found.what.startswith(
        "ARJIS (Automated Regional Justice Information System (simulated)), "
        "NVDMV (Nevada DMV (simulated)) answers driver.photo, driver.record, "
    )


def test_data_that_nobody_else_answers_is_this_owners_alone(tmp_path: Path):
    text = head("CAWPS") + rule("deny", "D", 'group = ["police"]; data = "any"')
    assert which(tmp_path, text, "L17") == []


@pytest.mark.parametrize("file", told_of("gaps"))
def test_what_is_found_is_told_word_for_word(tmp_path: Path, file: dict[str, str]):
    assert said(tmp_path, file["text"]) == file["said"]
