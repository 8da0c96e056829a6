"""Promises: they hold on the shipped file, and a broken one comes with a witness."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from random import Random
from typing import Any

import pytest

from switch.acl.analysis.promises import check, judged_alone
from switch.acl.directory import Directory
from switch.acl.document import read_document
from switch.world_file import WORLDS_FOLDER, load_world
from tests.playbook import golden_state
from tests.switch.acl.analyses import promises_differ
from tests.switch.acl.shipped import DIRECTORY, TEXT, changed, document


def report(folder: Path, text: str):
    return check(document(folder, text), DIRECTORY)


def deny(who: str, data: str) -> str:
    """One more rule of the file."""
    when = "from = 2019-12-01T00:00:00"
    return f'\n[[deny]]\nid = "X"\n{who}\ndata = {data}\n{when}\nreason = "r"\ncite = "c"\n'


def test_the_shipped_file_keeps_its_promises(tmp_path: Path):
    found = report(tmp_path, TEXT)
    assert (found.findings, found.tests, found.promises) == ((), 1, 2)
    assert found.undecided == ("DMV-02", "DMV-03")


def test_a_never_that_a_narrowed_rule_breaks_shows_a_request(tmp_path: Path):
    broken = report(tmp_path, changed(('data   = "any"', 'data   = ["vehicle.owner"]')))
    never = [finding for finding in broken.findings if "DMV-N1" in finding.what]
    assert len(never) == 1
    assert "driver.photo is ALLOW-DEFAULT" in never[0].what
    assert "with image" in never[0].what
    assert TEXT.splitlines()[never[0].line - 1] == 'id    = "DMV-N1"'


@pytest.mark.parametrize(
    "way",
    ['terminal = ["ERO1"]', 'ori = ["DCICE0900"]', 'operator = ["TFO7"]'],
)
def test_a_never_finds_the_way_that_a_deny_by_name_leaves_open(tmp_path: Path, way: str):
    broken = report(tmp_path, changed(('group  = ["ero"]', way)))
    assert any("DMV-N1 does not hold" in finding.what for finding in broken.findings)


def test_a_never_is_held_at_every_later_instant(tmp_path: Path):
    text = changed(
        (
            "from   = 2019-10-15T00:00:00\ntell",
            "from   = 2019-10-15T00:00:00\nuntil = 2021-01-01T00:00:00\ntell",
        )
    )
    broken = report(tmp_path, text)
    (never,) = [finding for finding in broken.findings if "DMV-N1" in finding.what]
    assert "2021-01-01T00:00:00-08:00" in never.what


def test_an_always_that_a_deny_breaks_shows_a_request(tmp_path: Path):
    more = deny('terminal = ["VSO1"]', '["vehicle.registration"]')
    (always,) = report(tmp_path, TEXT + more).findings
    assert "DMV-A1 does not hold" in always.what
    assert "from VSO1" in always.what


@pytest.mark.parametrize(
    "who", ['operator = ["TFO7"]', 'agency = ["REGION-HUB"]', 'group = ["cbp"]']
)
def test_an_always_speaks_of_plain_requests_only(tmp_path: Path, who: str):
    assert report(tmp_path, TEXT + deny(who, '"any"')).findings == ()


def test_a_test_that_fails_says_what_the_file_says(tmp_path: Path):
    (finding,) = report(
        tmp_path, changed(("at       = 2019-10-15", "at       = 2019-10-14"))
    ).findings
    assert "expects DENY-RULE, the file says ALLOW-DEFAULT" in finding.what
    (finding,) = report(tmp_path, changed(('rule     = "DMV-01"', 'rule     = "DMV-03"'))).findings
    assert "expects rule DMV-03" in finding.what


def test_an_always_holds_for_every_operator_of_the_agency_and_not_for_the_first_alone(
    tmp_path: Path,
):
    text = (WORLDS_FOLDER / "golden-state" / "world.toml").read_text()
    second = '\n[[operator]]\nid = "ZZ9"\nagency = "BAY-PD"\n'
    (tmp_path / "world.toml").write_text(text + second)
    world = load_world(str(tmp_path))
    more = deny('operator = ["ZZ9"]', '["vehicle.registration"]')
    (tmp_path / "CADMV.toml").write_text(TEXT + more)
    directory = Directory(world)
    found = check(read_document(tmp_path / "CADMV.toml", directory), directory)
    (always,) = found.findings
    assert "DMV-A1 does not hold" in always.what
    assert "operator ZZ9" in always.what


def test_an_always_can_speak_of_operators(tmp_path: Path):
    promise = '\n[[always]]\nid = "A2"\noperator = ["BPD2"]\ndata = ["driver.record"]\n'
    text = TEXT + promise + "from = 2019-10-15T00:00:00\n"
    assert report(tmp_path, text).findings == ()
    (broken,) = report(tmp_path, text + deny('operator = ["BPD2"]', '["driver.record"]')).findings
    assert "A2 does not hold" in broken.what


def test_a_witness_names_a_purpose_that_can_be_typed(tmp_path: Path):
    text = changed(
        (
            '[[deny]]\nid     = "DMV-01"\ngroup  = ["ero"]\n',
            '[[deny]]\nid     = "DMV-01"\ngroup  = ["ero"]\npurpose = ["C", "J"]\n',
        )
    )
    (never,) = [each for each in report(tmp_path, text).findings if "DMV-N1" in each.what]
    (purpose,) = re.findall(r"purpose (\w+)", never.what)
    assert len(purpose) == 1
    assert purpose not in "CJ"


def test_a_never_looks_at_the_image_flag_on_every_key_where_a_rule_does(tmp_path: Path):
    row = '\n[[allow]]\nid = "W"\neveryone = true\ndata = ["vehicle.owner"]\nimage = true\n'
    times = 'from = 2019-10-15T00:00:00\nreason = "r"\ncite = "c"\n'
    never = '\n[[never]]\nid = "N2"\ngroup = ["cbp"]\ndata = ["vehicle.owner"]\n'
    base = changed(('default  = "allow"', 'default  = "deny"'))
    primary = row.replace('"vehicle.owner"', '"vehicle.registration", "vehicle.owner"')
    text = base + primary + times + never + "from = 2019-10-15T00:00:00\n"
    assert any("N2 does not hold" in each.what for each in report(tmp_path, text).findings)


def test_a_never_that_begins_while_an_order_is_in_force_is_broken_by_it(tmp_path: Path):
    order = """
