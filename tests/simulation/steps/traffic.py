"""What terminals type: inquiries, free text, nonsense; whole, in pieces, twice."""

from __future__ import annotations

from switch.core.events import ServiceChanged
from switch.core.services import Service
from tests.seats import ORIS, SEATS
from tests.simulation.promises.accounts import SIGN_OFF
from tests.simulation.room import Room
from tests.simulation.step import Dice, any_of, one_of, step
from tests.simulation.steps.lines import chosen, signed_on

FORMS = (
    "DQ.{ori}.CA.*{mark}.TXTOLN/S0990001",
    "DQ.{ori}.CA.*{mark}.TXTOLN/S0990001",
    "DQ.{ori}.CA.*{mark}.TXTOLN/S0990001.IMQ/Y",
    "DQ.{ori}.NV.*{mark}.TXTOLN/S0990001",
    "DQ.{ori}.CA.NV.*{mark}.TXTOLN/S0990001",
    "DQ.{ori}.NL.*{mark}.TXTOLN/S0990001",
    "DQ.{ori}.NL.CA.*{mark}.TXTOLN/S0990001",
    "DQ.{ori}.ZZ.*{mark}.TXTOLN/S0990001",
    "DQ.{ori}.CA.ZZ.*{mark}.TXTOLN/S0990001",
    "DQ.{ori}.E1.*{mark}.TXTNAM/DOE, JANE.DOB/19700131.SEX/F",
    "DQ.{ori}.F1.*{mark}.TXTNAM/DOE, JANE.DOB/19700131.SEX/F",
    "RQ.{ori}.E1.*{mark}.TXTVIN/SIM1",
    "RQ.{ori}.CA.*{mark}.TXTLIC/SIM2019",
    "RQ.{ori}.NL.*{mark}.TXTLIC/SIM2019",
    "ZIQ.{ori}.ZA.*{mark}.TXTLIC/SIM2019",
    "IQ.{ori}.CA.*{mark}.TXTPUR/C.ATN/OFC.NAM/ALBITE, MARA.DOB/19800101.SEX/F",
    "IQ.{ori}.CA.*{mark}.TXTPUR/H.ATN/OFC.NAM/ALBITE, MARA.DOB/19800101.SEX/F",
    "AM.{ori}.{other}.*{mark}.TXT{mark} IS COMING",
    "AM.{ori}.{other}.CA0990100.ERO1.NOBODY9.*{mark}.TXT{mark} IS COMING",
)
REGIONAL = tuple(form for form in FORMS if ".E1." in form or ".F1." in form)
NONSENSE = (
    "{mark}",
    "DQ.{mark}",
    "DQ.{ori}.CA.*{mark}.TXTOLN/",
    "DQ.{ori}.CA.*{mark}.TXTZZZ/1",
    "ZZ.{ori}.CA.*{mark}.TXTOLN/1",
    "DQ.{ori}.CA.*{mark}",
    "DQ.CA09901.CA.*{mark}.TXTOLN/S0990001",
)


def marked(dice: Dice) -> str:
    """A control field of its own for every message of a run."""
    return f"M{dice.number:06d}"


def typed(form: str, mark: str, terminal: str, other: str) -> bytes:
    """A message of whoever sits at that terminal."""
    return form.format(mark=mark, ori=SEATS[terminal][0], other=other).encode()


@step(70, which=any_of, form=one_of(*FORMS), other=one_of(*ORIS), mark=marked)
def asks(room: Room, which: int, form: str, other: str, mark: str) -> None:
    """Somebody who is signed on sends a message."""
    found = signed_on(room, which)
    if found is not None:
        found[0].type(mark, typed(form, mark, found[1], other))


@step(7, which=any_of, count=one_of(2, 4, 7), form=one_of(*FORMS[:6], *REGIONAL), mark=marked)
def asks_much(room: Room, which: int, count: int, form: str, mark: str) -> None:
    """Several at once, more than may be open."""
    found = signed_on(room, which)
    if found is not None:
        for number in range(count):
            one = f"{mark}X{number}"
            found[0].type(one, typed(form, one, found[1], "CA0990100"))


@step(2, which=any_of, count=one_of(2, 5), mark=marked)
def asks_a_source_that_is_out(room: Room, which: int, count: int, mark: str) -> None:
    """It will be back before long, and then has more to do at once than may be open."""
    found = signed_on(room, which)
    if found is not None:
        until = room.now + 3.0
        room.tell(ServiceChanged("the operator", "CA", Service.HOLD, ("DQ",), until))
        room.settle()
        for number in range(count):
            one = f"{mark}X{number}"
            found[0].type(one, typed(FORMS[0], one, found[1], "CA0990100"))


@step(3, which=any_of, form=one_of(*FORMS[:6]), mark=marked, then=one_of("", "done", "gone"))
def asks_and_leaves(room: Room, which: int, form: str, mark: str, then: str) -> None:
    """`printf ... | nc`: asks, signs off, and is done with sending, or gone when it has arrived."""
    found = signed_on(room, which)
    if found is not None:
        line, terminal = found
        line.type(mark, typed(form, mark, terminal, "CA0990100"))
        line.type(SIGN_OFF, b"SIGNOFF")
        line.done = then == "done"
        if then == "gone":
            room.settle()
            line.gone = True


@step(3, which=any_of, ori=one_of(*ORIS), mark=marked)
def asks_as_another(room: Room, which: int, ori: str, mark: str) -> None:
    """Under an ORI that may not be the terminal's, or before anybody has signed on."""
    line = chosen(room, which)
    if line is not None:
        line.type(mark, f"DQ.{ori}.CA.*{mark}.TXTOLN/S0990001".encode())


@step(4, which=any_of, form=one_of(*NONSENSE), mark=marked)
def types_nonsense(room: Room, which: int, form: str, mark: str) -> None:
    """What cannot be read is answered too."""
    line = chosen(room, which)
    if line is not None:
        line.type(mark, typed(form, mark, "BAY2", "CA0990100"))


@step(4, which=any_of, size=one_of(1, 2, 9, 40))
def arrives_in_part(room: Room, which: int, size: int) -> None:
    """From now on what a line sends does not arrive but for its first bytes."""
    line = chosen(room, which)
    if line is not None:
        room.held_back.add(line.number)
        room.read(line, size)


@step(4, which=any_of)
def arrives(room: Room, which: int) -> None:
    """What was held back arrives."""
    held = sorted(room.held_back)
    if held:
        room.held_back.discard(held[which % len(held)])
