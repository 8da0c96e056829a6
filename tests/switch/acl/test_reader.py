"""Mistakes in `[[order]]` and `[[watch]]`, all of them at once, each where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.switch.acl.shipped import document, findings
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
