"""The message formats as values, read once from `specs/*.toml`.

Formats are data: a key, a field or a text is changed in a TOML file, never here. What this file
keeps is their shape, and the questions others ask of it: terminals draw forms from a KeySpec,
stand-ins complete messages from its example values, the codec checks bytes against it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain, combinations
from types import MappingProxyType

from switch.terms import MessageKey, is_ori

MESSAGE_BYTES_MAX = 14_400  # [N-CA] for the Canadian interface; our general limit [INF]
DESTINATIONS_MAX = 5  # [N-RQ]
CONTROL_MAX = 10  # characters after the prefix [N-RQ, N-AMX]
NOT_ON_FILE = "NOT ON FILE"  # [N-BQG, N-SQG]


class Place(StrEnum):
    """Kinds of destination."""

    STATE = "state"  # two characters: a state, a province, a federal or file code
    PROVINCE = "province"  # two characters: a province of Canada; a key for states goes there too
    REGION = "region"  # two characters, a letter and a digit
    SWITCH = "switch"  # two characters: NL, all states
    AGENCY = "agency"  # nine characters: an ORI
    TERMINAL = "terminal"  # 3 to 24 characters that are no ORI: a mnemonic [WI-AM]


@dataclass(frozen=True, slots=True, eq=False)
class FieldSpec:
    """One field of one key: what a form shows, what a stand-in sends, what the codec checks."""

    prefix: str
    label: str
    size_min: int
    size_max: int
    mandatory: bool  # in every form of this key
    help: str  # what a right value looks like, for a person
    example: str
    choices: Mapping[str, str]  # value -> meaning; empty = an open set
    expression: str  # of the whole value, see `pattern`
    body: str  # the same without its size; "" where some values that match are refused
    code: str  # ER number of a wrong value
    missing_code: str
    source: str  # tags of docs/formats.md, parted by ", "; empty where it is ours
    simulated: bool
    added: bool  # by the simulator, to a key whose own fields are published

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the whole value must match; compiled when it is first asked for, because a verb
        needs few of them."""
        return _compiled(self.expression)


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.ASCII)


@dataclass(frozen=True, slots=True)
class FieldSet:
    """One form of an inquiry: the fields that it needs, and those that may join it alone."""

    needs: tuple[str, ...]
    extras: tuple[str, ...] = ()
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()  # fields that decide whether it is meant
    to: tuple[str, ...] = ()  # kinds and codes; empty = wherever its key goes

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(self.needs + self.extras)

    def meant_by(self, fields: Mapping[str, str]) -> bool:
        """Whether what is given leaves this form open (RTY/SV leaves those of a vehicle)."""
        return all(fields.get(name, values[0]) in values for name, values in self.when)


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """What a destination changes: `only` these fields, or `demands` with the field `trigger`."""

    place: str  # a code, or a kind of destination
    source: str
    only: tuple[str, ...] = ()
    code: str = ".22."
    trigger: str = ""
    demands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class KeySpec:
    """One message key: an inquiry, AM, or what the switch alone sends (`from_terminals` False)."""

    mke: MessageKey
    what: str
    answer: MessageKey  # the key its answers come under; empty where nothing answers it
    from_terminals: bool
    free_text: bool  # its body has no fields
    destinations: frozenset[Place]
    destination_codes: tuple[str, ...]  # codes it takes besides those kinds
    destinations_max: int
    fields: tuple[FieldSpec, ...]  # in the order in which a form shows and a terminal sends them
    always: tuple[str, ...]
    field_sets: tuple[FieldSet, ...]
    combine: bool  # whether several sets may be sent together
    optional: tuple[str, ...]
    some_of: tuple[tuple[str, ...], ...]  # of each of these groups one field at least
    place_rules: tuple[PlaceRule, ...]
    asks: MessageKey  # the key that its sources are asked under: RQ for RQG, mostly itself
    region_key: MessageKey  # what it becomes on its way to a region: RQG for RQ, mostly itself
    no_record: str  # what its answer says where nothing is on file
    unserved: bool  # whether a place that does not take it is told by SM [N-BQG], not by ER
    source: str
    simulated: bool
    enters: bool = False  # it changes what a database holds: delivered again after a restart

    @property
    def routed_by_key_alone(self) -> bool:
        """Whether it goes as `KEY.ORI.fields`, without destination and TXT [GK]."""
        return self.from_terminals and not (self.destinations or self.destination_codes)

    @property
    def intricate(self) -> bool:
        """Whether more is to be checked than values and which fields stand together."""
        kinds = any(rule.place in ("state", "province") for rule in self.place_rules)
        return kinds or bool(self.some_of) or any(s.when or s.to for s in self.field_sets)

    def field(self, prefix: str) -> FieldSpec | None:
        """The field of that prefix, if this key takes it."""
        return next((field for field in self.fields if field.prefix == prefix), None)

    def example_fields(self, form: int = 0) -> dict[str, str]:
        """The mandatory fields of one form with their example values, in sending order."""
        needed = {*self.always, *(group[0] for group in self.some_of)}
        fixed: dict[str, str] = {}
        if self.field_sets:
            needed.update(self.field_sets[form].needs)
            fixed = {name: values[0] for name, values in self.field_sets[form].when}
        return {
            field.prefix: fixed.get(field.prefix, field.example)
            for field in self.fields
            if field.prefix in needed
        }

    def complete(self, fields: Mapping[str, str]) -> dict[str, str]:
        """Add example values until the fields make a whole inquiry; what is given stays.

        The form is the one that holds most of what is given, the first of several. Fields that the
        key does not take stay too, at the end: refusing them is the reader's business.
        """
        given = set(fields)
        forms = [i for i, form in enumerate(self.field_sets) if form.meant_by(fields)]
        form = max(forms, key=lambda i: len(given & self.field_sets[i].fields), default=0)
        whole = {**self.example_fields(form), **fields}
        ordered = {f.prefix: whole.pop(f.prefix) for f in self.fields if f.prefix in whole}
        return ordered | whole

    def options(self) -> tuple[str, ...]:
        """The forms as the option list of an ER: `1. LIC, LIY, LIT`."""
        lines = []
        some = tuple("/".join(group) for group in self.some_of)
        for number, form in enumerate(self.field_sets, 1):
            spoken = {name for group in self.some_of for name in group}
            free = (name for name in (*form.extras, *self.optional) if name not in spoken)
            loose = "".join(f", [{name}]" for name in free)
            when = "".join(f" (with {name} {'/'.join(v)})" for name, v in form.when)
            lines.append(f"{number}. {', '.join((*self.always, *some, *form.needs))}{loose}{when}")
        return tuple(lines)

    def combinations(self) -> Iterator[frozenset[str]]:
        """Every set of fields that makes a whole inquiry (place rules aside)."""
        most = len(self.field_sets) if self.combine else 1
        for count in range(1, most + 1):
            for forms in combinations(self.field_sets, count):
                needed = frozenset(self.always).union(*(form.needs for form in forms))
                loose = {*self.optional, *chain(*(form.extras for form in forms))}
                for extra in _subsets(sorted(loose)):
                    whole = needed | extra
                    if all(whole.intersection(group) for group in self.some_of):
                        yield whole


