import json

from switch.cli.told.findings import finding_row, print_findings
from switch.errors import Edit, Finding


def test_a_finding_is_told_with_its_lint_apart_and_the_very_lines_to_write():
    finding = Finding(
        "acl/CADMV.toml",
        7,
        "group `er` is not in the directory",
        "did you mean `ero`?",
        id="L07 stranger",
        edits=(Edit(7, 1, ('group = ["ero"]',)),),
    )
    assert finding_row(finding) == {
        "file": "acl/CADMV.toml",
        "line": 7,
        "id": "L07",
        "lint": "stranger",
        "what": "group `er` is not in the directory",
        "fix": finding.remedy,
        "edits": [{"line": 7, "removed": 1, "text": ['group = ["ero"]']}],
    }
    assert "did you mean `ero`?" in finding.remedy


def test_findings_are_printed_as_one_marked_object_behind_what_was_checked(capsys):
    finding = Finding("mine.toml", 3, "no seat `dsek`", "did you mean `desk`?")
    print_findings([finding], scenario="mine")
    (line,) = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    assert said == {"training": True, "scenario": "mine", "findings": [finding_row(finding)]}
