"""One rule more, or one ended: every other byte of the file stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from switch.acl.analysis.amend import (
    NewDeny,
    next_id,
    to_end,
    with_accepted,
    with_deny,
    with_ended,
    with_test,
    written,
)
from switch.acl.rules import Request
from switch.errors import UsageError
from switch.files.authored import instant
from tests.switch.acl.shipped import DIRECTORY, TEXT, changed, document

ZONE = DIRECTORY.timezone


def at(local: str) -> float:
    return instant(datetime.fromisoformat(local), ZONE)


START = at("2019-11-01T00:00:00")
NEW = NewDeny({"agency": ["CBP"]}, "any", START, None, START, 'a "reason"', "c\\d", "TELL")
PLAIN = NewDeny({"agency": ["CBP"]}, "any", START, None, START, "r", "c")
ASKED = Request("CBP1", "DCCBP0100", None, None, "CADMV", "DQ", True, "C")


def cut(folder, text: str = TEXT, new: NewDeny = NEW) -> tuple[str, str]:
    return with_deny(document(folder, text), new)


def test_a_deny_stands_after_the_other_rules_and_nothing_else_changes(tmp_path):
    text, name = cut(tmp_path)
    assert name == "DMV-04"
    added = text.splitlines()[:]
    for line in TEXT.splitlines():
        added.remove(line)
    assert [line for line in added if line] == [
        "[[deny]]",
        'id      = "DMV-04"',
        'agency  = ["CBP"]',
        'data    = "any"',
        "from    = 2019-11-01T00:00:00",
        "ordered = 2019-11-01T00:00:00",
        'tell    = "TELL"',
        'reason  = "a \\"reason\\""',
        'cite    = "c\\\\d"',
    ]
    assert text.index("DMV-03") < text.index("DMV-04") < text.index("[[never]]")
    rule = {r.id: r for r in document(tmp_path, text).policy.rules}["DMV-04"]
    assert (rule.reason, rule.cite, rule.start, rule.ordered) == (
        'a "reason"',
        "c\\d",
        START,
        START,
    )


def test_comments_stay_where_they_are(tmp_path):
    commented = TEXT.replace("[[allow]]", "# why: see the letter\n[[allow]]")
    text, _ = cut(tmp_path, commented)
    assert "# why: see the letter\n[[allow]]" in text
    assert "# pinned: no later change may break it" in text


def test_a_file_without_rules_gets_its_first_at_the_end(tmp_path):
    head = TEXT[: TEXT.index("[[deny]]")].rstrip()
    text, name = cut(tmp_path, head)
    assert name == "CADMV-01"
    assert text.startswith(head + "\n\n[[deny]]")
    assert document(tmp_path, text).policy.rules[0].id == name
    assert cut(tmp_path, head + "\n") == (text, name)


def test_a_file_with_windows_line_ends_keeps_them(tmp_path):
    text, _ = cut(tmp_path, TEXT.replace("\n", "\r\n"))
    assert text.count("\r\n") == text.count("\n")


@pytest.mark.parametrize(
    ("pairs", "name"),
    [
        ((), "DMV-04"),
        ((("DMV-03", "DMV-09"),), "DMV-10"),
        ((("DMV-N1", "DMV-04"),), "DMV-05"),  # ids are for ever, of promises too
        ((("DMV-01", "ZZZ-07"), ("DMV-01", "ZZZ-07")), "DMV-04"),  # most rules are DMV's
    ],
)
def test_the_next_number_is_free(tmp_path, pairs, name):
    assert next_id(document(tmp_path, changed(*pairs))) == name


def test_a_test_stands_beside_the_other_tests(tmp_path):
    text, name = cut(tmp_path)
    tested = with_test(text, ASKED, START, ZONE, name)
    assert document(tmp_path, tested).tests[-1][0] == ASKED
    assert tested.startswith(text.rstrip("\n"))
    follows = '[[accept]]\nlint = "no-never"\nreason = "r"\n'
    later = with_test(f"{text}\n{follows}", ASKED, START, ZONE, name)
    assert later.endswith(f'rule     = "{name}"\n\n{follows}')


def test_what_need_not_be_said_is_not_written(tmp_path):
    text, name = cut(tmp_path, new=PLAIN)
    assert text.count("\ntell ") == TEXT.count("\ntell ")
    plain = ASKED._replace(image=False, purpose=None)
    added = set(with_test(text, plain, START, ZONE, name).splitlines()) - set(text.splitlines())
    assert {line.split()[0] for line in added} == {"at", "terminal", "ori", "rule"}


def test_a_rule_in_force_is_ended_with_a_word_why(tmp_path):
    text, name = cut(tmp_path)
    old = document(tmp_path, text)
    rules = to_end(old, ["CBP"], [])
    assert [rule.id for rule in rules] == [name]
    ended = with_ended(old, rules, at("2020-01-01T00:00:00"), "restored: new\nagreement\x07# 2")
    (line,) = set(ended.splitlines()) - set(text.splitlines())
    assert line == "until   = 2020-01-01T00:00:00  # restored: new agreement # 2"
    rule = {r.id: r for r in document(tmp_path, ended).policy.rules}[name]
    assert rule.end == at("2020-01-01T00:00:00")


def test_a_rule_that_would_end_later_ends_now(tmp_path):
    later = replace(PLAIN, end=at("2021-01-01T00:00:00"))
    text, _ = cut(tmp_path, new=later)
    old = document(tmp_path, text)
    ended = with_ended(old, to_end(old, ["CBP"], []), at("2020-01-01T00:00:00"), "why")
    assert "2021-01-01" not in ended
    document(tmp_path, ended)


@pytest.mark.parametrize("when", [START - 1, START])
def test_a_rule_that_has_not_begun_is_taken_out_with_its_test(tmp_path, when):
    text, name = cut(tmp_path)
    old = document(tmp_path, with_test(text, ASKED, START, ZONE, name))
    ended = with_ended(old, to_end(old, [], [name]), when, "why")
    assert document(tmp_path, ended).policy.rules == document(tmp_path, TEXT).policy.rules
    assert name not in ended


def test_of_two_rules_each_is_ended_in_its_own_way(tmp_path):
    second, _ = cut(tmp_path, new=replace(PLAIN, id="DMV-04", start=START + 60))
    third, _ = cut(tmp_path, second, replace(PLAIN, id="DMV-05"))
    old = document(tmp_path, third)
    left = document(tmp_path, with_ended(old, to_end(old, ["CBP"], []), START + 30, "why"))
    ends = {rule.id: rule.end for rule in left.policy.rules}
    assert "DMV-04" not in ends
    assert ends["DMV-05"] == START + 30


def test_that_access_comes_back_is_accepted_for_the_rules_whose_end_brings_it_back(tmp_path):
    # At the end of DMV-02 HSI loses what it had, at the end of this one CBP gets it all again.
    text, name = cut(tmp_path, new=replace(PLAIN, end=START + 60))
    ending = document(tmp_path, text)
    accepted = with_accepted(ending, DIRECTORY, ["DMV-02", name], 'over "for good"')
    assert accepted == text + (
        '\n[[accept]]\nlint   = "L04"\nrule   = "DMV-04"\nreason = "over \\"for good\\""\n'
    )
    assert document(tmp_path, accepted).policy.rules == ending.policy.rules
    again = with_accepted(document(tmp_path, f"{accepted}\n# end\n"), DIRECTORY, [name], "r")
    assert again.index('reason = "r"') < again.index("# end")


def test_a_rule_about_others_too_is_not_found_by_one_agency(tmp_path):
    assert to_end(document(tmp_path, TEXT), ["ICE-ERO"], []) == []
    both = TEXT.replace('group  = ["ero"]', 'agency = ["ICE-ERO", "CBP"]', 1)
    assert to_end(document(tmp_path, both), ["CBP"], []) == []
    assert [r.id for r in to_end(document(tmp_path, both), ["CBP", "ICE-ERO"], [])] == ["DMV-01"]


def test_an_unknown_rule_is_a_clear_error(tmp_path):
    with pytest.raises(UsageError) as caught:
        to_end(document(tmp_path, TEXT), [], ["DMV-9", "DMV-8", "DMV-01"])
    assert (caught.value.what, caught.value.fix) == (
        "no deny `DMV-8` in the file",
        "its denies: DMV-01, DMV-03",
    )
    head = TEXT[: TEXT.index("[[deny]]")]
    with pytest.raises(UsageError, match=r"its denies: none$"):
        to_end(document(tmp_path, head), [], ["DMV-9"])


def test_a_local_time_that_happens_twice_is_written_with_its_offset():
    twice = datetime.fromisoformat("2019-11-03T01:30:00-08:00").timestamp()
    assert written(twice, ZONE) == "2019-11-03T01:30:00-08:00"
    assert written(twice + 7200, ZONE) == "2019-11-03T03:30:00"
