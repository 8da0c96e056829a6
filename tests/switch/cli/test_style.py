"""How verbs speak: errors for people, tracebacks only for bugs."""

from __future__ import annotations

import pytest

from switch.cli.style import guarded, parser
from switch.errors import AuthoredError, Finding, JournalError, UsageError


def raising(error: BaseException):
    def run(argv: list[str]) -> int:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError("no such thing", "try another"), 2, "fix: try another"),
        (JournalError("disk full"), 3, "disk full"),
        (AuthoredError([Finding("a", 1, "x"), Finding("a", 2, "y")]), 2, "2 mistakes"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_a_users_mistake_is_a_sentence_and_an_exit_code(capsys, error, code, said):
    assert guarded(raising(error), []) == code
    assert said in capsys.readouterr().err


def test_a_bug_of_ours_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError):
        guarded(raising(ZeroDivisionError()), [])


def test_help_teaches_by_an_example_and_is_marked_training(capsys):
    with pytest.raises(SystemExit):
        parser("x", "Does it.", "wireroom x").parse_args(["--help"])
    text = capsys.readouterr().out
    assert "TRAINING" in text
    assert "example:\n  wireroom x" in text
