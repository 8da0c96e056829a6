"""Owners cut agencies off and let them in again, at once or from an instant on."""

from __future__ import annotations

from datetime import UTC, datetime
from math import inf

from switch.acl.engine import AccessStack
from switch.core.events import (
    ChangeNoted,
    PolicyActivated,
    PolicyStaged,
    RuleAdded,
    RuleWithdrawn,
)
from tests.seats import CUT_AGENCIES, agency_of
from tests.simulation.room import Cut, Room
from tests.simulation.step import any_of, one_of, step

FILES = ("CADMV", "CADMV", "NVDMV", "ARJIS", "CACHS", "NETWORK")


def activated(room: Room) -> AccessStack:
    """The rules in force, and what is on its way to be."""
    stack = room.stack
    for policy in room.activated.values():
        stack = stack.with_policy(policy)
    for cut in room.cuts:
        is_new = cut.by_row and cut.end > cut.start
        if is_new and all(rule.id != cut.rule for rule in stack.policy(cut.backend).rules):
            stack = stack.with_rule(cut.backend, effect_of(cut.backend), table_of(cut))
    return stack


def activates(room: Room, stack: AccessStack, file: str, change: str) -> None:
    """A version of a file is put on disk, then in force."""
    policy = stack.policy(file)
    room.activated[file] = policy
    for cut in room.cuts:
        cut.by_row &= cut.backend != file  # else it is in that version
    room.tell(PolicyActivated(f"owner of {file}", policy, change, {}))


def effect_of(file: str) -> str:
    """What the rules of a file say that cut somebody off."""
    return "suspend" if file == "NETWORK" else "deny"


def table_of(cut: Cut) -> dict[str, object]:
    """The rule as it stands in its file."""
    return {
        "id": cut.rule,
        "from": datetime.fromtimestamp(cut.start, UTC),
        "agency": [cut.agency],
        "reason": "r",
        "cite": "c",
        **({"until": datetime.fromtimestamp(cut.end, UTC)} if cut.end < inf else {}),
        **({} if cut.backend == "NETWORK" else {"data": "any"}),
    }


def new_cut(room: Room, file: str, agency: str, within: float, lasts: float | None) -> Cut:
    """One more, from an instant on that a file can name: to a microsecond."""
    handled = max(room.now, room.switch._handled_at)
    start = datetime.fromtimestamp(handled + within, UTC).timestamp()
    end = datetime.fromtimestamp(start + lasts, UTC).timestamp() if lasts else inf
    return Cut(f"CUT-{len(room.cuts)}", file, agency, start, end)


@step(7, file=one_of(*FILES), agency=one_of(*CUT_AGENCIES),
      within=one_of(0.0, 0.0, 2.0, 8.0), lasts=one_of(None, 5.0, 40.0))  # fmt: skip
def is_cut_off(room: Room, file: str, agency: str, within: float, lasts: float | None) -> None:
    """From an instant on, until another or for good."""
    cuts_off(room, file, agency, within, lasts)


@step(5, which=any_of, within=one_of(0.0, 2.0))
def is_suspended_while_mail_waits(room: Room, which: int, within: float) -> None:
    """The network suspends an agency for which something is held, or from which it came."""
    letters = [item for item in room.switch._dispatcher.post.store if item.leg == 0]
    agencies = {item.place for item in letters}
    agencies |= {room.world.terminals[item.terminal].agency for item in letters if item.terminal}
    if agencies:
        cuts_off(room, "NETWORK", sorted(agencies)[which % len(agencies)], within, None)


@step(2, which=any_of)
def is_cut_off_while_asked(room: Room, which: int) -> None:
    """A source is about to answer somebody who may not have it any more."""
    asked = [(work.ask.backend, query.ori) for work in room.at_work for query in work.ask.queries]
    asked = [(backend, ori) for backend, ori in asked if backend in FILES]
    if asked:
        backend, ori = asked[which % len(asked)]
        cuts_off(room, backend, agency_of(str(ori)), 0.0, None)


def cuts_off(room: Room, file: str, agency: str, within: float, lasts: float | None) -> None:
    """A new version of a file, with one rule more."""
    cut = new_cut(room, file, agency, within, lasts)
    stack = activated(room).with_rule(file, effect_of(file), table_of(cut))
    room.cuts.append(cut)
    activates(room, stack, file, f"added {cut.rule}")


@step(3, file=one_of(*FILES), agency=one_of(*CUT_AGENCIES),
      within=one_of(0.0, 0.0, 2.0), lasts=one_of(None, 5.0))  # fmt: skip
def is_cut_off_by_a_row(
    room: Room, file: str, agency: str, within: float, lasts: float | None
) -> None:
    """A scenario adds a rule: it is in force until the switch starts again."""
    cut = new_cut(room, file, agency, within, lasts)
    cut.by_row = True
    room.cuts.append(cut)
    room.tell(RuleAdded("row", file, effect_of(file), table_of(cut)))


@step(4, file=one_of(*FILES[:-1]), agency=one_of(*CUT_AGENCIES))
def version_is_staged(room: Room, file: str, agency: str) -> None:
    """It would cut somebody off, and is judged beside the rules in force: it refuses nothing."""
    cut = new_cut(room, file, agency, -1.0, None)
    cut.rule = f"STAGED-{len(room.cuts)}"
    policy = activated(room).with_rule(file, "deny", table_of(cut)).policy(file)
    room.tell(PolicyStaged(f"owner of {file}", policy, f"staged {cut.rule}", {}))


@step(1, file=one_of(*FILES))
def change_is_noted(room: Room, file: str) -> None:
    """A change is proposed, which changes nothing yet."""
    room.tell(ChangeNoted(f"owner of {file}", file, "proposed a version", "", {}))


@step(3, which=any_of)
def is_let_in_again(room: Room, which: int) -> None:
    """A cut-off is withdrawn, by its owner or by a row."""
    handled = max(room.now, room.switch._handled_at)
    cuts = [cut for cut in room.cuts if cut.end > handled]
    if cuts:
        cut = cuts[which % len(cuts)]
        cut.end = handled if handled > cut.start else -inf  # it will never have begun
        if cut.by_row:
            room.tell(RuleWithdrawn("row", cut.backend, cut.rule))
        else:
            stack = activated(room).withdrawn(cut.backend, cut.rule, handled)
            activates(room, stack, cut.backend, f"withdrew {cut.rule}")
