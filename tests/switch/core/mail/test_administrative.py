"""Administrative messages reach who is there, and never a suspended agency."""

from __future__ import annotations

from dataclasses import replace

from tests.playbook import Playbook, golden_state

TO_VALLEY = "AM.CA0990100.CA0990200.TXTSTOLEN TRAILER SEEN NEAR MILE 40"
WORLD = golden_state()[0]
TRAINING = "TRAINING - SIMULATED DATA\n"


def class_of(*terminals: str, world=None, starts="2019-10-14T23:58:00") -> Playbook:
    """Lines 1, 2, 3 ... are these terminals."""
    play = Playbook(starts, world=world)
    for number, terminal in enumerate(terminals, 1):
        play.sign_on(number, terminal, WORLD.terminals[terminal].operators[0])
        play.heard(number)
    return play


def test_a_message_reaches_the_terminals_of_the_agency_and_the_sender_is_told():
    play = class_of("BAY2", "VSO1")
    play.says(1, TO_VALLEY)
    ((key, body),) = play.heard(2)
    assert key == "AM"
    assert body == f"{TRAINING}STOLEN TRAILER SEEN NEAR MILE 40"
    assert "DELIVERED TO 1 TERMINALS" in play.heard(1)[0][1]
    assert list(play.recorded("message")[0]["delivered"]) == ["VSO1"]


def test_a_message_without_words_goes_to_nobody():
    play = class_of("BAY2", "VSO1")
    play.says(1, "AM.CA0990100.CA0990200.*R1.TXT  ")
    assert play.heard(2) == []
    ((key, body),) = play.heard(1)
    assert (key, ".14. FIELDS MISSING - WRITE THE MESSAGE BEHIND TXT" in body) == ("ER", True)


def test_the_control_field_is_handed_back_and_every_copy_has_the_number_of_its_line():
    play = class_of("BAY2", "VSO1", "NVH1")
    play.says(1, "AM.CA0990100.CA0990200.NV.*REF1.TXTHELLO")
    copies = [m for line, m in play.steps[-1].sends if line > 1]
    assert [m.control for m in copies] == ["REF1", "REF1"]
    assert [m.receiver for m in copies] == ["CA0990200", "NV0990100"]
    assert len({m.received for m in copies}) == 1
    assert [m.sent.sequence for m in copies] == [2, 2]  # each its second, after the sign-on
    assert [entry["sequence"] for entry in play.recorded("delivered")] == [2, 2]


def test_a_state_is_every_agency_in_it_but_the_sender_s_own_terminal():
    play = class_of("BAY2", "BAY1", "VSO1", "NVH1")
    play.says(1, "AM.CA0990100.CA.TXTHELLO")
    assert [len(play.heard(line)) for line in (2, 3, 4)] == [1, 1, 0]
    assert [key for key, _ in play.heard(1)] == ["SM"]


def test_a_terminal_that_two_destinations_name_gets_one_copy():
    play = class_of("BAY2", "VSO1")
    play.says(1, "AM.CA0990100.CA.CA0990200.NL.TXTHELLO")
    assert len(play.heard(2)) == 1


def test_regions_states_and_agencies_may_be_mixed():
    play = class_of("BAY2", "VSO1", "NVH1", "CBP1", world=replace(WORLD, regions={"A1": ("NV",)}))
    play.says(1, "AM.CA0990100.A1.DC.CA0990200.TXTHELLO")
    assert [len(play.heard(line)) for line in (2, 3, 4)] == [1, 1, 1]


def test_a_message_to_oneself_comes_back_if_it_was_addressed_so():
    play = class_of("BAY2")
    play.says(1, "AM.CA0990100.CA0990100.TXTHELLO")
    assert [key for key, _ in play.heard(1)] == ["AM", "SM"]


def test_an_address_that_nobody_has_is_an_error_and_the_others_get_it():
    play = class_of("BAY2", "VSO1")
    play.says(1, "AM.CA0990100.CA0999999.TX.CA0990200.TXTHELLO")
    assert len(play.heard(2)) == 1
    bodies = [body for _, body in play.heard(1)]
    assert [".19." in body for body in bodies] == [True, True, False]
    assert "CA0999999" in bodies[0]


