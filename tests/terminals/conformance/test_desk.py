"""The kit's end of the line: what it sends is what a switch sends, and a person may mistype."""

from __future__ import annotations

from switch.wire.codec import decode_output
from terminals.conformance.desk import TRIES_MAX
from terminals.conformance.steps import Outcome, Send
from terminals.conformance.walk import Walk
from tests.terminals.conformance.reference import STARTS, TAPES, record

SIGN_ON = b"\x02SIGNON BAY2 BPD2\x03"


def signed_on() -> Walk:
    walk = Walk()
    walk.start(STARTS)
    walk.connected(STARTS)
    walk.received(SIGN_ON, STARTS)
    walk.received(SIGN_ON, STARTS)
    return walk


def test_all_that_it_sends_is_read_by_the_published_formats():
    for part in record().tape.parts:
        for entry in part.entries:
            if not isinstance(entry, str) and entry.by_switch:
                for frame in b"".join(entry.pieces).split(b"\x02")[1:]:
                    if frame.endswith(b"\x03"):  # else it is the half one
                        assert decode_output(frame[:-1]).body.startswith("TRAINING - SIMULATED")


def test_its_longest_message_has_14400_bytes():
    text = (TAPES / "2.8-longest.txt").read_text()
    (line,) = [line for line in text.splitlines() if line.startswith("switch ")]
    whole = line.removeprefix("switch ").encode().decode("unicode_escape")
    assert len(whole) - 2 == 14_400


def test_who_mistypes_is_told_and_may_try_again():
    walk = signed_on()
    (told,) = walk.received(b"\x02DQ.CA0990100.CA.*K999.TXTOLN/S1\x03", STARTS)
    assert isinstance(told, Send)
    assert b"NOT WHAT STANDS BEHIND NEXT" in told.pieces[0]
    assert b"NEXT: DQ.CA0990100.CA.*K001.TXTOLN/S0990001" in told.pieces[0]
    walk.received(b"\x02dq.ca0990100.ca.*k001.txt\r\noln/s0990001\x03", STARTS)
    assert walk.verdicts[0].outcome is Outcome.PASSED


def test_who_mistypes_too_often_fails():
    walk = signed_on()
    for _ in range(TRIES_MAX):
        walk.received(b"\x02DQ.CA0990100.CA.*K999.TXTOLN/S1\x03", STARTS)
    assert walk.verdicts[0].why.startswith("did not send what stands behind NEXT")


def test_a_message_that_cannot_be_read_is_answered_as_a_switch_would():
    walk = signed_on()
    error, verdict, *_ = walk.received(b"\x02HELLO\x03", STARTS)
    assert isinstance(error, Send)
    assert b"ER.NL0000000" in error.pieces[0]
    assert b"ORIGINAL MESSAGE\r\nHELLO" in error.pieces[0]
    assert verdict is walk.verdicts[0]


def test_who_did_not_sign_on_by_resume_has_nothing_to_acknowledge():
    walk = signed_on()
    walk.received(b"\x02ACK 00002\x03", STARTS)
    assert "did not sign on by RESUME" in walk.verdicts[0].why


def test_a_heartbeat_is_answered_outside_the_count():
    (beat,) = signed_on().received(b"\x02HEARTBEAT\x03", STARTS)
    assert isinstance(beat, Send)
    message = decode_output(beat.pieces[0][1:-1])
    assert (message.sent.sequence, message.body.split("\n")[-1]) == ("00000", "HEARTBEAT")


def test_counting_goes_on_where_the_kit_refused():
    numbers = [
        decode_output(entry.pieces[0][1:-1]).sent.sequence
        for entry in signed_on().tape.parts[0].entries
        if not isinstance(entry, str) and entry.by_switch
    ]
    assert numbers == ["00001", "00002"]
