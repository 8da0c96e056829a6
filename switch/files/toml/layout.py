"""Where each table, key and value of a TOML text stands, and edits that change nothing else.

Comments, order and spacing of all other lines stay as they are: an edit is lines in the place of
lines. A place that is not found (an inline table, a dotted key) gives no edit, never a wrong one.
"""

from __future__ import annotations

import json
import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from switch.errors import Edit

Path_ = tuple[str | int, ...]

# Of the lines that an edit replaces: one list in one line can have thousands of wrong entries, and
# the edit of each has the whole line.
EDIT_CHARACTERS_MAX = 20_000

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}=,\n]'
    r"|[^\[\]{}=,\n\"'#]+",
    re.DOTALL,
)
_KEY_PART = re.compile(r'"((?:\\.|[^"\\])*)"|\'([^\']*)\'|([A-Za-z0-9_-]+)')


@dataclass(slots=True)
class Statement:
    """A header, or a key with its value, by offsets into the text."""

    key: str  # as written; a header with its brackets
    start: int
    line: int
    value: int = -1  # where the value begins; -1 for a header
    end: int = -1  # past the last character that is no comment


def key_lines(text: str) -> dict[Path_, int]:
    """The line of every table and key of a TOML text that is known to be well formed."""
    lines: dict[Path_, int] = {(): 1}
    for path, statement in _placed(text):
        if statement.value < 0:
            lines[path] = statement.line
            plain = tuple(part for part in path if not isinstance(part, int))
            lines.setdefault(plain, statement.line)
        else:
            size = len(key_parts(statement.key))
            for end in range(len(path) - size + 1, len(path) + 1):
                lines.setdefault(path[:end], statement.line)
            for number, line in enumerate(_entry_lines(text, statement)):
                lines[(*path, number)] = line
    return lines


def _entry_lines(text: str, statement: Statement) -> Iterator[int]:
    """The line of each entry of a list that stands on several; of one line, none."""
    value = text[statement.value : statement.end]
    if not value.startswith("[") or "\n" not in value:
        return
    depth, line, between = 0, statement.line, True
    line += text.count("\n", statement.start, statement.value)
    for match in _TOKEN.finditer(value):
        token = match.group()
        if token.strip() and not token.startswith("#"):
            if depth == 1 and between and token not in ("]", ","):
                between = False
                yield line
            depth += (token in ("[", "{")) - (token in ("]", "}"))
            between = between or (depth == 1 and token == ",")
        line += token.count("\n")


def _placed(text: str) -> Iterator[tuple[Path_, Statement]]:
    counts: dict[Path_, int] = {}
    table: Path_ = ()
    for statement in _statements(text):
        if statement.value < 0:
            double = statement.key.startswith("[[")
            table = table_path(key_parts(statement.key.strip("[] \t\r")), counts, array=double)
            yield table, statement
        else:
            yield (*table, *key_parts(statement.key)), statement


def _statements(text: str) -> Iterator[Statement]:
    """Each header and each `key = value`, in order."""
    depth, line, awaited = 0, 1, False  # whether the value is to come, after its equals sign
    now: Statement | None = None
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token == "\n" and depth == 0:
            if now is not None:
                yield now
            now = None
        elif token.startswith("#") or not token.strip():
            pass
        elif now is None:
            begins = match.start() + len(token) - len(token.lstrip())
            now = Statement(token.strip(), begins, line, end=match.start() + len(token.rstrip()))
        elif token == "=" and depth == 0 and now.value < 0:
            now.value, awaited = match.end(), True
        else:
            now.end = match.start() + len(token.rstrip())
            if now.value >= 0:
                depth += (token in ("[", "{")) - (token in ("]", "}"))
                if awaited:
                    now.value, awaited = match.start() + len(token) - len(token.lstrip()), False
            else:
                now.key = text[now.start : now.end]
        line += token.count("\n")
    if now is not None:
        yield now


