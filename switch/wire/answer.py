"""The bodies of what the switch sends: answers, errors, notices.

Every body is lines joined by `\\n`: the first is the TRAINING line, none is blank (in line mode a
blank line ends an answer), all are printable ASCII, and the whole stays within the size of a
message. What a backend, a rule or a sender wrote is data here and can forge none of that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from switch.backend import Record, printed
from switch.terms import TRAINING_LINE, MessageKey
from switch.wire.spec import MESSAGE_BYTES_MAX, KeySpec

STATUS_KEY = MessageKey("SM")
ERROR_KEY = MessageKey("ER")
BODY_BYTES_MAX = MESSAGE_BYTES_MAX - 160  # a header takes 82 at most [N-BQ], and CR per line break
OFFICER_SAFETY = "OFFICER SAFETY"
LATE_LINE = "LATE ANSWER - SENT AFTER `NO ANSWER IN TIME`"
ORIGINAL_MAX = 100  # characters of the original message in an ER [N-ER]

_PRINTABLE = bytes(range(0x20, 0x7F))
_SHOWN = bytes(byte if byte in _PRINTABLE else 0x20 for byte in range(0x80)) + bytes(0x80)
_SPARE = 96  # for the line that says how many records are missing


def answer_body(
    spec: KeySpec,
    asked: str,
    source_name: str,
    records: Sequence[Mapping[str, str]],
    closing: Sequence[str],
    late: bool,
) -> str:
    """One source's answer. The original inquiry, as `repeated` has it, comes first, so that the
    asker knows what it belongs to [N-CWX], then which source was searched [N-IQ], then a line for
    each record, then what was withheld and noted."""
    # An inquiry was checked by the codec, and a Record when it was made; what else a person or a
    # backend wrote is looked at.
    looked_through = not closing
    shown = []
    for record in records:
        if type(record) is Record:
            shown.append(record.line)
        else:
            shown.append(printed(record))
            looked_through = False
    late_line = f"{LATE_LINE}\n" if late else ""
    opening = f"{TRAINING_LINE}\n{late_line}{spec.mke} {asked}"
    found = "\n".join(shown) if shown else spec.no_record
    body = f"{opening}\nFROM {source_name}\n{found}"
    lines = 3 + late + (len(shown) or 1)
    if closing:
        body = "\n".join((body, *closing))
        lines += len(closing)
    fits = len(body) + lines <= BODY_BYTES_MAX
    if fits and (looked_through or _is_clean(body, lines)):
        return body
    head = [*opening.split("\n"), f"FROM {source_name}"]
    return _cut(head if shown else [*head, spec.no_record], shown, list(closing))


def with_heading(heading: str, body: str) -> str:
    """The same body with one line more behind the TRAINING line."""
    training, rest = body.split("\n", 1)
    return f"{training}\n{heading}\n{rest}"


def merged_body(
    spec: KeySpec,
    inquiry_fields: Mapping[str, str],
    parts: Sequence[tuple[str, Sequence[Mapping[str, str]], Sequence[str]]],
    summary: Sequence[str],
    *,
    searched: bool = True,
) -> str:
    """One answer of several sources: (source, its records, its own lines) each, then who was asked,
    who hit, who did not, who did not answer [N-RQG, N-DQG, N-IQ]. That there is no record comes
    behind that: whoever reads it has read who was not heard. Where nobody has `searched`, nobody
    can say it."""
    middle: list[str] = []
    for source, records, lines in parts:
        middle += [f"FROM {source}", *(printed(record) for record in records), *lines]
    head = [TRAINING_LINE, f"{spec.mke} {repeated(spec, inquiry_fields)}"]
    nothing = [spec.no_record] if searched and not parts else []
    return _cut(head, middle, [*summary, *nothing])


def repeated(spec: KeySpec, fields: Mapping[str, str]) -> str:
    """The inquiry as it is repeated; one of free text has that alone."""
    return fields.get("TXT", "") if spec.free_text else printed(fields)


def error_body(code: str, text: str, original: bytes, details: Sequence[str]) -> str:
    """`.NN. TEXT`, what helps, then the first 100 characters of what was sent [N-ER, N-ERG]."""
    lines = [TRAINING_LINE, f"{code} {text}"]
    for detail in details:
        lines.extend(detail.split("\n"))
    if original:
        sent = original[:ORIGINAL_MAX].decode("latin-1")
        lines.extend(("ORIGINAL MESSAGE", sent))
    return _cut(lines, [], [])


def status_body(text: str) -> str:
    """A status message [N-SM], or what the switch says to a sign-on."""
    return _cut([TRAINING_LINE, *text.split("\n")], [], [])


def administrative_body(text: str, notice: str = "") -> str:
    """Free text as it is delivered; its blank lines are dropped.

    The switch's notice stands on top, but behind officer-safety wording, which has the first line
    for itself [N-AM, N-AMG]; where it stands was not seen.
    """
    written = [line for line in text.split("\n") if line.strip()]
    if notice:
        written.insert(1 if written and says_officer_safety(written[0]) else 0, notice)
    return _cut([TRAINING_LINE, *written], [], [])


def says_officer_safety(line: str) -> bool:
    """Whether a line has that wording; the published pages name the thing, the words are [GK]."""
    return OFFICER_SAFETY in line.upper()


def misplaces_officer_safety(text: str) -> bool:
    """Whether the wording stands anywhere but on the first line, alone [N-AM, N-AMG]."""
    first, *others = [line.strip(" .*-!") for line in text.split("\n") if line.strip()] or [""]
    if any(map(says_officer_safety, others)):
        return True
    return says_officer_safety(first) and first.upper() != OFFICER_SAFETY


def _is_clean(body: str, lines: int) -> bool:
    """Whether no value brought in a line break, a control character or an empty line."""
    return (
        body.isascii()
        and body.encode("ascii").translate(None, _PRINTABLE) == b"\n" * (lines - 1)
        and "\n\n" not in body
        and body[-1] != "\n"
    )


def _printable(line: str) -> str:
    """One line of printable ASCII, never empty."""
    if line.isascii() and line.isprintable():  # nearly always
        return line.strip(" ") or "-"
    shown = line.encode("ascii", "replace").translate(_SHOWN).decode("ascii")
    return shown.strip(" ") or "-"


def _cut(head: list[str], records: list[str], tail: list[str]) -> str:
    """The lines made printable, with as many records as there is room for."""
    head, tail = list(map(_printable, head)), list(map(_printable, tail))
    room = BODY_BYTES_MAX - _SPARE - _size(head) - _size(tail)
    shown: list[str] = []
    for record in map(_printable, records):
        room -= len(record) + 2
        if room < 0:
            break
        shown.append(record)
    missing = len(records) - len(shown)
    if missing:
        what = "RECORD" if missing == 1 else "RECORDS"
        tail.insert(0, f"{missing} MORE {what} NOT SHOWN: THE MESSAGE IS FULL")
    lines = [*head, *shown, *tail]
    while _size(lines) > BODY_BYTES_MAX and len(lines) > 1:
        longest = max(range(1, len(lines)), key=lambda index: len(lines[index]))
        lines[longest] = lines[longest][: len(lines[longest]) // 2] + "..."
        if len(lines[longest]) < 8:
            lines.pop()
    return "\n".join(lines)


def _size(lines: list[str]) -> int:
    return sum(len(line) + 2 for line in lines)  # CR LF
