"""The shape of a rule file: one table, one model."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from switch.acl.rows import SUBJECT, DenyRow, FreeIds, OwnerFile, SuspendRow, named, unused
from switch.errors import AuthoredError, Finding
from switch.files.authored import parse

RULE = {"id": "A", "group": ["g"], "data": "any", "from": 1, "reason": "r", "cite": "c"}


@pytest.mark.parametrize("selector", SUBJECT)
def test_any_selector_makes_a_subject(selector):
    row = {key: value for key, value in RULE.items() if key != "group"} | {selector: ["x"]}
    assert getattr(DenyRow.model_validate(row), selector) == ["x"]


@pytest.mark.parametrize(
    "change",
    [{"group": []}, {"everyone": True}, {"data": []}, {"purpose": ["CC"]}, {"mask": ["X"]}],
)
def test_what_makes_no_sense_is_refused(change):
    with pytest.raises(ValidationError):
        DenyRow.model_validate(RULE | change)


def test_a_suspension_has_no_data():
    with pytest.raises(ValidationError):
        SuspendRow.model_validate(RULE)


def test_every_file_must_state_its_default():
    with pytest.raises(ValidationError):
        OwnerFile.model_validate(
            {"format": 1, "backend": "B", "owner": "o", "timezone": "America/Los_Angeles"}
        )


# --- what to write instead --------------------------------------------------------------------

FILE = """\
format = 1
backend = "CADMV"
owner = "o"
timezone = "America/Los_Angeles"
default = "allow"

[[deny]]
id = "D1"
group = ["g"]
data = "any"
from = 2019-10-15T00:00:00
reason = "r"
cite = "c"

[[allow]]
id = "A1"
group = ["g"]
data = ["a.b"]
from = 2019-10-16T00:00:00
reason = "r"
cite = "c"

[[always]]
id = "Y1"
group = ["g"]
data = ["a.b"]
from = 2019-10-17T00:00:00