def _subsets(names: list[str]) -> Iterator[frozenset[str]]:
    for count in range(len(names) + 1):
        yield from (frozenset(chosen) for chosen in combinations(names, count))


@dataclass(frozen=True, slots=True, eq=False)
class Formats:
    """All that the switch speaks. Compared by identity: it is loaded once and never changed."""

    keys: Mapping[str, KeySpec]  # all that is spoken here
    terminal_keys: tuple[str, ...]  # those that a terminal may send
    published: Mapping[str, str]  # known by name, not served -> why not, where there is a reason
    purposes: Mapping[str, str]  # code -> meaning
    simulated_purposes: frozenset[str]
    errors: Mapping[str, str]  # ER number -> text; {key} in .22.
    statuses: Mapping[str, str]  # SM number, `up` or `down` -> text
    switch_code: str  # NL
    region: re.Pattern[str]
    province: re.Pattern[str]

    def key(self, mke: str) -> KeySpec | None:
        """The key, if it is spoken here."""
        return self.keys.get(mke)

    def known(self, mke: str) -> bool:
        """Whether an output header may carry this key."""
        return mke in self.keys or mke in self.published

    def error_text(self, code: str, mke: str = "") -> str:
        """The published text of an ER number."""
        return self.errors[code].replace("{key}", mke)

    def status(self, number: str) -> str:
        """The number of an SM with its published text."""
        return f"{number} {self.statuses[number]}"

    def place(self, destination: str) -> Place:
        """The kind of a well-formed destination: a code of two characters, an ORI or a mnemonic."""
        if len(destination) != 2:
            return Place.AGENCY if is_ori(destination) else Place.TERMINAL
        if destination == self.switch_code:
            return Place.SWITCH
        if self.region.fullmatch(destination):
            return Place.REGION
        return Place.PROVINCE if self.province.fullmatch(destination) else Place.STATE

    def takes(self, spec: KeySpec, destination: str) -> bool:
        """Whether a key may go to that destination, by its form alone; no directory is asked."""
        return self.among((*spec.destinations, *spec.destination_codes), destination)

    def among(self, names: Collection[str], destination: str) -> bool:
        """Whether a destination is one of these codes, or of one of these kinds."""
        kind = self.place(destination)
        return (
            destination in names
            or kind in names
            or (kind is Place.PROVINCE and Place.STATE in names)
        )


def frozen(mapping: Mapping[str, str]) -> Mapping[str, str]:
    """A mapping nobody can change."""
    return MappingProxyType(dict(mapping))
