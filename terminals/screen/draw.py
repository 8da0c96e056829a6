"""The state as 24 rows of 80 characters: what is shown, and where the cursor stands.

Every screen has the TRAINING bar above and the function keys below. What colour says is said by a
word or a sign as well: `>` is chosen, `!` is wrong, `*` is unread or needed, brackets are a field.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from switch.terms import TRAINING_LINE
from terminals.screen.entry import EMPTY, Entry
from terminals.screen.model import blanks, sheet
from terminals.screen.paper import read_lines, tail, wrapped
from terminals.screen.state import (
    BODY_ROWS,
    COLS,
    PAPER_ROWS,
    Blank,
    Sheet,
    State,
    View,
)
from terminals.traffic import Item, Tone

Row = tuple[tuple[str, str], ...]  # (attribute, text), 80 characters in all
FIELD_COLS = 32
LABEL_COLS = 34
PROMPT = "SEND> "
_LINE_ROWS = BODY_ROWS - PAPER_ROWS - 1
_FORM_ROWS = 13  # fields that are shown at a time
_KEYS = (
    ("F1", "Help"),
    ("F2", "Forms"),
    ("F3", "Line"),
    ("F5", "Send"),
    ("F6", "Mail"),
    ("F7", "Recall"),
    ("F8", "New"),
    ("F9", "Sign off"),
    ("F10", "Quit"),
)
_ATTRIBUTES = {
    Tone.SENT: "sent",
    Tone.RECORD: "record",
    Tone.CLEAR: "clear",
    Tone.REFUSED: "refused",
    Tone.STATUS: "status",
    Tone.MESSAGE: "message",
    Tone.RADIO: "message",
    Tone.WORD: "message",
}
HELP = """\
Type a message on the line and press Enter; or fill in a form: F2, key, Enter.
What is wrong with a form is told before anything is sent, in words.

F1  this page                      F7  recall: what was sent before, newest
F2  forms, one for each key            first; Enter puts it on the line again
F3  the line, from anywhere        F8  the oldest unread message
F5  send (a form, or the line)     F9  sign off; everything is answered first
F6  mailbox: what nobody here      F10 quit; it asks again where something is
    asked for; * is unread             unread or not answered
Esc back

In a form   Tab, Up, Down  from field to field      Enter   send
            Left, Right    through the choices      Ctrl+X  clear the form
On the line Up, Down, PgUp, PgDn   roll the paper   Ctrl+U  empty the line
In a list   Up, Down, or the first letter; Enter opens

