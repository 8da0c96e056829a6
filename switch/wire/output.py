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
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from switch.errors import FormatError
from switch.message import OutputMessage
from switch.terms import MessageKey, Ori
from switch.wire.page import CONTROLS, Page, free_text
from switch.wire.spec import CONTROL_MAX, Formats, load_formats

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNPRINTABLE = bytes(set(CONTROLS) - set(b"\n"))

# Line breaks are not counted on: a published sample has none behind the ORI, so line 1 is read by
# its width of nine characters [N-HQ].
_STAMP = r"(\d\d:\d\d) +(\d\d/\d\d/\d{4}) +(\d{5})"
_ORI = r"([A-Z]{2}[A-Z0-9]{7})"
_HEADER = re.compile(rf"\s*([A-Z]{{2,4}})\.{_ORI}\s*{_STAMP}\s*{_STAMP} +{_ORI}", re.IGNORECASE)
_OPENING = re.compile(rb"[\x00-\x20\x7f]*[A-Za-z]{2,4}\.[A-Za-z0-9]{9}[\x00-\x20\x7f]*\d\d:\d")
_MARKER = re.compile(r"\s*TXT", re.IGNORECASE)


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


# --- writing -------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _clock(minute: int, zone: ZoneInfo) -> str:
    """`HH:MM MM/DD/YYYY` of a minute since 1970; messages come many to a minute."""
    at = (_EPOCH + timedelta(minutes=minute)).astimezone(zone)
    return f"{at:%H:%M %m/%d/%Y}"


def encode_output(message: OutputMessage, timezone: ZoneInfo) -> bytes:
    """The bytes of a message; lines are joined by CR LF, and nothing but ASCII leaves."""
    mke, sender, received, sent, receiver, control, body = message
    reference = f"*{control}\n" if control else ""
    return (
        (
            f"{mke}.{sender}\n{_clock(int(received.at // 60), timezone)} {received.sequence:05d}\n"
            f"{_clock(int(sent.at // 60), timezone)} {sent.sequence:05d} {receiver}\n"
            f"{reference}TXT\n{body}"
        )
        .encode("ascii", "replace")
        .translate(None, _UNPRINTABLE)
        .replace(b"\n", b"\r\n")
    )


# --- reading -------------------------------------------------------------------------------------


def is_output(raw: bytes) -> bool:
    """Whether a message starts like one of the switch: a clock behind the first ORI, no period."""
    return _OPENING.match(raw) is not None


def decode_output(
    raw: bytes, formats: Formats | None = None, *, control_prefix: str = "*"
) -> Output:
    """Read a message of the switch, tolerantly; FormatError says what is not one."""
    page = Page(raw, formats or load_formats(), limited=False)
    text = free_text(raw)
    head = _HEADER.match(text)
    if head is None:
        raise page.fail(".01.", 0, "the output header is KEY.ORI, then two clock lines")
    mke, ori, *stamps, receiver = head.groups()
    received, sent = OutputStamp(*stamps[:3]), OutputStamp(*stamps[3:])
    page.mke = mke.upper()
    if not page.formats.known(page.mke):
        raise page.fail(".01.", 0, f"{mke} is not a message key")
    for stamp, line in ((received, 2), (sent, 3)):
        if not _is_time(stamp):
            fix = f"line {line} is not a time: {' '.join(stamp)}"
            raise page.fail(".01.", _printed_before(text, head.start(3 * line - 3)), fix)
    control, at = _control(page, text, head.end(), control_prefix)
    marker = _MARKER.match(text, at)
    if marker is None:
        raise page.fail(".03.", _printed_before(text, at), "a line TXT opens the body")
    body = text[marker.end() :].strip("\n")
    return Output(
        MessageKey(page.mke), Ori(ori.upper()), received, sent, Ori(receiver.upper()), control,
        body, text,
    )  # fmt: skip


def _control(page: Page, text: str, at: int, prefix: str) -> tuple[str | None, int]:
    """The control field on a line of its own [INF], and where reading goes on."""
    start = len(text) - len(text[at:].lstrip())
    if not text.startswith(prefix, start):
        return None, at
    end = text.find("\n", start)
    end = end if end >= 0 else len(text)
    control = text[start + len(prefix) : end].strip()
    if not 1 <= len(control) <= CONTROL_MAX:
        fix = f"a control field is {prefix} and 1 to {CONTROL_MAX} characters on its own line"
        raise page.fail(".01.", _printed_before(text, start), fix)
    return control.upper(), end


def _printed_before(text: str, at: int) -> int:
    """An index into the text as one into `Page.clean`, which has no line breaks."""
    return at - text.count("\n", 0, at)


def _is_time(stamp: OutputStamp) -> bool:
    try:
        month, day, year = (int(part) for part in stamp.date.split("/"))
        date(year, month, day)
    except ValueError:
        return False
    return stamp.time < "24:00" and stamp.time[3:] < "60"


__all__ = ["FormatError", "Output", "OutputStamp", "decode_output", "encode_output", "is_output"]