def test_nobody_there_is_said_so_and_the_message_waits():
    play = class_of("BAY2")
    play.says(1, TO_VALLEY)
    assert ".02. USER OUT OF SERVICE FOR MSG TYPE, NLETS WILL FORWARD" in play.heard(1)[0][1]
    assert [entry["place"] for entry in play.recorded("held")] == ["VALLEY-SO"]


def test_where_the_world_does_not_hold_mail_the_sender_must_send_it_again():
    play = class_of("BAY2", world=replace(WORLD, hold_mail=False))
    play.says(1, TO_VALLEY)
    assert ".04. USER OUT OF SERVICE FOR MSG TYPE, NLETS WILL NOT" in play.heard(1)[0][1]
    assert not play.recorded("held")


def test_an_agency_may_differ_from_its_world():
    valley = replace(WORLD.agencies["VALLEY-SO"], hold_mail=False)
    world = replace(WORLD, agencies={**WORLD.agencies, "VALLEY-SO": valley})
    play = class_of("BAY2", world=world)
    play.says(1, "AM.CA0990100.CA0990200.CA0990300.TXTHELLO")
    text = play.heard(1)[0][1]
    assert "WILL FORWARD - CA0990300" in text
    assert "WILL NOT FORWARD - CA0990200" in text


def test_a_suspended_agency_neither_sends_nor_gets_and_looks_absent():
    play = class_of("BAY2", "ERO1", starts="2019-10-15T00:05:00")
    play.says(1, "AM.CA0990100.DCICE0900.TXTHELLO")
    assert play.heard(2) == []
    to_suspended = play.heard(1)[0][1]
    play.says(1, "AM.CA0990100.DCICE0500.TXTHELLO")
    to_absent = play.heard(1)[0][1]
    assert to_suspended.replace("DCICE0900", "DCICE0500") == to_absent
    assert list(play.recorded("message")[0]["stopped"]) == ["ERO1"]
    play.says(2, "AM.DCICE0900.CA0990100.TXTHELLO")
    assert ".91." in play.heard(2)[0][1]
    assert play.heard(1) == []


def test_a_sender_with_a_strange_ori_is_refused():
    play = class_of("BAY2")
    play.says(1, TO_VALLEY.replace("CA0990100", "CA0990200"))
    assert ".92." in play.heard(1)[0][1]


def test_aml_says_for_whom_it_is():
    play = class_of("BAY2", "VSO1")
    play.says(1, TO_VALLEY.replace("AM", "AML", 1))
    ((key, body),) = play.heard(2)
    assert key == "AML"
    notice = "FOR LAW ENFORCEMENT DISSEMINATION ONLY"
    assert body == f"{TRAINING}{notice}\nSTOLEN TRAILER SEEN NEAR MILE 40"


def test_aml_goes_to_no_agency_that_is_not_law_enforcement():
    court = replace(WORLD.agencies["VALLEY-SO"], type="JC")
    world = replace(WORLD, agencies={**WORLD.agencies, "VALLEY-SO": court})
    play = class_of("BAY2", "VSO1", "HRB1", world=world)
    play.says(1, "AML.CA0990100.CA.TXTHELLO")
    assert [len(play.heard(line)) for line in (2, 3)] == [0, 1]
    play.heard(1)
    play.says(1, "AML.CA0990100.CA0990200.TXTHELLO")
    assert (
        "USER DOES NOT RESPOND TO MSG TYPE, NLETS WILL NOT FORWARD - CA099" in play.heard(1)[0][1]
    )
    play.says(1, TO_VALLEY)
    assert len(play.heard(2)) == 1


def test_officer_safety_keeps_the_first_line_for_itself():
    play = class_of("BAY2", "VSO1")
    play.says(1, "AML.CA0990100.CA0990200.TXTOFFICER SAFETY\nARMED, WHITE VAN SIM1234")
    (_, body) = play.heard(2)[0]
    assert body.split("\n")[1:3] == ["OFFICER SAFETY", "FOR LAW ENFORCEMENT DISSEMINATION ONLY"]
    assert "FIRST LINE" not in play.heard(1)[0][1]


