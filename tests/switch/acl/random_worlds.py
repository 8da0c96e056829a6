"""Random worlds, rule files and requests, small enough that their rules collide all the time."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import tomlkit

Table = dict[str, Any]
START = datetime.fromisoformat("2020-01-01T00:00:00")
AGENCIES = [f"A{number}" for number in range(7)]
GROUPS, FUNCTIONS = ["g1", "g2", "g3"], ["f1", "f2"]
CLASSES = ["driver.record", "driver.ssn", "driver.photo", "vehicle.owner"]
KEYS = {"B1": ["DQ", "RQ"], "B2": ["QW"]}
PURPOSES = ["C", "J", "F"]
RECORDS = ["ALBITE", "BASALT", "CHERT"]


def some(random: Random, values: list[Any], most: int = 2) -> list[Any]:
    return random.sample(values, random.randint(1, min(most, len(values))))


def day(random: Random) -> datetime:
    return START + timedelta(days=random.randint(0, 9))


def world(random: Random) -> Table:
    agencies = []
    for number, name in enumerate(AGENCIES):
        hub = number == len(AGENCIES) - 1
        row: Table = {
            "id": name,
            "name": name,
            "oris": [] if hub else [f"CA099{number}{n}00" for n in range(random.randint(1, 2))],
            "groups": some(random, GROUPS) if random.random() < 0.5 else [],
            "functions": some(random, FUNCTIONS, 1) if random.random() < 0.4 else [],
            "services": [random.choice(AGENCIES[:-1])] if random.random() < 0.3 else [],
        }
        if number and random.random() < 0.5:
            row["parent"] = random.choice(AGENCIES[:number])
        agencies.append(row)
    operators = []
    for number in range(5):
        row = {"id": f"O{number}", "agency": random.choice(AGENCIES[:-1])}
        if random.random() < 0.6:
            span: Table = {"agency": random.choice(AGENCIES[:-1]), "from": day(random)}
            if random.random() < 0.7:
                span["until"] = span["from"] + timedelta(days=random.randint(1, 5))
            row["affiliations"] = [span]
        operators.append(row)
    terminals = [
        {
            "mnemonic": f"T{number}",
            "agency": random.choice(AGENCIES[:-1]),
            "via": [AGENCIES[-1]] if random.random() < 0.3 else [],
        }
        for number in range(6)
    ]
    return {
        "format": 1,
        "world": {"id": "random", "title": "x", "timezone": "America/Los_Angeles", "seed": 1},
        "agency": agencies,
        "operator": operators,
        "terminal": terminals,
        "backend": [
            backend("B1", [(["DQ"], CLASSES[:2], [CLASSES[2]]), (["RQ"], [CLASSES[3]], [])]),
            backend("B2", [(["QW"], CLASSES[:1], [])]),
        ],
        "classes": {name: ["NAM"] for name in CLASSES},
    }


def backend(name: str, answers: list[tuple[list[str], list[str], list[str]]]) -> Table:
    return {
        "name": name,
        "owner": name,
        "kind": "memory",
        "ori": "CA0998100",
        "answers": [
            {"keys": keys, "destination": "CA", "classes": classes, "image_classes": images}
            for keys, classes, images in answers
        ],
    }


def subject(random: Random, place: Table) -> Table:
    """One or two selectors that the directory knows."""
    known = {
        "agency": AGENCIES,
        "group": sorted({g for a in place["agency"] for g in a["groups"]}),
        "function": sorted({f for a in place["agency"] for f in a["functions"]}),
        "ori": [ori for a in place["agency"] for ori in a["oris"]],
        "ori_prefix": sorted({ori[:6] for a in place["agency"] for ori in a["oris"]}),
        "terminal": [t["mnemonic"] for t in place["terminal"]],
        "operator": [o["id"] for o in place["operator"]],
    }
    names = [name for name, values in known.items() if values]
    if random.random() < 0.1:
        return {"everyone": True}
    weights = [3 if name in ("agency", "group") else 1 for name in names]
    chosen = set(random.choices(names, weights, k=random.choice([1, 1, 2])))
    return {name: some(random, known[name], 3) for name in sorted(chosen)}


def timed(random: Random, id: str) -> Table:
    row: Table = {"id": id, "from": day(random), "reason": "r", "cite": "c"}
    if random.random() < 0.4:
        row["until"] = row["from"] + timedelta(days=random.randint(1, 6))
    return row


def owner_file(random: Random, place: Table, name: str, rules: int = 8) -> Table:
    classes = CLASSES if name == "B1" else CLASSES[:1]
    tables: dict[str, list[Table]] = {"deny": [], "refer": [], "allow": []}
    generous = random.random() < 0.25  # allows for many, so that several meet in one request
    effects = ["allow"] * 4 + ["deny"] if generous else ["deny", "deny", "allow", "allow", "refer"]
    for number in range(random.randint(0, rules)):
        effect = random.choice(effects)
        whom = subject(random, place)
        if generous and effect == "allow" and random.random() < 0.5:
            whom = {"everyone": True}
        row = timed(random, f"{name}-{number}") | whom
        row["data"] = "any" if random.random() < 0.4 else some(random, classes, 2)
        if random.random() < 0.3:
            row["key"] = some(random, KEYS[name], 1)
        if random.random() < 0.3:
            row["purpose"] = some(random, PURPOSES)
        if random.random() < 0.15:
            row["image"] = random.random() < 0.5
        if effect == "allow":
            if random.random() < 0.6:
                row["mask"] = some(random, ["RES", "SOC", "NAM"])
            if random.random() < 0.5:
                row["notice"] = f"NOTICE {number}"
        tables[effect].append(row)
    for row in tables["deny"]:
        if tables["allow"] and random.random() < 0.7:
            row["except"] = [each["id"] for each in some(random, tables["allow"], 3)]
    head = {
        "format": 1,
        "backend": name,
        "owner": name,
        "timezone": "America/Los_Angeles",
        "default": random.choice(["allow", "allow", "deny"]),
    }
    return head | {name: rows for name, rows in tables.items() if rows}


def with_orders(random: Random, place: Table, file: Table, name: str) -> Table:
    """Court orders for records that are seldom named, past some of the file's denies and refers."""
    classes = CLASSES if name == "B1" else CLASSES[:1]
    liftable = [row["id"] for table in ("deny", "refer") for row in file.get(table, [])]
    orders = []
    for number in range(random.randint(2, 6) if liftable else 0):
        row = timed(random, f"{name}-O{number}")
        row["from"] = random.choice([START, START, row["from"]])
        row["until"] = row["from"] + timedelta(days=random.choice([3, 9, 10]))
        row |= {
            "agency": random.choice([t["agency"] for t in place["terminal"]]),
            "data": "any" if random.random() < 0.7 else some(random, classes, 2),
            "records": [{"NAM": each} for each in some(random, RECORDS)],
            "count": random.randint(1, 3),
            "lifts": liftable if random.random() < 0.6 else some(random, liftable, 6),
        }
        if random.random() < 0.5:
            row["notice"] = f"ORDER {number}"
        orders.append(row)
    return file | ({"order": orders} if orders else {})


