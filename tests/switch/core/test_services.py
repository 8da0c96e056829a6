"""A destination is out of service for a key, for all keys, or not at all."""

from __future__ import annotations

import pytest

from switch.core.services import BY_NAME, NAMES, Service, Services, replayed


def of(services: Services, *places: str, key: str = "DQ") -> Service:
    return services.of(places, key)


def test_an_outage_is_of_one_key_or_of_all():
    services = Services()
    services.change("NV", Service.HOLD, ["RQ"], None)
    assert [of(services, "NV", key="RQ"), of(services, "NV")] == [Service.HOLD, Service.UP]
    services.change("NV", Service.REMOVE, [], None)
    assert [of(services, "NV", key="RQ"), of(services, "NV")] == [Service.REMOVE, Service.REMOVE]
    assert of(services, "CA") is Service.UP


def test_one_key_may_work_while_all_others_do_not():
    services = Services()
    services.change("NV", Service.HOLD, [], None)
    services.change("NV", Service.UP, ["DQ"], None)
    assert [of(services, "NV"), of(services, "NV", key="RQ")] == [Service.UP, Service.HOLD]


def test_of_several_names_of_a_destination_the_worst_counts():
    services = Services()
    services.change("NVDMV", Service.HOLD, [], None)
    services.change("NV", Service.NEVER, ["DQ"], None)
    assert of(services, "NVDMV", "NV") is Service.NEVER
    assert of(services, "NVDMV", "NV", key="RQ") is Service.HOLD


def test_the_network_is_everybody():
    services = Services()
    services.change("NL", Service.REMOVE, [], None)
    assert of(services, "CA0990100") is Service.REMOVE


def test_back_in_service_nothing_is_left():
    services = Services()
    services.change("NV", Service.HOLD, ["DQ", "RQ"], 10.0)
    services.change("NV", Service.UP, [], None)
    assert not services
    assert services.next_deadline() is None


def test_an_outage_ends_by_itself_at_its_instant():
    services = Services()
    services.change("NV", Service.HOLD, ["DQ"], 20.0)
    services.change("CA", Service.HOLD, [], 10.0)
    assert services.next_deadline() == 10.0
    assert [o.destination for o in services.over(10.0)] == ["CA"]
    assert services.over(9.9) == []


def test_a_journal_says_who_is_out_of_service():
    changes = [("NV", "hold", []), ("CA", "remove", ["DQ"]), ("NV", "up", [])]
    entries = [
        {"kind": "service", "destination": d, "status": s, "keys": k, "until": None}
        for d, s, k in changes
    ]
    services = replayed([*entries, {"kind": "noted"}])
    assert [(o.destination, o.key) for o in services] == [("CA", "DQ")]


@pytest.mark.parametrize("service", Service)
def test_every_service_has_a_name_and_the_number_of_its_status(service):
    assert BY_NAME[NAMES[service]] is service
    assert bool(service.status) is (service is not Service.UP)
