"""How verbs speak: errors for people, tracebacks only for bugs."""

from __future__ import annotations

import pytest

from switch.cli.style import address, guarded, parser
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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("127.0.0.1:4000", ("127.0.0.1", 4000)),
        (":0", ("127.0.0.1", 0)),
        ("[::1]:65535", ("::1", 65_535)),
    ],
)
def test_an_address_is_read_as_it_is_typed(typed, meant):
    assert address(typed) == meant


@pytest.mark.parametrize("typed", ["", "here", "here:", "here:65536", "here:-1", "4000"])
def test_what_is_no_address_is_told_with_an_example(typed):
    with pytest.raises(UsageError, match=r"such as 127\.0\.0\.1:4000"):
        address(typed)
