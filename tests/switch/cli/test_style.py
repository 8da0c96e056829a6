"""How verbs speak: errors for people, tracebacks only for bugs."""

from __future__ import annotations

import shlex
import subprocess
from argparse import ArgumentTypeError

import pytest

from switch.cli.style import address, console, count_to, guarded, parser, seconds_to
from switch.errors import AuthoredError, Finding, JournalError, JournalFileError, UsageError
from tests.process import PROGRAM


def raising(error: BaseException):
    def run(argv: list[str]) -> int:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError("no such thing", "try another"), 2, "fix: try another"),
        (JournalError("disk full"), 3, "disk full"),
        (JournalFileError("no journal"), 2, "no journal"),
        (AuthoredError([Finding("a", 1, "x"), Finding("a", 2, "y")]), 2, "2 mistakes"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (BaseExceptionGroup("", [KeyboardInterrupt(), OSError(5, "x")]), 130, "interrupted"),
        (ExceptionGroup("", [ExceptionGroup("", [UsageError("no switch")])]), 2, "no switch"),
    ],
)
def test_a_users_mistake_is_a_sentence_and_an_exit_code(capsys, error, code, said):
    assert guarded(raising(error), []) == code
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError(),
        OSError(28, "not of standard output"),
        ExceptionGroup("", [UsageError("no switch"), ZeroDivisionError()]),
    ],
)
def test_a_bug_of_ours_keeps_its_traceback_and_is_no_verdict(capsys, error):
    assert guarded(raising(error), []) == 3
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert type(error).__name__ in said
    assert said.endswith("this is a fault of wireroom; please report it with all of this\n")


def test_output_that_cannot_be_written_is_a_sentence_and_misuse():
    """As the shell's `>/dev/full`; with `>&-` there is nothing to write to."""
    for where, said in ((">/dev/full", "cannot be written: No space left"), (">&-", "is closed")):
        command = f"{shlex.join(PROGRAM)} world list {where}"
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("wanted", "width"), [("", 100), ("abc", 100), ("0", 100), ("1", 40), ("64", 64), ("-5", 100)]
)
def test_a_nonsense_width_is_as_if_none_had_been_given(monkeypatch, wanted, width):
    monkeypatch.setenv("COLUMNS", wanted)
    assert console().width == width


@pytest.mark.parametrize("typed", ["-1", "nan", "inf", "3601", "soon", "1e400"])
def test_seconds_are_finite_not_negative_and_not_endless(typed):
    with pytest.raises(ArgumentTypeError, match="0 to 3600 seconds"):
        seconds_to()(typed)
    assert seconds_to()("0.5") == 0.5


@pytest.mark.parametrize("typed", ["-3", "0", "11", "1.5", "\u0663", "9" * 5000, ""])
def test_a_count_is_a_whole_number_between_its_limits(typed):
    with pytest.raises(ArgumentTypeError):
        count_to(10)(typed)
    assert count_to(10)("10") == 10


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


def test_who_is_to_be_reached_has_a_port():
    with pytest.raises(UsageError) as caught:
        address(":0", to_listen=False)
    assert str(caught.value).endswith("fix: such as 127.0.0.1:4000")
    assert address(":1", to_listen=False) == ("127.0.0.1", 1)


@pytest.mark.parametrize(
    "typed", ["", "here", "here:", "here:65536", "here:-1", "4000", "here:²", "here:" + "9" * 5000]
)
def test_what_is_no_address_is_told_with_an_example(typed):
    with pytest.raises(UsageError, match=r"such as 127\.0\.0\.1:4000"):
        address(typed)
