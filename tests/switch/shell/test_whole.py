"""A world read whole: the mistakes of all its files at once, each on its line, none hidden."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import copytree

import pytest

from switch.errors import AuthoredError
from switch.shell.whole import whole
from switch.world_file import WORLDS_FOLDER, shipped_worlds


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return copytree(WORLDS_FOLDER / "golden-state", tmp_path / "mine")


def change(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text)


def told(world: Path) -> list[str]:
    """Each finding as `file:line what`, in order; that none of them lacks a fix is looked at."""
    with pytest.raises(AuthoredError) as caught:
        whole(str(world))
    assert all(finding.remedy for finding in caught.value.findings)
    return [f"{found.file}:{found.line} {found.what}" for found in caught.value.findings]


def line(file: Path, text: str) -> int:
    """The only line with this text."""
    (found,) = [n for n, each in enumerate(file.read_text().split("\n"), 1) if text in each]
    return found


@pytest.mark.parametrize("name", shipped_worlds())
def test_a_shipped_world_is_in_order(name: str):
    read = whole(name)
    assert read.world.id == name
    assert set(read.stack.owners) == set(read.world.backends)


def test_options_and_kinds_are_told_with_all_other_mistakes(world: Path):
    file = world / "world.toml"
    change(
        file,
        ('kind  = "sqlite"\nori   = "CA0998200"', 'kind  = "sqlit"\nori   = "CA0998200"'),
        ('[backend.options]\nrecords  = ["records/cast.toml"]', OPTIONS),
        ('parent    = "DHS"', 'parent    = "DSH"'),
    )
    change(world / "acl" / "CAWPS.toml", ("format   = 1", "format   = 2"))
    at = {text: line(file, text) for text in ("DSH", "many", "-1", "peple")}
    options, unknown = "backend[1].options", line(file, '"sqlit"')
    assert told(world) == [
        "mine/acl/CAWPS.toml:1 `format` must be 1 (got 2)",
        f"mine/world.toml:{at['DSH']} parent `DSH` is not declared",
        f"mine/world.toml:{at['many']} `{options}.people` must be a whole number (got 'many')",
        f"mine/world.toml:{at['-1']} `{options}.vehicles` is too small (got -1)",
        f"mine/world.toml:{at['peple']} `{options}.peple` is not a key here",
        f"mine/world.toml:{unknown} no kind of backend `sqlit` is installed",
    ]


OPTIONS = """[backend.options]
people   = "many"
vehicles = -1
peple    = 5
records  = ["records/cast.toml"]"""


def test_rules_are_looked_at_beside_a_wrong_message_key(world: Path):
    (world / "specs").mkdir()
    (world / "specs" / "own.toml").write_text("format = 2\n")
    (world / "acl" / "NVDMV.toml").unlink()
    assert told(world) == [
        "mine/acl/NVDMV.toml:0 is missing",
        "mine/specs/own.toml:1 `format` must be 1 (got 2)",
    ]


def test_a_key_that_nobody_can_send_is_told(world: Path):
    change(world / "world.toml", ('keys    = ["QV"]', 'keys    = ["QZ"]'))
    (only,) = [each for each in told(world) if "world.toml" in each]
    assert only.endswith("`QZ` is no key that a terminal can send")


def numbered(found: list[str], file: Path, marks: list[str]) -> None:
    """The lines that are told of are those of the marks, in order, and no other."""
    text = file.read_text()
    lines = [text.count("\n", 0, text.index(mark)) + 1 for mark in marks]
    assert [int(each.split(" ")[0].rpartition(":")[2]) for each in found] == lines, found


def test_a_mistake_in_every_section_of_a_world_is_told(world: Path):
    """Each with a mark of its own: where a row is wrong in one way, the rest of it is looked at."""
    file = world / "world.toml"
    changes = [
        ("format = 1", "format = 1.5"),
        ('id           = "golden-state"', 'id           = "Golden State"'),
        ("seed         = 20191015", "seed         = 7.25"),
        ('place  = "BAYSIM"', 'place  = "b"'),
        ('parent    = "DHS"', 'parent    = "DSH"\nhold_mail = "XX"'),
        ('mnemonic  = "BAY2"', 'mnemonic  = "bay 2"'),
        ('mnemonic  = "NVH1"\nagency    = "NV-HP"', 'mnemonic  = "NVH1"\nagency    = "NV"'),
        ("from = 2019-06-01T00:00:00", "from = 2021-06-01T00:00:00"),
        ('id     = "HPD1"', 'id     = "HPD1"\nsecret = 5'),
        ('kind  = "sqlite"\nori   = "CA0998200"', SECOND),
        ('purposes    = ["C", "J"', 'purposes    = ["C", "jj"'),
        ('classes     = ["incident.report", "booking.photo"]', 'classes = ["IR", "booking.foto"]'),
        ("[classes]", "[limits]\ngrace_s = -1\nlines = 5\n\n[classes]"),
    ]
    change(file, *changes)
    file.write_text(file.read_text() + '\n[regions]\nE1 = ["ZZ"]\nX1 = ["CA"]\n')
    marks = [
        *("format = 1.5", '"Golden State', "7.25", '"b"', "DSH", "XX", "bay 2", '"NV"', "2021"),
        *("secret = 5", "inbox_max = 0", "_s = inf", "NOBODY", '"jj"', "foto", "foto", "-1"),
        *("lines = 5", "ZZ", "X1"),
    ]
    numbered(told(world), file, marks)


SECOND = """kind  = "sqlite"
ori   = "CA0998200"
inbox_max = 0
reply_timeout_s = inf
watch_terminal = "NOBODY\""""


