"""The output header: what the switch sends, and what a terminal makes of it.

    MKE "." SENDER-ORI
    HH:MM MM/DD/YYYY NNNNN                 when the switch took the inquiry in
    HH:MM MM/DD/YYYY NNNNN RECEIVER-ORI    when this went out
    *CONTROL                               if the inquiry had one
    TXT
    body

Seen in the samples of ER, GR, HR and help AM [N-ER, N-GQ, N-HQ, N-HELP]. No period ends line 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from switch.errors import FormatError
from switch.message import OutputMessage
from switch.terms import TRAINING_LINE, MessageKey, Ori
from switch.wire.fields import read_fields
from switch.wire.page import Page, free_text
from switch.wire.spec import CONTROL_MAX, Formats
from switch.wire.spec_files import load_formats

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Line breaks are not counted on: a published sample has none behind the ORI, so line 1 is read by
# its width of nine characters [N-HQ].
_GAP = r"[\x00-\x20\x7f]*"
_ORI = r"([A-Z]{2}[A-Z0-9]{7})"
_STAMP = r"(\d\d:\d\d) +(\d\d/\d\d/\d{4}) +(\d{5})"
_LINE_1 = re.compile(rf"{_GAP}([A-Z]{{2,4}})\.{_ORI}{_GAP}", re.IGNORECASE | re.ASCII)
_LINE_2 = re.compile(rf"{_STAMP}{_GAP}", re.ASCII)
_LINE_3 = re.compile(rf"{_STAMP} +{_ORI}{_GAP}", re.IGNORECASE | re.ASCII)
_CONTROL = re.compile(rf"([ -~]*){_GAP}")
_MARKER = re.compile(rf"TXT{_GAP}", re.IGNORECASE)
_OPENING = re.compile(rf"{_GAP}[A-Z]{{2,4}}\.[A-Z0-9]{{9}}{_GAP}\d\d:\d".encode(), re.IGNORECASE)


class OutputStamp(NamedTuple):
    """One clock line as printed."""

    time: str  # HH:MM
    date: str  # MM/DD/YYYY
    sequence: str  # five digits


class Output(NamedTuple):
    """A message of the switch as a terminal reads it."""

    mke: MessageKey
    ori: Ori  # who sends it
    received: OutputStamp
    sent: OutputStamp
    receiver: Ori
    control: str | None
    body: str  # lines joined by "\n"
    text: str  # the whole message, header included, lines joined by "\n"
    fields: Mapping[str, str] | None  # of an inquiry that is passed on; answers are free text


# --- writing -------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _clock(minute: float, zone: ZoneInfo) -> str:
    """`HH:MM MM/DD/YYYY` of a minute since 1970; messages come many to a minute."""
    at = (_EPOCH + timedelta(minutes=minute)).astimezone(zone)
    return f"{at:%H:%M %m/%d/%Y}"


def encode_output(message: OutputMessage, timezone: ZoneInfo, control_prefix: str = "*") -> bytes:
    """The bytes of a message; lines are joined by CR LF, and nothing but ASCII leaves.

    Control characters are not looked for again: bodies are made in `answer`, which lets none in.
    """
    mke, sender, (received_at, inbound), (sent_at, outbound), receiver, control, body = message
    taken_in = _clock(received_at // 60, timezone)
    went_out = taken_in if sent_at == received_at else _clock(sent_at // 60, timezone)
    reference = f"{control_prefix}{control}\n" if control else ""
    return (
        (
            f"{mke}.{sender}\n{taken_in} {inbound:05d}\n{went_out} {outbound:05d} {receiver}\n"
            f"{reference}TXT\n{body}"
        )
        .encode("ascii", "replace")
        .replace(b"\n", b"\r\n")
    )


# --- reading -------------------------------------------------------------------------------------


def is_output(raw: bytes) -> bool:
    """Whether a message starts like one of the switch: a clock behind the first ORI, no period."""
    return _OPENING.match(raw) is not None


def decode_output(
    raw: bytes, formats: Formats | None = None, *, control_prefix: str = "*"
) -> Output:
    """Read a message of the switch, tolerantly; FormatError says what is not one.

    Without formats any key is read: a world may have answer keys of its own.
    """
    page = Page(raw, formats or load_formats())
    text = raw.decode("ascii")  # a Page is made of ASCII only; an index is a byte
    line = _LINE_1.match(text)
    if line is None:
        raise page.fail_at(".01.", 0, "an output header starts with KEY.ORI")
    mke, ori = line[1].upper(), line[2].upper()
    if formats is not None and not formats.known(mke):
        raise page.fail_at(".01.", line.start(1), f"{mke} is not a message key")
    page.mke = mke
    received, at = _stamp(page, text, line.end(), _LINE_2)
    sent, at_control = _stamp(page, text, at, _LINE_3)
    receiver = text[at:at_control].split()[3].upper()
    control, at = _control(page, text, at_control, control_prefix)
    marker = _MARKER.match(text, at)
    if marker is None:
        raise page.fail_at(".03.", at, "a line TXT opens the body")
    body = free_text(raw[marker.end() :])
    return Output(
        MessageKey(mke),
        Ori(ori),
        received,
        sent,
        Ori(receiver),
        control,
        body,
        free_text(raw),
        _fields(page, marker.end()),
    )


def _stamp(page: Page, text: str, at: int, line: re.Pattern[str]) -> tuple[OutputStamp, int]:
    form = "HH:MM MM/DD/YYYY NNNNN" + (" and the receiver's ORI" if line is _LINE_3 else "")
    found = line.match(text, at)
    if found is None:
        raise page.fail_at(".01.", at, f"a clock line is {form}")
    stamp = OutputStamp(*found.group(1, 2, 3))
    if not _is_time(stamp):
        raise page.fail_at(".01.", at, f"{stamp.time} {stamp.date} is no time: {form}")
    return stamp, found.end()


def _is_time(stamp: OutputStamp) -> bool:
    try:
        month, day, year = (int(part) for part in stamp.date.split("/"))
        date(year, month, day)
    except ValueError:
        return False
    return stamp.time < "24:00" and stamp.time[3:] < "60"


def _control(page: Page, text: str, at: int, prefix: str) -> tuple[str | None, int]:
    """The control field on a line of its own [INF], and where reading goes on."""
    if not text.startswith(prefix, at):
        return None, at
    line = _CONTROL.match(text, at + len(prefix))
    control = line[1].strip(" ") if line else ""
    if line is None or not 1 <= len(control) <= CONTROL_MAX:
        fix = f"a control field is {prefix} and 1 to {CONTROL_MAX} characters on a line of its own"
        raise page.fail_at(".01.", at, fix)
    return control.upper(), line.end()


def _fields(page: Page, body_at: int) -> Mapping[str, str] | None:
    """The fields of an inquiry that the switch passes on to a state; its place is not judged."""
    spec = page.formats.key(page.mke)
    if spec is None or not spec.field_sets:
        return None
    if page.raw.startswith(TRAINING_LINE.encode(), body_at):
        body_at += len(TRAINING_LINE)
    body = Page(page.raw[body_at:], page.formats)
    body.mke = page.mke
    try:
        return read_fields(body, body.skip_blanks(0), spec, ())
    except FormatError as error:
        error.offset += body_at
        raise
