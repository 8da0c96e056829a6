"""Owners cut agencies off and let them in again, at once or from an instant on."""

from __future__ import annotations

from datetime import UTC, datetime
from math import inf

from switch.acl.engine import AccessStack
from switch.core.events import PolicyActivated
from tests.seats import CUT_AGENCIES
from tests.simulation.room import Cut, Room
from tests.simulation.step import any_of, one_of, step

FILES = ("CADMV", "CADMV", "NVDMV", "ARJIS", "CACHS", "NETWORK")


def activated(room: Room) -> AccessStack:
    """The rules in force, and what is on its way to be."""
    stack = room.stack
    for policy in room.activated.values():
        stack = stack.with_policy(policy)
    return stack


def activates(room: Room, stack: AccessStack, file: str, change: str) -> None:
    """A version of a file is put on disk, then in force."""
    policy = stack.policy(file)
    room.activated[file] = policy
    room.tell(PolicyActivated(f"owner of {file}", policy, change, {}))


@step(7, file=one_of(*FILES), agency=one_of(*CUT_AGENCIES),
      within=one_of(0.0, 0.0, 2.0, 8.0), lasts=one_of(None, 5.0, 40.0))  # fmt: skip
def is_cut_off(room: Room, file: str, agency: str, within: float, lasts: float | None) -> None:
    """From an instant on, until another or for good."""
    cuts_off(room, file, agency, within, lasts)


@step(2, which=any_of, within=one_of(0.0, 2.0))
def is_suspended_while_mail_waits(room: Room, which: int, within: float) -> None:
    """The network suspends an agency for which something is held, or from which it came."""
    letters = [item for item in room.switch._dispatcher.post.store if item.leg == 0]
    agencies = {item.place for item in letters}
    agencies |= {room.world.terminals[item.terminal].agency for item in letters if item.terminal}
    if agencies:
        cuts_off(room, "NETWORK", sorted(agencies)[which % len(agencies)], within, None)


def cuts_off(room: Room, file: str, agency: str, within: float, lasts: float | None) -> None:
    """One more rule of an owner, or of the network."""
    handled = max(room.now, room.switch._handled_at)
    moment = datetime.fromtimestamp(handled + within, UTC)  # exact to a microsecond
    start = moment.timestamp()
    cut = Cut(f"CUT-{len(room.cuts)}", file, agency, start, start + lasts if lasts else inf)
    table = {
        "id": cut.rule,
        "from": moment,
        "agency": [agency],
        "reason": "r",
        "cite": "c",
        **({"until": datetime.fromtimestamp(cut.end, UTC)} if lasts else {}),
        **({} if file == "NETWORK" else {"data": "any"}),
    }
    effect = "suspend" if file == "NETWORK" else "deny"
    stack = activated(room).with_rule(file, effect, table)
    room.cuts.append(cut)
    activates(room, stack, file, f"added {cut.rule}")


@step(3, which=any_of)
def is_let_in_again(room: Room, which: int) -> None:
    """A cut-off is withdrawn."""
    handled = max(room.now, room.switch._handled_at)
    cuts = [cut for cut in room.cuts if cut.end > handled]
    if cuts:
        cut = cuts[which % len(cuts)]
        cut.end = handled
        stack = activated(room).withdrawn(cut.backend, cut.rule, handled)
        activates(room, stack, cut.backend, f"withdrew {cut.rule}")
