"""Inquiries of every key and form, for properties of what reads them."""

from datetime import date

from hypothesis import strategies as st

from switch.wire.spec import DESTINATIONS_MAX, load_formats

FORMATS = load_formats()
_DAYS = st.dates(min_value=date(1850, 1, 1), max_value=date(2049, 12, 31))
_WORD = st.text("ABCXYZ'-", min_size=1, max_size=6).map(lambda word: f"A{word}")
_PLAIN = {
    "NAM": st.tuples(_WORD, st.sampled_from([",", ", "]), _WORD, st.sampled_from(["", " JR", " Q"]))
    .map("".join),
    "DOB": _DAYS.map("{:%Y%m%d}".format) | _DAYS.map("{:%m%d%y}".format),
    "OLN": st.text("SX019", min_size=1, max_size=20),
    "SOC": st.text("0123456789", min_size=9, max_size=9),
    "MNU": st.text("SX019-", min_size=1, max_size=15),
    "LIC": st.text("SIM019", min_size=1, max_size=10),
    "LIS": st.sampled_from(["NV", "CA"]),
    "LIY": st.sampled_from(["NX", "26", "2026"]),
    "LIT": st.sampled_from(["PC", "TK"]),
    "VIN": st.text("SIM019", min_size=1, max_size=20),
    "VMA": st.sampled_from(["FORD", "VW"]),
    "VYR": st.sampled_from(["19", "2019"]),
    "RAC": st.sampled_from("AW"),
    "ATN": st.sampled_from(["LOPEZ", "DET. R. LOPEZ", "J_DOE / NIGHT", "X-1, DESK"]),
    "OBO": st.just("CA0990300"),
}  # fmt: skip
VALUE = _PLAIN | {
    field.prefix: st.sampled_from(sorted(field.choices))
    for key in FORMATS.keys.values()
    for field in key.fields
    if field.choices
}
DAMAGE = st.sampled_from([b"", b".", b" ", b"/", b",", b"*", b"TXT", b"a", b"\r", b"9"])
REFERENCE = st.none() | st.text("ABC019-/", min_size=1, max_size=10)


@st.composite
def inquiries(draw):
    """A right inquiry of any key: its parts, for a round trip."""
    spec = FORMATS.keys[draw(st.sampled_from([k for k in FORMATS.terminal_keys if k != "AM"]))]
    form = draw(st.sampled_from(sorted(spec.combinations(), key=sorted)))
    names = draw(st.permutations(sorted(form)))
    fields = {name: draw(VALUE[name]) for name in names}
    places = spec.destination_codes or ("NV", "AZ", "OR", "WA", "ID", "UT")
    count = 0 if spec.routed_by_key_alone else draw(st.integers(1, DESTINATIONS_MAX))
    destinations = tuple(places[:count])
    return spec.mke, "CA0990100", destinations, draw(REFERENCE), fields