def key_parts(text: str) -> tuple[str, ...]:
    """The parts of a key as it is written, with dots and quotes."""
    return tuple(a or b or c for a, b, c in _KEY_PART.findall(text))


def table_path(parts: tuple[str, ...], counts: dict[Path_, int], *, array: bool) -> Path_:
    """`[[deny]]` the second time is ("deny", 1); a sub-table hangs on its array's last entry."""
    path: Path_ = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        last = position == len(parts) - 1
        if last and array:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


# --- edits ----------------------------------------------------------------------------------------


def literal(value: object) -> str:
    """A text, a number, a truth or a list of them as TOML."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(literal(each) for each in value)}]"
    return json.dumps(value, ensure_ascii=False)


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text after these edits; of two that change the same lines, the first in the file."""
    lines = text.split("\n")
    ending = "\r" if "\r\n" in text else ""
    free = len(lines) + 1
    chosen: list[Edit] = []
    upto = 0
    for edit in sorted(set(edits)):
        if edit.line > upto or (not edit.removed and edit.line >= upto):
            chosen.append(edit)
            upto = max(upto, edit.line + edit.removed - 1)
    for edit in reversed(chosen):
        start = min(edit.line, free) - 1
        lines[start : start + edit.removed] = [line + ending for line in edit.text]
    return "\n".join(lines)


