"""How verbs speak: errors for people, tracebacks only for bugs."""

from __future__ import annotations

import shlex
import subprocess
from argparse import ArgumentTypeError

import pytest

from switch.cli.style import address, console, count_to, guarded, parser, seconds_to
from switch.errors import AuthoredError, Finding, JournalError, JournalFileError, UsageError
from tests.process import PROGRAM
from wireroom import main


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


@pytest.mark.parametrize("verb", ["world list", "message keys", "schema acl", "serve --help"])
def test_a_reader_that_goes_away_is_no_finding(verb):
    """As the shell's `| head -1`, for a table too, whose own code would end with 1."""
    with subprocess.Popen(
        [*PROGRAM, *verb.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as done:
        assert done.stdout is not None
        assert done.stderr is not None
        done.stdout.close()
        assert done.stderr.read() == b""
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("typed", "fix"),
    [
        ("acl chek", "did you mean `check`?"),
        ("acl", "see `wireroom acl --help`"),
        ("acl check --strikt", "did you mean `--strict`?"),
        ("acl check --everything=1", "see `wireroom acl check --help`"),
        ("message parse file.txt", "see `wireroom message parse --help`"),
        ("serve --lisen :0 golden-state", "did you mean `--listen`?"),
        ("service hld NV", "did you mean `hold`?"),
    ],
)
def test_what_is_typed_wrong_is_told_with_what_was_meant(capsys, typed, fix):
    with pytest.raises(SystemExit) as caught:
        main(typed.split())
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("usage: wireroom ")
    assert said.endswith(f"\n    fix: {fix}\n")


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
