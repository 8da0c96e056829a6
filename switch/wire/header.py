"""The input header, read with care: which part is wrong, and what to write instead.

    MKE "." SENDER-ORI "." DEST "." { DEST "." } [ CONTROL "." ] "TXT" body

Only messages that the quick path of the codec did not take come here. The parts are checked, never
the length of the whole: the printed sizes of headers do not agree with each other [N-KQ, N-YQ].
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import NamedTuple

from switch.terms import Ori
from switch.wire.page import CONTROLS, FOLD, Page
from switch.wire.spec import CONTROL_MAX, Formats, KeySpec, Place

ORI = r"[A-Z]{2}[A-Z0-9]{7}"
CODE = r"[A-Z][A-Z0-9]"
MNEMONIC = r"(?!TXT)[A-Z0-9][A-Z0-9-]{2,23}"  # what starts like the marker would be read as one

_ORI = re.compile(ORI)
_DESTINATION = re.compile(rf"{ORI}|{CODE}")
_TERMINAL = re.compile(MNEMONIC)
_MARKER_AHEAD = re.compile(r"\. *TXT")
_HEADER_BYTES_MAX = 256  # in which a control field is looked for where nothing can be read
_OR_AN_ORI = "is an ORI of nine"
_KEY_LIKE = re.compile(r"[A-Z0-9]{1,8}")
# An agency of Texas may have an ORI that starts like the marker TXT: it is one if a header goes on.
_TEXAN = re.compile(rf"TXT[A-Z0-9]{{6}}[.,] *(?=(?:{ORI}|{CODE})[.,]|[^A-Z0-9 ]|TXT)")


class Header(NamedTuple):
    """What a header says, and where the body starts."""

    ori: Ori
    destinations: tuple[str, ...]
    control: str | None
    body_at: int


class _Part(NamedTuple):
    """What stands between two periods: its text without outer blanks, where it is, what is next."""

    text: str
    at: int
    next_at: int  # 0 = no period ends it


def read_key(page: Page) -> tuple[KeySpec, int]:
    """The key that opens the message [N-MS], if a terminal may send it."""
    part, formats = _part(page, 0), page.formats
    known = formats.known(part.text)
    if not part.next_at and not known:
        fix = "a message starts like DQ.CA0990100.NV.TXT"
        raise page.fail("0", 0, fix if page.clean else f"the message is empty: {fix}")
    page.mke = part.text if known else ""
    spec = formats.key(part.text)
    if spec is not None and spec.from_terminals:
        if not part.next_at:
            raise page.fail(".01.", len(page.clean), "a period and the sender's ORI come next")
        return spec, part.next_at
    if known:
        raise page.fail(".01.", part.at, f"{part.text} {_why_not(part.text, formats)}")
    if not _KEY_LIKE.fullmatch(part.text):
        raise page.fail("0", part.at, "a message starts with its key and a period, such as DQ.")
    near = get_close_matches(part.text, formats.terminal_keys, n=1)
    hint = f"did you mean {near[0]}?" if near else f"one of {' '.join(formats.terminal_keys)}"
    raise page.fail(".01.", part.at, f"{part.text} is not a message key: {hint}")


def _why_not(mke: str, formats: Formats) -> str:
    """Why no terminal sends a key that is known."""
    if formats.key(mke) is not None:
        return "is sent by the switch alone"
    reason = formats.published[mke]
    return "is a published key, not served here" + (f": {reason}" if reason else "")


def read_header(page: Page, spec: KeySpec, at: int, control_prefix: str) -> Header:
    """The header behind the key; FormatError .01., .02., .03. or .19."""
    part = _part(page, at)
    if not _ORI.fullmatch(part.text):
        fix = "the sender's ORI comes second: two letters, then seven letters or digits"
        raise page.fail(".01.", part.at, fix)
    if not part.next_at:
        raise page.fail(".01.", len(page.clean), "a period ends the sender's ORI")
    read = _short if spec.routed_by_key_alone else _long
    destinations, control, body_at = read(page, spec, part.next_at, control_prefix)
    return Header(Ori(part.text), destinations, control, page.skip_blanks(body_at))


def control_in(raw: bytes, prefix: str) -> str | None:
    """The control field of a message that cannot be read, so that its ER is told apart from the
    answers to others; None where its header shows none."""
    header = raw[:_HEADER_BYTES_MAX].translate(FOLD, CONTROLS).decode("ascii", "replace")
    for part in header.split(".")[2:-1]:
        text = part.strip(" ")
        if text.startswith("TXT") or "/" in text:
            return None  # the body has begun
        control = text.removeprefix(prefix).strip(" ")
        if text.startswith(prefix) and 1 <= len(control) <= CONTROL_MAX and control.isascii():
            return control
    return None


def _part(page: Page, at: int) -> _Part:
    end = page.clean.find(".", at)
    text = page.clean[at : end if end >= 0 else None]
    start = page.skip_blanks(at)
    return _Part(text.strip(" "), min(start, len(page.clean)), end + 1)


def _short(
    page: Page, spec: KeySpec, at: int, prefix: str
) -> tuple[tuple[str, ...], str | None, int]:
    """`KEY.ORI.[*CONTROL.]fields`: neither destination nor TXT [GK]; the control field is ours."""
    part, control = _part(page, at), None
    if part.text.startswith(prefix):
        control = _control(page, part, prefix)
        part = _part(page, part.next_at)
    form = f"{spec.mke}.ORI. and then the fields"
    if _DESTINATION.fullmatch(part.text.split(",")[0]):
        raise page.fail(".01.", part.at, f"{spec.mke} goes without a destination: {form}")
    if part.text.startswith("TXT"):
        raise page.fail(".01.", part.at, f"{spec.mke} goes without TXT: {form}")
    return (), control, part.at


def _long(
    page: Page, spec: KeySpec, at: int, prefix: str
) -> tuple[tuple[str, ...], str | None, int]:
    found: list[tuple[str, int]] = []
    control = None
    while not _at_marker(page, at):
        part = _part(page, at)
        if not part.next_at or not part.text.startswith(prefix):
            _destinations_in(page, spec, part, control is not None, found)
        elif control is not None:
            raise page.fail(".01.", part.at, "one control field at most")
        else:
            control = _control(page, part, prefix)
        at = part.next_at
    marker = page.skip_blanks(at)
    _check_destinations(page, spec, found, marker)
    unique = tuple(dict.fromkeys(destination for destination, _ in found))
    return unique, control, marker + len("TXT")


def _at_marker(page: Page, at: int) -> bool:
    at = page.skip_blanks(at)
    if not page.clean.startswith("TXT", at):
        return False
    texan = _TEXAN.match(page.clean, at)
    return texan is None or _MARKER_AHEAD.search(page.clean, texan.end() - 1) is None


def _control(page: Page, part: _Part, prefix: str) -> str:
    """The sender's own reference, without its prefix [N-RQ, N-AMX]."""
    control = part.text[len(prefix) :].strip(" ")
    if not 1 <= len(control) <= CONTROL_MAX:
        fix = f"a control field is {prefix} and 1 to {CONTROL_MAX} characters, then a period"
        raise page.fail(".01.", part.at, fix)
    if not part.next_at:
        raise page.fail(".01.", len(page.clean), "a period ends the control field")
    return control


