"""Inquiries of every key and form, for properties of what reads them."""

from datetime import date

from hypothesis import strategies as st

from switch.wire.spec_files import load_formats

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
_WORDS = st.sampled_from(["SIM 1", "A-B", "DET. R. LOPEZ", "SIMULATED"])
FIELDED = [k for k in FORMATS.terminal_keys if not FORMATS.keys[k].free_text]
DAMAGE = st.sampled_from([b"", b".", b" ", b"/", b",", b"*", b"TXT", b"a", b"\r", b"9"])
REFERENCE = st.none() | st.text("ABC019-/", min_size=1, max_size=10)
_PLACES = {
    "state": ("NV", "AZ", "OR", "WA", "ID", "UT"),
    "province": ("ON", "QC", "BC"),
    "region": ("E1", "A1", "Z1"),
    "switch": ("NL",),
    "agency": ("NV0990100", "CA0990200", "CA0990300"),
}


def places(spec, form=None):
    """Places that this form of a key goes to."""
    to = form.to if form is not None and form.to else ()
    names = to or (*spec.destinations, *spec.destination_codes)
    ruled = {rule.place for rule in spec.place_rules}
    return [p for n in sorted(names) if n not in ruled for p in _PLACES.get(n, (n,))]


def value_of(field):
    """Right values of a field."""
    if field.choices:
        return st.sampled_from(sorted(field.choices))
    known = _PLAIN.get(field.prefix, _WORDS) | st.just(field.example)
    return known.map(lambda value: value if field.pattern.fullmatch(value) else field.example)


@st.composite
def inquiries(draw, keys=FIELDED):
    """A right inquiry of any key: its parts, for a round trip."""
    spec = FORMATS.keys[draw(st.sampled_from(keys))]
    most = len(spec.field_sets) if spec.combine else 1
    forms = draw(st.lists(st.sampled_from(spec.field_sets), min_size=1, max_size=most, unique=True))
    names = {*spec.always}.union(*(form.needs for form in forms))
    for group in spec.some_of:
        names.add(draw(st.sampled_from(group)))
    loose = sorted({*spec.optional}.union(*(form.extras for form in forms)) - names)
    names.update(draw(st.lists(st.sampled_from(loose), unique=True)) if loose else ())
    fixed = {name: draw(st.sampled_from(values)) for name, values in forms[0].when}
    fields = {
        name: fixed.get(name) or draw(value_of(spec.field(name)))
        for name in draw(st.permutations(sorted(names)))
    }
    to = places(spec, forms[0])
    count = min(draw(st.integers(1, spec.destinations_max)), len(to))
    destinations = () if spec.routed_by_key_alone else tuple(to[:count])
    return spec.mke, "CA0990100", destinations, draw(REFERENCE), fields
