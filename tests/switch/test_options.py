"""Options of a kind of backend: declared where it is opened, and told all at once where wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from switch.backend import BackendSetup
from switch.errors import AuthoredError
from switch.options import BackendOptions, FileOfWorld, Form, options_of, takes
from tests.backends.small import setup


class Options(BackendOptions):
    number: Annotated[str, Form("S[0-9]{7}", "a licence number", "S0990001")]
    answers_max: Annotated[int, Field(ge=1, le=20)] = 1


class One:
    def __init__(self, options: Options) -> None:
        self.options = options

    def answer(self, batch):  # type: ignore[no-untyped-def]
        return []

    def close(self) -> None:
        """Nothing."""


@takes(Options)
def open_backend(setup: BackendSetup, options: Options) -> One:
    return One(options)


def having(folder: Path, options: dict[str, object]) -> BackendSetup:
    from dataclasses import replace

    return replace(setup(folder), options=options)


def test_a_backend_is_opened_with_its_options_read_and_defaults_filled_in(tmp_path: Path):
    opened = open_backend(having(tmp_path, {"number": "S0990001"}))
    assert (opened.options.number, opened.options.answers_max) == ("S0990001", 1)


def test_all_mistakes_are_told_at_once_and_nothing_is_opened(tmp_path: Path):
    with pytest.raises(AuthoredError) as caught:
        open_backend(having(tmp_path, {"number": "7", "answers_max": 21, "nmber": 1}))
    assert str(caught.value).split("\n") == [
        "options of ALL: `answers_max` is too large (got 21)",
        "    fix: write a number: 1 to 20",
        "options of ALL: `nmber` is not a key here",
        "    fix: did you mean `number`?",
        "options of ALL: `number` must be a licence number (got '7')",
        '    fix: such as "S0990001"',
    ]


def test_a_target_that_does_not_say_what_it_takes_may_be_given_anything():
    assert options_of(open_backend) is Options
    assert options_of(One) is None


class Filed(BackendOptions):
    file: FileOfWorld


def test_a_file_is_looked_for_where_the_world_lies_and_nowhere_without_a_world(tmp_path: Path):
    (tmp_path / "a.toml").touch()
    assert Filed.model_validate({"file": "a.toml"}, context=tmp_path).file == "a.toml"
    assert Filed.model_validate({"file": "b.toml"}).file == "b.toml"
    with pytest.raises(ValidationError, match="is no file in the world's folder"):
        Filed.model_validate({"file": "b.toml"}, context=tmp_path)
