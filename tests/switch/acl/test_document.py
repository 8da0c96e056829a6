"""Owners' files: everything that is wrong with them, at once and on its line."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from switch.acl import reader
from switch.acl.document import load_stack, read_document, read_network, wrong_rules
from switch.acl.rows import NetworkFile
from switch.acl.rules import Effect, Rule, Subject
from switch.errors import AuthoredError
from switch.files.authored import inspect
from switch.terms import Verdict
from switch.world_file import WORLDS_FOLDER, load_world
from tests.switch.acl import whole
from tests.switch.acl.shipped import DIRECTORY, TEXT, changed, document, findings


@pytest.mark.parametrize(
    ("old", "new", "said", "fix"),
    [
        ('group  = ["ero"]', 'group  = ["eroo"]', "group `eroo` is not in the directory", "`ero`"),
        ('group  = ["ero"]', 'agency = ["ICE-ER"]', "agency `ICE-ER`", "`ICE-ERO`"),
        ('group  = ["ero"]', 'function = ["x"]', "function `x`", "immigration"),
        ('group  = ["ero"]', 'ori = ["DCICE0901"]', "ori `DCICE0901`", "`DCICE09"),
        ('group  = ["ero"]', 'ori_prefix = ["ZZ"]', "no ORI of the directory starts with", ""),
        ('group  = ["ero"]', 'terminal = ["ERO9"]', "terminal `ERO9`", "`ERO1`"),
        ('group  = ["ero"]', 'operator = ["TFO"]', "operator `TFO`", "`TFO7`"),
        ('group  = ["ero"]', "", "no subject", ""),
        ('group  = ["ero"]', "everyone = true\ngroup = ['ero']", "`everyone` stands alone", ""),
        ('"driver.record", "veh', '"driver.recod", "veh', "data class `driver.recod`", "record"),
        ('purpose = ["C"]', 'purpose = ["CC"]', "purpose", ""),
        ('purpose = ["C"]', 'key = ["QW"]', "CADMV does not answer key `QW`", "known: DNQ, DQ"),
        ('except = ["DMV-02"]', 'except = ["DMV-01"]', "exception `DMV-01` is not an allow", ""),
        ('id     = "DMV-03"', 'id     = "DMV-01"', "id `DMV-01` stands twice", "new id"),
        ("until   = 2020-10-15T00:00:00", "until = 2019-01-01T00:00:00", "not after `from`", ""),
        ("from   = 2019-10-15T00:00:00", "from = 2019-10-15", "a bare date", ""),
        ("from   = 2019-10-15T00:00:00", "from = 2019-11-03T01:30:00", "happens twice", ""),
        ("from   = 2019-10-15T00:00:00", 'from = "today"', "not a date and time", "without quotes"),
        ('backend  = "CADMV"', 'backend  = "CADM"', "backend `CADM` is not in the world", "CADMV"),
        ('timezone = "America/Los_Angeles"', 'timezone = "Nowhere"', "not a timezone", ""),
        ('default  = "allow"', 'default  = "maybe"', "`default`", ""),
        ('default  = "allow"', "", "`default` is missing", "add"),
        ('expect   = "DENY-RULE"', 'expect   = "DENY"', "`DENY` is not a verdict", "DENY-"),
        ('cite   = "Gov. Code 7284.8(b)"', "", "`deny[1].cite` is missing", "add"),
        ('tell   = "ACC', 'tel   = "ACC', "`deny[1].tel` is not a key here", "`tell`"),
        ("from   = 2019-10-15T00:00:00", 'from = "?"', "not a date and time", ""),
        ("from   = 2019-10-15T00:00:00", "from = 00:00:00", "not a date and time", ""),
        ("from   = 2019-10-15T00:00:00", "from = 2020-03-08T02:30:00", "does not exist", ""),
        ("from   = 2019-10-15T00:00:00", "from = 9999-12-31T23:59:59Z", "outside the years", ""),
        ("from   = 2019-10-15T00:00:00", "from = 0001-01-01T00:00:00Z", "outside the years", ""),
        ("until   = 2020-10-15T00:00:00", 'until = "?"', "not a date and time", ""),
        ("until   = 2020-10-15T00:00:00", "until = 2019-10-15T00:00:00", "not after", "later"),
        ('data   = "any"', 'data   = "all"', 'must be "any", or data classes in brackets', ""),
        ('data   = "any"', "data   = []", 'must be "any", or data classes in brackets', ""),
        ("[[always]]", "[always]", "`always` stands in single brackets", ""),
        ("[[deny]]", "[[denny]]", "`denny` is not a key here", "`deny`"),
        ('id    = "DMV-A1"', 'id    = "DMV-N1"', "id `DMV-N1` stands twice", "new id"),
        ('id    = "DMV-A1"', 'id    = "DMV A1"', "letters, digits and", ""),
        ('id    = "DMV-A1"', r'id    = "A\u001b[2J"', "letters, digits and", ""),
        ('key      = "DQ"', 'key      = "QW"', "CADMV does not answer key `QW`", "known: DNQ, DQ"),
        ("at       = 2019-10-15T00:00:00", "at = 2019-10-15", "a bare date", ""),
    ],
)
def test_a_mistake_is_said_with_its_line_and_what_to_write(tmp_path: Path, old, new, said, fix):
    text = changed((old, new))
    found = findings(tmp_path, text)
    assert len(found) == 1, found
    assert said in found[0].what
    assert fix in found[0].fix
    assert 0 < found[0].line <= text.count("\n") + 1


def test_ten_mistakes_of_all_kinds_are_ten_findings(tmp_path: Path):
    text = changed(
        ('tell   = "ACC', 'tel    = "ACC'),
        ('group  = ["ero"]', 'group  = ["eroo"]'),
        ("from   = 2019-10-15T00:00:00", "from   = 2019-10-15"),
        ('cite   = "Gov. Code 7284.8(b)"', ""),
        ('purpose = ["C"]', 'key = ["QW"]'),
        ('mask    = ["RES"]', 'mask    = "RES"'),
        ("until   = 2020-10-15T00:00:00", "until   = 2018-10-15T00:00:00"),
        ('except = ["DMV-02"]', 'except = ["DMV-9"]'),
        ('id     = "DMV-03"', 'id     = "DMV-01"'),
        ('expect   = "DENY-RULE"', 'expect   = "NO"'),
    )
    found = findings(tmp_path, text)
    assert len(found) == 10
    lines = text.splitlines()
    said_at = [lines[each.line - 1].split("=")[0].strip() for each in found]
    wrong = "[[deny]] tel group from key mask until id except expect"
    assert sorted(said_at) == sorted(wrong.split())


def test_a_syntax_error_is_one_error(tmp_path: Path):
    assert len(findings(tmp_path, changed(('group  = ["ero"]', 'group  = ["ero"')))) == 1


def test_the_mistakes_of_all_files_come_together(tmp_path: Path):
    world = tmp_path / "w"
    shutil.copytree(WORLDS_FOLDER / "golden-state", world)
    (world / "acl" / "CADMV.toml").write_text(changed(('["ero"]', '["eroo"]')))
    (world / "acl" / "NETWORK.toml").write_text(
        (world / "acl" / "NETWORK.toml").read_text().replace("ICE-ERO", "ICE-ER0")
    )
    (world / "acl" / "CAWPS.toml").unlink()
    with pytest.raises(AuthoredError) as caught:
        load_stack(load_world(str(world)))
    assert [finding.file for finding in caught.value.findings] == [
        "acl/CADMV.toml",
        "acl/CAWPS.toml",
        "acl/NETWORK.toml",
    ]


def test_a_file_under_anothers_name_is_refused(tmp_path: Path):
    world = tmp_path / "w"
    shutil.copytree(WORLDS_FOLDER / "golden-state", world)
    (world / "acl" / "CAWPS.toml").write_text(TEXT)
    with pytest.raises(AuthoredError, match=r"acl/CAWPS\.toml:2: it is CADMV's file"):
        load_stack(load_world(str(world)))


def test_the_version_is_of_the_exact_bytes(tmp_path: Path):
    one = document(tmp_path, TEXT).policy.version
    assert document(tmp_path, TEXT).policy.version == one
    assert document(tmp_path, TEXT + "\n").policy.version != one


def test_a_world_without_suspensions_needs_no_file_of_the_network(tmp_path: Path):
    world = tmp_path / "w"
    shutil.copytree(WORLDS_FOLDER / "golden-state", world)
    (world / "acl" / "NETWORK.toml").unlink()
    assert load_stack(load_world(str(world))).network.rules == ()


def test_a_file_of_no_backend_is_told_and_not_passed_over(tmp_path: Path):
    world = tmp_path / "w"
    shutil.copytree(WORLDS_FOLDER / "golden-state", world)
    (world / "acl" / "CADVM.toml").write_text(TEXT)
    with pytest.raises(AuthoredError, match="did you mean `CADMV`"):
        load_stack(load_world(str(world)))


def test_a_test_names_a_rule_of_its_file(tmp_path: Path):
    (found,) = findings(tmp_path, changed(('rule     = "DMV-01"', 'rule     = "DMV-1"')))
    assert "rule `DMV-1` is not in this file" in found.what
    assert "DMV-01" in found.fix


@pytest.mark.parametrize("notice", ["24", "a day", "-1h", ""])
def test_a_notice_period_is_a_number_with_a_unit(tmp_path: Path, notice):
    (found,) = findings(tmp_path, changed(("[[deny]]", f'never_notice = "{notice}"\n\n[[deny]]')))
    assert "never_notice" in found.what


@pytest.mark.parametrize("data", [b"\xff\xfe", 'owner = "\u00e4"'.encode("latin-1"), b"a = \x00"])
def test_what_is_no_text_is_a_mistake_beside_what_is_missing(tmp_path: Path, data: bytes):
    path = tmp_path / "CADMV.toml"
    path.write_bytes(data)
    with pytest.raises(AuthoredError) as caught:
        read_document(path, DIRECTORY)
    told = [finding.what for finding in caught.value.findings]
    assert len([what for what in told if "UTF" in what or "not TOML" in what]) == 1
    assert "`backend` is missing" in told


def test_lines_are_right_whatever_ends_them(tmp_path: Path):
    text = changed(('except = ["DMV-02"]', 'except = ["DMV-20"]'))
    line = text.splitlines().index('except = ["DMV-20"]') + 1
    assert [each.line for each in findings(tmp_path, text.replace("\n", "\r\n"))] == [line]


def test_an_empty_prefix_would_speak_of_everybody_and_is_refused(tmp_path: Path):
    found = findings(tmp_path, changed(('group  = ["ero"]', 'ori_prefix = [""]')))
    assert any("has an empty entry" in each.what for each in found)


def test_a_draft_may_have_any_name_but_another_backends(tmp_path: Path):
    for name in ("CADMV.toml", "draft.toml"):
        (tmp_path / name).write_text(TEXT)
        assert read_document(tmp_path / name, DIRECTORY).policy.name == "CADMV"
    (tmp_path / "CAWPS.toml").write_text(TEXT)
    with pytest.raises(AuthoredError, match="it is CADMV's file, by its own word"):
        read_document(tmp_path / "CAWPS.toml", DIRECTORY)


@pytest.mark.parametrize("key", ["format", "backend", "owner", "timezone", "default"])
def test_a_missing_head_hides_no_mistake_below_it(tmp_path: Path, key: str):
    (head,) = [line for line in TEXT.splitlines() if line.split("=")[0].strip() == key]
    text = changed((head + "\n", ""), ('group  = ["ero"]', 'group  = ["eroo"]'))
    said = [each.what for each in findings(tmp_path, text)]
    assert said == [f"`{key}` is missing", "group `eroo` is not in the directory"]


def test_wrong_data_hides_no_mistake_of_its_rule(tmp_path: Path):
    data = ('data   = "any"', 'data   = "driver.photo"')
    text = changed(data, ('group  = ["ero"]', 'group  = ["eroo"]'))
    group, shape = findings(tmp_path, text)
    assert "eroo" in group.what
    assert shape.what.startswith("`deny[1].data` must be")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format   = 1", 'format   = "?"'),
        ('timezone = "America/Los_Angeles"', 'timezone = "?"'),
        ('default  = "allow"', 'default  = "?"'),
        ('backend  = "CADMV"', 'backend  = "?"'),
        ('data   = "any"', 'data   = "?"'),
        ('expect   = "DENY-RULE"', 'expect   = "?"'),
        ('["ero"]', '["?"]'),
        ('except = ["DMV-02"]', 'except = ["?"]'),
    ],
)
def test_a_question_mark_stands_for_nothing(tmp_path: Path, old: str, new: str):
    assert any("?" in each.what for each in findings(tmp_path, changed((old, new))))


@pytest.mark.parametrize("value", ["2", "1.0", "true", '"1"'])
def test_the_only_format_is_1(tmp_path: Path, value: str):
    (found,) = findings(tmp_path, changed(("format   = 1", f"format   = {value}")))
    assert "`format` must be 1" in found.what


# --- said word for word ------------------------------------------------------------------------


def test_a_file_without_a_backend_takes_the_one_of_its_name():
    text = whole.changed(('backend  = "CADMV"\n', ""))
    head = "f:1: `backend` is missing\n    fix: add `backend = ...`"
    written = '; after line 4 add: backend  = "CADMV"\n'
    assert whole.said(text) == head + written
    assert whole.said(text, "draft") == head + "\n"


def test_a_file_of_another_backend_is_judged_as_the_one_it_stands_for():
    """Only whose file it is is said, not that the other backend lacks its classes and keys."""
    expected = "f:2: it is CADMV's file, by its own word\n    fix: "
    expected += 'write backend = "CAWPS"; in line 2 write: backend  = "CAWPS"\n'
    found = whole.said(whole.TEXT, "CAWPS")
    assert found.startswith(expected)
    assert "CAWPS does not answer key `DQ`" in found


def test_a_file_of_no_known_backend_is_judged_by_the_whole_catalog():
    found = whole.said(whole.changed(('backend  = "CADMV"', 'backend  = "CADM"')))
    assert found.count("f:") == 1


def test_what_a_document_holds_is_of_its_file():
    found = whole.document()
    assert found.policy.name == "CADMV"
    assert found.policy.owner == "Department of Motor Vehicles (simulated)"
    assert found.policy.default is Verdict.DENY_DEFAULT
    assert found.timezone == ZoneInfo("America/Los_Angeles")
    assert found.policy.version == sha256(whole.TEXT.encode()).hexdigest()
    opened = whole.document(whole.changed(('default  = "deny"', 'default  = "allow"')))
    assert opened.policy.default is Verdict.ALLOW_DEFAULT


def network_file(folder: Path, *pairs: tuple[str, str]):
    text = (whole.FOLDER / "acl" / "NETWORK.toml").read_text()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "NETWORK.toml"
    path.write_text(text)
    return text, read_network(inspect(path, NetworkFile, name="f"), whole.DIRECTORY)


def test_every_key_of_a_suspension_is_read(tmp_path: Path):
    text, policy = network_file(tmp_path)
    start = 1_571_122_808.0
    about = ("SUSPENDED.", "sixth reason", "sixth paper", start - 8 - 63 * 3600)
    subject = Subject(agency=frozenset(["ICE-HSI"]))
    end = start - 8 + 31 * 86_400 + 3600
    tell, reason, cite, ordered = about
    assert policy.rules == (
        Rule(
            "W-S1",
            Effect.SUSPEND,
            subject,
            None,
            start,
            end,
            tell=tell,
            reason=reason,
            cite=cite,
            ordered=ordered,
        ),
    )
    assert (policy.name, policy.owner) == ("NETWORK", "switch operator")
    assert policy.default is Verdict.DENY_ERROR
    assert policy.version == sha256(text.encode()).hexdigest()


TWO = '\n[[suspend]]\nid = "W-S1"\nagency = ["ICE-ERO"]\nfrom = 2019-10-15\n'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("format   = 1", 'format   = "?"', ["f:1: `format` must not be `?`"]),
        ('["ICE-HSI"]', '["ICE-HS"]', ["f:6: agency `ICE-HS` is not in the directory"]),
        (
            'cite    = "sixth paper"\n',
            f'cite    = "sixth paper"\n{TWO}reason = "r"\ncite = "c"\n',
            ["f:17: a bare date", "f:15: id `W-S1` stands twice (first in line 5)"],
        ),
    ],
)
def test_the_mistakes_of_the_networks_file_come_together(tmp_path: Path, old, new, said):
    with pytest.raises(AuthoredError) as caught:
        network_file(tmp_path, (old, new))
    found = sorted(map(str, caught.value.findings), reverse=True)
    assert len(found) == len(said)
    assert all(text.startswith(start) for text, start in zip(found, said, strict=True))


def copied(folder: Path) -> Path:
    world = folder / "w"
    shutil.copytree(whole.FOLDER, world)
    return world


def test_a_world_is_loaded_with_every_file_of_its_folder(tmp_path: Path):
    world = copied(tmp_path)
    stack = load_stack(load_world(str(world)))
    assert set(stack.owners) == {"CADMV", "CAWPS"}
    assert [rule.id for rule in stack.network.rules] == ["W-S1"]
    (world / "acl" / "NETWORK.toml").unlink()
    nobody = load_stack(load_world(str(world))).network
    assert (nobody.name, nobody.rules, nobody.owner) == ("NETWORK", (), "switch operator")
    assert (nobody.default, nobody.version) == (Verdict.DENY_ERROR, "")


def test_what_is_wrong_with_a_folder_is_told_word_for_word(tmp_path: Path):
    world = copied(tmp_path)
    (world / "acl" / "CAWPS.toml").rename(world / "acl" / "CAWPX.toml")
    (world / "acl" / "CADMV.toml").write_text(whole.changed(('["ero"]', '["eroo"]')))
    (world / "acl" / "NETWORK.toml").write_text("format = 1\n")
    (world / "acl" / "notes.txt").write_text("no rule file")
    with pytest.raises(AuthoredError) as caught:
        load_stack(load_world(str(world)))
    assert "\n".join(map(str, caught.value.findings)).splitlines() == [
        "acl/CADMV.toml:10: group `eroo` is not in the directory",
        '    fix: did you mean `ero`? in line 10 write: group      = ["ero"]',
        "acl/CAWPS.toml: is missing",
        "    fix: every backend's owner states a default",
        "acl/CAWPX.toml: no backend `CAWPX`",
        "    fix: did you mean `CAWPS`?",
        "acl/NETWORK.toml:1: `timezone` is missing",
        "    fix: add `timezone = ...`",
    ]


def test_of_a_part_of_a_world_only_names_that_stand_nowhere_are_unknown(tmp_path: Path):
    whole = load_world("golden-state")
    folder = shutil.copytree(whole.folder, tmp_path / "mine")
    rules = folder / "acl" / "CADMV.toml"
    rules.write_text(rules.read_text().replace('["ero"]', '["ero", "eroo"]', 1))
    part = replace(whole, folder=folder, backends={}, catalog=())
    lost = frozenset({*whole.backends, *(str(c) for c in whole.class_fields)})
    found = [
        f for f in wrong_rules(part.acl_folder, part, lost | {"DQ", "IQ"}) if "CADMV" in f.file
    ]
    assert [finding.what for finding in found] == ["group `eroo` is not in the directory"]


_EACH = 5_000
_RULE = """
[[deny]]
id = "X-{n}"
agency = ["CBP"]
data = "any"
from = 2019-10-15T00:00:00
reason = "r"
cite = "c"
"""
_ONE = _RULE.format(n=1)
_RULES = "".join(_RULE.format(n=n) for n in range(_EACH))
_TEST = """
[[test]]
at = 2019-10-15T00:00:00
terminal = "ERO1"
ori = "DCICE0900"
key = "DQ"
expect = "DENY-RULE"
rule = "Z-{n}"
"""
_LIST = ", ".join(f'"CBP{n % 100}"' for n in range(_EACH * 8))


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ("[[deny]]\n" * _EACH, _EACH * 5),
        (_RULES.replace('id = "X-', "id = 1 # "), _EACH),
        (_RULES + _RULES, _EACH),
        (_RULES + "".join(_TEST.format(n=n) for n in range(_EACH)), _EACH),
        (_ONE.replace('"CBP"', ", ".join("1" * _EACH * 8)), _EACH * 8),
        (_ONE.replace('"CBP"', _LIST), _EACH * 8),
        (_ONE.replace('"CBP"', _LIST.replace(", ", ",\n")), _EACH * 8),
    ],
    ids=["empty", "no id", "one id", "unknown", "numbers", "long", "tall"],
)
def test_to_tell_of_many_mistakes_takes_no_longer_for_each(tmp_path: Path, more: str, count: int):
    began = time.process_time()
    found = findings(tmp_path, TEXT + more)
    assert time.process_time() - began < 15
    assert len(found) == count


def test_an_unknown_name_is_not_compared_with_the_known_ones_without_end(
    tmp_path: Path, monkeypatch
):
    monkeypatch.setattr(reader, "COMPARED_MAX", 8)
    many = "".join(_TEST.format(n=n) for n in range(3))
    found = findings(tmp_path, TEXT + _ONE + many.replace("Z-", "X-1"))
    assert [each.fix for each in found] == [
        "did you mean `X-1`?",
        "did you mean `X-1`?",
        "known: DMV-01, DMV-02, DMV-03, X-1",
    ]
    assert [len(each.edits) for each in found] == [1, 1, 0]
