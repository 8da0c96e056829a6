"""Destinations go out of service and come back, by hand or by the clock, and who waits moves on."""

from __future__ import annotations

from switch.core.events import MessageArrived, ServiceChanged
from switch.core.held import CARRIED, carried_over
from switch.core.services import Service
from switch.wire.codec import decode
from tests.playbook import Playbook
from tests.switch.core.mail.test_administrative import TO_VALLEY, class_of

VALLEY_DOWN = ServiceChanged("operator", "CA0990200", Service.HOLD)
VALLEY_UP = ServiceChanged("operator", "CA0990200", Service.UP)


def test_a_message_to_an_agency_out_of_service_waits_until_it_is_back():
    play = class_of("BAY2", "VSO1")
    play.tell(VALLEY_DOWN)
    play.says(1, TO_VALLEY)
    assert ".02." in play.heard(1)[0][1]
    assert play.heard(2) == []
    play.tell(VALLEY_UP)
    assert [key for key, _ in play.heard(2)] == ["AM"]
    assert [e["status"] for e in play.recorded("service")] == ["hold", "up"]


def test_an_outage_of_another_key_changes_nothing():
    play = class_of("BAY2", "VSO1")
    play.tell(VALLEY_DOWN._replace(keys=("YQ",)))
    play.says(1, TO_VALLEY)
    assert len(play.heard(2)) == 1


def test_a_state_out_of_service_is_what_is_addressed_to_the_state():
    play = class_of("BAY2", "NVH1")
    play.tell(ServiceChanged("operator", "NV", Service.REMOVE))
    play.says(1, "AM.CA0990100.NV.TXTHELLO")
    assert ".04. USER OUT OF SERVICE FOR MSG TYPE, NLETS WILL NOT FORWARD" in play.heard(1)[0][1]
    assert play.heard(2) == []
    assert not play.recorded("held")


def test_an_outage_ends_by_itself_at_the_time_that_was_given():
    play = class_of("BAY2", "VSO1")
    play.tell(VALLEY_DOWN._replace(until=play.now + 60))
    play.says(1, TO_VALLEY)
    play.after(59)
    assert play.heard(2) == []
    play.after(1)
    assert [key for key, _ in play.heard(2)] == ["AM"]
    assert play.recorded("service")[-1]["by"] == "time"


def test_everybody_is_told_of_the_network_s_own_outage_and_of_its_end():
    play = class_of("BAY2", "VSO1")
    play.tell(ServiceChanged("operator", "NL", Service.HOLD, until=play.now + 3600))
    for line in (1, 2):
        ((key, body),) = play.heard(line)
        assert key == "SM"
        assert body.split("\n")[1] == "NLETS TEMPORARILY OUT OF SERVICE UNTIL 0058 PDT"
    play.says(1, TO_VALLEY)
    assert ".02." in play.heard(1)[0][1]
    play.after(3600)
    assert [body.split("\n")[1] for _, body in play.heard(1)] == ["NLETS IN SERVICE"]
    assert [key for key, _ in play.heard(2)] == ["SM", "AM"]


def test_an_outage_without_an_end_is_until_further_notice():
    play = class_of("BAY2")
    play.tell(ServiceChanged("operator", "NL", Service.HOLD))
    assert "UNTIL FURTHER NOTICE" in play.heard(1)[0][1]


def test_who_was_out_of_service_still_is_after_a_restart():
    play = class_of("BAY2", "VSO1")
    play.tell(VALLEY_DOWN)
    play.says(1, TO_VALLEY)
    owed = carried_over(entry for entry in play.records if entry["kind"] in CARRIED)
    later = Playbook("2019-10-14T23:59:00", carried=owed)
    later.sign_on(1, "VSO1", "VSO1A")
    assert [key for key, _ in later.heard(1)] == ["SM"]
    later.tell(VALLEY_UP)
    assert [key for key, _ in later.heard(1)] == ["AM"]


def test_what_is_sent_after_what_waits_does_not_overtake_it_on_the_way_back():
    play = class_of("BAY2", "VSO1")
    play.tell(VALLEY_DOWN)
    play.says(1, TO_VALLEY)
    play.tell(VALLEY_UP)
    play.says(1, "AM.CA0990100.CA0990200.TXTSECOND")
    assert [body.split("\n")[1] for _, body in play.heard(2)] == [
        *("STOLEN TRAILER SEEN NEAR MILE 40", "SECOND")
    ]


def test_nor_in_the_batch_in_which_it_comes_back():
    play = class_of("BAY2", "VSO1")
    play.tell(VALLEY_DOWN)
    play.says(1, TO_VALLEY)
    second = decode(b"AM.CA0990100.CA0990200.TXTSECOND", play.formats)
    play.tell(VALLEY_UP, MessageArrived(1, second))
    assert [body.split("\n")[1] for _, body in play.heard(2)] == [
        *("STOLEN TRAILER SEEN NEAR MILE 40", "SECOND")
    ]
