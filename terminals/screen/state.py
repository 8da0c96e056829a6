"""What the terminal shows and knows, as a value; and what it wants done.

A state is changed by `model` alone. Its limits: 500 messages on the paper, 200 in the mailbox, of
which read ones go first, 100 to recall.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from switch.wire.spec import CONTROL_MAX, MESSAGE_BYTES_MAX, Formats, KeySpec
from terminals.form import Problem, where_to
from terminals.screen.entry import EMPTY, Entry
from terminals.traffic import Item

COLS, ROWS = 80, 24
BODY_ROWS = 20  # between the two head lines and the two foot lines
PAPER_ROWS = 16  # of them on the home screen, above the line that is typed
PAPER_MAX = 500
MAIL_MAX = 200
RECALL_MAX = 100
KNOWN_MAX = 500  # control fields by which an answer, late or not, is known


class View(Enum):
    """Which screen is shown; the value is its title."""

    SIGN_ON = "SIGN ON"
    HOME = "LINE"
    KEYS = "FORMS"
    FORM = "FORM"
    MAIL = "MAILBOX"
    READ = "MESSAGE"
    RECALL = "RECALL"
    HELP = "HELP"


class Desk(NamedTuple):
    """What does not change while somebody sits there."""

    terminal: str
    ori: str
    formats: Formats
    prefix: str
    keys: tuple[KeySpec, ...]  # those that have a form here
    places: Mapping[str, tuple[str, ...]]  # key -> destinations at which it is served

    def spec(self, key: str) -> KeySpec:
        """The key with a form of that name."""
        return next(spec for spec in self.keys if spec.mke == key)


class Blank(NamedTuple):
    """One field of a form as it is drawn: `name` is as in `Problem.field`."""

    name: str
    label: str
    size_max: int
    needed: bool
    help: str
    choices: tuple[str, ...] = ()
    lines: bool = False  # whether it takes several lines


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form as it is filled in; what was typed stays until it is sent or cleared."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    focus: int = 0
    problems: tuple[Problem, ...] = ()


class Mail(NamedTuple):
    """A message that nobody here asked for."""

    item: Item
    read: bool


class Waiting(NamedTuple):
    """A message with answers to come; control "" = one that cannot be read."""

    control: str
    raw: bytes
    left: int


@dataclass(frozen=True, slots=True)
class State:
    """One screen."""

    desk: Desk
    view: View = View.SIGN_ON
    operator: str = ""  # who is signed on; "" = nobody
    up: bool = False  # whether there is a line
    paper: tuple[Item, ...] = ()
    count: int = 0  # items ever on the paper
    mail: tuple[Mail, ...] = ()
    recalled: tuple[str, ...] = ()  # newest first
    waiting: tuple[Waiting, ...] = ()
    known: tuple[str, ...] = ()
    asked: int = 0  # control fields made
    entry: Entry = EMPTY  # the line being typed
    signing: Sheet = Sheet()
    key: str = ""  # whose form is open
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    pick: int = 0  # in the list that is shown
    scroll: int = 0  # lines: from the newest up on the paper, from the first down elsewhere
    word: str = ""  # what the terminal has to say
    bad: bool = False  # whether that is about something that went wrong
    leaving: bool = False  # F10 was pressed once

    @property
    def unread(self) -> int:
        """Messages in the mailbox that were not opened."""
        return sum(not each.read for each in self.mail)


# --- what it wants done ---------------------------------------------------------------------------


class SignOn(NamedTuple):
    """Connect, and sign on as that operator."""

    operator: str
    secret: str


class Send(NamedTuple):
    """Send a message."""

    raw: bytes


class Settled(NamedTuple):
    """All answers to a message have come."""

    raw: bytes


class SignOff(NamedTuple):
    """Sign off, then close the line."""


class Ring(NamedTuple):
    """Call for attention."""


class Quit(NamedTuple):
    """Leave."""


Effect = SignOn | Send | Settled | SignOff | Ring | Quit

# --- the blanks of a form -------------------------------------------------------------------------

SIGN_ON = (
    Blank("operator", "Operator", 16, True, "as it stands on your card"),
    Blank("secret", "Secret", 64, False, "if your card has one"),
)


def blanks_of(desk: Desk, spec: KeySpec) -> tuple[Blank, ...]:
    """The fields of a key's form, in the order in which they are shown."""
    found = []
    if not spec.routed_by_key_alone:
        places = desk.places.get(spec.mke, ())
        help = f"served here: {' '.join(places)}; several with blanks" if places else where_to(spec)
        found.append(Blank("to", "Destination", 60, True, help))
    for each in spec.fields:
        example = f", such as {each.example}" if each.example else ""
        choices = tuple(each.choices)
        needed = each.mandatory
        help = f"{each.help}{example}"
        found.append(Blank(each.prefix, each.label, each.size_max, needed, help, choices))
    if spec.free_text:
        size = MESSAGE_BYTES_MAX
        found.append(Blank("text", "Text", size, True, "Enter begins a new line", lines=True))
    help = "comes back with the answer; one is made if there is none"
    return (*found, Blank("control", "Your reference", CONTROL_MAX, False, help))
