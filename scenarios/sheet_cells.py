"""What a cell of a planner's spreadsheet says, as TOML writes it.

A message is written as it is spoken of: `DQ to CA OLN/S0990001`, `AM to far: ANY LUCK`. A pattern
of an answer, and an access rule, are pairs: `key: DR; records: 1; text: NAM/ALBITE`.
"""

from __future__ import annotations

import json
import re

WHOLE_NUMBERS = frozenset(("points", "more_than", "seed", "pass", "floor", "records"))
_YES_OR_NO = {"yes": "true", "true": "true", "no": "false", "false": "false"}
_SEVERAL = frozenset(("never", "teaches", "invented_rules", "seats", "keys", "messages"))
_LISTS_OF_RULES = frozenset(("group", "agency", "data", "purpose", "mask", "except", "key", "ori"))
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?\Z")
_MESSAGE = re.compile(r"([A-Z0-9]+)(?:\s+to\s+([^:]+?))?(?:\s*:\s*(.*)|\s+(\S*/.*))?\Z", re.DOTALL)
_FIELD = re.compile(r"\.(?=[A-Z]{2,8}/)")
_PAIR = re.compile(r"([a-z_]+)\s*[:=]\s*(.*)\Z", re.DOTALL)
_CODE = re.compile(r"([A-Z]{2,8})/(.*)\Z", re.DOTALL)


class CellError(Exception):
    """A cell that cannot be read; the sheet names its row and column."""


def quoted(text: str) -> str:
    """A text in quotes."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def value(column: str, cell: str) -> str:
    """A cell as the value of its key."""
    match column:
        case "sends":
            return message(cell)
        case "receives":
            return answer(cell)
        case "rule":
            return rule(cell)
        case _:
            return _plain(column, cell)


def _plain(column: str, cell: str) -> str:
    if column in WHOLE_NUMBERS and re.fullmatch(r"-?\d{1,9}", cell):
        return str(int(cell))
    if column == "rate" and re.fullmatch(r"\d{1,4}(\.\d{1,3})?", cell):
        return cell
    if column == "network" and cell.lower() in _YES_OR_NO:
        return _YES_OR_NO[cell.lower()]
    moment = _MOMENT.match(cell) if column == "starts" else None
    if moment is not None:
        return f"{moment[1]}T{moment[2]}{moment[3] or ':00'}"
    if column in _SEVERAL:
        return _list([part.strip() for part in re.split(r"[;\n]", cell) if part.strip()])
    return quoted(cell)


def _list(texts: list[str]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"


def message(cell: str) -> str:
    """`DQ to CA OLN/S0990001.IMQ/Y` as a table; CellError with an example if it is none."""
    found = _MESSAGE.match(cell.strip())
    if found is None:
        raise CellError(
            f"`{cell}` is not a message; write DQ to CA OLN/S0990001, or AM to far: TEXT"
        )
    key, to, text, fields = found.groups()
    parts = [f"key = {quoted(key)}"]
    if to:
        parts.append(f"to = {_list(to.split())}")
    for part in _FIELD.split(fields) if fields else ():
        code = _CODE.match(part.strip())
        if code is None:
            raise CellError(f"`{part}` is not a field; write CODE/VALUE, such as OLN/S0990001")
        parts.append(f"{code[1]} = {quoted(code[2].strip())}")
    _once(parts)
    if text:
        parts.append(f"text = {quoted(text.strip())}")
    return f"{{ {', '.join(parts)} }}"


def answer(cell: str) -> str:
    """`key: DR; records: 1; text: NAM/ALBITE; NAM/ALBITE, MARA QUILL` as a table."""
    found: dict[str, list[str]] = {}
    fields: dict[str, str] = {}
    for part in _parts(cell):
        code, pair = _CODE.match(part), _PAIR.match(part)
        if code is not None:
            fields[code[1]] = code[2].strip()
        elif pair is not None:
            found.setdefault(pair[1], []).append(pair[2].strip())
        else:
            raise CellError(f"`{part}` is not a pair; write key: DR; records: 1; text: NAM/ALBITE")
    parts = [f"{name} = {_one_or_more(name, texts)}" for name, texts in found.items()]
    if fields and "fields" not in found:
        inner = ", ".join(f"{code} = {quoted(text)}" for code, text in fields.items())
        parts.append(f"fields = {{ {inner} }}")
    return f"{{ {', '.join(parts)} }}"


def _one_or_more(name: str, texts: list[str]) -> str:
    if len(texts) > 1:
        return _list(texts)
    if name == "late":
        return _YES_OR_NO.get(texts[0].lower(), quoted(texts[0]))
    return _plain(name, texts[0])


def rule(cell: str) -> str:
    """`id: DMV-90; group: cbp; data: any; reason: After the test.` as a table."""
    parts = []
    for part in _parts(cell):
        pair = _PAIR.match(part)
        if pair is None:
            raise CellError(f"`{part}` is not a pair; write id: DMV-90; group: cbp; data: any")
        name, text = pair[1], pair[2].strip()
        moment = _MOMENT.match(text) if name in ("from", "until") else None
        if moment is not None:
            parts.append(f"{name} = {moment[1]}T{moment[2]}{moment[3] or ':00'}")
        elif name in _LISTS_OF_RULES and text != "any":
            parts.append(f"{name} = {_list([one.strip() for one in text.split(',')])}")
        else:
            parts.append(f"{name} = {quoted(text)}")
    _once(parts)
    return f"{{ {', '.join(parts)} }}"


def _once(parts: list[str]) -> None:
    names = [part.partition(" = ")[0] for part in parts]
    for name in names:
        if names.count(name) > 1:
            raise CellError(f"`{name}` stands in it twice; keep one of them")


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n]", cell) if part.strip()]
