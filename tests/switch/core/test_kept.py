"""What is kept of one terminal: by number, as it is sent again, and as it stands on record."""

from __future__ import annotations

from switch.core.kept import DUPLICATE_LINE, WITHHELD, Kept, Rules, Sent
from switch.core.lines import LineState
from switch.message import OutputMessage, Stamp
from switch.terms import SEQUENCE_MAX, TRAINING_LINE, MessageKey, Ori

RULES = Rules("first", 3)


def message(number: int, mke: str = "DR") -> OutputMessage:
    body = f"{TRAINING_LINE}\nTEXT {number}"
    to, at = Ori("CA0990100"), Stamp(7.0, number)
    return OutputMessage(MessageKey(mke), Ori("CA0998100"), Stamp(6.0, 5), at, to, "A1", body)


def kept(*numbers: int) -> Kept:
    one = Kept(LineState(4, Ori("CA0990100"), sequence=numbers[0]), 0.0)
    for number in numbers:
        one.keep(message(number), 4, RULES)
    return one


def test_what_went_onto_a_line_is_marked_and_what_did_not_is_sent_as_it_was():
    tried = Sent(message(2), 4, RULES, tried=True)
    assert tried.again(RULES).body == f"{TRAINING_LINE}\n{DUPLICATE_LINE}\nTEXT 2"
    assert tried._replace(tried=False).again(RULES) == message(2)


def test_data_made_under_other_rules_or_in_another_span_of_them_is_withheld_and_a_status_is_not():
    for rules in (Rules("second", 3), Rules("first", 4)):
        withheld = Sent(message(2), 4, RULES, tried=True).again(rules)
        assert (withheld.mke, withheld.sent, withheld.control) == ("SM", Stamp(7.0, 2), "A1")
        assert WITHHELD in withheld.body
        assert "TEXT 2" not in withheld.body
        assert "TEXT 2" in Sent(message(2, "SM"), 4, RULES, tried=True).again(rules).body


def test_a_text_that_the_batch_has_elsewhere_is_not_written_twice():
    one = kept(2, 3)
    said = one.on_record("first", {(4, 2): message(2).body, (4, 3): "ANOTHER"}, all_called=False)
    texts = [each[8] for each in said["messages"]]
    assert texts == [None, message(3).body]
    assert (said["acknowledged"], said["taken"], said["away"]) == (1, 0, False)


def test_rules_that_are_not_those_of_the_entry_stand_with_the_message():
    one = kept(2)
    one.keep(message(3), 4, Rules("second", 3))
    said = one.on_record("second", {}, all_called=True)
    assert [each[9] for each in said["messages"]] == ["first", None]


def test_each_message_is_put_on_record_once():
    one = kept(2)
    one.on_record("first", {}, all_called=False)
    assert one.on_record("first", {}, all_called=False)["messages"] == []


def test_numbers_are_told_apart_where_they_begin_again():
    kept = Kept(LineState(1, Ori("CA0990100"), sequence=SEQUENCE_MAX - 1), 0.0)
    kept.messages.extend("abc")  # type: ignore[arg-type]  # 99998, 99999, 00001
    assert kept.drop_until(1)
    assert not kept.messages
    assert kept.is_old(SEQUENCE_MAX)
    assert not kept.is_old(2)
    assert not kept.drop_until(2)
