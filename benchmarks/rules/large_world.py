"""A large invented world with rule files, from a seed; and the same after a change of its rules.

12 databases with 80 rules each, 2,000 ORIs of 500 agencies, one terminal and one operator for each
agency, one operator in ten affiliated with another agency. Rules name agencies, groups, functions,
ORIs, prefixes, terminals and operators; some are narrowed by key, purpose or image flag, some have
exceptions, masks and an end. Every ORI has county 099.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import tomlkit

BACKENDS, RULES, AGENCIES, ORIS = 12, 80, 500, 2_000
GROUPS, FUNCTIONS, PARENTS, HUBS = 30, 6, 40, 3
PURPOSES = "CJFDES"

_Table = dict[str, Any]
_START = datetime.fromisoformat("2024-01-01T00:00:00")
_ZONE = "America/Los_Angeles"


def backend(number: int) -> str:
    """The name of the n-th database (0-based)."""
    return f"DB{number:02}"


def classes(number: int) -> list[str]:
    """The data classes of the n-th database."""
    return [
        f"{name}.{chr(ord('a') + number)}"
        for name in ("record", "ssn", "photo", "history", "owner")
    ]


def keys(number: int) -> list[str]:
    """The message keys that the n-th database answers."""
    return [f"{letter}{chr(ord('A') + number)}" for letter in "XYZW"]


def agency(number: int) -> str:
    """The id of the n-th agency (0-based)."""
    return f"A{number:03}"


def ori(number: int) -> str:
    """The n-th ORI (0-based); those of the n-th agency begin at four times n."""
    return f"CA099{number:04}"


def world() -> _Table:
    """The world's file as tables."""
    random = Random(1)
    each = ORIS // AGENCIES
    agencies = [
        {
            "id": agency(n),
            "name": f"Agency {n} (invented)",
            "oris": [ori(n * each + i) for i in range(each)],
            "groups": [f"g{n % GROUPS}"],
            "functions": [f"f{n % FUNCTIONS}"] if n % 7 == 0 else [],
            **({"parent": agency(n % PARENTS)} if n >= PARENTS else {}),
            **({"services": [agency((n + 7) % AGENCIES)]} if n % 20 == 0 else {}),
        }
        for n in range(AGENCIES)
    ]
    hubs = [{"id": f"HUB{n}", "name": f"Hub {n} (invented)"} for n in range(HUBS)]
    terminals = [
        {
            "mnemonic": f"T{n:04}",
            "agency": agency(n),
            "operators": [f"OP{n:04}"],
            **({"via": [f"HUB{n % HUBS}"]} if n % 9 == 0 else {}),
        }
        for n in range(AGENCIES)
    ]
    return {
        "format": 1,
        "world": {"id": "large", "title": "Large", "timezone": _ZONE, "seed": 1},
        "agency": [*agencies, *hubs],
        "terminal": terminals,
        "operator": [_operator(random, n) for n in range(AGENCIES)],
        "backend": [_backend(n) for n in range(BACKENDS)],
        "classes": {name: _fields(name) for n in range(BACKENDS) for name in classes(n)},
    }


def _operator(random: Random, number: int) -> _Table:
    row: _Table = {"id": f"OP{number:04}", "agency": agency(number)}
    if number % 10 == 0:
        start = _day(random)
        span = {"agency": agency(random.randrange(AGENCIES)), "from": start}
        row["affiliations"] = [{**span, "until": start + timedelta(days=random.randint(30, 300))}]
    return row


def _backend(number: int) -> _Table:
    record, ssn, photo, history, owner = classes(number)
    first, second, third, fourth = keys(number)
    answers = [
        {"keys": [first, second], "classes": [record, ssn], "image_classes": [photo]},
        {"keys": [third], "classes": [history], "purposes": list(PURPOSES)},
        {"keys": [fourth], "classes": [owner, record]},
    ]
    return {
        "name": backend(number),
        "owner": f"Owner {number} (simulated)",
        "kind": "memory",
        "ori": "CA0998100",
        "state": "CA",
        "answers": answers,
    }


def _fields(name: str) -> list[str]:
    kinds = {"record": ["NAM", "RES"], "ssn": ["SOC"], "photo": ["IMG"], "history": ["FBI"]}
    return kinds.get(name.split(".")[0], ["OWN", "RES"])


