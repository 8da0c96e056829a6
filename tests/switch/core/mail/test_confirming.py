"""Hit confirmation: carried to the owner, timed by its priority, matched with its answer."""

from __future__ import annotations

from dataclasses import replace

from switch.core.held import CARRIED, carried_over
from tests.playbook import Playbook, golden_state
from tests.switch.core.mail.test_administrative import class_of

WORLD = golden_state()[0]
ABOUT = "OCA/19-99001.NIC/V123456789"
ASKER = "RNA/DET R LOPEZ.RAG/BAY PD.PHO/555-0100"


def request(number: int = 1, priority: str = "U", to: str = "NV0990100") -> str:
    return (
        f"YQ.CA0990100.{to}.*H{number}.TXTRTY/SV.RNO/{number}.PRI/{priority}.{ABOUT}."
        f"LIC/SIM1234.{ASKER}"
    )


def answer(says: str, about: str = ABOUT) -> str:
    return f"YR.NV0990100.CA0990100.TXTRTY/SV.{about}.{says}"


def told(play: Playbook, line: int = 1) -> list[str]:
    """The lines of every SM that it was sent."""
    return [text for key, body in play.heard(line) if key == "SM" for text in body.split("\n")[1:]]


def asked(**more) -> Playbook:
    play = class_of("BAY2", "NVH1", **more)
    play.says(1, request())
    return play


def what(play: Playbook) -> list[str]:
    return [entry["what"] for entry in play.recorded("confirmation")]


def test_a_request_reaches_the_owner_s_terminals_with_all_its_fields():
    play = asked()
    ((key, body),) = play.heard(2)
    assert key == "YQ"
    assert f"RTY/SV.RNO/1.PRI/U.{ABOUT}.LIC/SIM1234" in body
    assert told(play) == ["DELIVERED TO 1 TERMINALS"]
    entry = play.recorded("message")[0]
    assert (entry["key"], entry["fields"]["RNO"]) == ("YQ", "1")
    assert entry["text"] in body  # a search of the log looks at it


def test_three_owners_may_be_asked_at_once():
    play = class_of("BAY2", "NVH1", "VSO1", "HRB1")
    play.says(1, request(to="NV0990100.CA0990200.CA0990300"))
    assert [len(play.heard(line)) for line in (2, 3, 4)] == [1, 1, 1]


def test_an_answer_goes_to_the_asker_and_ends_the_clock():
    play = asked()
    play.heard(1), play.heard(2)
    play.says(2, answer("CON/Y"))
    ((key, body),) = play.heard(1)
    assert key == "YR"
    assert "CON/Y" in body
    assert told(play, 2) == ["DELIVERED TO 1 TERMINALS"]
    assert what(play) == ["asked", "answered"]
    play.after(7200)
    assert told(play) == []


def test_an_urgent_request_is_overdue_after_ten_minutes_and_the_asker_is_told_once():
    play = asked()
    play.heard(1)
    play.after(599)
    assert told(play) == []
    play.after(1)
    (text,) = told(play)
    assert text == (
        "NO ANSWER TO REQUEST 1 OF OCA 19-99001 NIC V123456789 IN TIME. SEND THE SECOND REQUEST"
    )
    play.after(7200)
    assert told(play) == []
    assert what(play) == ["asked", "overdue"]


def test_a_routine_request_has_an_hour():
    play = class_of("BAY2", "NVH1")
    play.says(1, request(priority="R"))
    play.heard(1)
    play.after(3599)
    assert told(play) == []
    play.after(1)
    assert "IN TIME" in told(play)[0]


def test_the_limits_are_the_world_s():
    limits = replace(WORLD.limits, confirm_urgent_s=60.0)
    play = asked(world=replace(WORLD, limits=limits))
    play.heard(1)
    play.after(60)
    assert "IN TIME" in told(play)[0]


