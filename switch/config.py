"""A world as a value: who is there, which databases exist, what they answer, and the limits.

Read from `world.toml` by `switch.world_file`, which has resolved every name in it. Rules of access
are not here: they are the owners' files (`switch.acl`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from switch.terms import (
    AgencyId,
    BackendName,
    DataClass,
    Instant,
    MessageKey,
    Mnemonic,
    OperatorId,
    Ori,
)


class Affiliation(NamedTuple):
    """An operator works for another agency too; `start` inclusive, `end` exclusive or None."""

    agency: AgencyId
    start: Instant
    end: Instant | None

    def valid_at(self, at: Instant) -> bool:
        """Whether it holds at that instant."""
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency of the directory; a hub is an agency without ORIs that lines pass through."""

    id: AgencyId
    name: str
    parent: AgencyId | None
    oris: tuple[Ori, ...]
    groups: tuple[str, ...]
    functions: tuple[str, ...]
    services: tuple[AgencyId, ...]  # agencies whose ORIs its terminals may send (one-way)
    place: str = ""  # its town or county, as the directory knows it (LOC)
    type: str = ""  # PD, SO, FE ..., as the directory knows it (TYP) [N-ORIONL]
    hold_mail: bool | None = None  # while nobody is there; None = as the world says


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal, tied to its agency by the world, and the hubs its line passes."""

    mnemonic: Mnemonic
    agency: AgencyId
    via: tuple[AgencyId, ...]
    operators: tuple[OperatorId, ...]  # who usually sits there; any known operator may sign on


@dataclass(frozen=True, slots=True)
class Operator:
    """A person at a terminal; the secret, if any, is demanded at sign-on."""

    id: OperatorId
    agency: AgencyId
    affiliations: tuple[Affiliation, ...]
    secret: str | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True, eq=False)
class CatalogEntry:
    """What an answer of one backend to one key can contain; `classes[0]` is the primary one."""

    backend: BackendName
    key: MessageKey
    destination: str  # "" for a key that is routed without one
    classes: tuple[DataClass, ...]
    image_classes: tuple[DataClass, ...]  # in addition, when IMQ/Y was asked
    purposes: tuple[str, ...]  # purpose codes it takes; empty = any or none

    def asked(self, image: bool) -> tuple[DataClass, ...]:
        """The classes that this query would release, primary first."""
        return self.classes + self.image_classes if image else self.classes


@dataclass(frozen=True, slots=True)
class BackendEntry:
    """One database: whose it is, how it is opened, and the bounds of its bulkhead."""

    name: BackendName
    owner: str
    kind: str  # entry point in the group `wireroom.backends`
    ori: Ori  # sender of its answers
    state: str
    options: Mapping[str, object]
    inbox_max: int
    workers: int
    batch_max: int
    reply_timeout_s: float
    watch_terminal: Mnemonic | None = None  # of its owner: what a watch sees is sent there


@dataclass(frozen=True, slots=True)
class Limits:
    """Every bound of the switch, with its unit."""

    lines_max: int = 2_000
    frame_bytes_max: int = 14_400
    half_frame_s: float = 30.0
    sign_on_s: float = 300.0  # a line at which nobody signs on is closed after that
    outbox_bytes_max: int = 1_048_576  # unsent bytes of one line; above, it is not read
    in_flight_max: int = 64  # open queries of one line
    destinations_max: int = 5
    late_s: float = 300.0  # how long after its time-out an answer is still delivered, labelled
    unacknowledged_max: int = 256  # messages that a terminal may owe its acknowledgement for
    silence_s: float = 90.0  # an acknowledging terminal not heard for so long has lost its line
    resume_s: float = 300.0  # how long it may be away before it is signed off
    held_max: int = 128  # messages that wait for one destination that is out of service
    held_bytes_max: int = 1_048_576  # of their texts, for one destination
    held_s: float = 86_400.0  # how long one waits before it goes nowhere
    confirm_urgent_s: float = 600.0  # to answer an urgent hit confirmation request [WI-HIT, GK]
    confirm_routine_s: float = 3_600.0  # to answer a routine one [WI-HIT, GK]
    delayed_inquiry_s: float = 432_000.0  # inquiries are remembered for later entries; 0 = not [GK]
    grace_s: float = 5.0  # for what is in flight when the switch is told to stop


@dataclass(frozen=True, slots=True)
class World:
    """A whole world, every name in it resolved."""

    id: str
    title: str
    folder: Path
    timezone: ZoneInfo
    switch_ori: Ori
    control_prefix: str
    seed: int
    agencies: Mapping[AgencyId, Agency]
    terminals: Mapping[Mnemonic, Terminal]
    operators: Mapping[OperatorId, Operator]
    backends: Mapping[BackendName, BackendEntry]
    catalog: tuple[CatalogEntry, ...]
    class_fields: Mapping[DataClass, frozenset[str]]  # field codes that belong to each class
    limits: Limits
    sensitive: frozenset[DataClass] = frozenset()  # classes whose release by default is linted
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # code -> destinations
    third_request_copies: tuple[Ori, ...] = ()  # who is copied on a third YQ [GK]
    hold_mail: bool = True  # messages to an agency wait while nobody is at its terminals

    @property
    def acl_folder(self) -> Path:
        """Where the owners' files and NETWORK.toml lie."""
        return self.folder / "acl"
