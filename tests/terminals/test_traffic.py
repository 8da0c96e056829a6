"""Hits, denials and what nobody asked for are told apart."""

from __future__ import annotations

import pytest

from switch.wire.spec_files import load_formats
from terminals.traffic import Item, Tone, tone_of


@pytest.mark.parametrize(
    ("key", "body", "tone"),
    [
        ("DR", "T\nDQ OLN/1\nFROM CADMV\nOLN/1", Tone.RECORD),
        ("DR", "T\nDQ OLN/1\nFROM CADMV\nNOT ON FILE", Tone.CLEAR),
        ("ER", "T\n.93. NO", Tone.REFUSED),
        ("SM", "T\nSIGNED ON", Tone.STATUS),
        ("AM", "T\nHELLO", Tone.MESSAGE),
    ],
)
def test_each_kind_of_answer_has_a_tone_and_a_word(key: str, body: str, tone: Tone):
    assert tone_of(key, body, load_formats()) is tone
    assert tone.value


def test_only_what_nobody_asked_for_rings():
    assert {tone for tone in Tone if Item(1, tone, "", "", "", "").alarm} == {
        Tone.MESSAGE,
        Tone.RADIO,
    }
