"""Which clause of the specification a case puts to the test: a closed list, so that a gap shows.

A random generator is worth what it reaches. Whatever the engine and the oracle agree on is sorted
here by what made it so; a clause that no case of a long run has met fails that run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.switch.acl.oracle import AGENCY_LISTS, STRICTEST_FIRST, Oracle

Table = dict[str, Any]
FACETS = ("terminal", "ori", "operator", "affiliation", "on_behalf_of", "via")

CLAUSES = (
    *(f"verdict {name}" for name in STRICTEST_FIRST),
    "another class withheld, the primary one released",
    "another class released, the primary one refused",
    *(f"deny met through {facet} alone" for facet in FACETS),
    *(f"deny by {name}" for name in (*AGENCY_LISTS, "ori", "ori_prefix", "terminal", "operator")),
    "deny by everyone",
    "agency selected with its descendants",
    "group selected with its descendants",
    "function of a parent is not inherited",
    "ORI list met by on_behalf_of",
    "two lists met by different facets",
    "one of two lists not met",
    *(
        f"{effect} narrowed by {name}"
        for effect in ("deny", "refer", "allow")
        for name in ("key", "purpose", "image")
    ),
    "no purpose meets a deny that names one",
    "no purpose meets a refer that names one",
    "no purpose meets no allow that names one",
    "allow that holds for the terminal and not for the ORI",
    "allow that holds for the ORI and not for the terminal",
    "first instant of a rule",
    "just before a rule",
    "first instant after a rule",
    "last moment of a rule",
    "first instant of an affiliation",
    "first instant after an affiliation",
    "exception used",
    "exception used whose allow has no agency list",
    "exception lost: the allow is not in force",
    "exception lost: the allow does not match",
    "exception lost: another agency is in the request",
    "deny excused, another deny holds",
    "suspension by terminal",
    "suspension by ori",
    "suspension by via",
    "suspension does not look at the operator",
    "suspension does not look at on_behalf_of",
    "suspension comes before identity",
    "suspended, and not in the catalog",
    "terminal unknown",
    "ORI unknown",
    "operator unknown",
    "on_behalf_of unknown",
    "ORI that the terminal may not send",
    "ORI of a serviced agency",
    "servicing is one-way",
    "several allows: masks together",
    "several allows: notices together",
    "not in the catalog",
    "release: affiliation ended since",
    "release: affiliation began since",
    "release: the earlier verdict is the stricter",
    "release: the later verdict is the stricter",
    "release: a mask of the earlier instant alone",
    "release: a mask of the later instant alone",
    "release: refused at ingress, later not",
)


class Clauses:
    """Sorts cases of one world."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle

    def of(self, request: Table, at: float, found: Table) -> Iterator[str]:
        """The clauses that one decision meets; a clause may come more than once."""
        yield f"verdict {found['verdict']}"
        yield from self._line(request, at, found)
        if found["verdict"] == "DENY-ERROR":
            yield "not in the catalog"
            return
        released = [v.startswith("ALLOW") for v in found["classes"].values()]
        if released[0] and not all(released):
            yield "another class withheld, the primary one released"
        if not released[0] and any(released):
            yield "another class released, the primary one refused"
        if self.oracle.identified(request):
            yield from self._rules(request, at, found)

    # --- who is on the line ----------------------------------------------------------------------

    def _line(self, request: Table, at: float, found: Table) -> Iterator[str]:
        oracle = self.oracle
        known = {
            "terminal unknown": request["terminal"] in oracle.terminals,
            "ORI unknown": request["ori"] in oracle.oris,
            "operator unknown": request["operator"] in (None, *oracle.operators),
            "on_behalf_of unknown": request["on_behalf_of"] in (None, *oracle.oris),
        }
        yield from (name for name, fine in known.items() if not fine)
        if known["terminal unknown"] and known["ORI unknown"]:
            own = oracle.terminals[request["terminal"]]["agency"]
            sent = oracle.oris[request["ori"]]
            if sent != own and sent in oracle.agencies[own].get("services", []):
                yield "ORI of a serviced agency"
            elif sent != own:
                yield "ORI that the terminal may not send"
                if own in oracle.agencies[sent].get("services", []):
                    yield "servicing is one-way"
        yield from self._suspensions(request, at, found)

    def _suspensions(self, request: Table, at: float, found: Table) -> Iterator[str]:
        oracle = self.oracle
        on_line = self._by_facet(request, at)
        for row in oracle.network.get("suspend", []):
            if not oracle.in_force(row, at):
                continue
            through = oracle.met_by_any(row, request, at, line_only=True)
            if through is not None:
                met = [name for name in ("terminal", "ori", "via") if on_line[name] & through]
                if len(met) == 1:
                    yield f"suspension by {met[0]}"
                if not oracle.identified(request) and found["verdict"] == "DENY-SUSPENDED":
                    yield "suspension comes before identity"
                if found["verdict"] == "DENY-ERROR":
                    yield "suspended, and not in the catalog"
            elif oracle.met_by_any(row, request, at) is not None:
                yield from self._overlooked(row, request, at)

    def _overlooked(self, row: Table, request: Table, at: float) -> Iterator[str]:
        without = request | {"operator": None}
        if self.oracle.met_by_any(row, without, at) is None:
            yield "suspension does not look at the operator"
        without = request | {"on_behalf_of": None}
        if self.oracle.met_by_any(row, without, at) is None:
            yield "suspension does not look at on_behalf_of"

    def _by_facet(self, request: Table, at: float) -> dict[str, set[str]]:
        oracle = self.oracle
        terminal = oracle.terminals.get(request["terminal"])
        home = oracle.operators.get(request["operator"])
        agencies = oracle.of_operator(request["operator"], at)
        behalf = oracle.oris.get(request["on_behalf_of"])
        sent = oracle.oris.get(request["ori"])
        return {
            "terminal": {terminal["agency"]} if terminal else set(),
            "ori": {sent} if sent else set(),
            "operator": {home["agency"]} if home else set(),
            "affiliation": set(agencies[1:]),
            "on_behalf_of": {behalf} if behalf else set(),
            "via": set(terminal.get("via", [])) if terminal else set(),
        }

    # --- what the owner's rules say --------------------------------------------------------------

    def _rules(self, request: Table, at: float, found: Table) -> Iterator[str]:
        file = self.oracle.owners[request["backend"]]
        yield from self._instants(file, request, at)
        for effect in ("deny", "refer", "allow"):
            for row in file.get(effect, []):
                if self.oracle.in_force(row, at):
                    yield from self._rule(effect, row, request, at)
        for row in file.get("deny", []):
            yield from self._exceptions(row, file, request, at, found)
        allows = [row for row in file.get("allow", []) if row["id"] in found["rules"]]
        if found["verdict"] == "ALLOW":
            masked = [frozenset(row["mask"]) for row in allows if "mask" in row]
            if len(set(masked)) > 1 and found["masks"] > set(masked[0]):
                yield "several allows: masks together"
            if len(found["notices"]) > 1:
                yield "several allows: notices together"

    def _instants(self, file: Table, request: Table, at: float) -> Iterator[str]:
        oracle = self.oracle
        for row in (r for effect in ("deny", "refer", "allow") for r in file.get(effect, [])):
            if oracle.met_by_any(row, request, at) is None:
                continue
            first = oracle.when(row["from"])
            last = oracle.when(row["until"]) if "until" in row else None
            for instant, on, before in (
                (first, "first instant of a rule", "just before a rule"),
                (last, "first instant after a rule", "last moment of a rule"),
            ):
                if at == instant:
                    yield on
                elif instant is not None and 0 < instant - at < 0.01:
                    yield before
        for row in oracle.operators.get(request["operator"], {}).get("affiliations", []):
            if at == oracle.when(row["from"]):
                yield "first instant of an affiliation"
            if "until" in row and at == oracle.when(row["until"]):
                yield "first instant after an affiliation"

    def _rule(self, effect: str, row: Table, request: Table, at: float) -> Iterator[str]:
        yield from self._narrowing(effect, row, request, at)
        if effect == "allow":
            yield from self._halves(row, request)
        if effect == "deny":
            yield from self._subject(row, request, at)

    def _narrowing(self, effect: str, row: Table, request: Table, at: float) -> Iterator[str]:
        """The rule would speak of this request but for one narrowing, or speaks in spite of it."""
        oracle = self.oracle
        met = (
            oracle.met_by_both(row, request)
            if effect == "allow"
            else oracle.met_by_any(row, request, at) is not None
        )
        if not met:
            return
        if "key" in row and request["key"] not in row["key"]:
            yield f"{effect} narrowed by key"
        if "image" in row and row["image"] != request["image"]:
            yield f"{effect} narrowed by image"
        if "purpose" in row and request["purpose"] is None:
            meets = "no allow" if effect == "allow" else f"a {effect}"
            yield f"no purpose meets {meets} that names one"
        elif "purpose" in row and request["purpose"] not in row["purpose"]:
            yield f"{effect} narrowed by purpose"

    def _halves(self, row: Table, request: Table) -> Iterator[str]:
        oracle = self.oracle
        own, sent = oracle.terminals[request["terminal"]]["agency"], oracle.oris[request["ori"]]
        for name in (name for name in AGENCY_LISTS if name in row):
            holds = [oracle.in_list(agency, name, row[name]) for agency in (own, sent)]
            if holds == [True, False]:
                yield "allow that holds for the terminal and not for the ORI"
            if holds == [False, True]:
                yield "allow that holds for the ORI and not for the terminal"

    def _subject(self, row: Table, request: Table, at: float) -> Iterator[str]:
        oracle, facets = self.oracle, self._by_facet(request, at)
        names = [name for name in row if name in (*AGENCY_LISTS, *self._others)]
        through = oracle.met_by_any(row, request, at)
        if through is None:
            alone = [oracle.met_by_any({name: row[name]}, request, at) for name in names]
            if len(names) > 1 and any(one is not None for one in alone):
                yield "one of two lists not met"
            yield from self._not_inherited(row, request, at)
            return
        if row.get("everyone"):
            yield "deny by everyone"
            return
        if len(names) == 1:
            yield f"deny by {names[0]}"
            met = [facet for facet in FACETS if facets[facet] & through]
            if len(met) == 1:
                yield f"deny met through {met[0]} alone"
        elif len(through) > 1:
            yield "two lists met by different facets"
        for name, text in (("agency", "agency"), ("group", "group")):
            for agency in through if name in row else ():
                own = [agency] if name == "agency" else oracle.agencies[agency].get("groups", [])
                if oracle.in_list(agency, name, row[name]) and not set(own) & set(row[name]):
                    yield f"{text} selected with its descendants"
        header = request["ori"] in row.get("ori", [request["ori"]])
        if "ori" in row and not header:
            yield "ORI list met by on_behalf_of"

    _others = ("ori", "ori_prefix", "terminal", "operator")

    def _not_inherited(self, row: Table, request: Table, at: float) -> Iterator[str]:
        for agency in self.oracle.facets(request, at) if "function" in row else ():
            parent = self.oracle.agencies[agency].get("parent")
            if parent and self.oracle.in_list(parent, "function", row["function"]):
                yield "function of a parent is not inherited"

    def _exceptions(
        self, row: Table, file: Table, request: Table, at: float, found: Table
    ) -> Iterator[str]:
        oracle = self.oracle
        through = oracle.met_by_any(row, request, at)
        if through is None or not oracle.in_force(row, at) or "except" not in row:
            return
        if row["id"] in found["exceptions"]:
            yield "exception used"
            if any(verdict == "DENY-RULE" for verdict in found["classes"].values()):
                yield "deny excused, another deny holds"
        for allow in file.get("allow", []):
            if allow["id"] not in row["except"]:
                continue
            contains = all(oracle.contains(allow, agency, request) for agency in through)
            if not oracle.in_force(allow, at):
                yield "exception lost: the allow is not in force"
            elif not oracle.met_by_both(allow, request):
                yield "exception lost: the allow does not match"
            elif not contains:
                yield "exception lost: another agency is in the request"
            elif row["id"] in found["exceptions"] and not set(AGENCY_LISTS) & set(allow):
                yield "exception used whose allow has no agency list"

    # --- the release -----------------------------------------------------------------------------

    def of_release(
        self, request: Table, asked_at: float, at: float, before: Table, after: Table
    ) -> Iterator[str]:
        """The clauses of a decision that is made again; both decisions as of their own instant."""
        if "DENY-ERROR" in (before["verdict"], after["verdict"]):
            return
        then = set(self.oracle.of_operator(request["operator"], asked_at))
        now = set(self.oracle.of_operator(request["operator"], at))
        if then - now:
            yield "release: affiliation ended since"
        if now - then:
            yield "release: affiliation began since"
        for name, later in after["classes"].items():
            earlier = before["classes"][name]
            order = STRICTEST_FIRST.index(earlier) - STRICTEST_FIRST.index(later)
            if order < 0:
                yield "release: the earlier verdict is the stricter"
            if order > 0:
                yield "release: the later verdict is the stricter"
        if before["masks"] - after["masks"]:
            yield "release: a mask of the earlier instant alone"
        if after["masks"] - before["masks"]:
            yield "release: a mask of the later instant alone"
        if before["verdict"] == "DENY-SUSPENDED" != after["verdict"]:
            yield "release: refused at ingress, later not"
