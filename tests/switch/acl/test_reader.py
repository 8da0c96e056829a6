"""Mistakes in the rows of a rule file, all at once, each with what was most likely meant."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from switch.acl.document import read_document, read_network
from switch.acl.orders import Order
from switch.acl.rows import NetworkFile
from switch.acl.rules import Effect, Promise, Request, Rule, Subject
from switch.acl.watches import Watch
from switch.errors import AuthoredError
from switch.files.authored import inspect
from switch.files.toml.layout import applied
from tests.switch.acl import whole
from tests.switch.acl.shipped import DIRECTORY, changed, document, findings
from tests.switch.core.inquiry.test_orders import FILE

TEXT = FILE.decode()
WATCH = """
[[watch]]
id    = "DMV-W1"
group = ["cbp"]
data  = "any"
from  = 2019-10-15T00:00:00
"""


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"BAY-PD"\nrecords', '"BAY-PDX"\nrecords', "agency `BAY-PDX` is not in the directory"),
        ("{ OLN =", "{ OLM =", "`OLM` is not a field of any record"),
        ('lifts   = ["DMV-09"]', 'lifts = ["DMV-02"]', "`DMV-02` is not a deny or refer"),
        ("until   = 2019-10-20", "until   = 2019-10-14", "`until` is not after `from`"),
        ('["driver.record"]\ncount', '["driver.recrd"]\ncount', "is not in the catalog"),
        ("count   = 2", "count   = 0", "count"),
        ("count   = 2", 'count   = "2"', "count"),
        ('cite    = "Superior Court, order 19-1 (fictional)"', 'cite = ""', "cite"),
        ("records = [", "records = [{}, ", "names nothing in an entry"),
        ('"DMV-O1"', '"DMV-09"', "id `DMV-09` stands twice"),
    ],
)
def test_an_order_with_a_mistake_says_which(tmp_path: Path, old: str, new: str, what: str):
    assert old in TEXT
    found = findings(tmp_path, TEXT.replace(old, new, 1))
    assert any(what in str(each) and each.line for each in found), found


def test_ten_mistakes_come_at_once(tmp_path: Path):
    text = TEXT.replace('"BAY-PD"\nrecords', '"X"\nrecords').replace("{ OLN =", "{ QQQ =")
    text = text.replace("until   = 2019-10-20", "until   = 2019-10-14")
    text += WATCH.replace('"cbp"', '"cpb"').replace('"any"', '["x.y"]')
    found = " ".join(map(str, findings(tmp_path, text)))
    for what in ("`X` is not in", "`QQQ`", "`until` is not after", "`cpb`", "`x.y`"):
        assert what in found


def test_a_watch_has_sensible_defaults(tmp_path: Path):
    (watch,) = document(tmp_path, TEXT + WATCH).policy.watches
    assert (watch.id, watch.times, watch.denials, watch.end) == ("DMV-W1", 3.0, 3, None)


@pytest.mark.parametrize("line", ["times = 1", "denials = 1", "until = 2019-10-14T00:00:00"])
def test_a_watch_with_a_mistake_says_which(tmp_path: Path, line: str):
    (found,) = findings(tmp_path, TEXT + WATCH + line + "\n")
    assert line.split()[0] in str(found)


FIRST = "from   = 2019-10-15T00:00:00"


@pytest.mark.parametrize(
    ("old", "wrong", "now"),
    [
        ('["ero"]', '["eroo"]', '["ero"]'),
        ('["ero"]', '["ERO"]', '["ero"]'),
        ('["DMV-02"]', '["DMV-2"]', '["DMV-02"]'),
        ('["driver.photo"]', '["driver.foto"]', '["driver.photo"]'),
        ('["driver.record", "vehicle', '["driver.record, vehicle', '["driver.record", "vehicle'),
        ('"DENY-RULE"', '"DENYRULE"', '"DENY-RULE"'),
        ("Los_Angeles", "Los Angeles", "Los_Angeles"),
        (FIRST, "from   = 2019-10-15", FIRST),
        (FIRST, 'from   = "10/15/2019"', FIRST),
        (FIRST, "from   = 2019-11-03T01:30:00", "from   = 2019-11-03T01:30:00-07:00"),
    ],
)
def test_what_was_most_likely_meant_is_the_edit(tmp_path: Path, old: str, wrong: str, now: str):
    text = changed((old, wrong))
    edits = [edit for finding in findings(tmp_path, text) for edit in finding.edits]
    assert applied(text, edits) == changed((old, now))


def test_times_in_the_wrong_order_are_swapped(tmp_path: Path):
    pair = "from    = 2019-10-15T00:00:00\nuntil   = 2020-10-15T00:00:00"
    turned = "from    = 2020-10-15T00:00:00\nuntil   = 2019-10-15T00:00:00"
    (finding,) = findings(tmp_path, changed((pair, turned)))
    assert applied(changed((pair, turned)), finding.edits) == changed()


def test_two_rules_of_one_id_are_told_and_the_second_gets_the_one_that_others_speak_of(
    tmp_path: Path,
):
    text = changed(('id      = "DMV-02"', 'id      = "DMV-01"'))
    found = findings(tmp_path, text)
    edits = [edit for finding in found for edit in finding.edits]
    assert applied(text, edits) == changed()


def test_of_another_owners_file_only_that_is_said(tmp_path: Path):
    text = changed(('backend  = "CADMV"', 'backend  = "CAWPS"'))
    path = tmp_path / "x"
    path.mkdir()
    (path / "CADMV.toml").write_text(text)
    with pytest.raises(AuthoredError) as caught:
        read_document(path / "CADMV.toml", DIRECTORY)
    (finding,) = caught.value.findings
    assert applied(text, finding.edits) == changed()


def test_a_head_that_lacks_what_the_world_knows_gets_it(tmp_path: Path):
    text = changed(('timezone = "America/Los_Angeles"\n', ""))
    (finding,) = findings(tmp_path, text)
    assert document(tmp_path, applied(text, finding.edits)).timezone.key == "America/Los_Angeles"


# --- a file with every table and every key -----------------------------------------------------

WORDS = Path(__file__).with_name("mistakes.toml")
START = 1_571_122_800.0  # 2019-10-15T00:00:00 in Los Angeles
HOUR, DAY = 3_600.0, 86_400.0
WINTER = HOUR  # what clocks are set back by before 15 November


def these(*names: str) -> frozenset[str]:
    return frozenset(names)


def test_every_mistake_is_told_word_for_word():
    for mistake in tomllib.loads(WORDS.read_text())["mistake"]:
        text = whole.changed(*((old, new) for old, new in mistake["change"]))
        assert whole.said(text) == mistake["said"], mistake["change"]


def test_every_key_of_a_rule_is_read():
    deny, refer, allow = whole.document().policy.rules
    assert deny == Rule(
        "W-D1",
        Effect.DENY,
        Subject(
            agency=these("ICE-ERO"),
            group=these("ero"),
            function=these("immigration"),
            ori=these("DCICE0900"),
            ori_prefix=("DCICE",),
            terminal=these("ERO1"),
            operator=these("ERO1A"),
        ),
        these("driver.record", "driver.photo"),
        START,
        START + 31 * DAY + WINTER,
        keys=these("DQ", "DNQ"),
        purposes=these("C", "J"),
        image=True,
        exceptions=these("W-A1"),
        tell="NO.",
        reason="first reason",
        cite="first paper",
        ordered=START - 15 * HOUR,
    )
    everyone = Subject(everyone=True)
    more = {"reason": "second reason", "cite": "second paper"}
    assert refer == Rule("W-R1", Effect.REFER, everyone, None, START + 1, None, **more)
    assert allow == Rule(
        "W-A1",
        Effect.ALLOW,
        Subject(group=these("hsi", "ero")),
        these("vehicle.owner"),
        START + 2,
        None,
        masks=("RES", "SOC"),
        notice="A NOTICE.",
        reason="third reason",
        cite="third paper",
    )


def test_a_suspension_has_nothing_of_what_only_owners_rules_have():
    file = inspect(whole.FOLDER / "acl" / "NETWORK.toml", NetworkFile)
    (rule,) = read_network(file, whole.DIRECTORY).rules
    assert (rule.data, rule.image, rule.notice, rule.masks) == (None, None, "", ())
    assert not rule.keys | rule.purposes | rule.exceptions


def test_every_key_of_an_order_and_of_a_watch_is_read():
    found = whole.document()
    named = (these(("OLN", "S0990001")), these(("NAM", "ALBITE"), ("DOB", "19800101")))
    order = Order(
        "W-O1",
        Subject(agency=these("BAY-PD")),
        these("driver.record"),
        named,
        2,
        these("W-D1", "W-R1"),
        START + 3,
        START + 5 * DAY,
        "UNDER AN ORDER.",
        "fourth reason",
        "fourth paper",
        START - 39 * HOUR,
    )
    assert (found.orders, found.policy.orders) == ((order,), (order,))
    watched = (Subject(group=these("police")), these("driver.photo"))
    watch = Watch("W-W1", *watched, START + 4, START + 10 * DAY, 2.5, 7, "fifth reason")
    assert found.policy.watches == (watch,)


def test_every_key_of_a_promise_and_of_a_test_is_read():
    found = whole.document()
    ero, bay = Subject(group=these("ero")), Subject(agency=these("BAY-PD"))
    assert found.nevers == (Promise("W-N1", ero, these("driver.photo"), START + 5),)
    assert found.always == (Promise("W-Y1", bay, these("driver.record"), START + 6),)
    request = Request("BAY1", "CA0990100", "TFO7", "DCICE0900", "CADMV", "DQ", True, "J")
    assert found.tests == ((request, START + 7),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('rule         = "W-R1"', 'rule         = "W-O1"'),  # an order decides as a rule does
        ('rule         = "W-R1"', ""),
        ('rule   = "W-D1"', 'rule   = "W-O1"'),
        ('rule   = "W-D1"', ""),
        ('terminal     = "BAY1"', 'terminal     = "GONE"'),  # a stranger, on purpose
        ("from       = 2019-10-15T00:00:00", "from       = 1900-01-01T00:00:00Z"),
        ("until      = 2019-11-15T00:00:00", "until      = 2999-12-31T23:59:59Z"),
        ("until      = 2019-11-15T00:00:00", "until      = 2019-10-15T00:00:01"),
    ],
)
def test_what_is_right_is_not_told(old: str, new: str):
    whole.document(whole.changed((old, new)))


def test_two_rules_without_an_id_do_not_have_the_same():
    text = whole.changed(('id         = "W-D1"\n', ""), ('id       = "W-R1"\n', ""))
    assert "stands twice" not in whole.said(text)


def test_a_second_id_is_never_made_of_what_a_row_does_not_have():
    text = whole.changed(('rule         = "W-R1"', ""), ('id      = "W-O1"', 'id      = "W-D1"'))
    assert 'write: id      = "W-D1-2"' in whole.said(text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '["driver.record", "driver.photo"]',
            '["person.wanted"]',  # another backend's
            "data class `person.wanted` is not in the catalog",
        ),
        (
            'timezone = "America/Los_Angeles"',
            'timezone = "America/New York"',
            'write: timezone = "America/New_York"',
        ),
    ],
)
def test_a_name_from_elsewhere_is_told(old: str, new: str, said: str):
    assert said in whole.said(whole.changed((old, new)))
