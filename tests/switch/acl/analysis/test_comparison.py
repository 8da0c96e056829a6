"""The comparison of two stacks finds exactly what enumeration finds, of rules and of worlds.

Enumeration tries every request at every instant by the oracle of the specification, and leaves out
what fewer people in the request explain.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.difference import difference
from tests.switch.acl.oracle import Oracle
from tests.switch.acl.random_changes import two_sides

PURPOSES = (None, "C", "J", "F", "S")
_END = 1e12


@pytest.mark.parametrize("seed", range(4))
def test_a_change_of_rules_is_exactly_what_enumeration_finds(tmp_path: Path, seed: int):
    _compare(tmp_path, Random(seed), same_world=True)


@pytest.mark.parametrize("seed", range(8))
def test_a_change_of_the_world_is_exactly_what_enumeration_finds(tmp_path: Path, seed: int):
    _compare(tmp_path, Random(seed + 1000), same_world=False)


def _compare(folder: Path, random: Random, *, same_world: bool) -> None:
    oracles, stacks = two_sides(random, folder, same_world=same_world)
    starts = sorted({at for stack in stacks for at in stack.instants_until(_END)})
    starts = [starts[0] - 1, *starts] if starts else [0.0]
    told = set()
    for change in difference(*stacks):
        for name, (start, end) in product(change.data_classes, change.spans):
            inside = [
                at for at in starts if (start is None or start <= at) and not (end and end <= at)
            ]
            told |= {(change.kind, change.backend, name, change.who, at) for at in inside}
        # Every one shows what it says, by the oracle.
        request = change.witness._asdict()
        before, after = (_seen(oracle, request, change.at) for oracle in oracles)
        assert (
            _kind(before.get(change.data_classes[0]), after.get(change.data_classes[0]))
            == change.kind
        )
    assert told == set(_enumerated(oracles, starts))


def _enumerated(oracles: tuple[Oracle, Oracle], starts: list[float]):
    for backend, keys in (("B1", ("DQ", "RQ")), ("B2", ("QW",))):
        for at, key, image, purpose in product(starts, keys, (False, True), PURPOSES):
            asked = {"backend": backend, "key": key, "image": image, "purpose": purpose}
            for line in _lines(oracles):
                yield from _of_line(oracles, {**asked, **line}, at)


def _of_line(oracles: tuple[Oracle, Oracle], asked, at: float):
    deltas: dict[tuple[str | None, str | None], set] = {}
    operators = [None, *{**oracles[0].operators, **oracles[1].operators}]
    oris = [None, *{**oracles[0].oris, **oracles[1].oris}]
    for operator, behalf in product(operators, oris):  # fewer people come first
        request = {**asked, "operator": operator, "on_behalf_of": behalf}
        before, after = (_seen(oracle, request, at) for oracle in oracles)
        mine = set()
        for name in {*before, *after}:
            kind = _kind(before.get(name), after.get(name))
            if kind is not None:
                mine.add((kind, name))
        deltas[operator, behalf] = mine
        fewer = {(None, None), (operator, None), (None, behalf)} - {(operator, behalf)}
        for kind, name in mine - set().union(*(deltas[each] for each in fewer)):
            yield kind, request["backend"], name, _who(oracles, request, at), at


def _lines(oracles: tuple[Oracle, Oracle]):
    found = {}
    for oracle in oracles:
        for row in oracle.terminals.values():
            for ori, agency in oracle.oris.items():
                services = oracle.agencies[row["agency"]].get("services", [])
                if agency == row["agency"] or agency in services:
                    found[row["mnemonic"], ori] = {"terminal": row["mnemonic"], "ori": ori}
    return found.values()


def _seen(oracle: Oracle, request, at: float) -> dict[str, set[str]]:
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


def _kind(before, after) -> str | None:
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
