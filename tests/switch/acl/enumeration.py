"""What analyses must find, by trying every request in a small world with the oracle.

Plain loops from the specification, like the oracle itself: nothing here knows the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from tests.switch.acl.oracle import Oracle

Table = dict[str, Any]
PURPOSES = (None, "C", "J", "F", "S")
KEYS = {"B1": ("DQ", "RQ"), "B2": ("QW",)}


# --- who can ask, and when ------------------------------------------------------------------------


def lines(oracle: Oracle) -> Iterator[Table]:
    """Terminals with the ORIs that they may send."""
    for row in oracle.terminals.values():
        services = oracle.agencies[row["agency"]].get("services", [])
        for ori, agency in oracle.oris.items():
            if agency == row["agency"] or agency in services:
                yield {"terminal": row["mnemonic"], "ori": ori}


def plain_lines(oracle: Oracle) -> Iterator[Table]:
    """Those that send an ORI of their own agency, past no hub."""
    for line in lines(oracle):
        row = oracle.terminals[line["terminal"]]
        if row["agency"] == oracle.oris[line["ori"]] and not row.get("via"):
            yield line


def questions(oracle: Oracle, backend: str) -> Iterator[Table]:
    """Every key of a backend with both flags and every purpose that the key admits."""
    for row in oracle.world["backend"]:
        for answer in row["answers"] if row["name"] == backend else ():
            admitted = answer.get("purposes", PURPOSES)
            for key, image, purpose in product(answer["keys"], (False, True), admitted):
                yield {"backend": backend, "key": key, "image": image, "purpose": purpose}


def asked_of(oracle: Oracle, question: Table) -> list[str]:
    """The classes that an answer to a question can contain."""
    for row in oracle.world["backend"]:
        for answer in row["answers"] if row["name"] == question["backend"] else ():
            if question["key"] in answer["keys"]:
                more = answer.get("image_classes", []) if question["image"] else []
                return [*answer["classes"], *more]
    return []


def moments(oracle: Oracle) -> list[float]:
    """Every instant at which a rule or an affiliation begins or ends."""
    rows = [row for o in oracle.operators.values() for row in o.get("affiliations", [])]
    for file in (*oracle.owners.values(), oracle.network):
        for table in ("deny", "refer", "allow", "suspend"):
            rows += file.get(table, [])
    return sorted(
        {oracle.when(row[end]) for row in rows for end in ("from", "until") if end in row}
    )


# --- promises -------------------------------------------------------------------------------------


def never_holds(oracle: Oracle, backend: str, promise: Table) -> bool:
    """No request with a facet in the subject gets one of the classes, from then on."""
    since = oracle.when(promise["from"])
    instants = [since, *(at for at in moments(oracle) if at > since)]
    people = product([None, *oracle.operators], [None, *oracle.oris])
    for (operator, behalf), line, at in product(list(people), list(lines(oracle)), instants):
        who = {**line, "operator": operator, "on_behalf_of": behalf}
        if oracle.met_by_any(promise, who, at) is None:
            continue
        for question in questions(oracle, backend):
            left = seen(oracle, {**who, **question}, at)
            if any(promise["data"] == "any" or name in promise["data"] for name in left):
                return False
    return True


def always_holds(oracle: Oracle, backend: str, promise: Table) -> bool:
    """Every plain request of the subject gets all of the classes that it asks for, from then on."""
    since = oracle.when(promise["from"])
    instants = [since, *(at for at in moments(oracle) if at > since)]
    for line in plain_lines(oracle):
        agency = oracle.oris[line["ori"]]
        own = [o for o in oracle.operators.values() if o["agency"] == agency]
        people = [o["id"] for o in own if not o.get("affiliations")] or [None]
        for operator, at in product(people, instants):
            who = {**line, "operator": operator, "on_behalf_of": None}
            if not oracle.met_by_both(promise, who):
                continue
            for question in questions(oracle, backend):
                left = seen(oracle, {**who, **question}, at)
                for name in asked_of(oracle, question):
                    if (promise["data"] == "any" or name in promise["data"]) and name not in left:
                        return False
    return True


# --- leaks ----------------------------------------------------------------------------------------


def hard_ways(oracle: Oracle, list_: str, value: str, at: float) -> set[tuple[str, ...]]:
    """How, as whom, from which backend, by which key and of which class somebody in the list gets
    data by being in the request."""
    found: set[tuple[str, ...]] = set()
    people = list(product([None, *oracle.operators], [None, *oracle.oris]))
    for line, (operator, behalf) in product(list(lines(oracle)), people):
        who = {**line, "operator": operator, "on_behalf_of": behalf}
        ways = _ways(oracle, who, at, list_, value)
        for question in (q for backend in KEYS for q in questions(oracle, backend) if ways):
            for name in seen(oracle, {**who, **question}, at):
                found |= {(*way, question["backend"], question["key"], name) for way in ways}
    return found


def _ways(oracle: Oracle, who: Table, at: float, list_: str, value: str) -> set[tuple[str, str]]:
    """As what the one who is meant takes part: on the line, else as somebody on another's."""

    def meant(agency: str) -> bool:
        return oracle.in_list(agency, list_, [value])

    terminal = oracle.terminals[who["terminal"]]
    desk, sent = terminal["agency"], oracle.oris[who["ori"]]
    ways = {
        ("a line that passes it", f"{h}, on a line of {desk}") for h in terminal["via"] if meant(h)
    }
    if (meant(desk) or meant(sent)) and desk == sent:
        ways.add(("its own line", desk))
    elif meant(desk) or meant(sent):
        ways.add(("a servicing pair", f"{desk} sending for {sent}"))
    if ways:
        return ways
    working = list(dict.fromkeys(oracle.of_operator(who["operator"], at)))
    if any(map(meant, working)):
        words = f"an operator of {' and '.join(working)}"
        ways.add(("an operator of its own at another desk", words))
    behalf = oracle.oris.get(who["on_behalf_of"])
    if behalf and meant(behalf):
        ways.add(("asking on its behalf", behalf))
    return ways


