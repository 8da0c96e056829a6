"""docs/lints.md: its list is the code's list, and each example triggers its own lint alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from switch.acl.analysis.lints.every import lint
from switch.acl.lint import Lint
from switch.errors import Finding
from switch.files.toml.layout import applied
from tests.switch.acl.shipped import DIRECTORY, document

PAGE = (Path(__file__).parents[2] / "docs" / "lints.md").read_text()
SECTIONS = re.findall(
    r"^### (L\d\d) (\S+)\n.*?```toml\n(.*?)```\n\n\*\*Fix:\*\*", PAGE, re.DOTALL | re.MULTILINE
)
EXAMPLES = {id: example for id, _, example in SECTIONS}
HEAD = {
    "format": "1",
    "backend": '"CAWPS"',
    "owner": '"California DOJ (simulated)"',
    "timezone": '"America/Los_Angeles"',
    "default": '"allow"',
}


def whole(example: str) -> str:
    """The example under the page's head; its own head lines come first."""
    own, _, rest = example.partition("[[") if "[[" in example else (example, "", "")
    said = dict(line.split(" = ") for line in own.strip().splitlines())
    head = "\n".join(f"{key} = {value}" for key, value in (HEAD | said).items())
    return head + ("\n\n[[" + rest if rest else "\n")


def linted(folder: Path, text: str) -> dict[str, Finding]:
    found = lint(document(folder, text), DIRECTORY)
    return {each.id: each for each in (*found.mistakes, *found.advice)}


def test_the_page_lists_what_the_code_finds():
    table = re.findall(r"^\| (L\d\d) \| (\S+) \| (\S+) \|", PAGE, re.MULTILINE)
    assert table == [(each.id, each.title, each.level.value) for each in Lint]


def test_every_lint_has_a_section_with_an_example_and_a_fix():
    assert [(id, title) for id, title, _ in SECTIONS] == [(each.id, each.title) for each in Lint]


@pytest.mark.parametrize("which", list(Lint), ids=lambda each: each.id)
def test_each_example_triggers_exactly_its_lint(tmp_path: Path, which: Lint):
    found = linted(tmp_path, whole(EXAMPLES[which.id]))
    assert list(found) == [str(which)]
    (finding,) = found.values()
    assert finding.line
    assert finding.fix


@pytest.mark.parametrize("which", list(Lint), ids=lambda each: each.id)
def test_the_printed_edit_of_each_example_mends_it(tmp_path: Path, which: Lint):
    text = whole(EXAMPLES[which.id])
    (finding,) = linted(tmp_path, text).values()
    by_hand = {Lint.DECLARED_PURPOSE, Lint.SENSITIVE_DEFAULT, Lint.BORROWED_DESK}
    by_hand |= {Lint.ACCESS_RETURNS, Lint.ANSWERED_ELSEWHERE, Lint.NO_CITATION}
    assert bool(finding.edits) is (which not in by_hand), "only what a person must decide has none"
    if finding.edits:
        assert str(which) not in linted(tmp_path, applied(text, finding.edits))


@pytest.mark.parametrize(
    "which", [each for each in Lint if each is not Lint.NEEDLESS_ACCEPT], ids=lambda each: each.id
)
def test_each_can_be_accepted_but_a_needless_acceptance(tmp_path: Path, which: Lint):
    text = whole(EXAMPLES[which.id])
    more = f'\n[[accept]]\nlint = "{which.id}"\nreason = "Looked at."\n'
    found = lint(document(tmp_path, text + more), DIRECTORY)
    assert (found.mistakes, found.advice) == ((), ())
    assert "Looked at." in [reason for _, reason in found.accepted]
