"""Mistakes in the rows of a rule file, all at once, each with what was most likely meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from switch.acl.document import read_document
from switch.errors import AuthoredError
from switch.layout import applied
from tests.switch.acl.shipped import DIRECTORY, changed, document, findings
from tests.switch.core.test_orders import FILE

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
