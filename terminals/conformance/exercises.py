"""The exercises, in their order. Each begins with an inquiry that is open, and leaves another one.

An exercise ends, or raises Failed with what happened instead. What the kit says is what a switch
says (docs/line-protocol.md), with a line of its own: NEXT, and what is to be sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from switch.message import Acknowledged, InputMessage, SignOff
from switch.terms import SEQUENCE_MAX
from switch.wire.answer import LATE_LINE
from switch.wire.framing import WRAPS
from switch.wire.spec import MESSAGE_BYTES_MAX
from terminals.conformance.desk import NEXT, Desk
from terminals.conformance.steps import Drop, Dropped, Failed, Overdue, Script, Send, Tell

DUPLICATE = "POSSIBLE DUPLICATE"
_LINE = "THIS LINE IS ONE OF MANY, AND THE LAST ONE OF THEM COUNTS"


class Exercise(NamedTuple):
    """One clause put to the test."""

    clause: str
    name: str
    title: str
    play: Callable[[Desk], Script[None]]
    acknowledging: bool = False  # only for terminals that acknowledge


def sign_on(desk: Desk) -> Script[None]:
    """Refused once, signed on the second time."""
    yield from desk.words()
    yield desk.refuse("THE KIT REFUSES EVERYBODY ONCE: SIGN ON AGAIN")
    yield Tell("the first sign-on was refused on purpose: sign on again")
    yield desk.greet((yield from desk.words()))
    yield from desk.typed()


def pieces(desk: Desk) -> Script[None]:
    """An answer byte by byte, then an answer and another message in one piece."""
    (whole,) = desk.answer("THIS CAME BYTE BY BYTE").pieces
    yield Send(tuple(whole[at : at + 1] for at in range(len(whole))))
    yield from desk.typed()
    (first,) = desk.plain_answer().pieces
    (second,) = desk.screen("AM", "THIS CAME IN ONE PIECE WITH THE ANSWER").pieces
    yield Send((first + second,))
    yield from desk.typed()


def longest(desk: Desk) -> Script[None]:
    """As long as a message can be; what is to be typed stands at its end."""
    control, sequence = desk.control, desk.sequence
    inquiry = desk.next_inquiry()

    def made(lines: int, rest: int) -> bytes:
        desk.sequence = sequence
        text = "\n".join([*[_LINE] * lines, "X" * rest, f"{NEXT}{inquiry}"])
        return desk.message("DR", text, control)

    assert desk.framing is not None
    framing = len(WRAPS[desk.framing](b""))
    room = MESSAGE_BYTES_MAX + framing - len(made(0, 1))
    lines, rest = divmod(room, len(_LINE) + 2)
    yield Send((made(lines, rest + 1),))
    yield from desk.typed()


def answers(desk: Desk) -> Script[None]:
    """Two destinations: an answer of each, with somebody else's message between."""
    yield desk.answer("TWO STATES ARE ASKED NEXT", destinations="CA.NV")
    yield from desk.typed()
    yield Send((desk.message("DR", "FROM NVDMV\nNOT ON FILE", desk.control),))
    yield Send((desk.message("AM", "THIS ANSWERS NOTHING", "NOTYOURS"),))
    yield desk.answer("FROM CADMV\nNOT ON FILE")
    yield from desk.typed()


def denial(desk: Desk) -> Script[None]:
    """A refusal by a rule is the answer: the terminal does not wait for another one."""
    text = ".90. REFUSED - DENIED BY RECORD OWNER\nCADMV: RULE KIT-01"
    yield desk.screen("ER", text, desk.control)
    yield from desk.typed()


def error(desk: Desk) -> Script[None]:
    """An error with its number, the list of options and how the message began."""
    text = (
        ".02. MESSAGE TYPE NOT ALLOWED TO DESTINATION - DQ TO CA\nALLOWED ARE CA NV\n"
        f"ORIGINAL MESSAGE\nDQ.CA0990100.CA.*{desk.control}.TXTOLN/S0990001"
    )
    yield desk.screen("ER", text, desk.control)
    yield from desk.typed()


def status(desk: Desk) -> Script[None]:
    """A status message instead of an answer."""
    yield desk.screen("SM", ".04. USER OUT OF SERVICE FOR MSG TYPE", desk.control)
    yield from desk.typed()


def unsolicited(desk: Desk) -> Script[None]:
    """Before the answer, and after it: messages that nobody asked for."""
    control = desk.control
    yield Send((desk.message("AM", "MESSAGE FROM ANOTHER AGENCY", "THEIRS"),))
    yield Send((desk.message("SM", "CADMV OUT OF SERVICE"),))
    yield Send((desk.message("ER", "0 MESSAGE FORMAT/STRUCTURE ERROR\nORIGINAL MESSAGE\n??"),))
    yield desk.plain_answer()
    yield desk.screen("DR", f"{LATE_LINE}\nNOT ON FILE", control)
    yield from desk.typed()


def heard(desk: Desk) -> Script[None]:
    """Nothing is said to it: it must be heard all the same."""
    yield desk.plain_answer()
    yield from desk.acknowledgement()
    yield Tell(f"silent for {desk.silence_s:g} s: a heartbeat must come")
    sign = yield from desk.hear(desk.silence_s)
    if isinstance(sign, Overdue | Dropped):
        raise Failed(f"was not heard within {desk.silence_s:g} s")
    yield desk.screen("AM", "HEARD")
    yield from desk.typed()


