"""From the rows of an `acl/*.toml` file to rules, with everything that is wrong with them.

Every name must stand in directory and catalog. Where one is plainly misspelt, or a time plainly
meant, the finding carries the edit that writes it so; an edit never opens more than what is there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from switch.acl.directory import Directory
from switch.acl.lint import LINTS
from switch.acl.orders import Order
from switch.acl.rows import (
    SUBJECT,
    AcceptRow,
    DataRow,
    DenyRow,
    OrderRow,
    PromiseRow,
    SubjectRow,
    TestRow,
    TimedRow,
    WatchRow,
)
from switch.acl.rules import Effect, Promise, Request, Rule, Subject
from switch.acl.watches import Watch
from switch.errors import Edit, Finding, said
from switch.files.authored import Authored, YearError, did_you_mean, instant, nearest
from switch.files.salvage import FILLED_IN
from switch.files.toml.layout import literal
from switch.files.toml.mending import date
from switch.files.words import apart, meant
from switch.terms import BackendName, Instant, MessageKey, Mnemonic, OperatorId, Ori, Verdict

# Known names with which the unknown ones of a file are compared; beyond, none is suggested. To
# compare a million takes some ten seconds.
COMPARED_MAX = 300_000


class Reader:
    """Turns rows into rules and collects what is wrong with them."""

    def __init__(self, file: Authored[Any], directory: Directory, backend: str) -> None:
        self.file = file
        self.directory = directory
        self.backend = backend  # whose file it is
        self.ids_settled = True
        self._compared = 0
        self._known: Collection[str] = ()  # with `_choices`, as it was asked for last
        self._choices: list[str] = []
        entries = [entry for entry in directory.world.catalog if entry.backend == backend]
        # Of an unknown backend only that is said, not that it has none of the classes as well.
        known = entries or directory.world.catalog
        self.classes = frozenset(str(c) for e in known for c in (*e.classes, *e.image_classes))
        self.findings: list[Finding] = [*file.findings]
        self.timezone = self._timezone(file.model.timezone)

    def _timezone(self, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            if not self.filled_in(name):
                what = f"`{name}` is not a timezone"
                near = nearest(name, available_timezones())
                edits = self.rewritten(("timezone",), near or self.directory.world.timezone.key)
                self.wrong(("timezone",), what, "such as America/Los_Angeles", edits)
            return ZoneInfo("UTC")

    def wrong(
        self, path: Sequence[str | int], what: str, fix: str = "", edits: Sequence[Edit] = ()
    ) -> None:
        """One more finding."""
        self.findings.append(self.file.finding(path, what, fix, edits=edits))

    def unknown(
        self, path: Sequence[str | int], what: str, word: str, known: Collection[str]
    ) -> None:
        """A name that nobody declared, with the one that was most likely meant; nothing where the
        name of one who is declared could not be read."""
        if FILLED_IN in known:
            return
        choices = self._sorted(known)
        near = self._nearest(word, choices)
        parts = apart(word)
        edits: tuple[Edit, ...] = ()
        if len(parts) > 1 and {*parts}.issubset(choices) and self.raw(path).startswith("["):
            edits = self.file.layout.value(self.file.place(path), literal(parts))
        elif near is not None:
            edits = self.file.layout.entry(self.file.place(path), word, near)
        self.wrong(path, what, meant(near, choices), edits)

    def unknown_id(
        self, path: Sequence[str | int], what: str, word: str, known: Collection[str]
    ) -> None:
        """An id that no rule has; where two rules have one id, it may be the other's."""
        if self.ids_settled:
            self.unknown(path, what, word, known)
        else:
            choices = self._sorted(known)
            self.wrong(path, what, meant(self._nearest(word, choices), choices))

    def _sorted(self, known: Collection[str]) -> list[str]:
        if known is not self._known:
            self._known, self._choices = known, sorted(set(known))
        return self._choices

    def _nearest(self, word: str, known: Collection[str]) -> str | None:
        self._compared += len(known)
        return nearest(word, known) if self._compared <= COMPARED_MAX else None

    def raw(self, path: Sequence[str | int]) -> str:
        """A value as it is written."""
        return self.file.layout.raw(self.file.place(path))

    def rewritten(self, path: Sequence[str | int], value: str) -> tuple[Edit, ...]:
        """A text in the place of a value."""
        return self.file.layout.value(self.file.place(path), literal(value))

    def time(self, path: Sequence[str | int], value: object) -> float | None:
        """A time of a row; None if it is absent or wrong."""
        if value is None or self.filled_in(value):
            return None
        try:
            return instant(value, self.timezone)
        except YearError as error:
            self.wrong(path, *said(error))
        except ValueError as error:
            self.wrong(path, *said(error), edits=self._retimed(path, value))
        return None

    def _retimed(self, path: Sequence[str | int], value: object) -> tuple[Edit, ...]:
        """The same day or time as TOML reads it without doubt; the first of two that were meant."""
        new: str | None
        if isinstance(value, datetime):
            new = value.replace(tzinfo=self.timezone).isoformat()
        else:
            new = date(str(value))
        return self.file.layout.value(self.file.place(path), new) if new is not None else ()

    def _swapped(self, path: Sequence[str | int], start: Instant, end: Instant) -> tuple[Edit, ...]:
        """`from` and `until` in each other's place, as they were most likely meant."""
        if start == end:
            return ()
        layout, place = self.file.layout, self.file.place(path)
        old, new = layout.raw((*place, "from")), layout.raw((*place, "until"))
        return (*layout.value((*place, "from"), new), *layout.value((*place, "until"), old))

    def no_placeholder(self, path: Sequence[str | int], value: object) -> None:
        """What may be filled in when it is missing may not be written."""
        if value == FILLED_IN and not self.filled_in(value):
            self.wrong(path, f"`{path[-1]}` must not be `{FILLED_IN}`", "write what it is")

    def filled_in(self, value: object) -> bool:
        """Whether it only stands where something is missing, which is said already."""
        return value == FILLED_IN and FILLED_IN in self.file.lost

    def subject(self, path: Sequence[str | int], row: SubjectRow) -> Subject:
        """A subject whose every entry stands in the directory."""
        world = self.directory.world
        known: dict[str, set[str]] = {
            "agency": set(world.agencies),
            "group": {g for agency in world.agencies.values() for g in agency.groups},
            "function": {f for agency in world.agencies.values() for f in agency.functions},
            "ori": set(self.directory.agency_of),
            "terminal": set(world.terminals),
            "operator": set(world.operators),
        }
        for name, values in known.items():
            for value in getattr(row, name) or ():
                if value not in values and value not in self.file.lost:
                    what = f"{name} `{value}` is not in the directory"
                    self.unknown((*path, name), what, value, values)
        for prefix in row.ori_prefix or ():
            lost = self.file.lost
            if not any(ori.startswith(prefix) for ori in (*known["ori"], *lost)):
                what = f"no ORI of the directory starts with `{prefix}`"
                starts = {ori[: len(prefix)] for ori in known["ori"]}
                self.unknown((*path, "ori_prefix"), what, prefix, starts)
        lists = {name: getattr(row, name) or () for name in SUBJECT}
        return Subject(
            everyone=bool(row.everyone),
            ori_prefix=tuple(lists.pop("ori_prefix")),
            **{name: frozenset(values) for name, values in lists.items()},
        )

    def data(self, path: Sequence[str | int], data: str | list[str]) -> frozenset[Any] | None:
        """Declared classes; None for "any"."""
        self.no_placeholder((*path, "data"), data)
        if isinstance(data, str):
            return None
        for name in data:
            if name not in self.classes and name not in self.file.lost:
                what = f"data class `{name}` is not in the catalog"
                self.unknown((*path, "data"), what, name, self.classes)
        return frozenset(data)

    def rule(self, path: Sequence[str | int], effect: Effect, row: TimedRow) -> Rule:
        """A rule of any effect."""
        start = self.time((*path, "from"), row.start)
        end = self.time((*path, "until"), row.end)
        if start is not None and end is not None and end <= start:
            edits = self._swapped(path, start, end)
            self.wrong((*path, "until"), "`until` is not after `from`", "write a later one", edits)
        data = None
        if isinstance(row, DataRow):
            data = self.data(path, row.data)
            self._keys(path, row.key or [])
        return Rule(
            id=row.id,
            effect=effect,
            subject=self.subject(path, row),
            data=data,
            start=start or 0.0,
            end=end,
            keys=frozenset(getattr(row, "key", None) or ()),
            purposes=frozenset(getattr(row, "purpose", None) or ()),
            image=getattr(row, "image", None),
            exceptions=frozenset(getattr(row, "exceptions", None) or ()),
            masks=tuple(getattr(row, "mask", None) or ()),
            notice=getattr(row, "notice", ""),
            tell=row.tell,
            reason=row.reason,
            cite=row.cite,
            ordered=self.time((*path, "ordered"), row.ordered),
        )

    def exceptions(self, path: Sequence[str | int], row: DenyRow, allows: set[str]) -> None:
        """The exceptions of a deny are allow rules of its own file."""
        for name in row.exceptions or ():
            if name not in allows and name not in self.file.lost:
                what = f"exception `{name}` is not an allow rule of this file"
                self.unknown_id((*path, "except"), what, name, allows)

    def order(self, index: int, row: OrderRow, liftable: set[str]) -> Order:
        """An `[[order]]`: one known agency, fields that are fields, denies of its own file."""
        path = ("order", index)
        world = self.directory.world
        if row.agency not in world.agencies and row.agency not in self.file.lost:
            what = f"agency `{row.agency}` is not in the directory"
            self.unknown((*path, "agency"), what, row.agency, world.agencies)
        codes = {code for fields in world.class_fields.values() for code in fields}
        for code in dict.fromkeys(code for named in row.records for code in named):
            if code not in codes and FILLED_IN not in self.file.lost:
                what = f"`{code}` is not a field of any record"
                self.wrong((*path, "records"), what, did_you_mean(code, codes))
        for name in row.lifts:
            if name not in liftable and name not in self.file.lost:
                what = f"`{name}` is not a deny or refer of this file"
                self.unknown((*path, "lifts"), what, name, liftable)
        start, end = (
            self.time((*path, key), at) for key, at in (("from", row.start), ("until", row.end))
        )
        if start is not None and end is not None and end <= start:
            edits = self._swapped(path, start, end)
            self.wrong((*path, "until"), "`until` is not after `from`", "write a later one", edits)
        return Order(
            id=row.id,
            subject=Subject(agency=frozenset((row.agency,))),
            data=self.data(path, row.data),
            records=tuple(frozenset(named.items()) for named in row.records),
            count=row.count,
            lifts=frozenset(row.lifts),
            start=start or 0.0,
            end=end or 0.0,
            notice=row.notice,
            reason=row.reason,
            cite=row.cite,
            ordered=self.time((*path, "ordered"), row.ordered),
        )

    def watch(self, index: int, row: WatchRow) -> Watch:
        """A `[[watch]]`."""
        path = ("watch", index)
        start = self.time((*path, "from"), row.start)
        end = self.time((*path, "until"), row.end)
        if start is not None and end is not None and end <= start:
            edits = self._swapped(path, start, end)
            self.wrong((*path, "until"), "`until` is not after `from`", "write a later one", edits)
        subject, data = self.subject(path, row), self.data(path, row.data)
        numbers = (row.times, row.denials, row.reason)
        return Watch(row.id, subject, data, start or 0.0, end, *numbers)

    def promise(self, path: Sequence[str | int], row: PromiseRow) -> Promise:
        """A `[[never]]` or an `[[always]]`."""
        start = self.time((*path, "from"), row.start)
        return Promise(row.id, self.subject(path, row), self.data(path, row.data), start or 0.0)

    def test(self, index: int, row: TestRow) -> tuple[Request, Instant]:
        """A `[[test]]`: its request and its instant. Its names may be strangers on purpose."""
        path = ("test", index)
        self._keys(path, [row.key])
        verdicts = [verdict.value for verdict in Verdict]
        if row.expect not in verdicts and not self.filled_in(row.expect):
            what = f"`{row.expect}` is not a verdict"
            self.unknown((*path, "expect"), what, row.expect, verdicts)
        request = Request(
            Mnemonic(row.terminal),
            Ori(row.ori),
            OperatorId(row.operator) if row.operator else None,
            Ori(row.on_behalf_of) if row.on_behalf_of else None,
            BackendName(self.file.model.backend),
            MessageKey(row.key),
            row.image,
            row.purpose,
        )
        return request, self.time((*path, "at"), row.at) or 0.0

    def accept(self, index: int, row: AcceptRow, ids: set[str]) -> None:
        """An `[[accept]]` names a lint that there is, and a rule of its file or none."""
        if row.lint not in LINTS and row.lint not in self.file.lost:
            what = f"there is no lint `{row.lint}`"
            self.unknown(("accept", index, "lint"), what, row.lint, LINTS)
        if row.rule is not None and row.rule not in ids and row.rule not in self.file.lost:
            what = f"rule `{row.rule}` is not in this file"
            self.unknown(("accept", index, "rule"), what, row.rule, ids)

    def _keys(self, path: Sequence[str | int], keys: Sequence[str]) -> None:
        backend = self.backend
        catalog = self.directory.world.catalog
        served = {str(e.key) for e in catalog if e.backend == backend} or {e.key for e in catalog}
        for key in keys:
            if key not in served and key not in self.file.lost:
                what = f"{backend} does not answer key `{key}`"
                self.unknown((*path, "key"), what, key, served)
