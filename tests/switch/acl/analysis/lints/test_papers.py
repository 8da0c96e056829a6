"""Lints about what stands behind a rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.switch.acl.analysis.lints.files import head, ids, linted, rule, said, told_of, which

LAW = 'cite = "Memorandum 12 (fictional)"', 'cite = "Penal Code 1 (fictional)"'
POLICE = 'group = ["police"]; data = ["driver.record"]'


@pytest.mark.parametrize("text", ["", " ", "?", "TODO", "n/a", "-", "tbd.", "None"])
def test_a_citation_that_says_nothing_is_told(tmp_path: Path, text: str):
    made = head() + rule("deny", "D", POLICE).replace("Memorandum 12 (fictional)", text)
    assert which(tmp_path, made, "L18") == ["L18"]
    made = head() + rule("deny", "D", POLICE).replace("Agreement not signed.", text)
    assert [line for id, line in ids(tmp_path, made) if id == "L18"] == [f'reason = "{text}"']


@pytest.mark.parametrize(
    ("cite", "law"),
    [
        ("Gov. Code 7284.8(b)", True),
        ("8 U.S.C. 1373 (fictional)", True),
        ("Superior Court, order of May 3", True),
        ("§ 12", True),
        ("Interagency agreement 2019-44", False),
        ("Access policy, section 4", False),
        ("Lawson memorandum", False),
    ],
)
def test_a_law_wants_a_never(tmp_path: Path, cite: str, law: bool):
    made = head() + rule("deny", "D", POLICE).replace("Memorandum 12 (fictional)", cite)
    assert which(tmp_path, made, "L19") == (["L19"] if law else [])


@pytest.mark.parametrize(
    ("never", "pinned"),
    [
        ('group = ["police"]; data = ["driver.record"]', True),
        ('group = ["police"]; data = "any"', True),
        ('everyone = true; data = "any"', True),
        ('group = ["police", "ero"]; data = ["driver.record", "driver.ssn"]', True),
        ('agency = ["BAY-PD"]; data = ["driver.record"]', False),
        ('group = ["police"]; data = ["vehicle.owner"]', False),
    ],
)
def test_a_never_pins_a_deny_if_it_speaks_of_its_people_and_data(tmp_path, never, pinned):
    made = head() + rule("deny", "D", POLICE).replace(*LAW) + rule("never", "N", never)
    assert which(tmp_path, made, "L19") == ([] if pinned else ["L19"])


@pytest.mark.parametrize(
    ("paragraphs", "told"),
    [
        ([("deny", "D", POLICE + '; purpose = ["C"]')], True),
        ([("deny", "D", POLICE + '; purpose = ["C"]'), ("deny", "E", POLICE)], False),
        ([("allow", "A", POLICE + '; purpose = ["C"]; mask = ["RES"]')], False),  # all are answered
        (
            [
                ("allow", "A", POLICE + '; purpose = ["C"]'),
                ("deny", "D", POLICE + '; except = ["A"]'),
            ],
            True,
        ),
        ([("refer", "D", POLICE + '; purpose = ["C", "J"]')], True),
    ],
)
def test_a_purpose_that_decides_is_told(tmp_path: Path, paragraphs, told: bool):
    text = head() + "".join(rule(*each) for each in paragraphs)
    assert which(tmp_path, text, "L11") == (["L11"] if told else [])


def test_an_allow_by_purpose_where_the_rest_is_refused_by_default(tmp_path: Path):
    text = head(default="deny") + rule("allow", "A", POLICE + '; purpose = ["C"]')
    assert which(tmp_path, text, "L11") == ["L11"]


@pytest.mark.parametrize(
    ("default", "more", "told"),
    [
        ("allow", "", True),
        ("deny", "", False),
        (
            "allow",
            rule("deny", "D", 'everyone = true; data = ["driver.photo", "driver.ssn"]'),
            True,
        ),
        (
            "allow",
            rule(
                "deny",
                "D",
                'everyone = true; data = "any"; from = 1900-01-01T08:00:00',
            ),
            False,
        ),
    ],
)
def test_sensitive_data_by_default_is_told_if_anybody_ever_gets_it(tmp_path, default, more, told):
    found = [e for e in linted(tmp_path, head(default=default) + more).advice if "L12" in e.id]
    assert len(found) == told


@pytest.mark.parametrize("file", told_of("papers"))
def test_what_is_found_is_told_word_for_word(tmp_path: Path, file: dict[str, str]):
    assert said(tmp_path, file["text"]) == file["said"]