def test_the_second_request_begins_the_clock_again_and_the_third_is_copied():
    world = replace(WORLD, third_request_copies=("CA0990200",))
    play = class_of("BAY2", "NVH1", "VSO1", world=world)
    play.says(1, request(1))
    play.after(600)
    play.says(1, request(2))
    play.heard(1)
    assert play.heard(3) == []
    play.after(600)
    assert "SEND THE THIRD REQUEST" in told(play)[0]
    play.says(1, request(3))
    assert [key for key, _ in play.heard(3)] == ["YQ"]
    play.heard(1)
    play.after(600)
    assert "GO UP THE LINE" in told(play)[0]


def test_more_time_moves_the_end_of_the_clock():
    play = asked()
    play.says(2, answer("CON/M.MIN/30"))
    play.heard(1)
    play.after(1799)
    assert told(play) == []
    play.after(1)
    assert "IN TIME" in told(play)[0]
    assert what(play) == ["asked", "more-time", "overdue"]


def test_a_late_answer_still_belongs_to_its_request():
    play = asked()
    play.after(601)
    play.says(2, answer("CON/N"))
    assert what(play) == ["asked", "overdue", "answered"]
    assert play.recorded("confirmation")[-1]["says"] == "N"


def test_an_answer_to_nothing_is_delivered_and_its_sender_is_told():
    play = asked()
    play.heard(1), play.heard(2)
    play.says(2, answer("CON/Y", ABOUT.replace("99001", "99002")))
    assert [key for key, _ in play.heard(1)] == ["YR"]
    assert "NO REQUEST OF OCA 19-99002 NIC V123456789 BY CA0990100 IS OPEN" in told(play, 2)
    assert what(play) == ["asked"]


def test_nobody_but_who_was_asked_can_answer():
    play = class_of("BAY2", "NVH1", "VSO1")
    play.says(1, request())
    play.says(3, answer("CON/Y").replace("NV0990100", "CA0990200"))
    assert "IS OPEN" in told(play, 3)[-1]
    assert what(play) == ["asked"]


def test_a_second_request_without_a_first_is_sent_and_said_to_be_one():
    play = class_of("BAY2", "NVH1")
    play.says(1, request(2))
    assert [key for key, _ in play.heard(2)] == ["YQ"]
    assert "NO EARLIER REQUEST OF OCA 19-99001 NIC V123456789 IS OPEN" in told(play)


def test_a_request_waits_for_an_owner_where_nobody_is():
    play = class_of("BAY2")
    play.says(1, request())
    assert "NLETS WILL FORWARD - NV0990100" in told(play)[0]
    play.sign_on(2, "NVH1", "NHP1")
    assert [key for key, _ in play.heard(2)] == ["SM", "YQ"]


def test_who_asked_and_went_is_told_at_the_other_terminals_of_his_agency():
    play = class_of("BAY2", "NVH1", "BAY1")
    play.says(1, request())
    play.sign_off(1)
    play.after(600)
    assert "IN TIME" in told(play, 3)[-1]


def test_a_suspended_agency_asks_nobody():
    play = class_of("ERO1", "NVH1", starts="2019-10-15T00:05:00")
    play.says(1, request().replace("CA0990100", "DCICE0900"))
    assert ".91." in play.heard(1)[0][1]
    assert play.heard(2) == []
    assert not play.recorded("confirmation")


def test_the_clock_goes_on_in_a_switch_that_was_killed():
    play = asked()
    play.says(1, request(2).replace("99001", "99007"))
    play.says(2, answer("CON/Y", ABOUT.replace("99001", "99007")))
    owed = carried_over(entry for entry in play.records if entry["kind"] in CARRIED)
    assert [entry["oca"] for entry in owed] == ["19-99001"]
    later = Playbook("2019-10-15T00:07:00", carried=owed)
    later.sign_on(1, "BAY2", "BPD2")
    later.heard(1)
    later.after(59)
    assert told(later) == []
    later.after(1)
    assert "IN TIME" in told(later)[0]


def test_the_oldest_of_too_many_is_not_timed_any_more(monkeypatch):
    monkeypatch.setattr("switch.core.mail.confirming.OPEN_MAX", 2)
    play = class_of("BAY2", "NVH1")
    for number in (1, 2, 3):
        play.says(1, request().replace("99001", f"9900{number}"))
    play.heard(1)
    play.after(600)
    assert len(told(play)) == 2