def test_a_mistake_in_every_table_of_an_owners_file_is_told(world: Path):
    file = world / "acl" / "CADMV.toml"
    change(
        file,
        ("format   = 1", "format   = 1.5"),
        ('default  = "allow"', 'default  = "maybe"'),
        ('group  = ["ero"]', 'group  = ["eroo"]'),
        ("from   = 2019-10-15T00:00:00", "from   = 2019-10-15"),
        ('purpose = ["C"]', 'purpose = ["cc"]'),
        ('id    = "DMV-A1"', 'id    = "DMV A1"'),
        ('expect   = "DENY-RULE"', 'expect   = "DENY"'),
    )
    file.write_text(file.read_text() + MORE)
    marks = [
        *("1.5", "maybe", "eroo", "2019-10-15\n", '"cc"', "DMV A1", '"DENY"', "0.5", '"x"'),
        *("BAY-PDD", "records = []", "count = 0", "NOPE", "2018", 'cite = ""', "L99"),
    ]
    numbered(told(world), file, marks)


MORE = """
[[watch]]
id = "W1"
everyone = true
data = "any"
from = 2019-10-15T00:00:00
times = 0.5
denials = "x"

[[order]]
id = "O1"
agency = "BAY-PDD"
records = []
data = "any"
count = 0
lifts = ["NOPE"]
from = 2019-10-15T00:00:00
until = 2018-10-15T00:00:00
reason = "r"
cite = ""

[[accept]]
lint = "L99"
reason = "known"
"""


def test_a_misspelt_table_does_not_make_unknown_what_it_declares(world: Path):
    change(world / "world.toml", ("[classes]", "[clases]"), ("[[terminal]]", "[[terminals]]"))
    assert [each.partition(" ")[2] for each in told(world)] == [
        "`terminals` is not a key here",
        "`clases` is not a key here",
    ]


def test_a_table_in_the_wrong_brackets_is_told(world: Path):
    file = world / "world.toml"
    head, _, rest = file.read_text().partition("[[operator]]")
    one = '[operator]\nid = "BPD2"\nagency = "BAY-PD"\n[[backend]]'
    file.write_text(head + one + rest.partition("[[backend]]")[2])
    assert any(each.endswith("`operator` stands in single brackets") for each in told(world))


def test_a_value_of_another_type_hides_no_name_and_makes_none_unknown(world: Path):
    file = world / "world.toml"
    change(
        file,
        ('operators = ["VSO1A"]', 'operators = "VSO2A"'),
        ('"driver.ssn"           = ["SOC"]', '"driver.ssn"           = 7'),
        ('keys          = ["DQ", "DNQ"]\ndestination   = "CA"', UNSENT),
    )
    vso, ssn = line(file, "VSO2A"), line(file, "= 7")
    assert told(world) == [
        f"mine/world.toml:{vso} `terminal[3].operators` must be a list in brackets (got 'VSO2A')",
        f"mine/world.toml:{vso} operators `VSO2A` is not declared",
        f"mine/world.toml:{line(file, 'DNX')} `DNX` is no key that a terminal can send",
        f"mine/world.toml:{line(file, 'CAL')} `backend[1].answers[1].destination` {CAL}",
        f"mine/world.toml:{ssn} `classes.driver.ssn` must be a list in brackets (got 7)",
    ]


UNSENT = """keys          = ["DQ", "DNX"]
destination   = 'CAL'"""
CAL = "must be a destination of two capital letters or digits (got 'CAL')"