def rule_files(seed: int, rules: int = RULES) -> list[_Table]:
    """Every owner's file of so many rules, as tables."""
    return [_file(Random(seed * 1000 + number), number, rules) for number in range(BACKENDS)]


def after_a_change(files: list[_Table]) -> list[_Table]:
    """Each file with one rule withdrawn, one added, one with another subject and one longer."""
    random, found = Random(99), []
    for number, file in enumerate(files):
        denies, allows = list(file["deny"]), list(file["allow"])
        gone = denies.pop(random.randrange(len(denies)))
        other = random.randrange(len(denies))
        denies[other] = _without_subject(denies[other]) | _subject(random)
        longer = random.randrange(len(allows))
        allows[longer] = {k: v for k, v in allows[longer].items() if k != "until"}
        denies.append(_rule(random, number, f"{gone['id']}-B"))
        found.append({**file, "deny": denies, "allow": allows})
    return found


def write(folder: Path, files: list[_Table]) -> Path:
    """The world with these rules as a folder that the command line reads."""
    (folder / "acl").mkdir(parents=True)
    (folder / "world.toml").write_text(tomlkit.dumps(world()))
    for file in files:
        (folder / "acl" / f"{file['backend']}.toml").write_text(tomlkit.dumps(file))
    network = {"format": 1, "timezone": _ZONE, "suspend": [_suspension()]}
    (folder / "acl" / "NETWORK.toml").write_text(tomlkit.dumps(network))
    return folder


def _suspension() -> _Table:
    words = {"reason": "benchmark", "cite": "none"}
    return {"id": "NET-01", "agency": [agency(3)], "from": _START, **words}


def _file(random: Random, number: int, rules: int) -> _Table:
    tables: dict[str, list[_Table]] = {"deny": [], "refer": [], "allow": []}
    for index in range(rules):
        effect = ("deny", "deny", "deny", "refer", "allow")[index % 5]
        row = _rule(random, number, f"R{number:02}-{index:02}")
        if effect == "allow" and random.random() < 0.5:
            row |= {"data": classes(number)[:2], "mask": [random.choice(["RES", "SOC"])]}
        tables[effect].append(row)
    allows = [row["id"] for row in tables["allow"]]
    for row in tables["deny"]:
        if random.random() < 0.3:
            row["except"] = random.sample(allows, random.randint(1, 2))
    head = {"format": 1, "backend": backend(number), "owner": f"Owner {number} (simulated)"}
    default = "deny" if number % 4 == 3 else "allow"
    return {**head, "timezone": _ZONE, "default": default, **tables}


def _rule(random: Random, number: int, id: str) -> _Table:
    row: _Table = {"id": id, **_subject(random), "from": _day(random)}
    row |= {"reason": "benchmark", "cite": "none"}
    row["data"] = "any" if random.random() < 0.4 else random.sample(classes(number), 2)
    if random.random() < 0.25:
        row["key"] = random.sample(keys(number), 2)
    if random.random() < 0.25:
        row["purpose"] = random.sample(PURPOSES, 2)
    if random.random() < 0.1:
        row["image"] = random.random() < 0.5
    if random.random() < 0.3:
        row["until"] = row["from"] + timedelta(days=random.randint(10, 300))
    return row


def _subject(random: Random) -> _Table:
    kind = random.choice(["agency"] * 5 + ["group"] * 3 + ["function", "ori", "ori_prefix"])
    match kind:
        case "agency":
            return {"agency": [agency(n) for n in random.sample(range(AGENCIES), 3)]}
        case "group":
            return {"group": [f"g{random.randrange(GROUPS)}"]}
        case "function":
            named = {"function": [f"f{random.randrange(FUNCTIONS)}"]}
            both = random.random() < 0.5
            return named | ({"group": [f"g{random.randrange(GROUPS)}"]} if both else {})
        case "ori":
            return {"ori": [ori(n) for n in random.sample(range(ORIS), 5)]}
        case _:
            return {"ori_prefix": [ori(random.randrange(ORIS))[:7]]}


def _without_subject(row: _Table) -> _Table:
    lists = ("agency", "group", "function", "ori", "ori_prefix", "terminal", "operator")
    return {name: value for name, value in row.items() if name not in lists}


def _day(random: Random) -> datetime:
    return _START + timedelta(days=random.randrange(365))
