"""Keys and messages in, a new state and what is to be done out. Nothing else happens here.

`at` is the time of day as it is shown, HH:MM:SS.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from switch.wire.codec import Output
from switch.wire.spec import MESSAGE_BYTES_MAX
from terminals.form import Filled, Problem, compose, identified, typed
from terminals.inquiry import ends_the_inquiry, is_from_a_terminal, prepared
from terminals.screen.entry import EMPTY, Entry, typed_into
from terminals.screen.paper import height, read_height
from terminals.screen.state import (
    BODY_ROWS,
    KNOWN_MAX,
    MAIL_MAX,
    PAPER_MAX,
    PAPER_ROWS,
    RECALL_MAX,
    SIGN_ON,
    Blank,
    Effect,
    Mail,
    Quit,
    Ring,
    Send,
    Settled,
    Sheet,
    SignOff,
    SignOn,
    State,
    View,
    Waiting,
    blanks_of,
)
from terminals.traffic import Item, Tone, tone_of

Step = tuple[State, tuple[Effect, ...]]
_PAGES = {"up": 1, "down": -1, "page up": PAPER_ROWS - 1, "page down": 1 - PAPER_ROWS}
_SHEETS = (View.SIGN_ON, View.FORM)


# --- keys ----------------------------------------------------------------------------------------


def press(state: State, key: str, at: str) -> Step:
    """A key, named as urwid names it: `f1`, `enter`, `page up`, or one character."""
    leaving = state.leaving
    state = replace(state, word="", bad=False, leaving=False)
    match key:
        case "f10":
            return _leave(state, leaving)
        case "f1":
            return replace(state, view=View.HELP, scroll=0), ()
        case "f9" if state.operator:
            return replace(state, word="signing off ..."), (SignOff(),)
        case "f2" | "f3" | "f6" | "f7" | "f8" | "esc":
            return (_home(state) if not state.operator else _turn(state, key)), ()
        case _:
            pass
    match state.view:
        case View.SIGN_ON | View.FORM:
            return _on_sheet(state, key, at)
        case View.HOME:
            return _on_line(state, key, at)
        case View.HELP:
            return (_home(state) if key == "enter" else state), ()
        case View.READ:
            return _reading(state, key), ()
        case View.KEYS | View.MAIL | View.RECALL:
            return _choosing(state, key), ()


def _leave(state: State, again: bool) -> Step:
    open_ends = []
    if state.waiting:
        open_ends.append(f"{len(state.waiting)} not answered yet")
    if state.unread:
        open_ends.append(f"{state.unread} unread")
    if open_ends and not again:
        word = f"{', '.join(open_ends)}: press F10 again to quit all the same"
        return replace(state, word=word, leaving=True), ()
    return state, (Quit(),)


def _home(state: State) -> State:
    view = View.HOME if state.operator else View.SIGN_ON
    return replace(state, view=view, scroll=0, pick=0)


def _turn(state: State, key: str) -> State:
    """To another screen, of somebody who is signed on."""
    match key:
        case "f2":
            last = [n for n, spec in enumerate(state.desk.keys) if spec.mke == state.key]
            return replace(state, view=View.KEYS, pick=last[0] if last else 0)
        case "f6":
            return replace(state, view=View.MAIL, pick=0)
        case "f7":
            return replace(state, view=View.RECALL, pick=0)
        case "f8":
            unread = [n for n, mail in enumerate(state.mail) if not mail.read]
            if not unread:
                return replace(state, word="nothing unread")
            return _opened(state, unread[0])
        case "esc" if state.view is View.READ:
            return replace(state, view=View.MAIL, scroll=0)
        case "esc" if state.view is View.FORM:
            return replace(state, view=View.KEYS)
    return _home(state)


def _on_line(state: State, key: str, at: str) -> Step:
    if key in _PAGES:
        most = max(0, height(state.paper) - PAPER_ROWS)
        return replace(state, scroll=min(most, max(0, state.scroll + _PAGES[key]))), ()
    if key in ("enter", "f5"):
        found = typed(state.entry.text)
        if isinstance(found, list):
            return replace(state, word=f"{found[0].what}: {found[0].fix}", bad=True), ()
        return _say(state, found, at)
    entry = typed_into(state.entry, key, MESSAGE_BYTES_MAX)
    return (state if entry is None else replace(state, entry=entry)), ()


# --- forms ---------------------------------------------------------------------------------------


def blanks(state: State) -> tuple[Blank, ...]:
    """The fields of the form that is shown."""
    if state.view is View.SIGN_ON:
        return SIGN_ON
    return blanks_of(state.desk, state.desk.spec(state.key))


def sheet(state: State) -> Sheet:
    """What is filled in there."""
    return state.signing if state.view is View.SIGN_ON else state.sheets.get(state.key, Sheet())


def _with(state: State, changed: Sheet) -> State:
    if state.view is View.SIGN_ON:
        return replace(state, signing=changed)
    return replace(state, sheets={**state.sheets, state.key: changed})


def _on_sheet(state: State, key: str, at: str) -> Step:
    fields, now = blanks(state), sheet(state)
    blank = fields[now.focus]
    entry = now.entries.get(blank.name, EMPTY)
    match key:
        case "tab" | "down" | "shift tab" | "up":
            step = 1 if key in ("tab", "down") else -1
            return _with(state, replace(now, focus=(now.focus + step) % len(fields))), ()
        case "enter" if blank.lines:
            key = "\n"
        case "enter" | "f5":
            return _sign_on(state, now) if state.view is View.SIGN_ON else _send(state, now, at)
        case "ctrl x":
            return replace(_with(state, Sheet()), word="cleared"), ()
        case "left" | "right" if blank.choices:
            values = ("", *blank.choices)
            place = values.index(entry.text) if entry.text in values else 0
            chosen = values[(place + (1 if key == "right" else -1)) % len(values)]
            return _with(state, _filled(now, blank, Entry.holding(chosen))), ()
    changed = typed_into(entry, key, blank.size_max)
    return (state if changed is None else _with(state, _filled(now, blank, changed))), ()


def _filled(now: Sheet, blank: Blank, entry: Entry) -> Sheet:
    problems = tuple(one for one in now.problems if one.field != blank.name)
    return replace(now, entries={**now.entries, blank.name: entry}, problems=problems)


def _text(now: Sheet, name: str) -> str:
    return now.entries.get(name, EMPTY).text


def _sign_on(state: State, now: Sheet) -> Step:
    operator, secret = _text(now, "operator").strip(), _text(now, "secret")
    problems = identified(operator, secret)
    if problems:
        return _wrong(state, now, tuple(problems))
    word = f"signing on {operator.upper()} at {state.desk.terminal} ..."
    return replace(state, word=word), (SignOn(operator.upper(), secret),)


def _send(state: State, now: Sheet, at: str) -> Step:
    fields = {name: entry.text for name, entry in now.entries.items()}
    filled = Filled(
        state.key,
        fields.pop("to", ""),
        fields.pop("control", ""),
        fields,
        fields.pop("text", ""),
    )
    found = compose(filled, state.desk.ori, state.desk.formats, state.desk.prefix)
    if isinstance(found, list):
        return _wrong(state, now, tuple(found))
    after, effects = _say(state, found, at)
    if effects:
        after = replace(after, sheets={**after.sheets, state.key: Sheet()})
    return after, effects


def _wrong(state: State, now: Sheet, problems: tuple[Problem, ...]) -> Step:
    """The first field with a problem is where one goes on."""
    names = [blank.name for blank in blanks(state)]
    places = sorted(names.index(one.field) for one in problems if one.field in names)
    focus = places[0] if places else now.focus
    several = "thing is" if len(problems) == 1 else "things are"
    word = f"nothing was sent: {len(problems)} {several} to be mended (marked !)"
    if not places:
        word = f"nothing was sent: {problems[0].what}: {problems[0].fix}"
    changed = replace(now, focus=focus, problems=problems)
    return replace(_with(state, changed), word=word, bad=True), ()


# --- lists ---------------------------------------------------------------------------------------


def _choosing(state: State, key: str) -> State:
    """In a list: of keys, of the mailbox (newest first), of what was sent."""
    count = {
        View.KEYS: len(state.desk.keys),
        View.MAIL: len(state.mail),
        View.RECALL: len(state.recalled),
    }[state.view]
    steps = {"up": -1, "down": 1, "page up": -BODY_ROWS, "page down": BODY_ROWS}
    steps |= {"home": -count, "end": count, "shift tab": -1, "tab": 1}
    if key in steps:
        return replace(state, pick=max(0, min(count - 1, state.pick + steps[key])))
    if state.view is View.KEYS and len(key) == 1:
        found = [n for n, s in enumerate(state.desk.keys) if s.mke.startswith(key.upper())]
        later = [n for n in found if n > state.pick]
        return replace(state, pick=(later or found or [state.pick])[0])
    if key != "enter" or not count:
        return state
    if state.view is View.KEYS:
        return replace(state, view=View.FORM, key=state.desk.keys[state.pick].mke)
    if state.view is View.RECALL:
        entry = Entry.holding(state.recalled[state.pick])
        word = "as it was sent: change it, or send it again with Enter"
        return replace(_home(state), entry=entry, word=word)
    return _opened(state, len(state.mail) - 1 - state.pick)


def _opened(state: State, place: int) -> State:
    mail = list(state.mail)
    mail[place] = mail[place]._replace(read=True)
    pick = len(mail) - 1 - place
    return replace(state, mail=tuple(mail), view=View.READ, pick=pick, scroll=0)


def _reading(state: State, key: str) -> State:
    if key == "enter":
        return replace(state, view=View.MAIL, scroll=0)
    if key not in _PAGES:
        return state
    item = state.mail[len(state.mail) - 1 - state.pick].item
    most = max(0, read_height(item) - BODY_ROWS)
    return replace(state, scroll=min(most, max(0, state.scroll - _PAGES[key])))


# --- the line ------------------------------------------------------------------------------------


def _say(state: State, raw: bytes, at: str) -> Step:
    """Send what can be sent, and remember it."""
    desk = state.desk
    if not state.up:
        return replace(state, word="the line is down: nothing was sent", bad=True), ()
    text = raw.decode("ascii", "replace")
    number = state.asked % 99_999 + 1
    inquiry = prepared(text, f"T{number:05d}", desk.formats, desk.prefix)
    control = inquiry.control or ""
    if control and control in {each.control for each in state.waiting}:
        word = f"{desk.prefix}{control} is not answered yet: give another reference, or wait"
        return replace(state, word=word, bad=True), ()
    shown = text.replace("\r\n", "\n")
    after = _put(state, Tone.SENT, at, shown.split("\n")[0][:60], shown, raw=shown)
    recalled = (shown, *(one for one in state.recalled if one != shown))[:RECALL_MAX]
    after = replace(
        after,
        view=View.HOME,
        scroll=0,
        entry=EMPTY,
        asked=number,
        recalled=recalled,
        waiting=(*state.waiting, Waiting(control, inquiry.raw, inquiry.answers)),
        known=(*state.known, control)[-KNOWN_MAX:] if control else state.known,
    )
    return after, (Send(inquiry.raw),)


def _put(state: State, tone: Tone, at: str, head: str, body: str, raw: str = "") -> State:
    item = Item(state.count + 1, tone, at, head, body, raw)
    # who reads further up goes on reading there
    scroll = state.scroll + height((item,)) if state.view is View.HOME and state.scroll else 0
    if state.view is not View.HOME:
        scroll = state.scroll
    paper = (*state.paper, item)[-PAPER_MAX:]
    return replace(state, count=state.count + 1, paper=paper, scroll=scroll)


def received(state: State, message: Output, at: str) -> Step:
    """A message came."""
    theirs = is_from_a_terminal(message, state.desk.formats)
    ours = not theirs and (message.control in state.known or message.mke == "ER")
    control = (message.control or "") if ours else None
    mine = next((each for each in state.waiting if each.control == control), None)
    effects: list[Effect] = []
    if mine is not None:
        left = 0 if ends_the_inquiry(message) else mine.left - 1
        rest = [each for each in state.waiting if each is not mine]
        if left > 0:
            rest.append(mine._replace(left=left))
        else:
            effects.append(Settled(mine.raw))
        state = replace(state, waiting=tuple(rest))
    reference = f"  {state.desk.prefix}{message.control}" if message.control else ""
    head = f"{message.mke} from {message.ori}  {message.sent.sequence}{reference}"
    tone = tone_of(message.mke, message.body, state.desk.formats)
    state = _put(state, tone, at, head, message.body)
    if not ours:
        state = _mailed(state, state.paper[-1])
        effects.append(Ring())
    return state, tuple(effects)


def _mailed(state: State, item: Item) -> State:
    mail = [*state.mail, Mail(item, read=False)]
    if len(mail) > MAIL_MAX:
        mail.pop(next((n for n, each in enumerate(mail) if each.read), 0))
    pick = state.pick + 1 if state.view in (View.MAIL, View.READ) else state.pick
    word = f"new: {' '.join(item.head.split()[:3])} - F8 opens it"
    return replace(state, mail=tuple(mail), pick=pick, word=word, bad=False)


def signed_on(
    state: State, operator: str, answer: Output, in_doubt: Sequence[bytes], at: str
) -> State:
    """The switch has answered a sign-on, or refused it."""
    if answer.mke == "ER":
        why = " ".join(answer.body.split("\n")[1:3])
        return replace(
            state, view=View.SIGN_ON, operator="", up=False, word=f"not signed on: {why}", bad=True
        )
    again = bool(state.operator)
    state = replace(state, operator=operator, up=True, bad=False, word="")
    state = _put(state, Tone.STATUS, at, answer.body.split("\n")[-1], "")
    if in_doubt:
        what = "\n".join(raw.decode("ascii", "replace") for raw in in_doubt)
        head = "the switch began afresh; not answered, maybe on record (F7 recalls)"
        state = replace(_put(state, Tone.WORD, at, head, what), waiting=())
    return state if again else replace(_home(state), signing=Sheet())


def signed_off(state: State, word: str = "signed off") -> State:
    """Nobody is signed on any more; what was read and written stays."""
    return replace(
        state, operator="", up=False, view=View.SIGN_ON, waiting=(), word=word, bad=False, scroll=0
    )


def line_down(state: State, why: str) -> State:
    """The line is gone, or cannot be had."""
    return replace(state, up=False, word=why, bad=True)
