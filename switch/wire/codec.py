"""Bytes to messages and back.

An ordinary inquiry is read by the `quick` reader. Whatever that does not take, wrong or merely
unusual, is read again with care (`header`, `fields`), which alone knows the whole grammar and words
the errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from switch.backend import printed
from switch.message import InputMessage
from switch.wire.fields import read_fields
from switch.wire.header import read_header, read_key
from switch.wire.output import Output, OutputStamp, decode_output, encode_output, is_output
from switch.wire.page import Page
from switch.wire.quick import QuickReader
from switch.wire.spec import Formats

__all__ = [
    "Output",
    "OutputStamp",
    "decode",
    "decode_output",
    "encode_input",
    "encode_output",
    "is_output",
]


def decode(raw: bytes, formats: Formats, *, control_prefix: str = "*") -> InputMessage:
    """Read a message from a terminal; FormatError names code, field, offset and fix."""
    message = QuickReader(formats, control_prefix).read(raw)
    return message if message is not None else decode_with_care(raw, formats, control_prefix)


def decode_with_care(raw: bytes, formats: Formats, control_prefix: str) -> InputMessage:
    """Read a message by the whole grammar; FormatError as for `decode`."""
    page = Page(raw, formats)
    if is_output(raw):
        raise page.fail(
            ".01.", 0, "this is an output header: the switch sends it, terminals do not"
        )
    spec, at = read_key(page)
    header = read_header(page, spec, at, control_prefix)
    fields = text = None
    if spec.free_text:
        text = page.text_from(header.body_at)
    else:
        fields = read_fields(page, header.body_at, spec, header.destinations)
    ori, destinations, control, _ = header
    shown = printed(fields) if fields else ""
    return InputMessage(spec.mke, ori, destinations, control, fields, text, raw, shown)


# --- what a terminal types -----------------------------------------------------------------------


def encode_input(
    mke: str,
    ori: str,
    destinations: Sequence[str] = (),
    control: str | None = None,
    fields: Mapping[str, str] | None = None,
    text: str | None = None,
    *,
    control_prefix: str = "*",
) -> bytes:
    """A message as a terminal sends it, unchecked; without destinations as `KEY.ORI.fields`."""
    header = [mke, ori, *destinations]
    if control is not None:
        header.append(f"{control_prefix}{control}")
    body = ".".join(f"{prefix}/{value}" for prefix, value in (fields or {}).items())
    if text is not None:
        body = text.replace("\n", "\r\n")
    marker = "TXT" if destinations else ""
    return f"{'.'.join(header)}.{marker}{body}".encode("ascii", "replace")
