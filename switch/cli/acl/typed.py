"""Requests as a person types them, and the answers as the switch words them."""

from __future__ import annotations

from collections.abc import Sequence

from switch.acl.engine import AccessStack
from switch.acl.rules import Request
from switch.core.inquiry.verdicts import refusal_body, withheld_lines
from switch.errors import FormatError
from switch.terms import Instant, Verdict
from switch.wire.answer import answer_body
from switch.wire.codec import decode, encode_input
from switch.wire.spec import Formats, KeySpec

CONTROL = "PLAN{:04}"
RECORD = "(THE RECORD, OR NOT ON FILE)"
_AT_THE_DOOR = (Verdict.DENY_SUSPENDED, Verdict.DENY_IDENTITY)


def message(stack: AccessStack, formats: Formats, request: Request, number: int) -> bytes | None:
    """The request as a terminal sends it; None where no terminal can type it.

    Its fields are the examples of the key's format: invented, and on file only by chance.
    """
    spec = formats.key(request.key)
    entries = [e for e in stack.world.catalog if (e.backend, e.key) == request[4:6]]
    if spec is None or not entries:
        return None
    prefix = stack.world.control_prefix
    places = [entries[0].destination] if entries[0].destination else []
    for fields in _forms(spec, request):
        control = CONTROL.format(number)
        raw = encode_input(request.key, request.ori, places, control, fields, control_prefix=prefix)
        try:
            decode(raw, formats, control_prefix=prefix)
        except FormatError:
            continue
        return raw
    return None


def _forms(spec: KeySpec, request: Request) -> Sequence[dict[str, str]]:
    """Each form of the inquiry, the shortest first, with what this request adds."""
    examples = {field.prefix: field.example for field in spec.fields}
    facts = {
        "PUR": request.purpose,
        "OBO": request.on_behalf_of,
        "IMQ": "Y" if request.image else None,
    }
    known = {name: value for name, value in facts.items() if value and name in examples}
    if len(known) < sum(value is not None for value in facts.values()):
        return ()
    forms = []
    for fields in sorted(spec.field_sets, key=lambda each: len(each.needs)):
        chosen = {*spec.always, *fields.needs, *known}
        if request.purpose is None and "PUR" in spec.always:
            return ()
        forms.append({n: known.get(n, text) for n, text in examples.items() if n in chosen})
    return forms


def answer(
    stack: AccessStack, formats: Formats, request: Request, raw: bytes, at: Instant
) -> tuple[str, ...]:
    """The lines of the answer: its key and sender first, then the body.

    What is on record in this world, nobody knows here: `RECORD` stands for it.
    """
    decision = stack.decide(request, at)
    world = stack.world
    if not decision.released:
        owner, reason = world.backends[request.backend].owner, ""
        if decision.verdict in _AT_THE_DOOR:
            owner = ""
        if decision.verdict is Verdict.DENY_IDENTITY:
            reason = stack.identity(request) or ""
        body = refusal_body(decision, owner, raw, reason)
        return (f"ER from {world.switch_ori}", *body.split("\n"))
    spec = formats.key(request.key)
    assert spec is not None  # it was typed
    asked = decode(raw, formats, control_prefix=world.control_prefix).shown
    closing = (*withheld_lines(decision), *decision.notices)
    body = answer_body(spec, asked, request.backend, (), closing, late=False)
    lines = [RECORD if line == spec.no_record else line for line in body.split("\n")]
    if decision.masks:
        lines[lines.index(RECORD)] = f"{RECORD[:-1]}, WITHOUT {' '.join(decision.masks)})"
    return (f"{spec.answer} from {world.backends[request.backend].ori}", *lines)
