"""A word for whoever sent a message, where he sat; else for his agency."""

from switch.core.lines import Lines
from switch.core.mail.telling import Telling
from switch.core.outbox import Outbox
from switch.message import SignOn, Stamp
from switch.terms import Mnemonic, OperatorId
from tests.playbook import golden_state

WORLD = golden_state()[0]
ASKED = Stamp(1.0, 7)


def told(*present: tuple[str, str]) -> tuple[Outbox, list[int]]:
    out, lines = Outbox(), Lines(WORLD)
    out.start(2.0)
    for number, (terminal, operator) in enumerate(present, 1):
        line = lines.open(number, 2.0)
        assert lines.sign_on(line, SignOn(Mnemonic(terminal), OperatorId(operator), None)) is None
    Telling(WORLD, out, lines).sender(Mnemonic("BAY2"), 5, "IT EXPIRED", ASKED, "A1")
    return out, [line for line, _ in out.sends]


def test_it_is_told_where_it_was_sent_and_nowhere_else():
    out, lines = told(("BAY1", "TFO7"), ("BAY2", "BPD2"), ("VSO1", "VSO1A"))
    assert lines == [2]
    ((_, message),) = out.sends
    assert (message.mke, message.control, message.received) == ("SM", "A1", ASKED)
    assert "IT EXPIRED" in message.body


def test_where_nobody_is_any_more_it_is_told_to_the_rest_of_the_agency():
    assert told(("BAY1", "TFO7"), ("VSO1", "VSO1A"))[1] == [1]


def test_what_was_told_is_on_record():
    out, _ = told(("BAY2", "BPD2"))
    (entry,) = out.records
    assert (entry["kind"], entry["query"], entry["terminal"]) == ("told", 5, "BAY2")
    assert entry["text"] == out.sends[0][1].body


def test_nobody_there_nobody_told():
    assert told(("VSO1", "VSO1A"))[1] == []
