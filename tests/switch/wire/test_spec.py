"""The shipped formats, and the questions others ask of them."""

import pytest

from switch.wire.codec import decode, encode_input
from switch.wire.spec import Place
from switch.wire.spec_files import load_formats
from tests.switch.wire.inquiries import places

FORMATS = load_formats()
FIELDED = [
    spec for spec in map(FORMATS.keys.__getitem__, FORMATS.terminal_keys) if not spec.free_text
]
INQUIRIES = [spec for spec in FIELDED if spec.answer and spec.mke != "YQ"]
OF_THE_NETWORK = {"TQ", "NLQ", "NFQ"}  # nobody else is asked


def test_the_keys_a_terminal_may_send():
    assert set(FORMATS.terminal_keys) == {
        "DQ", "DQG", "DNQ", "KQ", "RQ", "RQG", "RPQ", "RNQ", "BQ", "SQ", "GQ", "HQ", "IQ", "FQ",
        "AQ", "CWQ", "SOQ", "PPQ", "PBQ", "PCQ", "PAQ", "SWQ", "WLQ", "YQ", "YR", "WQ", "VQ", "UQ",
        "IPQ", "IVQ", "ITQ", "IGQ", "FPQ", "FVQ", "FTQ", "FGQ", "AM", "AML", "TQ", "NLQ", "NFQ",
        "QW", "QV", "QG", "QA", "QB", "QS", "QM", "QH", "QR", "ZIQ",
        "EW", "MW", "LW", "CW", "XW", "EV", "MV", "LV", "CV", "XV",
    }  # fmt: skip


@pytest.mark.parametrize("spec", INQUIRIES, ids=lambda spec: spec.mke)
def test_every_inquiry_has_an_answer_key_that_only_the_switch_sends(spec):
    answer = FORMATS.key(spec.answer)
    assert answer is not None
    assert not answer.from_terminals


@pytest.mark.parametrize(
    "spec",
    [spec for spec in INQUIRIES if spec.mke not in OF_THE_NETWORK],
    ids=lambda spec: spec.mke,
)
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
    entries = {"EW", "MW", "LW", "CW", "XW", "EV", "MV", "LV", "CV", "XV"}
    national = {"QW", "QV", "QG", "QA", "QB", "QS", "QM", "QH", "QR", *entries}
    assert {spec.mke for spec in FIELDED if spec.simulated} == {*national, "YR", "ZIQ"}
    assert {spec.mke for spec in FIELDED if spec.routed_by_key_alone} == national


def test_published_keys_are_known_by_name_and_not_served():
    assert FORMATS.known("XQ")
    assert FORMATS.key("XQ") is None
    assert not FORMATS.known("QQQ")


def test_a_mandatory_field_stands_in_every_form():
    iq = {field.prefix: field.mandatory for field in FORMATS.keys["IQ"].fields}
    assert {prefix for prefix, mandatory in iq.items() if mandatory} == {"PUR", "ATN"}


@pytest.mark.parametrize("spec", FIELDED, ids=lambda spec: spec.mke)
def test_the_example_values_make_a_right_message_of_every_form(spec):
    for number, form in enumerate(spec.field_sets):
        fields = spec.example_fields(number)
        to = () if spec.routed_by_key_alone else places(spec, form)[:1]
        read = decode(encode_input(spec.mke, "CA0990100", to, None, fields), FORMATS)
        assert read.fields == fields


def test_a_pattern_is_completed_with_the_form_that_holds_most_of_it():
    rq = FORMATS.keys["RQ"]
    assert rq.complete({"LIC": "SIM9"}) == {"LIC": "SIM9", "LIY": "2026", "LIT": "PC"}
    assert rq.complete({"VIN": "SIM9", "OBO": "CA0990300"}) == {
        "VIN": "SIM9",
        "OBO": "CA0990300",
    }
    assert list(rq.complete({"FOO": "1"})) == ["LIC", "LIY", "LIT", "FOO"]


def test_a_completed_pattern_keeps_to_the_form_that_a_field_decides():
    yq = FORMATS.keys["YQ"].complete({"RTY": "SS"})
    assert [name for name in yq if name in ("LIC", "NAM", "TYP", "SER", "DEN")] == [
        "TYP", "SER", "DEN",
    ]  # fmt: skip
    assert FORMATS.keys["YQ"].complete({"VIN": "SIM1"})["RTY"] == "SV"


def test_a_completed_pattern_is_in_the_order_of_the_form():
    assert list(FORMATS.keys["DQ"].complete({"SEX": "M"})) == ["NAM", "DOB", "SEX"]


@pytest.mark.parametrize(
    ("destination", "kind"),
    [("NV", Place.STATE), ("CN", Place.STATE), ("NL", Place.SWITCH), ("E1", Place.REGION),
     ("Z1", Place.REGION), ("ZA", Place.STATE), ("ON", Place.PROVINCE),
     ("NV0990100", Place.AGENCY), ("BAY2", Place.TERMINAL), ("9STATION1", Place.TERMINAL)],
)  # fmt: skip
def test_a_destination_is_of_one_kind(destination, kind):
    assert FORMATS.place(destination) is kind


def test_the_text_of_an_error_names_the_key_whose_options_follow():
    assert FORMATS.error_text(".22.", "RQ").endswith("REFER TO RQ MKE OPTIONS BELOW")


def test_formats_are_read_once():
    assert load_formats() is FORMATS
