"""What a card says of an entry, and what becomes of characters that nobody should send."""

from __future__ import annotations

import pytest

from scenarios.report.facts import facts, outcome, visible
from scenarios.report.words import Words
from tests.rehearsal_room import october, played


def cards():
    scenario, run = october()
    owners = {str(name): entry.owner for name, entry in scenario.world.backends.items()}
    words = Words(scenario.stack, owners)
    return {card.number: card for card in facts(run.entries, run.result.lines, words, {7: "RAW"})}


def test_a_card_has_bytes_fields_decision_and_rule():
    query = next(card for card in cards().values() if card.kind == "query" and card.number != 7)
    assert query.bytes.startswith("ZIQ.DCICE0900")
    assert ("NAM", "ALBITE, MARA QUILL") in query.fields
    assert ("verdict", "ALLOW-DEFAULT") in query.legs[0]
    refused = next(card for card in cards().values() if card.kind == "refused")
    assert ("point", "waiting") in refused.decision
    assert any(ground.startswith("NET-01: ") for ground in refused.grounds)
    assert [line.id for line in refused.lines] == ["refused-at-backend"]


def test_the_bytes_that_were_kept_go_before_what_the_journal_has():
    assert cards()[7].bytes == "RAW"


def test_what_is_empty_is_not_shown():
    for card in cards().values():
        assert all(text for _, text in (*card.fields, *card.decision))


def test_an_outcome_is_a_sign_and_a_word_never_a_colour_alone():
    told = [outcome(line) for line in played(omit=("ask",)).result.lines]
    assert told == ["✕ ask missed", "· answer not reached"]
    assert outcome(played().result.lines[0]) == "✓ +10 ask"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A\r\nB", "A\nB"),
        ("\x00\x02\x1b[31m\x7f", "␀␂␛[31m␡"),
        ("\x9b31m", "\ufffd31m"),
        ("abc\u202egnp.exe", "abc\ufffdgnp.exe"),
        ("é ü 漢", "é ü 漢"),
    ],
)
def test_control_characters_become_pictures_and_directions_are_not_turned(text, shown):
    assert visible(text) == shown
