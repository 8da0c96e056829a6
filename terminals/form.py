"""Forms drawn from the formats: what a key asks for, and what is wrong before it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from switch.config import World
from switch.errors import FormatError
from switch.terms import Mnemonic, Ori
from switch.wire.codec import decode, encode_input
from switch.wire.spec import CONTROL_MAX, MESSAGE_BYTES_MAX, Formats, KeySpec, Place

_NAME = re.compile(r"[A-Za-z0-9]{1,16}\Z")
_SECRET = re.compile(r"[!-~]{0,64}\Z")
_UNSENDABLE = re.compile(r"[^\x20-\x7e\r\n]")


class Problem(NamedTuple):
    """One thing to mend before sending; `field` is a prefix, `to`, `control`, `text` or ""."""

    field: str
    what: str
    fix: str


class Filled(NamedTuple):
    """A form as a person left it; everything in it is hostile until it has been read."""

    key: str
    to: str
    control: str
    fields: Mapping[str, str]
    text: str


def keys_of(world: World, formats: Formats) -> list[KeySpec]:
    """The keys a terminal of this world may use, in the order in which they are published."""
    served = {entry.key for entry in world.catalog}
    specs = [formats.keys[key] for key in formats.terminal_keys]
    return [spec for spec in specs if (spec.free_text and not spec.answer) or spec.mke in served]


def oris_of(world: World, terminal: Mnemonic) -> list[Ori]:
    """The ORIs that a terminal may send as: its agency's own, then of those that it serves."""
    own = world.agencies[world.terminals[terminal].agency]
    return [*own.oris, *(ori for one in own.services for ori in world.agencies[one].oris)]


def usual_destinations(world: World, spec: KeySpec) -> list[str]:
    """The codes at which this key is served, to choose from; any other may be typed."""
    found = (entry.destination for entry in world.catalog if entry.key == spec.mke)
    return sorted({one for one in found if one})


def compose(
    filled: Filled, ori: str, formats: Formats, control_prefix: str
) -> bytes | list[Problem]:
    """The message of a form as a terminal sends it, or everything that is wrong with it."""
    spec = formats.key(filled.key)
    if spec is None or not spec.from_terminals:
        return [Problem("", f"no message key `{filled.key[:8]}`", "choose one of the list")]
    values = {f.prefix: filled.fields.get(f.prefix, "").strip().upper() for f in spec.fields}
    values = {prefix: value for prefix, value in values.items() if value}
    to = tuple(re.split(r"[\s,.]+", filled.to.strip().upper())) if filled.to.strip() else ()
    problems = [*_header(spec, to, filled), *_fields(spec, values), *_text(spec, filled.text)]
    if problems:
        return problems
    text = filled.text.strip() if spec.free_text else None
    fields = None if spec.free_text else values
    control = filled.control.strip().upper() or None
    raw = encode_input(spec.mke, ori, to, control, fields, text, control_prefix=control_prefix)
    try:
        decode(raw, formats, control_prefix=control_prefix)
    except FormatError as error:
        return [Problem(error.field or "", error.text.capitalize(), error.fix)]
    return raw


def identified(operator: str, secret: str) -> list[Problem]:
    """What is wrong with these words of a sign-on, before they are sent."""
    if _NAME.match(operator) and _SECRET.match(secret):
        return []
    fix = "letters and digits as on your card; a secret has no blanks"
    return [Problem("operator", "that is no operator's name", fix)]


def typed(text: str) -> bytes | list[Problem]:
    """A line as it was typed, for the switch to judge; only what no line can carry is refused."""
    if len(text) > MESSAGE_BYTES_MAX:
        what = f"this is {len(text)} characters long"
        return [Problem("text", what, f"a message has {MESSAGE_BYTES_MAX} at most")]
    problems = list(_unsendable("text", text))
    if not text.strip():
        problems.append(Problem("text", "there is nothing to send", "type a message first"))
    return problems or text.strip().replace("\r\n", "\n").replace("\n", "\r\n").encode("ascii")


def where_to(spec: KeySpec) -> str:
    """What a destination of that key may be, for whoever fills in its form."""
    kinds = spec.destinations
    short = bool(spec.destination_codes or kinds - {Place.AGENCY, Place.TERMINAL})
    words = ["two characters such as CA"] if short else []
    words += ["an ORI"] if Place.AGENCY in kinds else []
    words += ["a terminal's mnemonic"] if Place.TERMINAL in kinds else []
    return ", or ".join(words)


def _header(spec: KeySpec, to: tuple[str, ...], filled: Filled) -> Iterator[Problem]:
    if not to and not spec.routed_by_key_alone:
        yield Problem("to", "a destination is needed", where_to(spec))
    yield from _unsendable("to", filled.to)
    yield from _unsendable("control", filled.control)
    if len(filled.control.strip()) > CONTROL_MAX:
        yield Problem("control", "too long", f"{CONTROL_MAX} characters at most")


def _fields(spec: KeySpec, values: Mapping[str, str]) -> Iterator[Problem]:
    for field in spec.fields:
        value = values.get(field.prefix)
        if value is None:
            continue
        bad = list(_unsendable(field.prefix, value))
        if bad:
            yield from bad
        elif len(value) > field.size_max:
            what = f"{len(value)} characters are too many"
            yield Problem(field.prefix, what, f"{field.size_max} at most")
        elif field.choices and value not in field.choices:
            yield Problem(field.prefix, "not one of the choices", " ".join(field.choices))
        elif not field.pattern.fullmatch(value):
            yield Problem(field.prefix, f"`{value[:24]}` does not fit", field.help)
    for prefix in _missing(spec, set(values)):
        missing = spec.field(prefix)
        yield Problem(prefix, "needed", missing.help if missing else "")


def _missing(spec: KeySpec, given: set[str]) -> list[str]:
    """What the nearest form of this key still needs."""
    lacking = [name for name in spec.always if name not in given]
    if not spec.field_sets:
        return lacking
    # Of forms that lack equally little, the one that was begun: it says what the person meant.
    nearest = min(
        spec.field_sets,
        key=lambda one: (len(set(one.needs) - given), -len(given & one.fields)),
    )
    begun = [one for one in spec.field_sets if given & set(one.needs)]
    if begun and not any(set(one.needs) <= given for one in spec.field_sets):
        nearest = min(begun, key=lambda one: len(set(one.needs) - given))
    return lacking + [name for name in nearest.needs if name not in given]


def _text(spec: KeySpec, text: str) -> Iterator[Problem]:
    if not spec.free_text:
        return
    if not text.strip():
        yield Problem("text", "there is nothing to send", "write the message")
    if len(text) > MESSAGE_BYTES_MAX:
        yield Problem("text", "too long", f"{MESSAGE_BYTES_MAX} characters at most")
    yield from _unsendable("text", text)


def _unsendable(field: str, text: str) -> Iterator[Problem]:
    found = _UNSENDABLE.search(text)
    if found is not None:
        what = f"character {found.start() + 1} ({found[0]!r}) cannot be sent"
        yield Problem(field, what, "letters, digits and ASCII signs only; nothing was sent")