def _destinations_in(
    page: Page, spec: KeySpec, part: _Part, after_control: bool, found: list[tuple[str, int]]
) -> None:
    """One part of a header may hold several destinations, parted by commas [INF]."""
    terminals = Place.TERMINAL in spec.destinations
    no_marker = not part.next_at or not _MARKER_AHEAD.search(page.clean, part.next_at - 1)
    missing = "TXT stands between the header and the fields, such as DQ.CA0990100.NV.TXT"
    if not part.next_at or (no_marker and after_control):
        raise page.fail(".03.", part.at, missing)
    if after_control:
        fix = "TXT follows the control field; destinations stand before it"
        raise page.fail(".01.", part.at, fix)
    at = part.at
    for piece in page.clean[part.at : part.next_at - 1].split(","):
        text, start = piece.strip(" "), page.skip_blanks(at)
        if not _DESTINATION.fullmatch(text):
            if no_marker:
                raise page.fail(".03.", part.at, missing)
            if not (terminals and _TERMINAL.fullmatch(text)):
                kinds = "is an ORI of nine or a terminal's mnemonic" if terminals else _OR_AN_ORI
                fix = f"a destination has two characters (NV) or {kinds}, then a period"
                raise page.fail(".19.", start, fix)
        found.append((text, start))
        at += len(piece) + 1


def _check_destinations(
    page: Page, spec: KeySpec, found: list[tuple[str, int]], marker: int
) -> None:
    if not found:
        raise page.fail(".19.", marker, f"{spec.mke} needs a destination before TXT, such as NV.")
    most = spec.destinations_max
    for destination, at in found:
        if not page.formats.takes(spec, destination):
            kinds = (*sorted(kind.value for kind in spec.destinations), *spec.destination_codes)
            fix = f"{spec.mke} does not go to {destination}; it takes {', '.join(kinds)}"
            raise page.fail(".02.", at, fix)
    if len(found) > most:
        several = f"{most} destinations at most" if most > 1 else "one destination only"
        raise page.fail(".19.", found[most][1], f"{several}, these are {len(found)}")
