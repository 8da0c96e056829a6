"""Lints about what stands behind a rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.switch.acl.analysis.lints.files import head, ids, linted, rule, said, told_of, which

LAW = 'cite = "Memorandum 12 (fictional)"', 'cite = "Penal Code 1 (fictional)"'
EVER = "from = 1900-01-01T08:00:00"
POLICE = 'group = ["police"]; data = ["driver.record"]'


@pytest.mark.parametrize("text", ["", " ", "?", "TODO", "n/a", "-", "tbd.", "None"])
def test_a_citation_that_says_nothing_is_told(tmp_path: Path, text: str):
    made = head() + rule("deny", "D", POLICE).replace("Memorandum 12 (fictional)", text)
    assert which(tmp_path, made, "L18") == ["L18"]
    made = head() + rule("deny", "D", POLICE).replace("Agreement not signed.", text)
    assert [line for id, line in ids(tmp_path, made) if id == "L18"] == [f'reason = "{text}"']


def test_what_is_wanted_for_a_citation_or_a_reason_is_told(tmp_path: Path):
    text = head() + rule("deny", "D", POLICE)
    for words in ("Memorandum 12 (fictional)", "Agreement not signed."):
        text = text.replace(words, "?")
    told = [(e.what, e.fix) for e in linted(tmp_path, text).advice if e.id == "L18 no-citation"]
    assert told == [
        ("`cite` of D says nothing", "write the paper that orders it"),
        ("`reason` of D says nothing", "write why it is there"),
    ]


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
    ("before", "wanted"),
    [
        (rule("deny", "C", POLICE), ["D"]),  # cites no law
        (rule("deny", "C", POLICE).replace(*LAW), ["C", "D"]),
        (rule("deny", "C", POLICE + "; until = 2020-01-01T00:00:00").replace(*LAW), ["D"]),
        (rule("refer", "C", POLICE).replace(*LAW), ["D"]),
        (rule("deny", "C", POLICE).replace(*LAW) + rule("never", "N", POLICE), ["D"]),
    ],
)
def test_every_deny_by_law_without_an_end_wants_a_never_of_its_own(tmp_path, before, wanted):
    last = rule("deny", "D", 'group = ["hsi"]; data = ["driver.ssn"]').replace(*LAW)
    found = linted(tmp_path, head() + before + last).advice
    assert [e.what.split()[0] for e in found if e.id.startswith("L19")] == wanted


@pytest.mark.parametrize(
    ("never", "pinned"),
    [
        ('group = ["police"]; data = ["driver.record"]', True),
        ('group = ["police"]; data = "any"', True),
        ('everyone = true; data = "any"', True),
        ('group = ["police", "ero"]; data = ["driver.record", "driver.ssn"]', True),
        ('agency = ["BAY-PD"]; data = ["driver.record"]', False),
        ('ori = ["CA0990100"]; data = ["driver.record"]', False),
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
        # the first who asks is refused whatever he types, another is not
        (
            [
                ("allow", "A", POLICE + '; purpose = ["C"]'),
                ("deny", "D", 'agency = ["BAY-PD"]; data = "any"'),
                ("deny", "E", 'agency = ["VALLEY-SO"]; data = "any"; except = ["A"]'),
                ("deny", "F", 'agency = ["HARBOR-PD"]; data = "any"; except = ["A"]'),
            ],
            True,
        ),
        # what it lets in does not leave, since the record before it is refused
        (
            [
                ("allow", "A", 'group = ["police"]; data = ["driver.ssn"]; purpose = ["C"]'),
                ("deny", "D", POLICE),
            ],
            False,
        ),
    ],
)
def test_a_purpose_that_decides_is_told(tmp_path: Path, paragraphs, told: bool):
    text = head() + "".join(rule(*each) for each in paragraphs)
    assert which(tmp_path, text, "L11") == (["L11"] if told else [])


def test_what_an_exception_opens_by_purpose_is_told_of_the_exception_alone(tmp_path: Path):
    text = head(default="deny") + rule(
        "deny", "D", POLICE + '; purpose = ["C", "J"]; except = ["A"]'
    )
    text += rule("allow", "A", POLICE + '; purpose = ["J"]')
    assert [e.what.split()[0] for e in linted(tmp_path, text).advice if "L11" in e.id] == ["A"]


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
                f'everyone = true; data = "any"; {EVER}',
            ),
            False,
        ),
        # the record before it is refused, so nothing leaves
        ("allow", rule("deny", "D", f'everyone = true; data = ["driver.record"]; {EVER}'), False),
        # somebody answers for it
        ("allow", rule("allow", "A", f'everyone = true; data = "any"; {EVER}'), False),
        ("allow", rule("allow", "A", 'everyone = true; data = "any"'), True),
    ],
)
def test_sensitive_data_by_default_is_told_if_anybody_ever_gets_it(tmp_path, default, more, told):
    found = [e for e in linted(tmp_path, head(default=default) + more).advice if "L12" in e.id]
    assert len(found) == told


@pytest.mark.parametrize("file", told_of("papers"))
def test_what_is_found_is_told_word_for_word(tmp_path: Path, file: dict[str, str]):
    assert said(tmp_path, file["text"]) == file["said"]
