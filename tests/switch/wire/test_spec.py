"""The shipped formats, and the questions others ask of them."""

import pytest

from switch.wire.codec import decode, encode_input
from switch.wire.spec import Place, load_formats

FORMATS = load_formats()
INQUIRIES = [FORMATS.keys[mke] for mke in FORMATS.terminal_keys if mke != "AM"]


def test_the_keys_a_terminal_may_send():
    assert set(FORMATS.terminal_keys) == {
        "DQ", "DNQ", "RQ", "RNQ", "QW", "QV", "IQ", "ZIQ", "AM",
    }  # fmt: skip


@pytest.mark.parametrize("spec", INQUIRIES, ids=lambda spec: spec.mke)
def test_every_inquiry_has_an_answer_key_that_only_the_switch_sends(spec):
    answer = FORMATS.key(spec.answer)
    assert answer is not None
    assert not answer.from_terminals


@pytest.mark.parametrize("spec", INQUIRIES, ids=lambda spec: spec.mke)
def test_every_inquiry_takes_an_agency_it_is_asked_for(spec):
    on_behalf_of = spec.field("OBO")
    assert on_behalf_of is not None
    assert on_behalf_of.simulated


@pytest.mark.parametrize("mke", ["DQ", "DNQ", "RQ", "RNQ"])
def test_the_purpose_is_a_simulated_option_of_driver_and_vehicle_inquiries(mke):
    purpose = FORMATS.keys[mke].field("PUR")
    assert purpose is not None
    assert (purpose.added, purpose.mandatory) == (True, False)


def test_keys_without_published_form_are_marked_simulated():
    assert {spec.mke for spec in INQUIRIES if spec.simulated} == {"QW", "QV", "ZIQ"}
    assert {spec.mke for spec in INQUIRIES if spec.routed_by_key_alone} == {"QW", "QV"}


def test_published_keys_are_known_by_name_and_not_served():
    assert FORMATS.known("KQ")
    assert FORMATS.key("KQ") is None
    assert not FORMATS.known("QQQ")


def test_a_mandatory_field_stands_in_every_form():
    iq = {field.prefix: field.mandatory for field in FORMATS.keys["IQ"].fields}
    assert {prefix for prefix, mandatory in iq.items() if mandatory} == {"PUR", "ATN"}


@pytest.mark.parametrize("spec", INQUIRIES, ids=lambda spec: spec.mke)
def test_the_example_values_make_a_right_message_of_every_form(spec):
    for form in range(len(spec.field_sets)):
        fields = spec.example_fields(form)
        places = () if spec.routed_by_key_alone else (spec.destination_codes or ("NV",))
        assert decode(encode_input(spec.mke, "CA0990100", places, None, fields), FORMATS).fields


def test_a_pattern_is_completed_with_the_form_that_holds_most_of_it():
    rq = FORMATS.keys["RQ"]
    assert rq.complete({"LIC": "SIM9"}) == {"LIC": "SIM9", "LIY": "2026", "LIT": "PC"}
    assert rq.complete({"VIN": "SIM9", "OBO": "CA0990300"}) == {
        "VIN": "SIM9",
        "OBO": "CA0990300",
    }
    assert list(rq.complete({"FOO": "1"})) == ["LIC", "LIY", "LIT", "FOO"]


def test_a_completed_pattern_is_in_the_order_of_the_form():
    assert list(FORMATS.keys["DQ"].complete({"SEX": "M"})) == ["NAM", "DOB", "SEX"]


@pytest.mark.parametrize(
    ("destination", "kind"),
    [("NV", Place.STATE), ("CN", Place.STATE), ("NL", Place.SWITCH), ("E1", Place.REGION),
     ("Z1", Place.REGION), ("ZA", Place.STATE), ("NV0990100", Place.AGENCY)],
)  # fmt: skip
def test_a_destination_is_of_one_kind(destination, kind):
    assert FORMATS.place(destination) is kind


def test_the_text_of_an_error_names_the_key_whose_options_follow():
    assert FORMATS.error_text(".22.", "RQ").endswith("REFER TO RQ MKE OPTIONS BELOW")


def test_formats_are_read_once():
    assert load_formats() is FORMATS
