"""What changes in words."""

from __future__ import annotations

from switch.acl.analysis.wording import Step, Worded, wording
from switch.acl.rows import NetworkFile, OwnerFile
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


EVERY_TABLE = """
[[refer]]
id = "R"
everyone = true
data = ["driver.photo", "driver.ssn"]
purpose = ["C", "J"]
image = false
from = 2019-12-01T00:00:00
reason = "x"
cite = "y"

[[deny]]
id = "D"
agency = ["CBP"]
ori_prefix = ["DC", "NV"]
data = "any"
except = ["A"]
from = 2019-12-01T00:00:00
reason = "x"
cite = "y"

[[allow]]
id = "A"
group = ["cbp"]
data = ["driver.record"]
key = ["DQ", "DNQ"]
mask = ["RES", "DOB"]
from = 2019-12-01T00:00:00
reason = "x"
cite = "y"

[[order]]
id = "O"
agency = "CBP"
records = [{ OLN = "S0990001", NAM = "X" }]
data = "any"
count = 2
lifts = ["D"]
from = 2019-12-01T00:00:00
until = 2019-12-20T00:00:00
reason = "x"
cite = "y"

[[watch]]
id = "W"
operator = ["BPD2"]
data = ["driver.record"]
from = 2019-12-01T00:00:00

[[never]]
id = "N"
function = ["immigration"]
data = ["driver.photo"]
from = 2019-12-01T00:00:00

[[always]]
id = "Y"
terminal = ["BAY1", "BAY2"]
data = "any"
from = 2019-12-01T00:00:00

[[test]]
at = 2019-12-01T00:00:00
terminal = "BAY1"
ori = "CA0990100"
key = "RQ"
expect = "ALLOW-DEFAULT"
"""


def test_every_table_has_its_sentence():
    found = words(TEXT + EVERY_TABLE)
    assert {each.step for each in found} == {Step.NEW}
    day = "from 2019-12-01T00:00:00"
    assert [(each.table, each.id) for each in found] == [
        ("deny", "D"),
        ("refer", "R"),
        ("allow", "A"),
        ("order", "O"),
        ("watch", "W"),
        ("never", "N"),
        ("always", "Y"),
        ("test", ""),
    ]
    assert [each.sentence.removesuffix(f", {day}") for each in found] == [
        "refuses agency CBP and ori prefix DC, NV any data, except for what A lets through",
        (
            "refuses everybody driver.photo, driver.ssn and tells to ask in writing,"
            " with purpose C, J, without an image asked for"
        ),
        "allows group cbp driver.record, by key DQ, DNQ, without the fields RES, DOB",
        (
            "lets agency CBP have any data by order of a court, past D,"
            " from 2019-12-01T00:00:00 until 2019-12-20T00:00:00"
        ),
        "keeps an eye on operator BPD2 asking for driver.record",
        "promises that function immigration never gets driver.photo",
        "promises that terminal BAY1, BAY2 always gets any data",
        "RQ from BAY1 as CA0990100 at 2019-12-01T00:00:00 is to be ALLOW-DEFAULT",
    ]
    assert [each.sentence.endswith(f", {day}") for each in found].count(True) == 6
    gone = words(TEXT, TEXT + EVERY_TABLE)
    assert [(each.step, each.sentence) for each in gone] == [
        (Step.GONE, each.sentence) for each in found
    ]


def test_a_key_that_comes_or_goes_is_told_against_a_dash():
    (found,) = words(changed(('mask    = ["RES"]\n', "image   = true\n")))
    assert found.parts == (("mask", "RES", "-"), ("image", "-", "true"))
    (found,) = words(TEXT + EVERY_TABLE.replace('"X" }', '"Y" }'), TEXT + EVERY_TABLE)
    assert found.parts == (("records", "OLN/S0990001 NAM/X", "OLN/S0990001 NAM/Y"),)


def test_another_head_is_told_without_a_word_of_a_default_that_stays():
    (found,) = words(changed(('"Department of Motor Vehicles (simulated)"', '"Somebody"')))
    assert (found.step, found.table, found.id) == (Step.CHANGED, "", "")
    assert found.sentence == "the head of the file"
    assert found.parts == (("owner", "Department of Motor Vehicles (simulated)", "Somebody"),)
    (found,) = words(changed(('default  = "allow"', 'default  = "deny"')))
    assert found.sentence == 'the head of the file: whoever is named by no rule meets "deny"'


def test_the_networks_file_is_told_too():
    head = 'format = 1\ntimezone = "America/Los_Angeles"\n'
    row = '\n[[suspend]]\nid = "S"\nagency = ["ICE"]\nfrom = 2019-12-01T00:00:00\n'
    row += 'tell = "t"\nreason = "x"\ncite = "y"\n'
    before, after = (parse(each, NetworkFile, name="x").model for each in (head, head + row))
    (found,) = wording(before, after)
    assert (found.table, found.id) == ("suspend", "S")
    assert found.sentence == "takes agency ICE off the network, from 2019-12-01T00:00:00"