[[order]]
id = "O1"
agency = "a"
records = [{ OLN = "1" }]
data = ["a.b"]
count = 1
lifts = ["D1"]
from = 2019-10-18T00:00:00
until = 2019-10-19T00:00:00
reason = "r"
cite = "c"
"""


def finding(old: str, new: str) -> Finding:
    """The one thing that is wrong with the file after this change."""
    assert old in FILE, old
    with pytest.raises(AuthoredError) as caught:
        parse(FILE.replace(old, new, 1), OwnerFile, name="f")
    (found,) = caught.value.findings
    return found


def written(old: str, new: str) -> str | None:
    """What the finding would write for that; None if it leaves it to the author."""
    found = finding(old, new)
    return " ".join(found.edits[0].text) if found.edits else None


def test_the_file_itself_is_right():
    assert parse(FILE, OwnerFile, name="f").model.backend == "CADMV"


@pytest.mark.parametrize(
    ("old", "wrong", "right"),
    [
        ('id = "D1"', 'id = "D 1!"', 'id = "D-1"'),
        ('id = "D1"', 'id = "(Zz90._:/+?-Aa)"', 'id = "Zz90._:/+?-Aa"'),
        ('id = "D1"', 'id = "-X (Y)"', 'id = "X-Y"'),
        ('id = "D1"', 'id = "X  Y"', 'id = "X-Y"'),
        ('id = "D1"', f'id = "{"A" * 41}"', f'id = "{"A" * 40}"'),
        ('id = "D1"', "id = 7", 'id = "7"'),
        ('id = "D1"', 'id = "!!"', None),
        ('id = "D1"', 'id = { a = "D1" }', None),
        ('data = "any"', 'data = " Driver.Record. "', 'data = ["driver.record"]'),
        ('data = "any"', 'data = "x.record.x"', 'data = ["x.record.x"]'),
        ('data = "any"', 'data = "Any"', 'data = "any"'),
        ('data = "any"', 'data = "ALL"', 'data = "any"'),
        ('data = "any"', 'data = "*"', 'data = "any"'),
        ('data = "any"', 'data = ""', None),
        ('data = "any"', "data = 3", None),
        ("format = 1", "format = 2", "format = 1"),
        ("format = 1", "format = true", "format = 1"),
        ("format = 1", 'format = "1"', "format = 1"),
        ('default = "allow"', 'default = "Permit"', 'default = "allow"'),
        ('default = "allow"', 'default = "alow"', 'default = "allow"'),
        ('default = "allow"', 'default = "denny"', 'default = "deny"'),
        ('default = "allow"', 'default = "xqz"', 'default = "deny"'),
        ('default = "allow"', "default = true", 'default = "deny"'),
        ('group = ["g"]', 'group = ["g"]\npurpose = ["crim"]', 'purpose = ["C"]'),
        ('group = ["g"]', 'group = ["g"]\npurpose = [" j"]', 'purpose = ["J"]'),
        ('group = ["g"]', 'group = ["g"]\npurpose = ["-"]', None),
        ('group = ["g"]', 'group = ["g"]\npurpose = ["é"]', None),
        ('owner = "o"', 'owner = "o"\nnever_notice = "48 hours"', 'never_notice = "48h"'),
        ('owner = "o"', 'owner = "o"\nnever_notice = " 7d"', 'never_notice = "7d"'),
        ('owner = "o"', 'owner = "o"\nnever_notice = "90m."', 'never_notice = "90m"'),
        ('owner = "o"', 'owner = "o"\nnever_notice = "soon"', 'never_notice = "24h"'),
    ],
)
def test_a_wrong_value_is_rewritten_where_it_is_plain_what_was_meant(
    old: str, wrong: str, right: str | None
):
    assert written(old, wrong) == right


@pytest.mark.parametrize(
    ("missing", "added"),
    [
        ('id = "D1"\n', 'id     = "CADMV-deny-2"'),
        ('id = "A1"\n', 'id     = "CADMV-allow-2"'),
        ('data = "any"\n', 'data   = "any"'),
        ('data = ["a.b"]\nfrom = 2019-10-16T', None),  # of an allow: only its author can know
        ('data = ["a.b"]\nfrom = 2019-10-17T', None),  # of an always, as well
        ("from = 2019-10-15T00:00:00\n", "from   = 2019-10-16T00:00:00"),  # as early as any
        ("from = 2019-10-16T00:00:00\n", "from   = 2019-10-18T00:00:00"),  # as late as any
        ("from = 2019-10-17T00:00:00\n", "from   = 2019-10-18T00:00:00"),
        ("format = 1\n", "format   = 1"),
        ('default = "allow"\n', 'default  = "deny"'),
    ],
)
def test_what_is_missing_is_added_and_opens_nothing(missing: str, added: str | None):
    kept = missing[missing.index("\n") + 1 :]
    found = written(missing, kept)
    assert (found and found.split()) == (added and added.split())


@pytest.mark.parametrize(
    ("backend", "added"),
    [
        ("", 'id     = "RULE-deny-2"'),
        ('backend = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"', 'id     = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-den-2"'),
    ],
)
def test_a_missing_id_is_made_of_the_backend_and_the_table(backend: str, added: str):
    text = FILE.replace('backend = "CADMV"', backend).replace('id = "D1"\n', "", 1)
    with pytest.raises(AuthoredError) as caught:
        parse(text.replace('lifts = ["D1"]', 'lifts = ["D2"]'), OwnerFile, name="f")
    edits = [edit for each in caught.value.findings for edit in each.edits]
    assert [edit.text for edit in edits] == [(added,)]


def test_times_with_and_without_an_offset_are_compared_as_they_are_written():
    late = FILE.replace("2019-10-18T00:00:00", "2019-10-18T00:00:00Z")
    with pytest.raises(AuthoredError) as caught:
        parse(late.replace("from = 2019-10-16T00:00:00\n", ""), OwnerFile, name="f")
    (found,) = caught.value.findings
    assert found.edits[0].text[0].split() == ["from", "=", "2019-10-18T00:00:00+00:00"]


def test_the_first_rule_of_all_has_no_time_to_take_over():
    head, rest = FILE.split("[[allow]]")
    lonely = head.replace("from = 2019-10-15T00:00:00\n", "")
    assert rest
    with pytest.raises(AuthoredError) as caught:
        parse(lonely, OwnerFile, name="f")
    assert [each.edits for each in caught.value.findings] == [()]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (
            'id = "D1"',
            'id = "D 1"',
            (
                "`deny[1].id` must be 1 to 40 letters, digits and . _ : / + - without spaces "
                "(got 'D 1')"
            ),
        ),
        ('group = ["g"]', 'group = ["g", ""]', "`deny[1].group` has an empty entry"),
        ("format = 1", "format = 2", "`format` must be 1 (got 2)"),
        ('"allow"', '"open"', '`default` must be "allow" or "deny" (got \'open\')'),
        (
            'data = "any"',
            "data = 3",
            (
                '`deny[1].data` must be "any", or data classes in brackets such as '
                '["driver.record"] (got 3)'
            ),
        ),
        (
            "[[deny]]",
            "[deny]",
            "`deny` stands in single brackets",
        ),
        (
            '{ OLN = "1" }',
            "{}",
            "`order[1].records` names nothing in an entry",
        ),
        (
            '{ OLN = "1" }',
            '{ OLN = "1", NAM = "" }',
            "`order[1].records` names nothing in an entry",
        ),
    ],
)
def test_a_finding_says_what_must_stand_there(old: str, new: str, what: str):
    assert finding(old, new).what == what


@pytest.mark.parametrize(
    ("name", "used", "expected"),
    [
        ("A", [], "A-2"),
        ("A", ["A-2"], "A-3"),
        ("A", ["A-2", "A-3", "A-4"], "A-5"),
        ("A" * 40, [], "A" * 38 + "-2"),
        ("A" * 40, ["A" * 38 + f"-{n}" for n in range(2, 10)], "A" * 37 + "-10"),
    ],
)
def test_a_free_id_is_numbered_and_no_longer_than_any(name: str, used: list[str], expected: str):
    assert unused(name, used) == expected


@pytest.mark.parametrize("table", ["deny", "refer", "allow", "order", "watch", "never", "always"])
def test_an_id_of_any_table_is_taken(table: str):
    assert FreeIds({table: [3, {"id": "X-2"}]}).next("deny", "X") == "X-3"
    assert FreeIds({table: {"id": "X-2"}}).next("deny", "X") == "X-2"  # no list, no rows


def test_no_free_id_is_given_twice():
    ids = FreeIds({"deny": [{"id": "X-3"}], "test": [{"rule": "R1"}, {"rule": "R2"}]})
    assert [ids.next("deny", "X") for _ in range(5)] == ["R1", "R2", "X-2", "X-4", "X-5"]
    assert [ids.next("watch", name) for name in ("Y", "X")] == ["Y-2", "X-6"]


@pytest.mark.parametrize("table", ["deny", "refer", "allow", "order"])
def test_a_test_names_a_rule_that_may_be_of_any_table_that_decides(table: str):
    data = {"test": [3, {"at": 1}, {"rule": "R1"}, {"rule": "R2"}], table: [{"id": "R1"}]}
    assert list(named(data, table)) == ["R1", "R2"]
    assert FreeIds(data).next(table, "X") == "R2"


def test_an_exception_names_an_allow_and_nothing_else():
    data = {"deny": [3, {"id": "D"}, {"except": "all"}, {"except": ["A1", 2]}]}
    assert list(named(data, "allow")) == ["A1", "2"]
    assert list(named(data, "refer")) == []


@pytest.mark.parametrize("table", ["never", "always", "watch", "accept"])
def test_a_test_names_no_promise_and_no_watch(table: str):
    assert list(named({"test": [{"rule": "R1"}]}, table)) == []


def test_what_is_not_a_list_names_nothing():
    assert list(named({"test": {"rule": "R1"}, "deny": {"except": ["A1"]}}, "allow")) == []
