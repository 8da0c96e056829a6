"""Changes of the rules between two messages: one way, whole, and on record."""

from __future__ import annotations

from switch.acl.analysis.candidate import compiled
from switch.core.events import ChangeNoted, PolicyActivated, PolicyStaged
from tests.owners import CUT, CUT_CBP
from tests.playbook import ALBITE, Playbook
from tests.switch.acl.shipped import DIRECTORY, TEXT

OF_CBP = "DQ.DCCBP0100.CA.*C1.TXTOLN/S0990001"
SIGNED = {"sequence": 1, "withdrawn": []}


def activated(text: str = TEXT + CUT_CBP) -> PolicyActivated:
    policy = compiled(DIRECTORY, "CADMV", text.encode())
    return PolicyActivated("owner of CADMV", policy, "activated", SIGNED)


def of_cbp() -> Playbook:
    play = Playbook()
    play.sign_on(1, "CBP1", "CBP1A")
    play.heard(1)
    return play


def test_a_version_takes_effect_between_two_messages_of_one_batch():
    from switch.core.events import MessageArrived
    from switch.wire.codec import decode

    play = of_cbp()
    message = MessageArrived(1, decode(OF_CBP.encode(), play.formats))
    play.tell(message, activated(), message)
    points = [(entry["kind"], entry.get("point")) for entry in play.records[2:]]
    # The first was taken by the old rules, and waits: it is refused at the change; the second never
    # gets as far.
    assert points == [
        ("query", None),
        ("access", None),
        ("effective", None),
        ("refused", "waiting"),
        ("query", None),
        ("refused", "route"),
    ]
    assert play.asked == []


def test_what_waits_in_an_inbox_and_at_a_backend_is_refused_at_once():
    play = of_cbp()
    for _ in range(3):
        play.says(1, OF_CBP)
    (ask, *_) = play.asked
    play.heard(1)
    play.tell(activated())
    heard = play.heard(1)
    assert len(heard) == 3
    assert all("DMV-04" in body for _, body in heard)
    play.answers(ask, ALBITE)
    assert play.recorded("released") == []
    assert len(play.recorded("withheld")) == len(ask.queries)


def test_what_begins_and_ends_with_a_version_is_on_record():
    play = of_cbp()
    play.tell(activated())
    play.tell(activated(TEXT))
    changes = [(entry["started"], entry["ended"]) for entry in play.recorded("effective")]
    assert changes == [(("DMV-04",), ()), ((), ("DMV-04",))]
    access = play.recorded("access")
    assert [entry["change"] for entry in access] == ["activated", "activated"]
    assert access[0]["sequence"] == 1
    assert access[0]["version"] == compiled(DIRECTORY, "CADMV", CUT).version


def test_rules_of_a_new_version_take_effect_in_time():
    """The dispatcher asks to be woken for them, though the old version had no such instant."""
    play = of_cbp()
    later = CUT_CBP.replace("2019-10-14T00:00:00", "2019-10-14T23:59:00")
    play.tell(activated(TEXT + later))
    play.says(1, OF_CBP)
    play.answers(play.asked[-1], ALBITE)
    assert "NAM/ALBITE" in play.heard(1)[-1][1]
    play.at("2019-10-14T23:59:00")
    play.says(1, OF_CBP)
    assert "DMV-04" in play.heard(1)[-1][1]


def test_a_staged_version_follows_when_another_file_changes():
    play = of_cbp()
    policy = compiled(DIRECTORY, "CADMV", CUT)
    play.tell(PolicyStaged("owner of CADMV", policy, "staged", SIGNED))
    other = compiled(DIRECTORY, "CAWPS", CUT_OF_CAWPS.encode())
    play.tell(PolicyActivated("owner of CAWPS", other, "activated", SIGNED))
    play.says(1, OF_CBP)
    assert [entry["would"] for entry in play.recorded("shadow")] == ["DENY-RULE"]
    play.tell(PolicyActivated("owner of CADMV", policy, "activated", SIGNED))
    play.says(1, OF_CBP)
    assert len(play.recorded("shadow")) == 1


def test_a_refused_change_is_on_record_and_changes_nothing():
    play = of_cbp()
    before = play.dispatcher.stack
    commands = play.tell(ChangeNoted("somebody", "CADMV", "activate 1f2e", "bad signature", {}))
    assert play.dispatcher.stack is before
    (entry,) = play.recorded("access")
    assert (entry["error"], entry["version"]) == ("bad signature", before.versions["CADMV"])
    assert commands.logs[0].event == "access change refused"


def test_protection_withdrawn_is_shouted_in_the_log():
    play = of_cbp()
    signed = {"withdrawn": ["DMV-N1"]}
    commands = play.tell(ChangeNoted("owner of CADMV", "CADMV", "activated", "", signed))
    assert commands.logs[0].event == "PROTECTION WITHDRAWN"
    assert commands.logs[0].fields["withdrawn"] == ["DMV-N1"]


CUT_OF_CAWPS = """
format   = 1
backend  = "CAWPS"
owner    = "California DOJ (simulated)"
timezone = "America/Los_Angeles"
default  = "deny"
"""
