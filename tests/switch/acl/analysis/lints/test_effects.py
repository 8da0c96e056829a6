"""Rules and parts of rules that do nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from switch.acl.analysis.lints.effects import first_excused
from switch.acl.analysis.lints.ground import Ask, Ground
from switch.acl.rules import Effect, Rule
from tests.switch.acl.analysis.lints.files import ground, head, linted, rule, said, told_of, which

POLICE = 'group = ["police"]; data = ["driver.record"]'


@pytest.mark.parametrize(
    ("paragraphs", "dead"),
    [
        ([("allow", "A", 'group = ["police"]; agency = ["CBP"]; data = "any"')], True),
        # a deny is met by different facets: a police desk, on behalf of CBP
        ([("deny", "A", 'group = ["police"]; agency = ["CBP"]; data = "any"')], False),
        ([("deny", "D", POLICE), ("refer", "A", POLICE)], True),
        ([("deny", "D", POLICE), ("allow", "A", POLICE)], True),
        ([("refer", "D", POLICE), ("allow", "A", POLICE)], True),
        ([("deny", "D", POLICE + '; except = ["A"]'), ("allow", "A", POLICE)], False),
        # excused whoever asks alone, but not for somebody else in the request
        ([("deny", "D", POLICE), ("deny", "A", POLICE)], False),
        ([("deny", "A", 'group = ["police"]; data = ["driver.photo"]; key = ["RQ"]')], True),
        ([("deny", "A", 'group = ["police"]; data = ["driver.photo"]; image = false')], True),
        ([("deny", "A", 'operator = ["TFO7"]; group = ["ero"]; data = "any"')], False),
        (
            [("deny", "A", 'operator = ["BPD2"]; terminal = ["ERO1"]; data = "any"')],
            False,
        ),
    ],
)
def test_a_rule_is_dead_exactly_if_it_decides_no_request(tmp_path: Path, paragraphs, dead):
    text = head() + "".join(rule(*each) for each in paragraphs)
    found = [each for each in linted(tmp_path, text).mistakes if each.id == "L01 dead-rule"]
    assert [each.what.split(":")[0].split()[-1] for each in found] == (["A"] if dead else [])


def test_a_dead_rule_says_what_stands_above_it_and_nothing_else_is_said_of_it(tmp_path: Path):
    text = head() + rule("deny", "D", POLICE) + rule("allow", "A", POLICE + '; mask = ["XXX"]')
    (finding,) = linted(tmp_path, text).mistakes
    assert "D is stricter wherever it applies, as for DQ from" in finding.what


@pytest.mark.parametrize(
    ("default", "paragraphs", "useless"),
    [
        ("allow", [("allow", "A", POLICE)], True),
        ("deny", [("allow", "A", POLICE)], False),
        ("allow", [("allow", "A", POLICE + '; mask = ["RES"]')], False),
        ("allow", [("allow", "A", POLICE + '; mask = ["IMG"]')], False),  # of the same answer
        ("allow", [("allow", "A", POLICE + '; mask = ["OWN"]')], True),  # of another answer
        ("allow", [("allow", "A", POLICE + '; notice = "N"')], False),
        ("deny", [("allow", "A", POLICE), ("allow", "B", POLICE)], True),  # one of the two
        ("deny", [("allow", "A", POLICE), ("allow", "B", POLICE + '; key = ["DQ"]')], True),
        ("allow", [("allow", "A", POLICE), ("deny", "D", POLICE + '; except = ["A"]')], False),
        # an exception of another deny than the one that refuses him
        (
            "allow",
            [
                ("allow", "A", POLICE),
                ("deny", "D", 'group = ["ero"]; data = "any"; except = ["A"]'),
            ],
            True,
        ),
    ],
)
def test_an_allow_is_useless_if_all_is_released_without_it(
    tmp_path: Path, default, paragraphs, useless
):
    text = head(default=default) + "".join(rule(*each) for each in paragraphs)
    assert which(tmp_path, text, "L02") == (["L02"] if useless else [])


def test_what_releases_instead_of_a_useless_allow_is_of_the_same_class(tmp_path: Path):
    """DQ with an image is also answered by B, but what A allows of it leaves by default."""
    text = head() + rule("allow", "A", 'group = ["police"]; data = ["driver.photo"]')
    text += rule("allow", "B", POLICE + '; notice = "N"')
    (useless,) = linted(tmp_path, text).mistakes
    assert "released just so (by the default, as for DQ from BAY1" in useless.what


@pytest.mark.parametrize(
    ("deny", "allow", "usable"),
    [
        (POLICE, POLICE, True),
        (POLICE, 'group = ["police"]; data = ["vehicle.owner"]', False),
        (POLICE, POLICE + '; key = ["DNQ"]', True),
        (POLICE + '; key = ["DQ"]', POLICE + '; key = ["DNQ"]', False),
        ('group = ["police"]; data = "any"; until = 2019-11-01T00:00:00', POLICE, True),
        (POLICE, 'group = ["hsi"]; data = "any"; mask = ["RES"]', False),
        # it lets HSI off, at its own desk, for HSI alone
        (
            'group = ["police"]; agency = ["ICE"]; data = "any"',
            'agency = ["ICE"]; data = "any"',
            False,
        ),
        ("everyone = true; data = 'any'", POLICE, True),
        ('operator = ["TFO7"]; data = "any"', POLICE, True),  # of the police alone, after a year
        ('operator = ["TFO7"]; data = "any"; until = 2020-01-01T00:00:00', POLICE, False),
    ],
)
def test_an_exception_is_unusable_exactly_if_it_excuses_nobody(
    tmp_path: Path, deny: str, allow: str, usable: bool
):
    text = head() + rule("deny", "D", deny + '; except = ["A"]') + rule("allow", "A", allow)
    assert which(tmp_path, text, "L03") == ([] if usable else ["L03"])


SECOND = "from = 2019-06-01T00:00:00; until = 2020-06-01T00:00:00"


@pytest.mark.parametrize(
    ("deny", "allow"),
    [
        ('group = ["police"]; data = "any"', 'agency = ["BAY-PD"]; data = "any"'),
        ('group = ["police"]; data = "any"', 'group = ["police"]; data = ["driver.photo"]'),
        ('group = ["ero"]; data = "any"; key = ["DQ"]', 'everyone = true; data = "any"'),
        ('everyone = true; data = "any"', f'group = ["police"]; data = "any"; {SECOND}'),
        ('operator = ["TFO7"]; data = "any"', 'group = ["police"]; data = "any"; purpose = ["C"]'),
        ('operator = ["BPD2"]; data = "any"', 'terminal = ["BAY1"]; data = "any"'),
        (
            'group = ["police"]; data = "any"',
            'group = ["police"]; ori_prefix = ["CA09903"]; data = "any"',
        ),
    ],
)
def test_who_is_excused_first_meets_both_for_a_class_of_both(tmp_path: Path, deny: str, allow: str):
    text = head() + rule("deny", "D", deny + '; except = ["A"]') + rule("allow", "A", allow)
    made = ground(tmp_path, text)
    refusing, letting = sorted(made.rules, key=lambda each: each.effect is Effect.ALLOW)
    first = first_excused(made, refusing, letting)
    assert first in [ask for ask in made.met(refusing) if excuses(made, refusing, letting, ask)]


def excuses(made: Ground, deny: Rule, allow: Rule, ask: Ask) -> bool:
    """As the specification has it: the allow is met, and contains all through whom the deny is."""
    through = deny.subject.met_by_any(ask.facets, made.directory)
    return (
        through is not None
        and allow.in_force(ask.at)
        and allow.speaks_of(ask.request)
        and allow.subject.met_by_both(ask.facets, made.directory)
        and any(allow.covers(name) for name in made.spoken_of(deny, ask.request))
        and all(allow.subject.contains(each, ask.facets, made.directory) for each in through)
    )


@pytest.mark.parametrize(
    ("mask", "fix"),
    [
        ('["RES", "XXX"]', 'write: mask = ["RES"]'),
        ('["XXX"]', "take out line"),
        ('["REZ"]', 'write: mask = ["RES"]'),
        ('["RES", "LIC"]', 'write: mask = ["RES"]'),  # of another answer
    ],
)
def test_a_mask_of_no_field_is_mended_or_taken_out(tmp_path: Path, mask: str, fix: str):
    text = head() + rule("allow", "A", f"{POLICE}; mask = {mask}; notice = 'N'")
    (finding,) = [e for e in linted(tmp_path, text).mistakes if e.id == "L09 absent-mask"]
    assert fix in finding.remedy


def test_what_is_taken_out_is_taken_out_of_the_exceptions_too(tmp_path: Path):
    text = head() + rule("allow", "A", 'group = ["police"]; agency = ["CBP"]; data = "any"')
    text += rule("deny", "D", POLICE + '; except = ["A"]')
    (dead,) = [e for e in linted(tmp_path, text).mistakes if e.id == "L01 dead-rule"]
    assert len(dead.edits) == 2
    assert "except" in text.splitlines()[dead.edits[1].line - 1]


@pytest.mark.parametrize("file", told_of("effects"))
def test_what_is_found_is_told_word_for_word(tmp_path: Path, file: dict[str, str]):
    assert said(tmp_path, file["text"]) == file["said"]
