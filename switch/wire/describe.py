"""A message for a person: part by part with its meaning, or the place where it went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from switch.errors import FormatError
from switch.message import InputMessage
from switch.wire.output import Output
from switch.wire.spec import Formats, KeySpec, Place

_AROUND = 36  # characters shown on either side of a caret


class Part(NamedTuple):
    """One part of a message: what it is, what stands there, what that means."""

    name: str
    value: str
    meaning: str
    simulated: bool = False


def describe(message: InputMessage | Output, formats: Formats) -> list[Part]:
    """The parts of a message in the order in which they stand."""
    if isinstance(message, Output):
        return _describe_output(message, formats)
    spec = formats.keys[message.mke]
    parts = [_key(spec), Part("sender", message.ori, "ORI of who asks")]
    parts += [Part("destination", d, _place(d, formats)) for d in message.destinations]
    if message.control is not None:
        parts.append(Part("control", message.control, "the sender's reference, comes back"))
    parts += _body(spec, message.fields or {}, formats)
    if message.text is not None:
        parts.append(Part("text", message.text, "free text"))
    return parts


def _describe_output(message: Output, formats: Formats) -> list[Part]:
    spec = formats.key(message.mke)
    parts = [_key(spec) if spec else Part("key", message.mke, "a published key, not served here")]
    parts.append(Part("sender", message.ori, "ORI of who answers"))
    for name, stamp, what in (
        ("received", message.received, "when the switch took the inquiry in, and its number"),
        ("sent", message.sent, "when this went out, and its number on the line"),
    ):
        parts.append(Part(name, " ".join(stamp), what))
    parts.append(Part("receiver", message.receiver, "ORI of who receives it"))
    if message.control is not None:
        parts.append(Part("control", message.control, "the reference of the inquiry"))
    if spec and message.fields is not None:
        return parts + _body(spec, message.fields, formats)
    return [*parts, Part("text", message.body, "free text")]


def _key(spec: KeySpec) -> Part:
    answer = f", answered by {spec.answer}" if spec.answer else ""
    return Part("key", spec.mke, f"{spec.what}{answer}", spec.simulated)


def _place(destination: str, formats: Formats) -> str:
    return {
        Place.STATE: "a state, province or file",
        Place.REGION: "a region",
        Place.SWITCH: "all states, merged",
        Place.AGENCY: "ORI of an agency",
        Place.TERMINAL: "mnemonic of a terminal",
    }[formats.place(destination)]


def _body(spec: KeySpec, fields: Mapping[str, str], formats: Formats) -> list[Part]:
    parts = []
    for prefix, value in fields.items():
        field = spec.field(prefix)
        assert field is not None  # it was read by this spec
        meaning = (
            f"{field.label}: {field.choices[value]}" if value in field.choices else field.label
        )
        simulated = field.simulated or (prefix == "PUR" and value in formats.simulated_purposes)
        parts.append(Part(prefix, value, meaning, simulated))
    return parts


def caret(raw: bytes, error: FormatError) -> tuple[str, str]:
    """The message around an error on one line, and a caret under the byte; controls as dots."""
    start = max(0, error.offset - _AROUND)
    window = raw[start : error.offset + _AROUND].decode("latin-1")
    shown = "".join(c if " " <= c <= "~" else "·" for c in window)
    before, after = "..." if start else "", "..." if error.offset + _AROUND < len(raw) else ""
    return f"{before}{shown}{after}", " " * (len(before) + error.offset - start) + "^"
