"""A form is looked through before it is sent, by the same formats as on the line."""

from __future__ import annotations

import pytest

from switch.wire.codec import decode
from switch.wire.spec_files import load_formats
from switch.world_file import load_world
from terminals.form import Filled, compose, keys_of, typed, usual_destinations, where_to
from tests.switch.wire.inquiries import FIELDED, places

FORMATS = load_formats()


def composed(key="DQ", to="CA", control="", text="", **fields):
    return compose(Filled(key, to, control, fields, text), "CA0990100", FORMATS, "*")


def fields_of(problems) -> set[str]:
    assert isinstance(problems, list)
    assert all(one.what for one in problems)
    return {one.field for one in problems}


def test_a_whole_form_becomes_the_message_a_terminal_sends():
    assert composed(OLN="s0990001", control="a1") == b"DQ.CA0990100.CA.*A1.TXTOLN/S0990001"


@pytest.mark.parametrize("key", FIELDED)
def test_the_example_of_every_key_can_be_sent_from_its_form(key: str):
    spec = FORMATS.keys[key]
    to = "" if spec.routed_by_key_alone else places(spec, spec.field_sets[0])[0]
    raw = composed(key, to, **spec.example_fields())
    assert isinstance(raw, bytes), raw
    assert decode(raw, FORMATS).mke == key


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, {"OLN"} | {"NAM", "DOB", "SEX"}),
        ({"NAM": "DOE, JANE"}, {"DOB", "SEX"}),
        ({"OLN": "S" * 400}, {"OLN"}),
        ({"OLN": "S1", "to": ""}, {"to"}),
        ({"OLN": "S1", "control": "TOO LONG A REFERENCE"}, {"control"}),
        ({"OLN": "S\x001"}, {"OLN"}),
        ({"OLN": "Ä1"}, {"OLN"}),
        ({"NAM": "DOE, JANE", "DOB": "19991399", "SEX": "F"}, {"DOB"}),
    ],
)
def test_every_mistake_is_told_at_its_field_before_anything_is_sent(given, wrong):
    found = fields_of(composed(**given))
    assert found
    assert found <= wrong


def test_free_text_and_unknown_keys():
    assert composed("AM", "NV0990100", text="HELLO").endswith(b"TXTHELLO")
    assert fields_of(composed("AM", "NV0990100", text="  ")) == {"text"}
    assert fields_of(composed("ZZZ")) == {""}


@pytest.mark.parametrize("text", ["", "  \n", "\x00\x01\xff", "A" * 20_000, "STX \x02 inside"])
def test_a_line_that_no_line_can_carry_is_refused_with_a_word(text: str):
    assert fields_of(typed(text)) == {"text"}


def test_a_line_as_typed_is_left_to_the_switch():
    assert typed("  hello\nthere ") == b"hello\r\nthere"


def test_a_world_offers_the_keys_it_serves():
    world = load_world("golden-state")
    keys = [spec.mke for spec in keys_of(world, FORMATS)]
    assert {"DQ", "AM"} <= set(keys)
    assert "NV" in usual_destinations(world, FORMATS.keys["DQ"])


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("AM", "two characters such as CA, or an ORI, or a terminal's mnemonic"),
        ("DQ", "two characters such as CA"),
        ("YQ", "an ORI"),
    ],
)
def test_a_form_says_what_a_destination_may_be(key, words):
    assert where_to(FORMATS.keys[key]) == words


def test_a_message_to_people_may_name_a_terminal_and_the_form_says_so():
    assert composed("AM", "BAY2 NV", text="HELLO") == b"AM.CA0990100.BAY2.NV.TXTHELLO"
    assert composed("AM", "", text="HELLO")[0].fix.endswith("mnemonic")
    assert not composed("DQ", "", OLN="S0990001")[0].fix.endswith("mnemonic")