If the line drops, the terminal connects again by itself and goes on where it
broke off: nothing is lost or comes twice. Only a switch that was started anew
leaves something in doubt; the paper says what. All of it is simulated.
"""


class Picture(NamedTuple):
    """24 rows, and the cursor as (column, row) where something can be typed."""

    rows: tuple[Row, ...]
    cursor: tuple[int, int] | None


def draw(state: State, at: str) -> Picture:
    """The whole screen at that time of day."""
    body, cursor = _body(state)
    rows = [_bar(state, at), _title(state), *body[:BODY_ROWS]]
    rows += [_row(("", ""))] * (2 + BODY_ROWS - len(rows))
    rows += [_word(state), _foot()]
    return Picture(tuple(rows), None if cursor is None else (cursor[0], cursor[1] + 2))


def text_of(picture: Picture) -> list[str]:
    """The rows as plain text."""
    return ["".join(text for _, text in row) for row in picture.rows]


def _row(*parts: tuple[str, str]) -> Row:
    """Parts of a row, cut and filled up to its width."""
    left, found = COLS, []
    for attribute, text in parts:
        found.append((attribute, text[:left]))
        left -= len(found[-1][1])
    last = found[-1][0] if found else ""
    return (*found, (last if last == "bar" else "", " " * left))


def _bar(state: State, at: str) -> Row:
    who = f"{state.desk.terminal} {state.operator or '(nobody)'} {state.desk.ori}  {at} "
    return _row(("bar", f" {TRAINING_LINE:<{COLS - len(who) - 1}}{who}"))


def _title(state: State) -> Row:
    facts = []
    if state.unread:
        facts.append(f"* {state.unread} UNREAD (F8)")
    if state.waiting:
        facts.append(f"{len(state.waiting)} NOT ANSWERED YET")
    if state.operator and not state.up:
        facts.append("LINE DOWN")
    title = f" {state.view.value}"
    if state.view is View.FORM:
        title = f" {state.key} - {state.desk.spec(state.key).what}"
    told = "  ".join(facts)
    width = COLS - len(told) - 1
    attribute = "alarm" if state.unread or "DOWN" in told else "title"
    return _row(("title", f"{title[:width]:<{width}}"), (attribute, told), ("title", " "))


def _word(state: State) -> Row:
    if not state.word:
        return _row(("", ""))
    mark = "! " if state.bad else "  "
    return _row(("problem" if state.bad else "word", f"{mark}{state.word}"))


def _foot() -> Row:
    parts = [part for key, what in _KEYS for part in (("key", key), ("", f" {what} "))]
    return _row(*parts)


# --- bodies --------------------------------------------------------------------------------------

Body = tuple[list[Row], tuple[int, int] | None]


def _body(state: State) -> Body:
    match state.view:
        case View.HOME:
            return _home(state)
        case View.SIGN_ON | View.FORM:
            return _form(state)
        case View.KEYS:
            lines = [f"{s.mke:<4} {s.what}" for s in state.desk.keys]
            return _list(state, lines, "this world serves no key"), None
        case View.MAIL:
            return _list(state, list(_mail(state)), "nothing yet"), None
        case View.RECALL:
            lines = [" ".join(text.split("\n")) for text in state.recalled]
            return _list(state, lines, "nothing was sent yet"), None
        case View.READ:
            return _read(state), None
        case View.HELP:
            return [_row(("", f" {line}")) for line in HELP.split("\n")], None


def _home(state: State) -> Body:
    shown = tail(state.paper, PAPER_ROWS, state.scroll)
    rows = [_paper(item, number, line) for item, number, line in shown]
    if not rows:
        rows = [_row(("soft", " Nothing yet. Type a message below, or press F2 for a form."))]
    rows += [_row(("", ""))] * (PAPER_ROWS - len(rows))
    below = "" if not state.scroll else f" {state.scroll} lines further down: PgDn "
    rows.append(_row(("soft", f"{below:─^{COLS}}")))
    width = COLS - len(PROMPT)
    lines, column, line = _typed(state.entry, width, _LINE_ROWS)
    for number, text in enumerate(lines):
        rows.append(_row(("prompt", PROMPT if number == 0 else " " * len(PROMPT)), ("line", text)))
    return rows, (len(PROMPT) + column, PAPER_ROWS + 1 + line)


def _paper(item: Item, number: int, line: str) -> Row:
    if number:
        return _row(("", line))
    attribute = _ATTRIBUTES[item.tone]
    words = len(item.at) + 11
    return _row(
        ("soft", line[: len(item.at)]), (attribute, line[len(item.at) : words]), ("", line[words:])
    )


def _typed(entry: Entry, width: int, rows: int) -> tuple[list[str], int, int]:
    """The part of a text around the cursor, and where the cursor stands in it."""
    lines: list[str] = []
    column = line = seen = 0
    for part in entry.text.split("\n"):
        for start in range(0, len(part) + 1, width):
            if seen + start <= entry.at <= seen + min(len(part), start + width - 1):
                column, line = entry.at - seen - start, len(lines)
            lines.append(part[start : start + width])
        seen += len(part) + 1
    first = max(0, min(line - rows + 1, len(lines) - rows))
    first = min(first, line)
    return lines[first : first + rows] or [""], column, line - first


def _mail(state: State) -> Iterator[str]:
    for item, read in reversed(state.mail):
        lines = item.body.split("\n")
        first = lines[1] if len(lines) > 1 else lines[0]
        yield f"{' ' if read else '*'} {item.at} {item.head}  {first}"


def _list(state: State, lines: Sequence[str], empty: str) -> list[Row]:
    if not lines:
        return [_row(("", "")), _row(("soft", f"  {empty}"))]
    first = max(0, min(state.pick - BODY_ROWS // 2, len(lines) - BODY_ROWS))
    rows = []
    for number, line in enumerate(lines[first : first + BODY_ROWS], first):
        chosen = number == state.pick
        rows.append(_row(("chosen" if chosen else "", f"{'>' if chosen else ' '} {line}")))
    return rows


def _read(state: State) -> list[Row]:
    item = state.mail[len(state.mail) - 1 - state.pick].item
    lines = read_lines(item)[state.scroll : state.scroll + BODY_ROWS]
    head = 0 if not state.scroll else -1
    return [_row(("message" if n == head else "", line)) for n, line in enumerate(lines)]


# --- forms ---------------------------------------------------------------------------------------


def _form(state: State) -> Body:
    fields, now = blanks(state), sheet(state)
    rows = [_row(("soft", f" {line}")) for line in _advice(state)]
    first = max(0, min(now.focus - _FORM_ROWS + 2, len(fields) - _FORM_ROWS))
    cursor = None
    for number, blank in enumerate(fields[first : first + _FORM_ROWS], first):
        if number == now.focus:
            column, line, drawn = _blank(blank, now, focus=True)
            cursor = (column, len(rows) + line)
        else:
            _, _, drawn = _blank(blank, now, focus=False)
        rows += drawn
    if len(fields) > first + _FORM_ROWS:
        rows.append(_row(("soft", f"   {len(fields) - first - _FORM_ROWS} more below")))
    rows += [_row(("", ""))] * (BODY_ROWS - 3 - len(rows))
    about = wrapped(_about(fields[now.focus], now), COLS - 2)
    rows = [*rows[: BODY_ROWS - 3], *(_row(("soft", f" {line}")) for line in about[:3])]
    return rows, cursor


def _advice(state: State) -> list[str]:
    if state.view is View.SIGN_ON:
        who = f"Sign on at {state.desk.terminal}, ORI {state.desk.ori}. Enter signs on, F10 quits."
        return ["", who, ""]
    spec = state.desk.spec(state.key)
    if spec.free_text or (len(spec.field_sets) < 2 and not spec.optional):
        return [""]
    groups = (" + ".join(spec.always + one.needs) for one in spec.field_sets)
    told = "one group, or several" if spec.combine else "one group"
    return [*wrapped(f"Fill in {told}: {'  or  '.join(groups)}", COLS - 2)[:2], ""]


def _blank(blank: Blank, now: Sheet, *, focus: bool) -> tuple[int, int, list[Row]]:
    """One field: the cursor's column and line in it, and its rows."""
    entry = now.entries.get(blank.name, EMPTY)
    wrong = any(one.field == blank.name for one in now.problems)
    mark = ">" if focus else " "
    sign = "!" if wrong else "*" if blank.needed else " "
    name = blank.name if blank.name.isupper() else ""
    label = f"{mark}{sign} {blank.label[: LABEL_COLS - 12]:<{LABEL_COLS - 12}} {name:<7} "
    width = COLS - len(label) - 3 if blank.lines else min(FIELD_COLS, blank.size_max + 1)
    if blank.name == "secret":
        entry = entry._replace(text="·" * len(entry.text))
    lines, column, line = _typed(entry, width, 4 if blank.lines else 1)
    attribute = "focus" if focus else "field"
    rows = []
    for number, text in enumerate(lines):
        start = label if number == 0 else " " * len(label)
        tone = "problem" if wrong else "chosen" if focus else ""
        rows.append(
            _row(
                (tone, start),
                ("", "["),
                (attribute, f"{text:<{width}}"),
                ("", "]"),
                *_problem(blank, now),
            )
        )
    return len(label) + 1 + column, line, rows


def _problem(blank: Blank, now: Sheet) -> Iterator[tuple[str, str]]:
    for one in now.problems:
        if one.field == blank.name:
            yield "problem", f" {one.what}"
            return


def _about(blank: Blank, now: Sheet) -> str:
    """What helps with the field in which one stands."""
    told = [f"! {one.what}: {one.fix}" for one in now.problems if one.field == blank.name]
    told = told or [f"{blank.label}: {blank.help}"]
    if blank.choices:
        told.append(f"Choices (Left, Right): {' '.join(blank.choices)}")
    return "\n".join(told)