[[order]]
id      = "DMV-O1"
agency  = "ICE-ERO"
records = [{ OLN = "S0990001" }]
data    = ["driver.record"]
count   = 2
lifts   = ["DMV-01"]
from    = 2019-10-16T00:00:00
until   = 2019-10-20T00:00:00
reason  = "A court ordered it."
cite    = "Superior Court, order 19-1 (fictional)"
"""
    never = '[[never]]\nid = "N"\ngroup = ["ero"]\ndata = ["driver.record"]\n'
    never += "from = 2019-10-{}T00:00:00\n"
    (broken,) = report(tmp_path, f"{TEXT}{order}{never.format(18)}").findings
    assert "N does not hold: order DMV-O1 lets driver.record through" in broken.what
    assert "at 2019-10-18T00:00:00-07:00" in broken.what
    assert report(tmp_path, f"{TEXT}{order}{never.format(20)}").findings == ()


def rules_of_2019(*paragraphs: str) -> str:
    """The shipped file with more paragraphs, each in force from the beginning of that year."""
    more = 'from = 2019-01-01T00:00:00\nreason = "r"\ncite = "c"\n'
    return TEXT + "".join(f"\n{each}\n{more if 'from' not in each else ''}" for each in paragraphs)


BY_NAME = """[[deny]]
id = "X"
data = "any"
ori = ["DCICE0900", "DCICE0910"]"""
SPARED = """[[never]]
id = "N"
data = ["driver.record"]
from = 2019-01-01T00:00:00"""
LIFTED = '''[[order]]
id = "O"
agency = "BAY-PD"
records = [{ OLN = "S0990001" }]
data = ["driver.record"]
count = 2
lifts = ["ALL"]
until = 2019-07-01T00:00:00
from = 2019-05-01T00:00:00
reason = "r"
cite = "c"'''
ALL = '[[deny]]\nid = "ALL"\ndata = "any"\neveryone = true'


def broken(folder: Path, *paragraphs: str) -> list[str]:
    found = report(folder, rules_of_2019(*paragraphs)).findings
    return [each.what for each in found if each.what.startswith("N ")]


def test_an_affiliation_that_begins_later_breaks_a_never_then(tmp_path: Path):
    (what,) = broken(tmp_path, BY_NAME, f'{SPARED}\ngroup = ["ero"]')
    assert "operator TFO7" in what
    assert "at 2019-06-01T00:00:00-07:00" in what
    # The order lifts what refuses him as one of the police, and nobody else of his other agency.
    police = ALL.replace("everyone = true", 'agency = ["BAY-PD"]')
    other = ALL.replace("everyone = true", 'operator = ["ERO1A"]').replace('"ALL"', '"Y"')
    (what,) = broken(tmp_path, BY_NAME, police, other, LIFTED, f'{SPARED}\ngroup = ["ero"]')
    assert "order O lets driver.record through for DQ from BAY1" in what
    assert "operator TFO7" in what
    assert "at 2019-06-01T00:00:00-07:00" in what


def test_an_order_breaks_a_never_about_somebody_at_its_agencys_desk(tmp_path: Path):
    (what,) = broken(tmp_path, ALL, LIFTED, f'{SPARED}\noperator = ["BPD2"]')
    assert "order O lets driver.record through" in what
    assert "operator BPD2" in what


@pytest.mark.parametrize(("purpose", "kept"), [("J", False), ("Z", True)])
def test_an_always_is_asked_with_every_purpose_that_the_key_admits(
    tmp_path: Path, purpose: str, kept: bool
):
    head = 'format = 1\nbackend = "CACHS"\nowner = "x"\ntimezone = "America/Los_Angeles"\n'
    always = '[[always]]\nid = "A"\ngroup = ["police"]\ndata = "any"\n'
    text = f'{head}default = "allow"\n\n{always}from = 2019-12-01T00:00:00\n'
    who = f'group = ["police"]\npurpose = ["{purpose}"]'
    found = [each.what for each in report(tmp_path, text + deny(who, '"any"')).findings]
    assert [("purpose J at" in what) for what in found] == ([] if kept else [True])


TOLD = tomllib.loads(Path(__file__).with_name("promises.toml").read_text())["file"]


@pytest.mark.parametrize("file", TOLD)
def test_what_does_not_hold_is_told_word_for_word(tmp_path: Path, file: dict[str, Any]):
    text = changed(*file["change"], more=file["more"])
    assert "".join(f"{each}\n" for each in report(tmp_path, text).findings) == file["said"]


def test_a_file_judged_alone_is_judged_without_the_network():
    alone = judged_alone(golden_state()[1].owners["CADMV"], DIRECTORY)
    assert alone.network.name == "NETWORK"
    assert alone.network.rules == ()
    assert (alone.network.version, alone.network.owner) == ("", "")


def test_what_cannot_be_judged_is_told_as_that_and_keeps_no_always(tmp_path: Path, monkeypatch):
    def broken(*_: object) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr("switch.acl.weighing.index_keys_of", broken)
    test, always = report(tmp_path, TEXT).findings
    assert "test expects DENY-RULE, the file says DENY-ERROR (no rule)" in test.what
    assert "DMV-A1 does not hold: vehicle.registration is DENY-ERROR for RQ" in always.what


@pytest.mark.parametrize("seed", range(10))
def test_a_promise_is_broken_exactly_if_enumeration_by_the_oracle_breaks_it(
    tmp_path: Path, seed: int
):
    """The search leaves out facets that cannot matter; there nothing is left out."""
    assert list(promises_differ(Random(seed), tmp_path)) == []
