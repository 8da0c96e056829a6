"""Access control by brute force: plain loops over plain tables, from the specification alone.

It shares no code with the engine and is as slow as it is plain. Worlds and files are the tables as
they stand in TOML.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

Table = dict[str, Any]
STRICTEST_FIRST = (
    "DENY-ERROR",
    "DENY-SUSPENDED",
    "DENY-IDENTITY",
    "DENY-RULE",
    "REFER",
    "DENY-DEFAULT",
    "ALLOW",
    "ALLOW-DEFAULT",
)
AGENCY_LISTS = ("agency", "group", "function")


class Oracle:
    """One world, its owners' files by backend, and the network's file."""

    def __init__(self, world: Table, owners: dict[str, Table], network: Table) -> None:
        self.world, self.owners, self.network = world, owners, network
        self.asked_at: float | None = None  # while a release is judged
        self.order: Table | None = None  # under which it is judged
        self.zone = ZoneInfo(world["world"]["timezone"])
        self.agencies = {row["id"]: row for row in world["agency"]}
        self.terminals = {row["mnemonic"]: row for row in world["terminal"]}
        self.operators = {row["id"]: row for row in world["operator"]}
        self.oris = {ori: row["id"] for row in world["agency"] for ori in row.get("oris", [])}

    # --- time and the directory ------------------------------------------------------------------

    def when(self, value: Any) -> float:
        return (value if value.tzinfo else value.replace(tzinfo=self.zone)).timestamp()

    def in_force(self, row: Table, at: float) -> bool:
        return self.when(row["from"]) <= at and ("until" not in row or at < self.when(row["until"]))

    def in_list(self, agency: str, name: str, values: Iterable[str]) -> bool:
        if name == "function":
            return any(value in values for value in self.agencies[agency].get("functions", []))
        current: str | None = agency
        while current:
            if name == "agency" and current in values:
                return True
            if name == "group" and any(
                group in values for group in self.agencies[current].get("groups", [])
            ):
                return True
            current = self.agencies[current].get("parent")
        return False

    def of_operator(self, operator: str | None, at: float) -> list[str]:
        if operator not in self.operators:
            return []
        row = self.operators[operator]
        valid = [
            a["agency"]
            for a in row.get("affiliations", [])
            if self.in_force(a, at)
            or (self.asked_at is not None and self.in_force(a, self.asked_at))
        ]
        return [row["agency"], *valid]

    def facets(self, request: Table, at: float, *, line_only: bool = False) -> list[str]:
        found = []
        if request["terminal"] in self.terminals:
            found.append(self.terminals[request["terminal"]]["agency"])
        if request["ori"] in self.oris:
            found.append(self.oris[request["ori"]])
        if not line_only:
            found += self.of_operator(request["operator"], at)
            if request["on_behalf_of"] in self.oris:
                found.append(self.oris[request["on_behalf_of"]])
        if request["terminal"] in self.terminals:
            found += self.terminals[request["terminal"]].get("via", [])
        return found

    # --- subjects --------------------------------------------------------------------------------

    def met_by_any(
        self, row: Table, request: Table, at: float, *, line_only: bool = False
    ) -> set[str] | None:
        """The agencies through which a deny, a refer or a suspension matched, or None."""
        agencies = self.facets(request, at, line_only=line_only)
        if row.get("everyone"):
            return set(agencies)
        through: set[str] = set()
        oris = [request["ori"]]
        if not line_only and request["on_behalf_of"]:
            oris.append(request["on_behalf_of"])
        for name in (*AGENCY_LISTS, "ori", "ori_prefix", "terminal", "operator"):
            if name not in row:
                continue
            met: set[str] = set()
            hit = False
            if name in AGENCY_LISTS:
                met = {agency for agency in agencies if self.in_list(agency, name, row[name])}
                hit = bool(met)
            elif name == "ori" or name == "ori_prefix":
                for ori in oris:
                    fits = ori in row[name] if name == "ori" else ori.startswith(tuple(row[name]))
                    if fits:
                        hit = True
                        met |= {self.oris[ori]} if ori in self.oris else set()
            elif name == "terminal":
                hit = request["terminal"] in row[name]
                met = {self.terminals[request["terminal"]]["agency"]} if hit else set()
            elif not line_only:
                hit = request["operator"] in row[name]
                met = set(self.of_operator(request["operator"], at)) if hit else set()
            if not hit:
                return None
            through |= met
        return through

    def met_by_both(self, row: Table, request: Table) -> bool:
        if row.get("everyone"):
            return True
        line = (self.terminals[request["terminal"]]["agency"], self.oris[request["ori"]])
        for name in AGENCY_LISTS:
            if name in row and not all(self.in_list(a, name, row[name]) for a in line):
                return False
        return (
            ("ori" not in row or request["ori"] in row["ori"])
            and ("ori_prefix" not in row or request["ori"].startswith(tuple(row["ori_prefix"])))
            and ("terminal" not in row or request["terminal"] in row["terminal"])
            and ("operator" not in row or request["operator"] in row["operator"])
        )

    def contains(self, allow: Table, agency: str, request: Table) -> bool:
        lists = [name for name in AGENCY_LISTS if name in allow]
        if not lists:
            line = (self.terminals[request["terminal"]]["agency"], self.oris[request["ori"]])
            return agency in line
        return all(self.in_list(agency, name, allow[name]) for name in lists)

    # --- decisions -------------------------------------------------------------------------------

    def speaks(
        self, row: Table, request: Table, data_class: str, at: float, *, allow: bool
    ) -> bool:
        if not self.in_force(row, at) or (row["data"] != "any" and data_class not in row["data"]):
            return False
        if "key" in row and request["key"] not in row["key"]:
            return False
        if "image" in row and row["image"] != request["image"]:
            return False
        if "purpose" in row:
            if request["purpose"] is None:
                return not allow
            return request["purpose"] in row["purpose"]
        return True

    def identified(self, request: Table) -> bool:
        if request["terminal"] not in self.terminals or request["ori"] not in self.oris:
            return False
        if request["operator"] is not None and request["operator"] not in self.operators:
            return False
        if request["on_behalf_of"] is not None and request["on_behalf_of"] not in self.oris:
            return False
        own = self.terminals[request["terminal"]]["agency"]
        sent = self.oris[request["ori"]]
        return sent == own or sent in self.agencies[own].get("services", [])

    # --- court orders ----------------------------------------------------------------------------

    def names(self, order: Table, fields: Table) -> bool:
        for record in order["records"]:
            if all(code in fields and fields[code] == value for code, value in record.items()):
                return True
        return False

    def decide_named(self, request: Table, at: float, fields: Table, used: Table) -> Table:
        """Without any order; then with each by its id, until one lets more leave."""
        plain = self.decide(request, at)
        if "classes" not in plain or not self.identified(request):
            return plain
        own = self.owners[request["backend"]]
        for order in sorted(own.get("order", []), key=lambda row: row["id"]):
            if not self.in_force(order, at) or not self.names(order, fields):
                continue
            if used.get(order["id"], 0) >= order["count"]:
                continue
            line = (self.terminals[request["terminal"]]["agency"], self.oris[request["ori"]])
            if not all(self.in_list(agency, "agency", [order["agency"]]) for agency in line):
                continue
            self.order = order
            under = self.decide(request, at)
            self.order = None
            if self.leaving(under) - self.leaving(plain):
                return under | {"order": order["id"]}
        return plain

    def leaving(self, answer: Table) -> set[str]:
        if not answer["verdict"].startswith("ALLOW"):
            return set()
        return {name for name, verdict in answer["classes"].items() if verdict.startswith("ALLOW")}

    def lifted(self, row: Table, through: set[str], data_class: str) -> bool:
        order = self.order
        if order is None or row["id"] not in order["lifts"]:
            return False
        if order["data"] != "any" and data_class not in order["data"]:
            return False
        return all(self.in_list(agency, "agency", [order["agency"]]) for agency in through)

    # --- decisions -------------------------------------------------------------------------------

    def decide(self, request: Table, at: float) -> Table:
        answers = [
            answer
            for backend in self.world["backend"]
            if backend["name"] == request["backend"]
            for answer in backend["answers"]
            if request["key"] in answer["keys"]
        ]
        if not answers or request["backend"] not in self.owners:
            return {"verdict": "DENY-ERROR"}
        suspended = any(
            self.in_force(row, at) and self.met_by_any(row, request, at, line_only=True) is not None
            for row in self.network.get("suspend", [])
        )
        classes = list(answers[0]["classes"])
        if request["image"]:
            classes += answers[0].get("image_classes", [])
        found: Table = {
            "classes": {},
            "rules": set(),
            "exceptions": set(),
            "masks": set(),
            "notices": set(),
        }
        for data_class in classes:
            if self.identified(request):
                verdict = self._weigh(request, data_class, at, found)
            else:
                verdict = "DENY-IDENTITY"
            found["classes"][data_class] = verdict
        found["owner"] = found["classes"][classes[0]]
        if suspended:
            found["classes"] = dict.fromkeys(classes, "DENY-SUSPENDED")
            found["masks"], found["notices"] = set(), set()
        found["verdict"] = found["classes"][classes[0]]
        return found

    def release(self, request: Table, asked_at: float, at: float) -> Table:
        """Judged again before it leaves: affiliations of either instant, the stricter verdicts."""
        before = self.decide(request, asked_at)
        self.asked_at = asked_at
        after = self.decide(request, at)
        self.asked_at = None
        if after["verdict"] == "DENY-ERROR":
            return after
        classes = {
            name: min(before["classes"][name], after["classes"][name], key=STRICTEST_FIRST.index)
            for name in after["classes"]
        }
        return {
            "classes": classes,
            "verdict": next(iter(classes.values())),
            "masks": before["masks"] | after["masks"],
            "notices": before["notices"] | after["notices"],
        }

    def _weigh(self, request: Table, data_class: str, at: float, found: Table) -> str:
        file = self.owners[request["backend"]]
        allows = [
            row
            for row in file.get("allow", [])
            if self.speaks(row, request, data_class, at, allow=True)
            and self.met_by_both(row, request)
        ]
        denied = referred = False
        for row in file.get("deny", []):
            through = self.met_by_any(row, request, at)
            if through is None or not self.speaks(row, request, data_class, at, allow=False):
                continue
            excused = self.lifted(row, through, data_class) or any(
                allow["id"] in row.get("except", [])
                and all(self.contains(allow, agency, request) for agency in through)
                for allow in allows
            )
            found["exceptions" if excused else "rules"].add(row["id"])
            denied = denied or not excused
        for row in file.get("refer", []):
            through = self.met_by_any(row, request, at)
            if through is None or not self.speaks(row, request, data_class, at, allow=False):
                continue
            if self.lifted(row, through, data_class):
                found["exceptions"].add(row["id"])
            else:
                referred = True
                found["rules"].add(row["id"])
        found["rules"].update(row["id"] for row in allows)
        ordered = self.order is not None and (
            self.order["data"] == "any" or data_class in self.order["data"]
        )
        if ordered:
            found["rules"].add(self.order["id"])
        if denied:
            return "DENY-RULE"
        if referred:
            return "REFER"
        if allows or ordered:
            for row in [*allows, *([self.order] if ordered else [])]:
                found["masks"].update(row.get("mask", []))
                found["notices"].update([row["notice"]] if "notice" in row else [])
            return "ALLOW"
        return "ALLOW-DEFAULT" if file["default"] == "allow" else "DENY-DEFAULT"
