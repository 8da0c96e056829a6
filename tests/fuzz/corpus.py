"""Right messages of every key, and all else that may stand on a line: what is mutated."""

from __future__ import annotations

from collections.abc import Iterator

from switch.message import OutputMessage, Stamp
from switch.terms import TRAINING_LINE, MessageKey, Ori
from switch.wire.codec import encode_input, encode_output
from switch.wire.spec import Formats, KeySpec, Place
from switch.world_file import load_world

ORI = "CA0990100"
ZONE = load_world("golden-state").timezone
_PLACES: dict[str, str] = {
    Place.STATE: "NV",
    Place.PROVINCE: "ON",
    Place.REGION: "E1",
    Place.SWITCH: "NL",
    Place.AGENCY: "NV0990100",
    Place.TERMINAL: "NVH1",
}


def inquiries(formats: Formats) -> list[bytes]:
    """Every form of every key, plainly and with all that may join it."""
    return [raw for mke in formats.terminal_keys for raw in _of_key(formats.keys[mke])]


def _of_key(spec: KeySpec) -> Iterator[bytes]:
    if spec.free_text:
        yield encode_input(spec.mke, ORI, _to(spec, ()), "A1", None, "WEATHER\nON I 80")
        return
    examples = {field.prefix: field.example for field in spec.fields}
    for number, form in enumerate(spec.field_sets):
        plain = spec.example_fields(number)
        loose = (*form.extras, *spec.optional)
        full = {**plain, **{name: examples[name] for name in loose}}
        to = _to(spec, form.to)
        yield encode_input(spec.mke, ORI, to, None, plain)
        yield encode_input(spec.mke, ORI, to, "REF0000001", full)
        yield encode_input(spec.mke, ORI, to, None, dict(reversed(full.items())))


def _to(spec: KeySpec, names: tuple[str, ...]) -> tuple[str, ...]:
    if spec.routed_by_key_alone:
        return ()
    if names:
        return tuple(_PLACES.get(name, name) for name in names)
    kinds = sorted(spec.destinations)
    ruled = {rule.place for rule in spec.place_rules}
    found = (*(_PLACES[kind] for kind in kinds if kind not in ruled), *spec.destination_codes)
    return found[: spec.destinations_max]


def commands() -> list[bytes]:
    """What a terminal says to the line itself, and what nobody should say."""
    return [
        b"SIGNON BAY2 BPD2",
        b"SIGNON BAY2 BPD2 SECRET",
        b"SIGNOFF",
        b"RESUME BAY2 BPD2 00012",
        b"ACK 00012",
        b"HEARTBEAT",
        b"GET / HTTP/1.1",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"",
        b" ",
    ]


def outputs() -> list[bytes]:
    """What the switch sends: a terminal must be able to read it, whatever has happened to it."""
    body = f"{TRAINING_LINE}\nDQ OLN/S1\nFROM NVDMV\nNOT ON FILE"
    stamp = Stamp(1_571_122_800.0, 119)
    message = OutputMessage(
        MessageKey("DR"), Ori("NV0998100"), stamp, stamp, Ori(ORI), "REF0000001", body
    )
    return [
        encode_output(message, ZONE),
        encode_output(message._replace(control=None), ZONE),
        encode_output(message._replace(mke=MessageKey("ER"), body=".05. DOB INVALID"), ZONE),
        encode_output(message._replace(mke=MessageKey("YQ"), body="RTY/SV.LIC/S1"), ZONE),
    ]