def acknowledged(desk: Desk) -> Script[None]:
    """Every number is acknowledged."""
    yield desk.plain_answer()
    yield from desk.acknowledgement()
    yield desk.screen("AM", "ACKNOWLEDGE THIS TOO")
    yield from desk.typed()
    yield from desk.acknowledgement()


def duplicate(desk: Desk) -> Script[None]:
    """A number that came before is acknowledged again, and not acted upon again."""
    once = desk.answer("THIS COMES TWICE")
    yield once
    yield from desk.typed()
    yield from desk.acknowledgement()
    yield once
    until = desk.now + desk.wait_s
    while (sign := (yield from desk.hear(until - desk.now))) != Acknowledged(desk.sequence):
        if isinstance(sign, Overdue | Dropped):
            raise Failed(f"did not acknowledge {desk.sequence:05d} again")
        if isinstance(sign, InputMessage):
            raise Failed(f"acted upon {desk.sequence:05d} a second time")
    yield desk.answer("THIS COMES ONCE")
    yield from desk.typed()


def resume(desk: Desk) -> Script[None]:
    """What it is sent while its line is down comes on the next one."""
    yield from desk.acknowledgement()
    words = yield from desk.dropped()
    yield desk.goes_on(words, desk.sequence, 1)
    yield desk.answer("THIS WAITED FOR YOU")
    yield from desk.typed()


def again(desk: Desk) -> Script[None]:
    """What the switch did not take is sent again."""
    yield desk.answer("THE LINE DROPS WHEN THIS IS ANSWERED")
    yield from desk.typed(taken=False)
    words = yield from desk.dropped()
    yield desk.goes_on(words, desk.sequence, 0)
    yield from desk.typed()


def half(desk: Desk) -> Script[None]:
    """Half a message is none; whole, it comes as a possible duplicate."""
    yield from desk.acknowledgement()
    control, last = desk.control, desk.sequence
    text = f"HALF OF THIS WAS LOST\n{NEXT}{desk.next_inquiry()}"
    whole = desk.message("DR", text, control)
    yield Send((whole[: len(whole) // 2],))
    words = yield from desk.dropped()
    yield desk.goes_on(words, last, 1)
    yield Send((desk.message("DR", f"{DUPLICATE}\n{text}", control, number=desk.sequence),))
    yield from desk.typed()


def withheld(desk: Desk) -> Script[None]:
    """The rules changed while the line was down: a notice comes under the answer's number."""
    yield from desk.acknowledgement()
    words = yield from desk.dropped()
    yield desk.goes_on(words, desk.sequence, 1)
    text = "MESSAGE WITHHELD: ACCESS RULES CHANGED WHILE THE LINE WAS DOWN. ASK AGAIN"
    yield desk.screen("SM", text, desk.control)
    yield from desk.typed()


def forgotten(desk: Desk) -> Script[None]:
    """The switch knows nothing of it any more, and counts afresh; 00001 follows 99999."""
    yield desk.plain_answer()
    yield from desk.acknowledgement()
    words = yield from desk.dropped()
    yield desk.greet(words, after=SEQUENCE_MAX - 2)
    yield from desk.typed()
    yield desk.plain_answer()
    yield desk.screen("AM", "THIS IS NUMBER 00001")
    yield from desk.typed()
    yield from desk.acknowledgement()


def sign_off(desk: Desk) -> Script[None]:
    """The last thing that is asked for."""
    yield Send((desk.message("DR", f"NOT ON FILE\n{NEXT}SIGNOFF", desk.control),))
    until = desk.now + desk.wait_s
    while not isinstance(sign := (yield from desk.hear(until - desk.now)), SignOff):
        if isinstance(sign, Overdue | Dropped):
            raise Failed(f"did not send SIGNOFF within {desk.wait_s:g} s")
    yield Send((desk.message("SM", "SIGNED OFF"),))
    desk.signed_on = None
    yield from desk.hear(desk.wait_s)  # it may acknowledge, hang up, or do nothing
    yield Drop()


EXERCISES = (
    Exercise("3.1", "sign-on", "signs on before it says anything, and again when refused", sign_on),
    Exercise("2.5", "pieces", "frames split at every byte, and two in one piece", pieces),
    Exercise("2.8", "longest", "a message of 14,400 bytes", longest),
    Exercise("4.2", "answers", "an answer from each of two destinations", answers),
    Exercise("4.2", "denial", "a denial is an answer", denial),
    Exercise("4.2", "error", "an ER is an answer", error),
    Exercise("4.2", "status", "an SM is an answer", status),
    Exercise("4.3", "unsolicited", "messages that answer nothing, and a late answer", unsolicited),
    Exercise("5.2", "heartbeat", "is heard when nothing is said", heard, True),
    Exercise("6.3", "acknowledgement", "acknowledges every number", acknowledged, True),
    Exercise("6.4", "duplicate", "ignores a number it had, acknowledges again", duplicate, True),
    Exercise("7.2", "resume", "resumes with the last number that it has", resume, True),
    Exercise("7.4", "half", "half a message is none; takes a possible duplicate", half, True),
    Exercise("7.5", "withheld", "a withheld message is an answer", withheld, True),
    Exercise("7.6", "again", "sends again what was not taken", again, True),
    Exercise("7.7", "forgotten", "begins afresh; 00001 follows 99999", forgotten, True),
    Exercise("8.1", "sign-off", "signs off", sign_off),
)
