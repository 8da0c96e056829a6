"""Random changes of random worlds: of directory, catalog and rules, as people make them."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from random import Random

from switch.acl.document import load_stack
from switch.acl.engine import AccessStack
from switch.errors import AuthoredError
from switch.world_file import load_world
from tests.switch.acl import random_worlds
from tests.switch.acl.oracle import Oracle
from tests.switch.acl.random_worlds import Table

FIELDS = {
    "driver.record": ["NAM", "RES"],
    "driver.ssn": ["SOC"],
    "driver.photo": ["IMG"],
    "vehicle.owner": ["RES"],
}


def small_world(random: Random) -> Table:
    """Small enough that every request can be tried at every instant."""
    place = random_worlds.world(random)
    place["terminal"], place["operator"] = place["terminal"][:2], place["operator"][:2]
    for agency in place["agency"]:
        agency["oris"] = agency["oris"][:1]
    place["classes"] = deepcopy(FIELDS)
    return place


def changed(random: Random, place: Table) -> Table:
    """The world after one to three changes."""
    place = deepcopy(place)
    for _ in range(random.randint(1, 3)):
        random.choice(_CHANGES)(random, place)
    return place


def _agency(random: Random, place: Table) -> None:
    row = random.choice(place["agency"][:-1])
    match random.randint(0, 4):
        case 0:
            row["groups"] = random_worlds.some(random, random_worlds.GROUPS)
        case 1:
            row["functions"] = random_worlds.some(random, random_worlds.FUNCTIONS, 1)
        case 2:
            row["services"] = [random.choice(random_worlds.AGENCIES[:-1])]
        case 3:
            row.pop("parent", None)
        case _:
            row["oris"] = [*row["oris"], f"CA0999{random.randint(0, 9)}00"][-2:]


def _ori(random: Random, place: Table) -> None:
    giver, taker = random.sample(place["agency"][:-1], 2)
    moved, giver["oris"] = giver["oris"], []
    if random.random() < 0.6:
        taker["oris"] = [*taker["oris"], *moved]


def _terminal(random: Random, place: Table) -> None:
    row = random.choice(place["terminal"])
    match random.randint(0, 3):
        case 0:
            row["via"] = [] if row["via"] else [random_worlds.AGENCIES[-1]]
        case 1:
            row["agency"] = random.choice(random_worlds.AGENCIES[:-1])
        case 2 if len(place["terminal"]) > 1:
            place["terminal"].remove(row)
        case _:
            name = f"T{random.randint(6, 9)}"
            if all(name != each["mnemonic"] for each in place["terminal"]):
                place["terminal"].append({**deepcopy(row), "mnemonic": name})


def _operator(random: Random, place: Table) -> None:
    row = random.choice(place["operator"])
    match random.randint(0, 3):
        case 0:
            row["agency"] = random.choice(random_worlds.AGENCIES[:-1])
        case 1:
            row.pop("affiliations", None)
        case 2:
            start = random_worlds.day(random)
            agency = random.choice(random_worlds.AGENCIES[:-1])
            span = {"agency": agency, "from": start, "until": start + timedelta(days=2)}
            row["affiliations"] = [span]
        case _ if len(place["operator"]) > 1:
            place["operator"].remove(row)


def _catalog(random: Random, place: Table) -> None:
    answers = place["backend"][0]["answers"]
    match random.randint(0, 4):
        case 0:
            answers[0]["classes"] = answers[0]["classes"][::-1]
        case 1:
            answers[0]["image_classes"] = []
        case 2:
            answers[0]["classes"] = answers[0]["classes"][:1]
        case 3 if len(answers) > 1:
            answers.pop()
        case _:
            fields = place["classes"][random.choice(list(FIELDS))]
            fields.append("DOB") if len(fields) < 3 else fields.pop()


_CHANGES = (_agency, _agency, _ori, _terminal, _operator, _catalog)


def two_sides(
    random: Random, folder: Path, *, same_world: bool
) -> tuple[tuple[Oracle, Oracle], tuple[AccessStack, AccessStack]]:
    """A world before and after a change, as oracles and as stacks; the rules change as well, or
    do not."""
    place = small_world(random)
    network = random_worlds.network_file(random, place)
    owners = _owners(random, place)
    old = Oracle(place, owners, network), _stack(folder / "old", place, owners, network)
    later = place if same_world else changed(random, place)
    rules_too = same_world or random.random() < 0.4
    files = _owners(random, later) | {"B2": owners["B2"]} if rules_too else owners
    for _ in range(50):
        try:
            stack = _stack(folder / "new", later, files, network)
            return (old[0], Oracle(later, files, network)), (old[1], stack)
        except AuthoredError:  # a rule names what is gone
            network = random_worlds.network_file(random, later)
            files = _owners(random, later)
    raise AssertionError("no rules fit")


def _owners(random: Random, place: Table) -> dict[str, Table]:
    return {
        "B1": random_worlds.owner_file(random, place, "B1", 6),
        "B2": random_worlds.owner_file(random, place, "B2", 2),
    }


def _stack(folder: Path, place: Table, owners: dict[str, Table], network: Table) -> AccessStack:
    return load_stack(load_world(str(random_worlds.write(folder, place, owners, network))))