def test_officer_safety_elsewhere_is_sent_as_typed_and_the_sender_is_told():
    play = class_of("BAY2", "VSO1")
    for text in ("WHITE VAN SIM1234\nOFFICER SAFETY", "OFFICER SAFETY ARMED, WHITE VAN"):
        play.says(1, f"AM.CA0990100.CA0990200.TXT{text}")
        assert play.heard(2)[0][1] == f"{TRAINING}{text}"
        assert "OFFICER SAFETY GOES ON THE FIRST LINE, ALONE" in play.heard(1)[0][1]


def test_a_terminal_is_named_by_its_mnemonic_and_no_other_of_its_agency_gets_it():
    """[WI-AM]"""
    play = class_of("VSO1", "BAY1", "BAY2")
    play.says(1, "AM.CA0990200.BAY2.*R1.TXTHELLO")
    assert play.heard(2) == []
    assert play.heard(3)[0] == ("AM", f"{TRAINING}HELLO")
    assert "DELIVERED TO 1 TERMINALS" in play.heard(1)[0][1]
    assert play.recorded("message")[0]["destinations"] == ("BAY2",)
    assert list(play.recorded("message")[0]["delivered"]) == ["BAY2"]


def test_kinds_of_destination_may_be_mixed_and_each_terminal_gets_one_copy():
    """[WI-AM]"""
    play = class_of("VSO1", "BAY1", "BAY2", "NVH1")
    play.says(1, "AM.CA0990200.BAY2.CA0990100.NV.TXTHELLO")
    assert [[key for key, _ in play.heard(line)] for line in (2, 3, 4)] == [["AM"]] * 3
    assert "DELIVERED TO 3 TERMINALS" in play.heard(1)[0][1]


def nobody(play: Playbook, mnemonic: str, key: str = "AM") -> str:
    """What the sender is told, the mnemonic taken out."""
    play.says(1, f"{key}.CA0990100.{mnemonic}.TXTHELLO")
    (told,) = play.heard(1)
    assert told[0] == "SM"
    assert mnemonic in told[1]
    assert not play.recorded("held")
    return told[1].replace(mnemonic, "")


def test_a_terminal_that_is_suspended_or_unknown_looks_like_one_where_nobody_is():
    play = class_of("BAY2", "ERO1", starts="2019-10-15T00:05:00")
    absent = nobody(play, "HSI1")
    assert ".04. USER OUT OF SERVICE" in absent
    assert nobody(play, "NOBODY9") == absent
    assert nobody(play, "ERO1") == absent  # signed on, and suspended
    assert play.heard(2) == []
    assert list(play.recorded("message")[2]["stopped"]) == ["ERO1"]


def test_neither_an_outage_nor_law_enforcement_alone_tells_who_is_there():
    from switch.core.events import ServiceChanged
    from switch.core.services import Service

    play = class_of("BAY2", "VSO1")
    absent = nobody(play, "HSI1")
    for service in (Service.HOLD, Service.REMOVE, Service.NEVER):
        play.tell(ServiceChanged("test", "CA0990200", service, ()))
        assert nobody(play, "VSO1") == absent
        play.tell(ServiceChanged("test", "CA0990200", Service.UP, ()))
    agencies = {
        name: replace(each, type="NJ") if name == "VALLEY-SO" else each
        for name, each in WORLD.agencies.items()
    }
    play = class_of("BAY2", "VSO1", world=replace(WORLD, agencies=agencies))
    assert nobody(play, "VSO1", "AML") == nobody(play, "HSI1", "AML")
    assert play.heard(2) == []


def test_what_waits_for_its_agency_comes_before_what_names_the_terminal():
    from switch.core.events import ServiceChanged
    from switch.core.services import Service

    play = class_of("BAY2", "VSO1")
    play.tell(ServiceChanged("test", "CA0990200", Service.HOLD, ("AM",)))
    play.says(1, TO_VALLEY)
    play.tell(ServiceChanged("test", "CA0990200", Service.UP, ("AM",)))
    play.says(1, "AM.CA0990100.VSO1.TXTSECOND")
    said = [body.split("\n")[1] for _, body in play.heard(2)]
    assert said == [
        "STOLEN TRAILER SEEN NEAR MILE 40",
        "SECOND",
    ]


def test_one_s_own_terminal_by_its_mnemonic_is_oneself():
    play = class_of("BAY2")
    play.says(1, "AM.CA0990100.BAY2.TXTNOTE TO MYSELF")
    assert [key for key, _ in play.heard(1)] == ["AM", "SM"]
