"""Texts of one form: what does not fit all of it is refused in words, with an example that fits."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import ValidationError

from switch.files.authored import Row
from switch.files.form import Form, form_of, wrong
from switch.files.salvage import FILLED_IN
from switch.terms import parse_ori


class Postal(Row):
    ori: Annotated[str, form_of(parse_ori)] = "CA0990100"
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


def test_what_one_parses_is_asked_of_the_vocabulary():
    with pytest.raises(ValidationError, match="`CA1` is not an ORI; write two capital letters"):
        Postal(state="CA", ori="CA1")


def test_what_stands_for_a_missing_text_has_no_form_and_the_same_text_in_a_file_has():
    left = Postal(state=FILLED_IN, ori=FILLED_IN)
    assert (left.state, left.ori) == ("?", "?")
    with pytest.raises(ValidationError) as caught:
        Postal(state="?", ori="?")
    assert caught.value.error_count() == 2