def network_file(random: Random, place: Table) -> Table:
    rows = [
        timed(random, f"N-{number}") | subject(random, place)
        for number in range(random.choice([0, 0, 1, 2]))
    ]
    head = {"format": 1, "timezone": "America/Los_Angeles"}
    return head | ({"suspend": rows} if rows else {})


def request(random: Random, place: Table) -> Table:
    """Mostly of people who may ask: else every second answer would be DENY-IDENTITY."""
    terminal = random.choice(place["terminal"])
    agencies = {a["id"]: a for a in place["agency"]}
    own = agencies[terminal["agency"]]
    oris = [ori for name in (own["id"], *own["services"]) for ori in agencies[name]["oris"]]
    everyone = [ori for a in place["agency"] for ori in a["oris"]]
    name = random.choice(["B1", "B1", "B2"])
    return {
        "terminal": terminal["mnemonic"] if random.random() < 0.97 else "NONE",
        "ori": random.choice(oris if random.random() < 0.9 else [*everyone, "XX0990000"]),
        "operator": random.choice([None, *(o["id"] for o in place["operator"])])
        if random.random() < 0.97
        else "NOBODY",
        "on_behalf_of": random.choice([*everyone, "XX0990000"]) if random.random() < 0.3 else None,
        "backend": name,
        "key": random.choice(KEYS[name]) if random.random() < 0.97 else "IQ",
        "image": random.random() < 0.4,
        "purpose": random.choice([None, *PURPOSES, "S"]),
    }


def write(folder: Path, place: Table, owners: dict[str, Table], network: Table) -> Path:
    """As the files that a person would have written."""
    (folder / "acl").mkdir(parents=True, exist_ok=True)
    (folder / "world.toml").write_text(tomlkit.dumps(place))
    for name, table in owners.items():
        (folder / "acl" / f"{name}.toml").write_text(tomlkit.dumps(table))
    (folder / "acl" / "NETWORK.toml").write_text(tomlkit.dumps(network))
    return folder
