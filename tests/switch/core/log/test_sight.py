"""What one reader may see: judged once for each kind of question, never by a look at the text."""

from __future__ import annotations

from switch.acl.engine import AccessStack, Request
from switch.core.log.sight import Sight
from switch.core.record.journal import unpacked
from switch.terms import BackendName, MessageKey, Mnemonic, OperatorId, Ori
from tests.switch.core.log.test_search import ASKED, SEATS, Room


def sight(room: Room, terminal: str) -> Sight:
    """Of somebody who searches now."""
    operator, ori = SEATS[terminal]
    reader = Request(
        Mnemonic(terminal),
        Ori(ori),
        OperatorId(operator),
        None,
        BackendName("RAND"),
        MessageKey("NLQ"),
        False,
        None,
    )
    log = room.dispatcher.log
    stack = room.dispatcher.stack
    return Sight(room.world, log.tail.reach, stack, reader, room.now)


def test_whose_data_a_message_is_or_that_it_may_not_be_seen():
    room = Room()
    room.send("BAY2", ASKED)
    assert sight(room, "VSO1").sources(1) == ("CADMV",)
    assert sight(room, "HSI1").sources(1) is None


def test_what_is_not_at_hand_cannot_be_judged_and_is_not_seen():
    room = Room()
    room.send("BAY2", ASKED)
    assert sight(room, "VSO1").sources(77) is None
    released = {"kind": "released", "query": 77, "sequence": 1}
    assert list(sight(room, "VSO1").through([released])) == []


def test_questions_of_one_kind_are_judged_once(monkeypatch):
    room = Room()
    room.fill(30)
    judged = []
    decide = AccessStack.decide

    def watched(self, *given):
        judged.append(given)
        return decide(self, *given)

    monkeypatch.setattr(AccessStack, "decide", watched)
    one = sight(room, "HSI1")
    judged.clear()
    assert [one.sources(number) for number in range(1, 31)] == [None] * 30
    assert len(judged) == 1


def test_the_text_of_what_may_not_be_seen_is_not_looked_at():
    """An entry without a text at all passes through the sight of whoever may not see it."""
    room = Room()
    room.send("BAY2", ASKED)
    kept = room.dispatcher.log.tail.reach.kept
    entries = [entry for batch in kept for entry in unpacked(batch.body)]
    bare = [{k: v for k, v in entry.items() if k not in ("text", "fields")} for entry in entries]
    assert list(sight(room, "HSI1").through(bare)) == []
    seen = [each.entry["kind"] for each in sight(room, "VSO1").through(bare)]
    assert seen == ["query", "released"]
