"""What scripted terminals send: templates, from files or from a world, filled in for each message.

A template is a message as it is typed, one a line, with two kinds of blanks:

    DQ.{ORI}.CA.TXTOLN/S{0990001..0990020}

`{ORI}` is that of the terminal that sends it; `{FIRST..LAST}` a number drawn from that range, with
as many digits as FIRST has. The control field is made here. A template that stands twice is sent
twice as often.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from switch.config import CatalogEntry, World
from switch.errors import AuthoredError, Finding, FormatError, UsageError
from switch.terms import Mnemonic, OperatorId, Ori
from switch.wire.codec import decode, encode_input
from switch.wire.spec import Formats, KeySpec
from terminals.form import oris_of
from terminals.inquiry import Inquiry, prepared

TEMPLATES_MAX = 1_000
Draw = Callable[[int], int]  # a number from 0 up to that one, exclusive

_BLANK = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d{1,12})\.\.(\d{1,12})\Z")


class Template(NamedTuple):
    """One message with blanks, and where it was written."""

    text: str
    file: str = ""
    line: int = 0  # 1-based; 0 = not in a file


class Station(NamedTuple):
    """Who sits where, as the world says."""

    terminal: Mnemonic
    operator: OperatorId
    secret: str | None
    ori: Ori


class Mix:
    """Draws one message after another; `draw` is the only chance in it."""

    def __init__(
        self, templates: Sequence[Template], formats: Formats, control_prefix: str, draw: Draw
    ) -> None:
        self._templates = templates
        self._formats = formats
        self._prefix = control_prefix
        self._draw = draw

    def next(self, ori: str, control: str) -> Inquiry:
        """A message of that ORI with that control field."""
        template = self._templates[self._draw(len(self._templates))]
        text = _filled(template.text, ori, self._draw)
        return prepared(text, control, self._formats, self._prefix)


def stations(
    world: World, count: int | None, only: Collection[Mnemonic] | None = None
) -> list[Station]:
    """The first terminals of the world at which somebody can sit, all of them if None; UsageError
    if it has fewer. `only` these terminals, if there are such: those with a certificate."""
    found = [seat for seat in _stations(world) if only is None or seat.terminal in only]
    if not found and only is not None:
        shown = " ".join(sorted(only)[:8])
        fix = f"one of {' '.join(seat.terminal for seat in _stations(world))}"
        raise UsageError(f"certificates of {shown}, none of them a terminal of {world.id}", fix)
    if count is not None and count > len(found):
        what = f"{world.id} has {len(found)} terminals with an operator and an ORI, not {count}"
        raise UsageError(what, f"--terminals {len(found)} at most, or another world")
    return found[:count]


def _stations(world: World) -> Iterator[Station]:
    for terminal in world.terminals.values():
        oris = oris_of(world, terminal.mnemonic)
        if oris and terminal.operators:
            operator = terminal.operators[0]
            secret = world.operators[operator].secret
            yield Station(terminal.mnemonic, operator, secret, oris[0])


def written(text: str, file: str) -> list[Template]:
    """The templates of a file: one a line, blank lines and `#` comments aside."""
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [Template(line, file, number) for number, line in lines if line and line[0] != "#"]


def of_world(world: World, formats: Formats) -> list[Template]:
    """One inquiry for each key and destination that the world serves, with the examples of the
    formats as values: on file only by chance."""
    found = (_example(entry, formats, world.control_prefix) for entry in world.catalog)
    return [Template(text) for text in found if text is not None]


def _example(entry: CatalogEntry, formats: Formats, prefix: str) -> str | None:
    spec = formats.key(entry.key)
    if spec is None or spec.free_text or not spec.from_terminals:
        return None
    places = [entry.destination] if entry.destination else []
    for form in range(max(1, len(spec.field_sets))):
        fields = spec.complete(spec.example_fields(form) | _purpose(entry, spec))
        try:
            raw = encode_input(entry.key, "CA0990100", places, None, fields, control_prefix=prefix)
            decode(raw, formats, control_prefix=prefix)
        except FormatError:
            continue
        return encode_input(
            entry.key, "{ORI}", places, None, fields, control_prefix=prefix
        ).decode()
    return None


def _purpose(entry: CatalogEntry, spec: KeySpec) -> dict[str, str]:
    takes = "PUR" in spec.always and entry.purposes
    return {"PUR": entry.purposes[0]} if takes else {}


_VALUE = re.compile(r"/([^./{}]*?)(\d+)(?=\.|\Z)")
_RANGES = ((4, "{0001..9999}"), (2, "{01..28}"))  # the second fits the day of a date


def varied(template: Template, formats: Formats, control_prefix: str) -> Template:
    """The same message with the last digits of its values left to chance, as far as the formats
    take whatever comes. A number of four digits is left alone: it is a year."""
    text = template.text
    for found in reversed(list(_VALUE.finditer(text))):
        for digits, blank in _RANGES:
            if len(found[2]) < digits or found[1] + found[2] == found[2][-4:]:
                continue
            tried = text[: found.end() - digits] + blank + text[found.end() :]
            if _takes_all(tried, formats, control_prefix):
                text = tried
                break
    return template._replace(text=text)


def _takes_all(text: str, formats: Formats, prefix: str) -> bool:
    draws: tuple[Draw, ...] = (lambda _: 0, lambda below: below - 1)
    try:
        for draw in draws:
            decode(_filled(text, "CA0990100", draw).encode(), formats, control_prefix=prefix)
    except FormatError:
        return False
    return True


def checked(
    templates: Sequence[Template], oris: Iterable[str], formats: Formats, control_prefix: str
) -> list[Template]:
    """The templates, if each can be sent; AuthoredError with all that is wrong with them."""
    if not templates:
        raise UsageError("there is no message to send", "give one: DQ.{ORI}.CA.TXTOLN/S0990001")
    if len(templates) > TEMPLATES_MAX:
        raise UsageError(f"{len(templates)} messages are too many", f"{TEMPLATES_MAX} at most")
    ori = next(iter(oris))
    findings = []
    for template in templates:
        for what, fix in _mistakes(template.text, ori, formats, control_prefix):
            shown = template.file or template.text[:60]
            findings.append(Finding(shown, template.line, what, fix))
    if findings:
        raise AuthoredError(findings)
    return list(templates)


def _mistakes(text: str, ori: str, formats: Formats, prefix: str) -> Iterator[tuple[str, str]]:
    good = True
    for blank in _BLANK.findall(text):
        bounds = _RANGE.match(blank)
        if blank != "ORI" and not (bounds and int(bounds[1]) <= int(bounds[2])):
            good = False
            fix = "write {ORI}, or a range of numbers such as {0001..0099}"
            yield f"`{{{blank}}}` is no blank that is filled in", fix
    if not good:
        return
    try:
        read = decode(_filled(text, ori, lambda _: 0).encode(), formats, control_prefix=prefix)
    except FormatError as error:
        yield str(error), error.fix
        return
    if read.control is not None:
        yield (
            "it has a control field",
            f"take it out: {prefix}{read.control} is made anew each time",
        )


def _filled(text: str, ori: str, draw: Draw) -> str:
    def fill(blank: re.Match[str]) -> str:
        bounds = _RANGE.match(blank[1])
        if bounds is None:
            return ori
        number = int(bounds[1]) + draw(int(bounds[2]) - int(bounds[1]) + 1)
        return f"{number:0{len(bounds[1])}d}"

    return _BLANK.sub(fill, text)
