"""Texts of one form: what does not fit all of it is refused in words, with an example that fits."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import ValidationError

from switch.files.authored import Row
from switch.files.form import Form, wrong


class Postal(Row):
    state: Annotated[str, Form("^[A-Z]{2}$", "two {capital} letters", "CA")]


def test_what_fits_is_left_as_it_is():
    assert Postal(state="CA").state == "CA"


@pytest.mark.parametrize("text", ["", "C", "ca", "CAL", "CA\n", " CA"])
def test_what_does_not_fit_is_refused_in_words(text: str):
    with pytest.raises(ValidationError) as caught:
        Postal(state=text)
    (item,) = caught.value.errors()
    assert (item["type"], item["msg"]) == ("wrong", "must be two {capital} letters")
    assert (item["ctx"]["fix"], item["ctx"]["example"]) == ('such as "CA"', "CA")


def test_an_editor_is_told_the_pattern():
    assert Postal.model_json_schema()["properties"]["state"]["pattern"] == "^[A-Z]{2}$"


def test_a_mistake_in_words_has_a_fix_and_no_example_unless_they_are_given():
    assert wrong("must be { so }").context == {"what": "must be { so }", "fix": "", "example": ""}
