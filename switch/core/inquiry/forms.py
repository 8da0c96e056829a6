"""What every answer under one decision has in common: worked out once, then only filled in."""

from __future__ import annotations

from typing import NamedTuple

from switch.acl.engine import Decision, Request
from switch.config import CatalogEntry, World
from switch.core.inquiry.masking import Mask, mask_of
from switch.core.inquiry.verdicts import withheld_lines
from switch.core.record.journal import Common
from switch.terms import BackendName, MessageKey, Ori
from switch.wire.spec import Formats, KeySpec

FORMS_MAX = 4096  # decisions whose forms are kept; all are forgotten when it is full


class Later(NamedTuple):
    """What must be known of an answer after it has left: see `core.mail.delayed`."""

    request: Request
    entry: CatalogEntry


class Form(NamedTuple):
    """The parts of an answer that do not depend on its records."""

    spec: KeySpec  # of the inquiry
    source: BackendName
    sender: Ori
    mask: Mask
    closing: tuple[str, ...]  # the lines at its end: what was withheld, then notices
    common: Common  # its part of the `released` entry
    later: Later | None = None  # of an entry, or of an inquiry that later entries may meet


def taking(world: World, formats: Formats) -> frozenset[BackendName]:
    """The backends that take entries."""
    enters = {mke for mke, spec in formats.keys.items() if spec.enters}
    return frozenset(entry.backend for entry in world.catalog if entry.key in enters)


class Forms:
    """Forms by decision and typed key: RQ and RQG ask the same. A decision is of one request, so it
    stands for who asked and for what."""

    def __init__(self, world: World, formats: Formats) -> None:
        self._world = world
        self._formats = formats
        self._taking = taking(world, formats) if world.limits.delayed_inquiry_s else frozenset()
        self._forms: dict[tuple[Decision, MessageKey], Form] = {}

    def of(
        self, decision: Decision, entry: CatalogEntry, request: Request, mke: MessageKey
    ) -> Form:
        """The form of a leg's answer under this decision; `mke` is the key that was typed."""
        form = self._forms.get((decision, mke))
        if form is None:
            if len(self._forms) >= FORMS_MAX:
                self._forms.clear()
            form = self._forms[decision, mke] = self._make(decision, entry, request, mke)
        return form

    def _make(
        self, decision: Decision, entry: CatalogEntry, request: Request, mke: MessageKey
    ) -> Form:
        spec = self._formats.key(mke)
        assert spec is not None  # it was decoded by this spec
        common = {
            "backend": entry.backend,
            "key": spec.answer,
            "terminal": request.terminal,
            "ori": request.ori,
            "operator": request.operator,
            "verdict": decision.verdict.value,
            "rules": decision.rules,
            "masks": decision.masks,
            "withheld": dict(decision.withheld),
            "notices": decision.notices,
        }
        return Form(
            spec,
            entry.backend,
            self._world.backends[entry.backend].ori,
            mask_of(entry, request.image, decision, self._world.class_fields),
            (*withheld_lines(decision), *decision.notices),
            Common(common),
            Later(request, entry) if entry.backend in self._taking and not decision.order else None,
        )