class Layout:
    """The places of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(at + 1 for at, c in enumerate(text) if c == "\n")]
        self._found: dict[Path_, Statement] = {}
        self._last: dict[Path_, int] = {}  # the last line of each table's own statements
        table: Path_ = ()
        self._entries: dict[
            Path_, int
        ] = {}  # of lists, and tables that have no header of their own
        self._inside: dict[Path_, list[Statement]] = {}  # the keys of each table
        self._texts: dict[Path_, dict[object, tuple[int, int]]] = {}  # where each of a value stands
        for path, statement in _placed(text):
            if self._found.setdefault(path, statement) is statement and statement.value >= 0:
                self._inside.setdefault(path[:-1], []).append(statement)
            for end in range(1, len(path)):
                self._entries.setdefault(path[:end], statement.line)
            for number, line in enumerate(_entry_lines(text, statement)):
                self._entries.setdefault((*path, number), line)
            if statement.value < 0:
                table = path
            self._last[table] = max(self._last.get(table, 0), self._line(statement.end - 1))

    @staticmethod
    @lru_cache(maxsize=4)
    def of(text: str) -> Layout:
        """The layout of a text; a few are kept, since one file has many findings."""
        return Layout(text)

    def _line(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    def _written(self, first: int, last: int) -> str:
        end = self._starts[last] - 1 if last < len(self._starts) else len(self.text)
        return self.text[self._starts[first - 1] : end]

    def tables(self, names: Sequence[str]) -> list[Path_]:
        """The headers of all tables of these names."""
        found = self._found.items()
        return [path for path, s in found if s.value < 0 and path and path[0] in names]

    def line(self, path: Path_) -> int:
        """The line of a header, a key or an entry of a list; 0 if it is not found."""
        return self._found[path].line if path in self._found else self._entries.get(path, 0)

    def raw(self, path: Path_) -> str:
        """A value as it is written; "" if it is not found."""
        found = self._found.get(path)
        return self.text[found.value : found.end] if found and found.value >= 0 else ""

    def _spliced(self, start: int, end: int, new: str) -> tuple[Edit, ...]:
        """The lines that hold these characters, with others in their place; none of more than
        `EDIT_CHARACTERS_MAX`."""
        first, last = self._line(start), self._line(max(start, end - 1))
        begins = self._starts[first - 1]
        old = self._written(first, last)
        if len(old) > EDIT_CHARACTERS_MAX:
            return ()
        text = old[: start - begins] + new + old[end - begins :]
        return (Edit(first, last - first + 1, tuple(text.replace("\r", "").split("\n"))),)

    def value(self, path: Path_, new: str) -> tuple[Edit, ...]:
        """Another value, already written as TOML."""
        found = self._found.get(path)
        if found is None or found.value < 0:
            return ()
        return self._spliced(found.value, found.end, new)

    def entry(self, path: Path_, old: str, new: str) -> tuple[Edit, ...]:
        """One text of a value replaced by another."""
        found = self._found.get(path)
        if found is None or found.value < 0:
            return ()
        if path not in self._texts:
            self._texts[path] = {}
            for match in _TOKEN.finditer(self.text, found.value, found.end):
                if match.group()[0] in "\"'":
                    self._texts[path].setdefault(_read(match.group()), match.span())
        span = self._texts[path].get(old)
        return self._spliced(*span, literal(new)) if span else ()

    def without_entry(self, path: Path_, old: str) -> tuple[Edit, ...]:
        """A list without this text; the whole key if nothing is left."""
        values = _read(self.raw(path))
        if not isinstance(values, list) or old not in values:
            return ()
        left = [value for value in values if value != old]
        return self.value(path, literal(left)) if left else self.take_out(path)

    def rename(self, path: Path_, new: str) -> tuple[Edit, ...]:
        """A key or a header under another name."""
        found = self._found.get(path)
        if found is None:
            return ()
        if found.value < 0:
            *_, last = _KEY_PART.finditer(found.key)
            renamed = found.key[: last.start()] + new + found.key[last.end() :]
            return self._spliced(found.start, found.end, renamed)
        equals = self.text.index("=", found.start + len(found.key))
        return self._spliced(found.start, equals, self._aligned(found, new))

    def reworded(self, path: Path_, key: str, value: str) -> tuple[Edit, ...]:
        """Another key and another value, already written as TOML, where a key stands."""
        found = self._found.get(path)
        if found is None or found.value < 0:
            return ()
        return self._spliced(found.start, found.end, f"{self._aligned(found, key)}= {value}")

    def _aligned(self, found: Statement, new: str) -> str:
        """A key up to its equals sign, which stays where it is if there is room."""
        equals = self.text.index("=", found.start + len(found.key))
        return f"{new:<{max(equals - found.start - 1, len(new))}} "

    def double(self, path: Path_) -> tuple[Edit, ...]:
        """A header in single brackets, in double ones."""
        found = self._found.get(path)
        if found is None or found.value >= 0 or found.key.startswith("[["):
            return ()
        return self._spliced(found.start, found.end, f"[{found.key}]")

    def take_out(self, path: Path_) -> tuple[Edit, ...]:
        """A key or a whole table gone, with the blank line before it."""
        found = self._found.get(path)
        if found is None:
            return ()
        first, last = found.line, self._line(found.end - 1)
        if found.value < 0:
            last = self._last[path]
            if first > 1 and not self._written(first - 1, first - 1).strip():
                first -= 1
        return (Edit(first, last - first + 1, ()),)

    def add_key(self, table: Path_, key: str, value: str) -> tuple[Edit, ...]:
        """One more key at the end of a table, aligned with the others."""
        last = self._last.get(table)
        if last is None:
            if table:
                return ()
            last = 0
        inside = self._inside.get(table, ())
        width = max((s.value - s.start for s in inside), default=0) - 3
        return (Edit(last + 1, 0, (f"{key:<{max(width, len(key))}} = {value}",)),)

    def add_table(self, after: Path_, lines: Sequence[str]) -> tuple[Edit, ...]:
        """A table of its own after another one."""
        last = self._last.get(after)
        return (Edit(last + 1, 0, ("", *lines)),) if last is not None else ()

    def statements(self, table: Path_, keys: Sequence[str]) -> list[str]:
        """These keys of a table as they are written, comments left out."""
        found = (self._found.get((*table, key)) for key in keys)
        return [self.text[s.start : s.end].replace("\r", "") for s in found if s is not None]


def _read(written: str) -> object:
    """A value as it is written, as a value; None if it is none."""
    try:
        return tomllib.loads(f"x = {written}")["x"]
    except tomllib.TOMLDecodeError:
        return None