def test_a_rule_whose_subject_is_wrong_is_looked_at_all_the_same(world: Path):
    rules = world / "acl" / "CADMV.toml"
    change(
        rules,
        ('group  = ["ero"]\ndata   = "any"', 'agency = "ICE-EROO"\ndata   = ["driver.phot"]'),
        ('group   = ["hsi"]\ndata    = ["driver.record"', HSI),
        ('group  = ["hsi"]\ndata   = "any"', 'data   = ["driver.recrd"]'),
    )
    assert [each.partition(":")[2].partition(" ")[2] for each in told(world)] == [
        "`deny[1].agency` must be a list in brackets (got 'ICE-EROO')",
        "agency `ICE-EROO` is not in the directory",
        "data class `driver.phot` is not in the catalog",
        "`allow[1]`: `everyone` stands alone",
        "data class `driver.recod` is not in the catalog",
        "`deny[2]`: no subject",
        "data class `driver.recrd` is not in the catalog",
    ]


HSI = """group   = ["hsi"]
everyone = true
data    = ['driver.recod'"""


def test_rules_are_held_against_what_can_be_read_of_a_world(world: Path):
    """A name that may stand in the rest is not unknown; one that stands nowhere is."""
    file = world / "world.toml"
    change(
        file,
        ('parent    = "DHS"', 'parent    = "DSH"'),
        ('groups = ["police"]', 'groups = ["police"'),
        ('"booking.photo"        = ["IMG"]', '"booking.photo         = ["IMG"]'),
        ("timezone", "timezoned"),
    )
    change(
        world / "acl" / "ARJIS.toml",
        ('group  = ["ero"]', 'group  = ["eroo"]'),
        ('data   = "any"', 'data   = ["booking.photo", "incident.reports"]'),
    )
    (world / "acl" / "CASVS.toml").rename(world / "acl" / "CASVSS.toml")
    text = file.read_text()
    marks = ("timezoned", '["police"\n', "DSH", '"booking.photo  ')
    lines = [text.count("\n", 0, text.index(mark)) + 1 for mark in marks]
    rules = world / "acl" / "ARJIS.toml"
    assert [each.partition(" `")[0].partition(" not")[0] for each in told(world)] == [
        f"mine/acl/ARJIS.toml:{line(rules, 'eroo')} group",
        f"mine/acl/ARJIS.toml:{line(rules, 'reports')} data class",
        "mine/acl/CASVS.toml:0 is missing",
        "mine/acl/CASVSS.toml:0 no backend",
        *(f"mine/world.toml:{number}" for number in lines[:2]),
        f"mine/world.toml:{lines[2]} parent",
        f"mine/world.toml:{lines[3]}",
    ]


def test_nothing_is_blamed_on_rules_for_a_name_that_a_mistake_of_the_world_has_split(world: Path):
    file = world / "world.toml"
    for old, new in (('"ICE-ERO"', '"ICE-E\x01RO"'), ('"CADMV"', '"CAD\nMV"'), ('"HSI1"', '"HSI1')):
        text = file.read_text()
        file.write_text(text.replace(old, new, 1))
        assert [each.partition(":")[0] for each in told(world)] == ["mine/world.toml"]
        file.write_text(text)


def test_a_row_of_the_catalog_with_a_broken_destination_is_one_mistake(world: Path):
    for new in ('destinat=ion = "CA"', 'destination = "CA', ".destination = 1"):
        text = (world / "world.toml").read_text()
        at = text.index('destination = "CA"')
        broken = text[:at] + new + text[at + len('destination = "CA"') :]
        (world / "world.toml").write_text(broken)
        assert [each.partition(" ")[2][:8] for each in told(world)] == ["not TOML"]
        (world / "world.toml").write_text(text)


@pytest.mark.parametrize("table", ["agency", "backend"])
def test_no_name_in_the_rules_is_unknown_to_a_world_that_declares_nobody(world: Path, table: str):
    change(world / "acl" / "CAWPS.toml", ("format   = 1", "format   = 2"))
    head, *tables = re.split(r"^(?=\[\[)", (world / "world.toml").read_text(), flags=re.MULTILINE)
    left = [each for each in tables if not each.startswith(f"[[{table}")]
    assert 0 < len(left) < len(tables)
    (world / "world.toml").write_text("".join((head, *left)))
    found = [each for each in told(world) if "world.toml" not in each]
    assert found == ["mine/acl/CAWPS.toml:1 `format` must be 1 (got 2)"]


def test_a_world_of_which_nothing_can_be_read_hides_no_rule_of_wrong_shape(world: Path):
    change(world / "acl" / "CAWPS.toml", ("format   = 1", "format   = 2"))
    clashes = "".join(f"a{n}.c = 1\na{n} = 2\n" for n in range(20))
    (world / "world.toml").write_text(clashes)
    assert told(world)[0] == "mine/acl/CAWPS.toml:1 `format` must be 1 (got 2)"
