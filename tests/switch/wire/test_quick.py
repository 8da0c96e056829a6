"""The quick reader reads nothing otherwise than the careful one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from switch.errors import FormatError
from switch.wire.codec import decode_with_care, encode_input
from switch.wire.quick import SHAPES_MAX, QuickReader
from tests.switch.wire.inquiries import DAMAGE, FIELDED, FORMATS, inquiries, places


def damaged(parts, data) -> bytes:
    raw = bytearray(encode_input(*parts))
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(raw)))
        end = at + data.draw(st.integers(0, 2))
        raw[at:end] = data.draw(DAMAGE)
    return bytes(raw)


def careful(raw: bytes):
    try:
        return decode_with_care(raw, FORMATS, "*")
    except FormatError:
        return None


@settings(max_examples=400)
@given(inquiries(), st.data())
def test_what_the_plan_of_a_key_takes_the_careful_reader_reads_the_same(parts, data):
    raw = damaged(parts, data)
    quick = QuickReader(FORMATS, "*").read(raw)
    assert quick is None or quick == careful(raw)


@settings(max_examples=400)
@given(inquiries(), st.data())
def test_what_the_shape_of_the_last_inquiry_takes_the_careful_reader_reads_the_same(parts, data):
    reader = QuickReader(FORMATS, "*")
    first = reader.read(encode_input(*parts))
    assert first is None or first == careful(encode_input(*parts))
    for raw in (damaged(parts, data), damaged(data.draw(inquiries()), data)):
        quick = reader.read(raw)
        assert quick is None or quick == careful(raw)


def ordinary():
    for mke in FIELDED:
        spec = FORMATS.keys[mke]
        for form in range(0 if spec.intricate else len(spec.field_sets)):
            to = () if spec.routed_by_key_alone else places(spec)[:1]
            yield encode_input(mke, "CA0990100", to, "A1", spec.example_fields(form))


def test_ordinary_inquiries_are_read_quickly_whatever_came_before():
    reader = QuickReader(FORMATS, "*")
    for raw in [*ordinary(), *reversed(list(ordinary()))]:
        assert reader.read(raw) is not None


def test_a_shape_takes_values_that_fit_and_no_others():
    reader = QuickReader(FORMATS, "*")
    for text, taken in (
        ("DQ.CA0990100.NV.TXTPUR/C.OLN/S1", True),
        ("DQ.CA0990100.NV.TXTPUR/C.OLN/S2.", True),
        ("DQ.CA0990100.NV.TXTPUR/9.OLN/S2", False),
        ("DQ.CA0990100.NV.TXTPUR/C.OLN/", False),
        ("DQ.CA0990100.NV.TXTPUR/C.OLN/S2..", False),
        ("DQ.CA0990100.NV.TXTPUR/C.OLN/S/2", False),
        ("DQ.CA0990100.NV.TXTOLN/S1.PUR/C", True),
    ):
        assert (reader.read(text.encode()) is not None) is taken, text
        assert taken is (careful(text.encode()) is not None), text


def test_the_shapes_that_are_kept_are_limited(monkeypatch):
    monkeypatch.setattr("switch.wire.quick.SHAPES_MAX", 0)
    assert SHAPES_MAX > 0
    reader = QuickReader(FORMATS, "*")
    assert all(reader.read(raw) is not None for raw in [*ordinary(), *ordinary()])
