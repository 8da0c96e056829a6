"""The folder of a class: made once, kept from others, refused when it is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.live.folder import new_folder, open_folder
from switch.errors import UsageError


def test_a_folder_holds_the_lesson_and_a_secret_for_its_owner_alone(tmp_path: Path):
    made = new_folder(tmp_path / "class", "first-query")
    again = open_folder(tmp_path / "class")
    assert again == made
    assert again.digest
    assert again.entries() == []
    assert (tmp_path / "class" / "class.json").stat().st_mode & 0o077 == 0


def test_a_folder_that_is_in_use_is_not_begun_again(tmp_path: Path):
    new_folder(tmp_path / "class", "first-query")
    with pytest.raises(UsageError, match="not empty") as caught:
        new_folder(tmp_path / "class", "first-query")
    assert "--resume" in str(caught.value)


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"lesson": "x", "secret": "zz"}'])
def test_what_is_no_folder_of_a_class_is_refused_with_a_word(tmp_path: Path, text):
    if text is not None:
        (tmp_path / "class.json").write_text(text)
    with pytest.raises(UsageError, match="class"):
        open_folder(tmp_path)