# --- the matrix -----------------------------------------------------------------------------------


def access(oracle: Oracle, agency: str, backend: str, name: str, at: float) -> tuple[str, set[str]]:
    """How much of a class an agency gets by asking plainly, and which of its fields are masked."""
    own = [each for each in lines(oracle) if oracle.oris[each["ori"]] == agency]
    own = [each for each in own if oracle.terminals[each["terminal"]]["agency"] == agency]
    direct = [each for each in own if not oracle.terminals[each["terminal"]].get("via")]
    got, masked = [], set[str]()
    for line, question in product(direct or own, list(questions(oracle, backend))):
        if name not in asked_of(oracle, question):
            continue
        request = {**line, **question, "operator": None, "on_behalf_of": None}
        left = seen(oracle, request, at)
        got.append(name in left)
        if name in left:
            masked |= set(oracle.world["classes"][name]) - left[name]
    if not any(got):
        return "no", set()
    return ("yes" if all(got) and not masked else "part"), masked


# --- differences ----------------------------------------------------------------------------------


def differences(oracles: tuple[Oracle, Oracle], starts: list[float]):
    """Kind, backend, class, who and when, of all that fewer people do not explain."""
    for backend, keys in KEYS.items():
        for at, key, image, purpose in product(starts, keys, (False, True), PURPOSES):
            asked = {"backend": backend, "key": key, "image": image, "purpose": purpose}
            for line in _both_lines(oracles):
                yield from _of_line(oracles, {**asked, **line}, at)


def _of_line(oracles: tuple[Oracle, Oracle], asked, at: float):
    deltas: dict[tuple[str | None, str | None], set] = {}
    operators = [None, *{**oracles[0].operators, **oracles[1].operators}]
    oris = [None, *{**oracles[0].oris, **oracles[1].oris}]
    for operator, behalf in product(operators, oris):  # fewer people come first
        request = {**asked, "operator": operator, "on_behalf_of": behalf}
        before, after = (seen(oracle, request, at) for oracle in oracles)
        mine = set()
        for name in {*before, *after}:
            became = kind(before.get(name), after.get(name))
            if became is not None:
                mine.add((became, name))
        deltas[operator, behalf] = mine
        fewer = {(None, None), (operator, None), (None, behalf)} - {(operator, behalf)}
        for became, name in mine - set().union(*(deltas[each] for each in fewer)):
            yield became, request["backend"], name, _who(oracles, request, at), at


def _both_lines(oracles: tuple[Oracle, Oracle]):
    found = {(each["terminal"], each["ori"]): each for oracle in oracles for each in lines(oracle)}
    return found.values()


def seen(oracle: Oracle, request, at: float) -> dict[str, set[str]]:
    """Each released class with the fields of it that are seen."""
    answer = oracle.decide(request, at)
    if not answer["verdict"].startswith("ALLOW"):
        return {}
    fields = oracle.world["classes"]
    return {
        name: set(fields[name]) - answer["masks"]
        for name, verdict in answer["classes"].items()
        if verdict.startswith("ALLOW")
    }


def kind(before, after) -> str | None:
    """What became of a class, from the fields that are seen of it."""
    if before is None or after is None:
        return {(True, False): "gained", (False, True): "lost"}.get((before is None, after is None))
    return "masked differently" if before != after else None


def _who(oracles: tuple[Oracle, Oracle], request, at: float) -> str:
    old, new = oracles
    if request["operator"] is None and request["on_behalf_of"] is None:
        asks = new.oris.get(request["ori"]) or old.oris[request["ori"]]
        desk = (new.terminals.get(request["terminal"]) or old.terminals[request["terminal"]])[
            "agency"
        ]
        words = asks if asks == desk else f"{asks} at a terminal of {desk}"
        words += _age(request["ori"], old.oris, new.oris, "with {}ORI")
        return words + _age(request["terminal"], old.terminals, new.terminals, "from {}terminal")
    parts = ["at another desk"]
    if request["operator"] is not None:
        parts.append(_operator(oracles, request["operator"], at))
    if request["on_behalf_of"] is not None:
        ori = request["on_behalf_of"]
        behalf = f"on behalf of {new.oris.get(ori) or old.oris[ori]}"
        parts.append(behalf + _age(ori, old.oris, new.oris, "with {}ORI"))
    return ", ".join(parts)


def _operator(oracles: tuple[Oracle, Oracle], name: str, at: float) -> str:
    old, new = oracles
    knows = new if name in new.operators else old
    agencies = " and ".join(dict.fromkeys(knows.of_operator(name, at)))
    if name not in old.operators:
        return f"new operator {name} of {agencies}"
    if name not in new.operators:
        return f"operator {name} of {agencies}, who is gone"
    same = old.operators[name] == new.operators[name]
    return f"an operator of {agencies}" if same else f"operator {name} of {agencies}"


def _age(name: str, old, new, words: str) -> str:
    if name not in old:
        return f" {words.format('new ')} {name}"
    return f" {words.format('')} {name}, which is gone" if name not in new else ""
