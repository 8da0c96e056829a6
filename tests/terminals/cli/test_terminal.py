"""`wireroom terminal`: the group of its sub-verbs."""

from __future__ import annotations

import os
import subprocess

import pytest

from switch.errors import UsageError
from terminals.cli.terminal import desk_of, read
from tests.process import PROGRAM, run


def test_the_kit_is_a_sub_verb_with_a_help_of_its_own():
    assert "terminal check" in run("terminal", "--help").stdout
    done = run("terminal", "check", "--help")
    assert done.returncode == 0
    assert "--junit" in done.stdout
    assert "example:" in done.stdout


def test_a_word_that_is_none_is_misuse():
    done = run("terminal", "chekc")
    assert done.returncode == 2
    assert "`chekc` is no verb of a terminal\n    fix: wireroom terminal check" in done.stderr


def test_without_a_screen_there_is_no_terminal():
    done = run("terminal", "--as", "BAY2", "BPD2")
    assert done.returncode == 2
    assert "wireroom send" in done.stderr


def test_a_window_without_a_size_is_told_how_to_get_one():
    ours, window = os.openpty()  # of which nobody has said how large it is
    command = [*PROGRAM, "terminal", "--as", "BAY2", "BPD2"]
    done = subprocess.run(
        command, stdin=window, stdout=window, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(ours)
    os.close(window)
    assert done.returncode == 2
    assert "fix: stty cols 80 rows 24" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--as", "BAY7"], "BAY2"),
        (["--as", "BAY2", "--ori", "NV0990100"], "one of CA0990100"),
    ],
)
def test_a_terminal_or_ori_that_the_world_does_not_have_is_refused(arguments, word):
    with pytest.raises(UsageError) as caught:
        desk_of(read(arguments))
    assert word in str(caught.value)


def test_a_desk_has_the_forms_of_its_world():
    desk = desk_of(read(["--as", "vso1", "VSO1A", "--ori", "ca0990300"]))
    assert (desk.terminal, desk.ori) == ("VSO1", "CA0990300")
    assert {"DQ", "AM"} <= {str(spec.mke) for spec in desk.keys}
    assert "NV" in desk.places["DQ"]
