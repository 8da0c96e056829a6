"""What changes in words."""

from __future__ import annotations

from switch.acl.analysis.wording import Step, Worded, wording
from switch.acl.rows import OwnerFile
from switch.files.authored import parse
from tests.switch.acl.shipped import TEXT, changed

NEW_DENY = (
    '\n[[deny]]\nid = "D"\nfunction = ["immigration"]\ndata = ["driver.photo"]\nkey = ["DQ"]\n'
    "image = true\nfrom = 2019-12-01T00:00:00\nuntil = 2020-12-01T00:00:00\n"
    'reason = "x"\ncite = "y"\n'
)


def words(text: str, old: str = TEXT) -> list[Worded]:
    before, after = (parse(each, OwnerFile, name="x").model for each in (old, text))
    return wording(before, after)


def test_the_same_rules_in_other_words_are_no_change():
    assert words("# a comment\n" + TEXT.replace("   = ", " = ")) == []


def test_a_new_paragraph_is_one_sentence():
    (found,) = words(TEXT + NEW_DENY)
    assert (found.step, found.table, found.id) == (Step.NEW, "deny", "D")
    assert found.sentence == (
        "refuses function immigration driver.photo, by key DQ, with an image asked for,"
        " from 2019-12-01T00:00:00 until 2020-12-01T00:00:00"
    )


def test_a_paragraph_that_is_gone_is_told_as_it_was():
    (found,) = words(TEXT, TEXT + NEW_DENY)
    assert (found.step, found.id) == (Step.GONE, "D")


def test_of_a_changed_paragraph_each_part_is_told_before_and_after():
    (found,) = words(changed(('mask    = ["RES"]', 'mask    = ["RES", "DOB"]')))
    assert (found.step, found.parts) == (Step.CHANGED, (("mask", "RES", "RES, DOB"),))


def test_another_default_is_told_in_words():
    (found,) = words(changed(('default  = "allow"', 'default  = "deny"')))
    assert found.parts == (("default", "allow", "deny"),)
    assert 'meets "deny"' in found.sentence


def test_tests_and_promises_are_told_too():
    found = words(changed(("DENY-RULE", "REFER"), ('data  = ["driver.photo"]', 'data  = "any"')))
    assert [(each.step.value, each.table) for each in found] == [
        ("changed", "never"),
        ("gone", "test"),
        ("new", "test"),
    ]
