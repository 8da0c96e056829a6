"""The model of the terminal: keys and messages in, states and wishes out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminals.screen import model
from terminals.screen.state import (
    MAIL_MAX,
    PAPER_MAX,
    Quit,
    Ring,
    Send,
    Settled,
    SignOff,
    SignOn,
    State,
    View,
)
from tests.terminals.screen.desk import AT, DESK, came, press, sent, shown, signed_on

LICENCE = "DQ.CA0990100.CA.TXTOLN/S0990001"
ASKED = b"DQ.CA0990100.CA.*T00001.TXTOLN/S0990001"


# --- signing on and off ---------------------------------------------------------------------------


def test_nobody_gets_past_the_sign_on_without_an_operator():
    state, effects = press(State(DESK), "enter")
    assert (state.view, effects, state.bad) == (View.SIGN_ON, [], True)
    for key in ("f2", "f3", "f6", "f7", "f8", "esc"):
        assert press(state, key)[0].view is View.SIGN_ON


def test_operator_and_secret_are_handed_over_as_typed():
    _, effects = press(State(DESK), "b", "p", "d", "2", "tab", "s", "3", "!", "enter")
    assert effects == [SignOn("BPD2", "s3!")]


def test_a_refused_sign_on_says_why_and_stays_there():
    refused = came("ER", ".92. REFUSED - NOT IDENTIFIED\nBAY9 IS NOT KNOWN")
    state = model.signed_on(State(DESK), "BPD2", refused, [], AT)
    assert (state.view, state.operator) == (View.SIGN_ON, "")
    assert "BAY9 IS NOT KNOWN" in state.word


def test_signing_off_is_asked_of_the_line_and_keeps_what_was_read():
    state, effects = press(sent(LICENCE), "f9")
    assert effects == [SignOff()]
    state = model.signed_off(state)
    assert (state.view, state.operator, state.waiting) == (View.SIGN_ON, "", ())
    assert state.recalled == (LICENCE,)


# --- the line -------------------------------------------------------------------------------------


def test_a_typed_message_is_sent_with_a_control_field_and_waited_for():
    state, effects = press(signed_on(), LICENCE, "enter")
    assert effects == [Send(ASKED)]
    assert [each.control for each in state.waiting] == ["T00001"]
    assert state.entry.text == ""


def test_what_cannot_be_sent_stays_where_it_was_typed():
    state, effects = press(signed_on(), "enter")
    assert (effects, state.bad) == ([], True)
    down = model.line_down(signed_on(), "the line dropped")
    state, effects = press(down, LICENCE, "enter")
    assert (effects, state.entry.text) == ([], LICENCE)
    assert "nothing was sent" in state.word


def test_a_reference_that_is_still_open_is_not_given_twice():
    own = LICENCE.replace(".CA.", ".CA.*A1.")
    state, effects = press(sent(own), own, "enter")
    assert (effects, state.entry.text) == ([], own)
    assert "*A1" in state.word


def test_an_answer_settles_its_message_and_an_error_settles_what_could_not_be_read():
    state, effects = model.received(sent(LICENCE), came("DR", control="T00001"), AT)
    assert (state.waiting, effects) == ((), (Settled(ASKED),))
    state, effects = model.received(sent("HELLO"), came("ER", "0 FORMAT"), AT)
    assert (state.waiting, effects) == ((), (Settled(b"HELLO"),))


@pytest.mark.parametrize("key", ["AM", "YQ", "YR"])
def test_a_message_of_another_terminal_is_mail_whatever_its_control_field(key: str):
    state, effects = model.received(sent(LICENCE), came(key, control="T00001"), AT)
    assert (len(state.waiting), state.unread, effects) == (1, 1, (Ring(),))


def test_two_destinations_are_waited_for_until_both_have_answered():
    state = sent("DQ.CA0990100.CA.NV.TXTOLN/S0990001")
    state, effects = model.received(state, came("DR", control="T00001"), AT)
    assert (len(state.waiting), effects) == (1, ())
    state, effects = model.received(state, came("DR", control="T00001"), AT)
    assert (len(state.waiting), len(effects)) == (0, 1)


def test_a_late_answer_is_ours_and_no_mail():
    state, _ = model.received(sent(LICENCE), came("ER", "0 NO ANSWER", control="T00001"), AT)
    state, effects = model.received(state, came("DR", "LATE", control="T00001"), AT)
    assert (state.mail, effects) == ((), ())


def test_the_paper_rolls_and_whoever_reads_above_goes_on_reading_there():
    state = signed_on()
    for _ in range(10):
        state, _ = model.received(state, came("ER", "0 FORMAT\nONE\nTWO"), AT)
    above, _ = press(state, "page up")
    before = shown(above)[2:18]
    later, _ = model.received(above, came("ER", "0 FORMAT"), AT)
    assert shown(later)[2:18] == before
    top = press(state, *["page up"] * 20)[0]
    assert "SIGNED ON" in shown(top)[2]
    assert press(top, *["page down"] * 20)[0].scroll == 0


def test_paper_mail_and_recall_have_their_limits():
    state = signed_on()
    for _ in range(PAPER_MAX + 5):
        state, _ = model.received(state, came("AM"), AT)
    assert (len(state.paper), len(state.mail)) == (PAPER_MAX, MAIL_MAX)


# --- mailbox and recall ---------------------------------------------------------------------------


def test_what_nobody_asked_for_rings_and_waits_in_the_mailbox_until_it_is_read():
    state, effects = model.received(signed_on(), came("AM", "LOOK OUT", control="Z9"), AT)
    assert effects == (Ring(),)
    assert "1 UNREAD" in shown(state)[1]
    opened, _ = press(state, "f8")
    assert (opened.view, opened.unread) == (View.READ, 0)
    assert any("LOOK OUT" in row for row in shown(opened))
    assert press(opened, "f8")[0].word == "nothing unread"


def test_the_mailbox_shows_the_newest_first_and_the_oldest_unread_is_opened_by_f8():
    state = signed_on()
    for body in ("OLD", "NEW"):
        state, _ = model.received(state, came("AM", body), AT)
    box, _ = press(state, "f6")
    assert "NEW" in shown(box)[2]
    assert any("OLD" in row for row in shown(press(state, "f8")[0]))
    assert any("NEW" in row for row in shown(press(box, "enter")[0]))
    assert press(box, "down", "enter", "esc")[0].view is View.MAIL


def test_an_open_message_stays_open_when_another_comes():
    state, _ = model.received(signed_on(), came("AM", "FIRST"), AT)
    state, _ = press(state, "f8")
    state, _ = model.received(state, came("AM", "SECOND"), AT)
    assert any("FIRST" in row for row in shown(state))


def test_recall_puts_a_message_on_the_line_again_newest_first():
    state, _ = press(sent(LICENCE), "QW.CA0990100.NAM/A, B.DOB/19800101", "enter")
    state, effects = press(state, "f7", "down", "enter")
    assert (state.view, state.entry.text, effects) == (View.HOME, LICENCE, [])
    again, _ = press(state, "enter")
    assert len(again.recalled) == 2


# --- forms ----------------------------------------------------------------------------------------


def form(*keys: str):
    return press(signed_on(), "f2", "d", "home", "enter", *keys)


def test_a_form_sends_the_message_of_the_browsers_form():
    state, effects = form("CA", *["down"] * 6, "S0990001", "enter")
    assert effects == [Send(ASKED)]
    assert state.view is View.HOME
    assert press(state, "f2", "enter")[0].sheets["DQ"].entries == {}


def test_a_wrong_form_sends_nothing_marks_every_mistake_and_goes_to_the_first():
    state, effects = form("down", "enter")
    assert effects == []
    assert "to" in {one.field for one in state.sheets["DQ"].problems}
    assert state.sheets["DQ"].focus == 0
    assert sum("! " in row for row in shown(state)[2:16]) >= 2
    mended, _ = press(state, "CA")
    assert "to" not in {one.field for one in mended.sheets["DQ"].problems}


def test_what_is_half_filled_in_is_there_again():
    state, _ = form("CA")
    state, _ = press(state, "f3", "f2", "enter")
    assert state.sheets["DQ"].entries["to"].text == "CA"
    assert press(state, "ctrl x")[0].sheets["DQ"].entries == {}


def test_choices_are_gone_through_with_the_arrows():
    names = [blank.name for blank in model.blanks(form()[0])]
    state, _ = form(*["down"] * names.index("SEX"), "right")
    first = state.sheets["DQ"].entries["SEX"].text
    assert first in next(iter(b.choices for b in model.blanks(state) if b.name == "SEX"))
    assert press(state, "left")[0].sheets["DQ"].entries["SEX"].text == ""


def test_free_text_takes_lines_and_is_sent_with_f5():
    state, _ = press(signed_on(), "f2", "a", "enter")
    state, effects = press(state, "NV0990100", "tab", "ONE", "enter", "TWO", "f5")
    assert effects == [Send(b"AM.CA0990100.NV0990100.*T00001.TXTONE\r\nTWO")]


@pytest.mark.parametrize("spec", DESK.keys, ids=lambda spec: str(spec.mke))
def test_every_key_has_a_form_that_can_be_opened_walked_through_and_drawn(spec):
    place = DESK.keys.index(spec)
    state, _ = press(signed_on(), "f2", *["down"] * place, "enter")
    assert state.key == spec.mke
    for _ in model.blanks(state):
        rows = shown(state)
        assert sum(row.startswith(">") for row in rows) == 1
        state, _ = press(state, "tab")


# --- the rest -------------------------------------------------------------------------------------


def test_leaving_asks_again_where_something_is_open():
    assert press(State(DESK), "f10")[1] == [Quit()]
    state, effects = press(sent(LICENCE), "f10")
    assert effects == []
    assert "F10 again" in state.word
    assert press(state, "f10")[1] == [Quit()]
    assert press(state, "f1", "f10")[1] == []


def test_a_switch_that_began_afresh_leaves_a_word_about_what_is_in_doubt():
    state = replace(sent(LICENCE), up=False)
    state = model.signed_on(state, "BPD2", came("SM", "SIGNED ON BAY2 BPD2"), [ASKED], AT)
    assert state.waiting == ()
    assert any("maybe on record" in row for row in shown(state))


@pytest.mark.parametrize("key", ["f12", "ctrl z", "begin paste", "meta x", "é"])
@pytest.mark.parametrize("view", list(View))
def test_a_key_that_means_nothing_changes_nothing_that_is_sent(view: View, key: str):
    state = replace(signed_on(), view=view, key="DQ")
    if view is View.READ:
        state, _ = press(model.received(signed_on(), came("AM"), AT)[0], "f8")
    after, effects = press(state, key)
    assert (after.view, effects) == (state.view, [])
