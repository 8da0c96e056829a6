"""New paragraphs of a rule file."""

from __future__ import annotations

from pathlib import Path

from switch.acl.analysis.lints.writing import subject_lines, table_lines, unused_id
from tests.switch.acl.analysis.lints.files import ground, head, rule

TWO = 'group = ["ero"]; ori = ["DCICE0900"]; data = "any"'


def test_a_paragraph_is_aligned():
    lines = table_lines("never", [("id", '"A"'), ("agency", "[]")])
    assert lines == ["[[never]]", 'id     = "A"', "agency = []"]


def test_a_subject_is_written_as_its_author_wrote_it(tmp_path: Path):
    made = ground(tmp_path, head() + rule("deny", "D", TWO))
    assert subject_lines(made, made.rules[0]) == [("group", '["ero"]'), ("ori", '["DCICE0900"]')]


def test_everybody_is_a_subject_too(tmp_path: Path):
    made = ground(tmp_path, head() + rule("deny", "D", 'everyone = true; data = "any"'))
    assert subject_lines(made, made.rules[0]) == [("everyone", "true")]


def test_an_id_is_new_and_not_too_long(tmp_path: Path):
    long = "D" * 40
    made = ground(
        tmp_path,
        head() + rule("deny", "D", TWO) + rule("never", "D-N", TWO) + rule("deny", long, TWO),
    )
    assert unused_id(made, made.rules[0], "N") == "D-N2"
    assert unused_id(made, made.rules[1], "N") == "D" * 38 + "-N"
