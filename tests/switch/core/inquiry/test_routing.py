"""Routes: the catalog, looked up by key and destination."""

from __future__ import annotations

from switch.core.inquiry.routing import Routes
from switch.wire.spec_files import load_formats
from switch.world_file import load_world

ROUTES = Routes(load_world("golden-state"), load_formats())


def test_the_destination_decides_between_two_owners_of_one_key():
    california, nevada = ROUTES.find("DQ", "CA"), ROUTES.find("DQ", "NV")
    assert california is not None
    assert nevada is not None
    assert (california.backend, nevada.backend) == ("CADMV", "NVDMV")


def test_a_key_without_destination_is_routed_by_key_alone():
    entry = ROUTES.find("QW", "")
    assert entry is not None
    assert entry.backend == "CAWPS"
    assert ROUTES.find("QW", "CA") is None


def test_a_destination_that_no_key_goes_to_is_known_as_such():
    assert ROUTES.serves("NV")
    assert not ROUTES.serves("TX")
