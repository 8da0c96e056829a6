"""The published grammar, both halves: what is read, and what is refused with which number."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switch.errors import FormatError
from switch.wire.codec import decode, encode_input
from switch.wire.spec import MESSAGE_BYTES_MAX
from switch.wire.spec_files import load_formats
from tests.switch.wire.inquiries import FIELDED, inquiries

FORMATS = load_formats()
DOE = {"NAM": "DOE, JANE", "DOB": "19700131", "SEX": "F"}
DOE_TEXT = "NAM/DOE, JANE.DOB/19700131.SEX/F"
PLATE = {"LIC": "SIM1234", "LIY": "2026", "LIT": "PC"}
PLATE_TEXT = "LIC/SIM1234.LIY/2026.LIT/PC"


def read(text: str):
    return decode(text.encode("latin-1"), FORMATS)


def refusal(text: str) -> FormatError:
    with pytest.raises(FormatError) as caught:
        read(text)
    return caught.value


# name of the rule, message, destinations, control, fields
ACCEPTED = [
    ("a plain inquiry", f"DQ.CA0990100.NV.TXT{DOE_TEXT}", ("NV",), None, DOE),
    ("a control field", f"DQ.CA0990100.NV.*REF0000001.TXT{DOE_TEXT}", ("NV",), "REF0000001", DOE),
    ("CR LF DEL behind TXT", f"DQ.CA0990100.NV.TXT\r\n\x7f{DOE_TEXT}", ("NV",), None, DOE),
    ("a line break behind each field",
     "DQ.CA0990100.NV.TXT\r\nNAM/DOE, JANE.\r\n\x7fDOB/19700131.\nSEX/F\r\n", ("NV",), None, DOE),
    ("control characters anywhere",
     "\x02DQ.CA\x000990100.NV.T\x0bXTNAM/DO\x7fE, JANE.DOB/1970\r\n0131.SEX/\tF\x03",
     ("NV",), None, DOE),
    ("lower case", "dq.ca0990100.nv.*ref1.txtnam/doe, jane.dob/19700131.sex/f",
     ("NV",), "REF1", DOE),
    ("blanks around everything",
     " DQ . CA0990100 . NV . *R 1 . TXT  NAM/ DOE, JANE  . DOB/19700131 .SEX/ F  ",
     ("NV",), "R 1", DOE),
    ("a period behind the last field", f"DQ.CA0990100.NV.TXT{DOE_TEXT}.", ("NV",), None, DOE),
    ("that period and blanks", f"DQ.CA0990100.NV.TXT{DOE_TEXT} . \r\n", ("NV",), None, DOE),
    ("five destinations", f"DQ.CA0990100.AZ.NV.OR.WA.ID.TXT{DOE_TEXT}",
     ("AZ", "NV", "OR", "WA", "ID"), None, DOE),
    ("commas between destinations", f"DQ.CA0990100.AZ,NV, OR.*C.TXT{DOE_TEXT}",
     ("AZ", "NV", "OR"), "C", DOE),
    ("one place named twice hears once", f"DQ.CA0990100.NV.AZ.NV.TXT{DOE_TEXT}",
     ("NV", "AZ"), None, DOE),
    ("the switch", f"DQ.CA0990100.NL.TXT{DOE_TEXT}", ("NL",), None, DOE),
    ("a region", f"DQ.CA0990100.E1.Z1.TXT{DOE_TEXT}", ("E1", "Z1"), None, DOE),
    ("fields in any order", "DQ.CA0990100.NV.TXTSEX/F.DOB/19700131.NAM/DOE, JANE",
     ("NV",), None, DOE),
    ("a licence by number", "DQ.CA0990100.NV.TXTOLN/S1234567", ("NV",), None, {"OLN": "S1234567"}),
    ("every option of DQ",
     "DQ.CA0990100.NV.TXTRSN/T.OLN/S1.IMQ/Y.PUR/C.OBO/CA0990300", ("NV",), None,
     {"RSN": "T", "OLN": "S1", "IMQ": "Y", "PUR": "C", "OBO": "CA0990300"}),
    ("by name only", "DNQ.CA0990100.CA.TXTNAM/DOE,JANE", ("CA",), None, {"NAM": "DOE,JANE"}),
    ("owner by name", "RNQ.CA0990100.CA.TXTNAM/DOE, JANE M JR", ("CA",), None,
     {"NAM": "DOE, JANE M JR"}),
    ("a plate", f"RQ.CA0990100.NV.TXT{PLATE_TEXT}", ("NV",), None, PLATE),
    ("a plate that does not expire", "RQ.CA0990100.NV.TXTLIC/S.LIY/NX.LIT/PC", ("NV",), None,
     {"LIC": "S", "LIY": "NX", "LIT": "PC"}),
    ("a vehicle", "RQ.CA0990100.NV.TXTVIN/SIM00000000000000001", ("NV",), None,
     {"VIN": "SIM00000000000000001"}),
    ("a vehicle as Missouri wants it", "RQ.CA0990100.MO.TXTVIN/SIM1.VMA/FORD.VYR/2019", ("MO",),
     None, {"VIN": "SIM1", "VMA": "FORD", "VYR": "2019"}),
    ("a safe reader goes on where no field follows a period",
     "IQ.CA0990100.NV.TXTPUR/C.ATN/DET. R. LOPEZ_1.SOC/000991234", ("NV",), None,
     {"PUR": "C", "ATN": "DET. R. LOPEZ_1", "SOC": "000991234"}),
    ("several forms of IQ together",
     f"IQ.CA0990100.NL.TXTPUR/C.ATN/LOPEZ.{DOE_TEXT}.RAC/W.SOC/000991234.MNU/SIM-1", ("NL",), None,
     {"PUR": "C", "ATN": "LOPEZ", **DOE, "RAC": "W", "SOC": "000991234", "MNU": "SIM-1"}),
    ("IQ to Canada by name", f"IQ.CA0990100.CN.TXTPUR/C.ATN/LOPEZ.{DOE_TEXT}", ("CN",), None,
     {"PUR": "C", "ATN": "LOPEZ", **DOE}),
    ("wanted persons", "QW.CA0990100.NAM/DOE, JANE.DOB/013170", (), None,
     {"NAM": "DOE, JANE", "DOB": "013170"}),
    ("wanted persons with a reference", "QW.CA0990100.*A1.NAM/DOE, JANE.DOB/19700131.SEX/F", (),
     "A1", DOE),
    ("stolen vehicles by plate", "QV.CA0990100.LIC/SIM1234.LIS/NV.LIY/26.LIT/PC", (), None,
     {"LIC": "SIM1234", "LIS": "NV", "LIY": "26", "LIT": "PC"}),
    ("stolen vehicles by VIN", "QV.CA0990100.VIN/SIM1", (), None, {"VIN": "SIM1"}),
    ("regional incidents", "ZIQ.CA0990100.ZA.TXTLIC/SIM1234", ("ZA",), None, {"LIC": "SIM1234"}),
    ("a leap day", "QW.CA0990100.NAM/DOE, JANE.DOB/20000229", (), None,
     {"NAM": "DOE, JANE", "DOB": "20000229"}),
    ("a leap day of two digits", "QW.CA0990100.NAM/O'DOE-ROE, J.DOB/022904", (), None,
     {"NAM": "O'DOE-ROE, J", "DOB": "022904"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "destinations", "control", "fields"),
    [row[1:] for row in ACCEPTED],
    ids=[row[0] for row in ACCEPTED],
)
def test_what_the_grammar_allows_is_read(text, destinations, control, fields):
    message = read(text)
    assert message.destinations == destinations
    assert message.control == control
    assert message.fields == fields
    assert (message.ori, message.text) == ("CA0990100", None)
    assert message.raw == text.encode("latin-1")


# name of the rule, message, ER number, field, where it is wrong (a piece of the message; "" = end)
REFUSED = [
    ("nothing", "", "0", None, ""),
    ("only control characters", "\r\n\x00", "0", None, ""),
    ("no structure", "hello world", "0", None, "hello"),
    ("key without period", "DQCA0990100NV", "0", None, "DQ"),
    ("key that is none", "D!.CA0990100.NV.TXTOLN/S1", "0", None, "D!"),
    ("unknown key", "DX.CA0990100.NV.TXTOLN/S1", ".01.", None, "DX"),
    ("published key that is not served", "XQ.CA0990100.ON.TXTLIC/S1", ".01.", None, "XQ"),
    ("answer key from a terminal", "DR.CA0990100.NV.TXTOLN/S1", ".01.", None, "DR"),
    ("nobody else sends ER", "ER.CA0990100.NV.TXT.05. DOB", ".01.", None, "ER"),
    ("output header from a terminal",
     "DQ.CA0990100\r\n10:00 01/02/2026 00001", ".01.", None, "DQ"),
    ("no ORI", "DQ", ".01.", None, ""),
    ("ORI of 8", "DQ.CA099010.NV.TXTOLN/S1", ".01.", None, "CA099010"),
    ("ORI of 10", "DQ.CA09901000.NV.TXTOLN/S1", ".01.", None, "CA09901000"),
    ("ORI without state", "DQ.990990100.NV.TXTOLN/S1", ".01.", None, "990990100"),
    ("no period behind the ORI", "DQ.CA0990100", ".01.", None, ""),
    ("control of 11", "DQ.CA0990100.NV.*12345678901.TXTOLN/S1", ".01.", None, "*123"),
    ("empty control", "DQ.CA0990100.NV.*.TXTOLN/S1", ".01.", None, "*."),
    ("two controls", "DQ.CA0990100.NV.*A.*B.TXTOLN/S1", ".01.", None, "*B"),
    ("destination behind control", "DQ.CA0990100.*A.NV.TXTOLN/S1", ".01.", None, "NV"),
    ("control without its asterisk", "DQ.CA0990100.NV.REF1.TXTOLN/S1", ".19.", None, "REF1"),
    ("no TXT", f"DQ.CA0990100.NV.{DOE_TEXT}", ".03.", None, "NAM"),
    ("TXT misspelt", "DQ.CA0990100.NV.TEXTOLN/S1", ".03.", None, "TEXT"),
    ("ends in the header", "DQ.CA0990100.NV", ".03.", None, "NV"),
    ("no destination", f"DQ.CA0990100.TXT{DOE_TEXT}", ".19.", None, "TXT"),
    ("six destinations", "DQ.CA0990100.AZ.NV.OR.WA.ID.UT.TXTOLN/S1", ".19.", None, "UT"),
    ("destination of 3", "DQ.CA0990100.NVX.TXTOLN/S1", ".19.", None, "NVX"),
    ("destination of 1", "DQ.CA0990100.N.TXTOLN/S1", ".19.", None, "N.TXT"),
    ("empty destination", "DQ.CA0990100.NV..TXTOLN/S1", ".19.", None, ".TXT"),
    ("ORI as destination of DQ", "DQ.CA0990100.NV0990100.TXTOLN/S1", ".02.", None, "NV0990100"),
    ("9 characters on IQ refuse the whole message",
     f"IQ.CA0990100.NV.NV0990100.TXTPUR/C.ATN/L.{DOE_TEXT}", ".02.", None, "NV0990100"),
    ("DNQ is for states", "DNQ.CA0990100.NL.TXTNAM/DOE, JANE", ".02.", None, "NL"),
    ("RNQ is not for regions", "RNQ.CA0990100.E1.TXTNAM/DOE, JANE", ".02.", None, "E1"),
    ("ZIQ goes to ZA", "ZIQ.CA0990100.NV.TXTLIC/SIM1", ".02.", None, "NV"),
    ("QW has no destination", "QW.CA0990100.NV.NAM/DOE, JANE.DOB/19700131", ".01.", None, "NV"),
    ("QV has no TXT", "QV.CA0990100.TXTVIN/SIM1", ".01.", None, "TXT"),
    ("no fields", "DQ.CA0990100.NV.TXT", ".14.", None, ""),
    ("no fields after TXT and a line break", "DQ.CA0990100.NV.TXT\r\n\x7f", ".14.", None, ""),
    ("nothing to ask by", "DQ.CA0990100.NV.TXTRSN/T", ".14.", None, ""),
    ("period behind TXT", "DQ.CA0990100.NV.TXT.OLN/S1", "0", None, ".OLN"),
    ("text instead of fields", "DQ.CA0990100.NV.TXTHELLO", "0", None, "HELLO"),
    ("unknown field", "DQ.CA0990100.NV.TXTOLN/S1.FOO/BAR", ".22.", "FOO", "FOO"),
    ("field of another key", "RQ.CA0990100.NV.TXTVIN/SIM1.IMQ/Y", ".22.", "IMQ", "IMQ"),
    ("DNQ is by name only", "DNQ.CA0990100.NV.TXTNAM/DOE, JANE.DOB/19700131", ".22.", "DOB", "DOB"),
    ("two periods behind a name",
     "IQ.CA0990100.NV.TXTPUR/C.SOC/000991234.ATN/DET R. LOPEZ..", "0", "ATN", "ATN"),
    ("a field twice", f"DQ.CA0990100.NV.TXT{DOE_TEXT}.SEX/F", "0", "SEX", "SEX/F$"),
    ("two forms", f"DQ.CA0990100.NV.TXT{DOE_TEXT}.OLN/S1", ".22.", "OLN", "OLN"),
    ("plate and VIN", f"RQ.CA0990100.NV.TXT{PLATE_TEXT}.VIN/SIM1", ".22.", "VIN", "VIN"),
    ("make without VIN", f"RQ.CA0990100.NV.TXT{PLATE_TEXT}.VMA/FORD", ".22.", "VMA", "VMA"),
    ("no date of birth", "DQ.CA0990100.NV.TXTNAM/DOE, JANE.SEX/F", ".05.", "DOB", ""),
    ("no sex", "DQ.CA0990100.NV.TXTNAM/DOE, JANE.DOB/19700131", ".14.", "SEX", ""),
    ("no name", "DQ.CA0990100.NV.TXTDOB/19700131.SEX/F", ".14.", "NAM", ""),
    ("no year", "RQ.CA0990100.NV.TXTLIC/SIM1234.LIT/PC", ".10.", "LIY", ""),
    ("no type", "RQ.CA0990100.NV.TXTLIC/SIM1234.LIY/2026", ".14.", "LIT", ""),
    ("no purpose", f"IQ.CA0990100.NV.TXTATN/LOPEZ.{DOE_TEXT}", ".14.", "PUR", ""),
    ("no attention", f"IQ.CA0990100.NV.TXTPUR/C.{DOE_TEXT}", ".14.", "ATN", ""),
    ("half a name set beside SOC",
     "IQ.CA0990100.NV.TXTPUR/C.ATN/L.SOC/000991234.NAM/DOE, JANE", ".05.", "DOB", ""),
    ("Missouri demands the make", "RQ.CA0990100.MO.TXTVIN/SIM1.VYR/2019", ".14.", "VMA", ""),
    ("Missouri demands the year", "RQ.CA0990100.NV.MO.TXTVIN/SIM1.VMA/FORD", ".10.", "VYR", ""),
    ("Canada takes no SOC", "IQ.CA0990100.CN.TXTPUR/C.ATN/L.SOC/000991234", ".06.", "SOC", "SOC"),
    ("Canada takes no race",
     f"IQ.CA0990100.CN.TXTPUR/C.ATN/L.{DOE_TEXT}.RAC/W", ".06.", "RAC", "RAC"),
    ("an empty field", f"DQ.CA0990100.NV.TXTRSN/.{DOE_TEXT}", ".14.", "RSN", "RSN"),
    ("an empty date", "DQ.CA0990100.NV.TXTNAM/DOE, JANE.DOB/.SEX/F", ".05.", "DOB", "DOB"),
    ("an empty last field", "DQ.CA0990100.NV.TXTNAM/DOE, JANE.DOB/19700131.SEX/", ".14.", "SEX",
     "SEX"),
    ("not ASCII in a field", "DQ.CA0990100.NV.TXTNAM/DOE, JOS\xc9.DOB/19700131.SEX/F", "0", None,
     "\xc9"),
    ("not ASCII in text", "AM.CA0990100.NV.TXTCAF\xc9", "0", None, "\xc9"),
    ("binary", "\xff\xfe\x00DQ", "0", None, "\xff"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "field", "where"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_what_the_grammar_forbids_is_refused_with_its_number_and_place(text, code, field, where):
    error = refusal(text)
    assert (error.code, error.field) == (code, field)
    expected = text.rfind(where[:-1]) if where.endswith("$") else text.rfind(where)
    assert error.offset == (expected if where else len(text.rstrip("\r\n\x00\x7f")))
    assert error.fix


# field, values that are refused, values that are taken; the rest of the message is right
VALUES = [
    ("NAM", "0", ["DOE", "DOE JANE", "DOE,", ", JANE", "DOE, JANE, JR", "D0E, JANE", "MR DOE, JANE",
                  "DOE, DR JANE", "DOE, JAN*", "A" * 28 + ", J", "DOE/ROE, JANE"],
     ["DOE,JANE", "A" * 27 + ", J", "VON DER DOE, JANE", "DOE, JANE ANN III", "DOE, JANE 3RD",
      "ST. DOE, JANE"]),
    ("DOB", ".05.", ["1970013", "197001311", "19700231", "19701301", "19700100", "19010229",
                     "19000229", "1970-01-31", "JAN3170", "023070", "700131", "13170", "99999999"],
     ["19700131", "013170", "19040229", "20000229", "022900"]),
    ("SEX", "0", ["FEMALE", "X", "1"], ["M", "F", "U"]),
    ("IMQ", "0", ["YES", "1"], ["Y", "N"]),
    ("RSN", "0", ["X", "NN"], list("NFVTSHI")),
    ("PUR", "0", ["CC", "Z", "1"], list("CFEDJSHXAI")),
    ("OBO", "0", ["CA099010", "CA09901000", "990990100", "NV"], ["CA0990300"]),
]  # fmt: skip
PLATE_VALUES = [
    ("LIC", "0", ["SIM 1234", "SIM-1234", "SIM12345678", "SIM#1", "UNKNOWN", "SIM.12"],
     ["S", "SIM1234567", "UNKNOWN1"]),
    ("LIY", ".10.", ["2", "202", "20266", "NY", "X", "2O26"], ["26", "2026", "NX"]),
    ("LIT", "0", ["P", "PCX", "P-"], ["PC"]),
]  # fmt: skip
IQ_VALUES = [
    ("ATN", ".16.", ["A" * 31], ["A" * 30, "J_DOE", "UNIT 12 - NIGHT"]),
    ("SOC", "0", ["00099123", "0009912345", "000-99-1234"], ["000991234"]),
    ("RAC", "0", ["WW", "1"], ["W"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "base", "field", "code", "wrong", "right"),
    [("DQ", DOE, *row) for row in VALUES]
    + [("RQ", PLATE, *row) for row in PLATE_VALUES]
    + [("IQ", {"PUR": "C", "ATN": "L", **DOE}, *row) for row in IQ_VALUES],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_value_is_held_to_its_field(key, base, field, code, wrong, right):
    for value in wrong:
        fields = {**base, field: value}
        error = refusal(encode_input(key, "CA0990100", ["NV"], None, fields).decode())
        assert (error.code, error.field) == (code, field), value
    for value in right:
        message = read(
            encode_input(key, "CA0990100", ["NV"], None, {**base, field: value}).decode()
        )
        assert message.fields is not None
        assert message.fields[field] == value


@pytest.mark.parametrize(("size", "taken"), [(20, True), (21, False)])
def test_licence_numbers_and_vins_have_twenty_characters_at_most(size, taken):
    for key, field in (("DQ", "OLN"), ("RQ", "VIN")):
        text = f"{key}.CA0990100.NV.TXT{field}/{'S' * size}"
        if taken:
            assert read(text).fields == {field: "S" * size}
        else:
            assert refusal(text).field == field


def test_an_option_list_is_part_of_the_advice_where_it_helps():
    error = refusal(f"RQ.CA0990100.NV.TXT{PLATE_TEXT}.VIN/SIM1")
    assert error.text == "INVALID MESSAGE FORMAT - REFER TO RQ MKE OPTIONS BELOW"
    assert "\n1. LIC, LIY, LIT" in error.fix


def test_a_misspelt_key_or_field_is_guessed():
    assert "did you mean RNQ?" in refusal("RNX.CA0990100.NV.TXTNAM/DOE, JANE").fix
    assert "did you mean OLN?" in refusal("DQ.CA0990100.NV.TXTOLM/S1").fix


# --- free text -----------------------------------------------------------------------------------


def test_free_text_keeps_its_lines_and_drops_other_control_characters():
    message = read("am.ca0990100.nv0990100.e1.nl.*a.txt\r\n\x7fStolen car.\r\nSee.\tNam/x\x00 \r\n")
    assert message.destinations == ("NV0990100", "E1", "NL")
    assert (message.control, message.fields) == ("A", None)
    assert message.text == "STOLEN CAR.\nSEE. NAM/X"


def test_free_text_may_be_empty_since_that_is_how_help_is_read():
    assert read("AM.CA0990100.NLCADHELP.TXT").text == ""


def test_a_texan_ori_is_not_taken_for_the_marker():
    message = read("AM.CA0990100.TXTHP0000.NV.TXTHELLO")
    assert (message.destinations, message.text) == (("TXTHP0000", "NV"), "HELLO")
    assert read("AM.CA0990100.NV.TXTSIGHTED.NV.CAR").text == "SIGHTED.NV.CAR"


def test_another_prefix_may_open_the_control_field():
    raw = b"DQ.CA0990100.NV.#A1.TXTOLN/S1"
    assert decode(raw, FORMATS, control_prefix="#").control == "A1"
    with pytest.raises(FormatError):
        decode(raw, FORMATS)


# --- sizes ---------------------------------------------------------------------------------------


def test_a_message_has_14400_characters_at_most():
    head = "AM.CA0990100.NV.TXT"
    text = head + "A" * (MESSAGE_BYTES_MAX - len(head))
    assert len(read(text).text) == MESSAGE_BYTES_MAX - len(head)
    error = refusal(text + "A")
    assert (error.code, error.offset) == ("0", MESSAGE_BYTES_MAX)


# --- properties ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", FIELDED)
@settings(max_examples=10)
@given(data=st.data())
def test_what_is_read_sent_and_read_again_is_the_same_for_every_key(key, data):
    mke, ori, destinations, control, fields = data.draw(inquiries([key]))
    once = decode(encode_input(mke, ori, destinations, control, fields), FORMATS)
    assert once[:5] == (mke, ori, destinations, control, fields)
    head = encode_input(mke, ori, destinations, control, {}).decode()
    body = " .\r\n".join(f"{name}/ {value} " for name, value in fields.items())
    untidy = f"{head.replace('.', ' .')}\x7f{body.lower()}. "
    again = decode(untidy.encode(), FORMATS)
    assert again[:6] == once[:6]
    assert encode_input(*again[:6]) == once.raw


@pytest.mark.parametrize("key", [k for k in FORMATS.terminal_keys if k not in FIELDED])
@given(text=st.text("ABC ./,*\n09-", max_size=60))
def test_free_text_is_read_sent_and_read_again_the_same(key, text):
    once = decode(encode_input(key, "CA0990100", ["NV"], "A1", None, text), FORMATS)
    again = decode(encode_input(*once[:6]), FORMATS)
    assert again[:6] == once[:6]


@settings(max_examples=400)
@given(
    st.binary(max_size=200)
    | st.text("DQR.CA0990100NVTX/*,\r\n NAMOLIYS", max_size=120).map(str.encode)
)
def test_no_bytes_raise_anything_but_a_format_error_within_the_message(raw):
    try:
        decode(raw, FORMATS)
    except FormatError as caught:
        error = caught
    else:
        return
    assert 0 <= error.offset <= len(raw)
    assert error.fix
    assert error.text
