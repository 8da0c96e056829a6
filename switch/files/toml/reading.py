"""A text read past its syntax mistakes: each is told, set aside, and what is left is read.

What is set aside is remembered (`switch.files.toml.unread`), so that it makes no false mistakes of
shape or meaning. A header of which the name can be read is read as it was meant, since its table
would belong to another one else; no other mending is taken for granted.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from switch.errors import Edit, Finding, UnfitError
from switch.files.toml.layout import Path_, key_parts, table_path
from switch.files.toml.mending import mended
from switch.files.toml.parser import loaded, place_of
from switch.files.toml.slips import slip
from switch.files.toml.statements import Flaw, Kind, Piece, flaw_of, pieces
from switch.files.toml.unread import READ, Unread, words_of

TOLD_MAX = 100  # syntax mistakes of one file that are told each by itself
ROUNDS_MAX = 12  # whole readings, each of which finds one clash of tables at least

IsArray = Callable[[Sequence[str]], bool | None]
"""Whether a table of this name stands in double brackets; None if it is no table."""

_WORD = re.compile(r"\w")
_FOREIGN = re.compile(r"\]\s+(?://|;|--)")  # a comment of another language behind a header
_NO_NAME = re.compile(r"[^\w.-]+")
_TEXT = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_LIST, _TABLE = re.compile(r"\[[^\[\]]*\]"), re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What can be read: the text with blank lines where something was set aside, its tables (None
    if nothing can be read), what is wrong with its syntax, and what is not read."""

    text: str
    data: dict[str, Any] | None
    findings: tuple[Finding, ...] = ()
    unread: Unread = READ

    @property
    def whole(self) -> bool:
        """Whether nothing was set aside."""
        return self.unread is READ


def read_on(text: str, name: str, is_array: IsArray) -> Reading:
    """As much of a text as can be read; `name` is the file's."""
    try:
        return Reading(text, loaded(text))
    except (tomllib.TOMLDecodeError, UnfitError):
        return _Reader(text.replace("\r\n", "\n"), name, is_array).reading()


@dataclass(slots=True)
class _Table:
    """A header, as it is read, with the keys below it; the first of a file has none."""

    header: Piece | None
    written: str
    keys: list[Piece] = field(default_factory=list)
    path: Path_ = ()
    behind: str = ""  # what stands in the line of a header and cannot

    @property
    def names(self) -> tuple[str, ...]:
        return key_parts(self.written.partition("]")[0])

    @property
    def double(self) -> bool:
        return self.written.lstrip().startswith("[[")


class _Reader:
    def __init__(self, text: str, name: str, is_array: IsArray) -> None:
        self._lines = text.split("\n")
        self._name, self._is_array = name, is_array
        self._findings: list[Finding] = []
        self._untold: list[int] = []  # lines of further mistakes
        self._keys: dict[Path_, int] = {}
        self._tables: set[Path_] = set()
        self._aside: list[str] = []
        self._all = self._split(pieces(text))

    def reading(self) -> Reading:
        """Set aside what cannot be read, and read the rest."""
        self._double_brackets()
        self._place()
        for table in self._all:
            self._broken(table)
            self._twice(table)
        data = self._rest()
        if self._untold:
            what = f"{len(self._untold)} more places that are not TOML"
            self._findings.append(
                Finding(self._name, self._untold[0], what, "mend those above first")
            )
        unread = Unread(self._keys, frozenset(self._tables), words_of(self._aside))
        return Reading("\n".join(self._lines), data, tuple(self._findings), unread)

    def _tell(self, line: int, what: str, fix: str, edits: Sequence[Edit] = ()) -> None:
        if len(self._findings) < TOLD_MAX:
            self._findings.append(Finding(self._name, line, what, fix, edits=tuple(edits)))
        else:
            self._untold.append(line)

    def _tell_flaw(self, piece: Piece, flaw: Flaw, edits: Sequence[Edit]) -> None:
        what, fix = slip(piece, flaw)
        line = piece.line + flaw.line - 1
        self._tell(line, f"not TOML: {what}", "" if edits else fix, edits)

    def _set_aside(self, piece: Piece) -> None:
        self._aside.append(piece.text)
        first = piece.line - 1
        self._lines[first : first + piece.lines] = [""] * piece.lines

    def _set_table_aside(self, table: _Table) -> None:
        """A table of which nobody knows where it belongs, with all its keys."""
        for piece in (*([table.header] if table.header else []), *table.keys):
            self._set_aside(piece)
        table.keys = []
        self._tables.add(())

    # --- headers ---------------------------------------------------------------------------------

    def _split(self, every: Sequence[Piece]) -> list[_Table]:
        tables = [_Table(None, "")]
        for piece in every:
            bare = piece.text.partition("#")[0].strip()
            alone = piece.kind is Kind.OTHER and self._is_array((bare,)) is not None
            alone = alone and "=" not in piece.text
            if piece.kind is not Kind.HEADER and not alone:
                tables[-1].keys.append(piece)
            elif piece.flaw is None:
                tables.append(_Table(piece, piece.text))
            else:
                tables.append(_Table(piece, self._meant(piece)))
                self._mend_header(tables[-1], piece, piece.flaw)
        return tables

    def _meant(self, piece: Piece) -> str:
        """A header as it was meant; "" if its name cannot be told."""
        line = _FOREIGN.sub("] #", piece.text.replace("\n", ""), count=1)
        text, mark, comment = line.partition("#")
        comment = "".join(c for c in comment if c.isprintable() or c == "\t")
        inside, _, behind = text[text.find("[") + 1 :].lstrip("[").partition("]")
        names = [inside.strip(), _NO_NAME.sub("", inside)]
        if "=" not in behind and _WORD.search(behind.rpartition("]")[0]):
            names = [_NO_NAME.sub(".", text).strip(".")]
        for name in (*names, _NO_NAME.sub("", text)):
            double = self._is_array(name.split("."))
            if double is not None:
                header = f"[[{name}]]" if double else f"[{name}]"
                return f"{header} {mark}{comment}".rstrip() if "=" not in text else header
        return ""

    def _mend_header(self, table: _Table, piece: Piece, flaw: Flaw) -> None:
        edits: tuple[Edit, ...] = ()
        if table.written:
            rest = piece.text.partition("]")[2].lstrip("] \t").rstrip()
            table.behind = rest if "=" in rest else ""
            key = (table.behind,) if table.behind and flaw_of(table.behind) is None else ()
            edits = (Edit(piece.line, piece.lines, (table.written, *key)),)
        self._tell_flaw(piece, flaw, edits)
        if table.written:
            self._set_aside(piece)
            self._lines[piece.line - 1] = table.written

    def _double_brackets(self) -> None:
        """One table of several of a name stands in single brackets: it is read as if in double."""
        by_name: dict[tuple[str, ...], list[_Table]] = {}
        for table in self._all:
            if len(table.names) == 1:
                by_name.setdefault(table.names, []).append(table)
        for names, tables in by_name.items():
            single = [table for table in tables if not table.double]
            is_array = self._is_array(names)
            if is_array is False or len(tables) < 2 or not (is_array or len(single) < len(tables)):
                continue
            for table in single:
                assert table.header is not None
                line = table.header.line
                table.written = table.written.replace("[", "[[", 1).replace("]", "]]", 1)
                self._lines[line - 1] = table.written
                what = f"`{names[0]}` stands in single brackets, and there are several"
                self._tell(line, what, "", [Edit(line, 1, (table.written,))])

    def _place(self) -> None:
        """Where each table stands among those of its name; of two that are one, the first."""
        counts: dict[Path_, int] = {}
        seen: dict[Path_, int] = {}
        known = True  # whose the tables of several names are that follow
        for table in self._all[1:]:
            assert table.header is not None
            if not known and len(table.names) > 1:
                table.written = ""
            if not table.written:
                known = False
                continue
            if len(table.names) == 1:
                known = self._is_array(table.names) is not None
            table.path = table_path(table.names, counts, array=table.double)
            line = seen.setdefault(table.path, table.header.line)
            if line != table.header.line:
                what = f"`{table.written.strip()}` stands twice (first in line {line})"
                self._tell(table.header.line, what, "write all its keys below one of them")
                table.written = ""
            elif table.behind:
                self._tables.add(table.path)

    # --- keys ------------------------------------------------------------------------------------

    def _broken(self, table: _Table) -> None:
        """Tell and set aside each key that cannot be read; all of a table without a header."""
        for piece in table.keys:
            if piece.flaw is None:
                continue
            edits: tuple[Edit, ...] = ()
            if len(self._findings) < TOLD_MAX:  # to mend takes time, and beyond no edit is told
                edits = _shifted(mended(piece.text, piece.flaw.line), piece.line - 1)
            self._tell_flaw(piece, piece.flaw, edits)
            self._forget(table, piece, edits)
        if table.header is not None and not table.written:
            self._set_table_aside(table)
        table.keys = [piece for piece in table.keys if piece.flaw is None]

    def _forget(self, table: _Table, piece: Piece, edits: Sequence[Edit] = ()) -> None:
        key = piece.key
        if piece.kind is Kind.LOOSE and edits and edits[0].text:
            key = Piece(piece.line, edits[0].text[0], Kind.KEY).key
        if key and key in piece.text and _is_one(piece.text):
            self._keys[(*table.path, *key_parts(key))] = piece.line
        elif _WORD.search(piece.text) and not piece.text.lstrip().startswith("#"):
            self._tables.add(table.path)
        self._set_aside(piece)

    def _twice(self, table: _Table) -> None:
        """Keys that stand twice. Where all of a row do, the header of the second is missing."""
        first: dict[tuple[str, ...], int] = {}
        again = [
            piece
            for piece in table.keys
            if first.setdefault(key_parts(piece.key), piece.line) != piece.line
        ]
        if len(again) > 1 and key_parts(again[0].key) == next(iter(first)):
            what = f"`{again[0].key}` and more keys stand twice in this table (from line "
            what += f"{table.keys[0].line} on)"
            self._tell(again[0].line, what, "write the header of the second, such as [[name]]")
            for piece in table.keys[table.keys.index(again[0]) :]:
                self._set_aside(piece)
            self._tables.add(())
            return
        for piece in again:
            what = f"`{piece.key}` stands twice in this table"
            what += f" (first in line {first[key_parts(piece.key)]})"
            self._tell(piece.line, what, "keep one", [Edit(piece.line, piece.lines, ())])
            self._set_aside(piece)

    # --- what is left ----------------------------------------------------------------------------

    def _rest(self) -> dict[str, Any] | None:
        """The tables of what is left, without what clashes with something before it."""
        kept = [(piece, table) for table in self._all for piece in table.keys]
        kept += [(table.header, table) for table in self._all if table.header is not None]
        kept.sort(key=lambda each: each[0].line)
        starts = [piece.line for piece, _ in kept]
        for _ in range(ROUNDS_MAX):
            text = "\n".join(self._lines)
            try:
                return loaded(text)
            except tomllib.TOMLDecodeError as error:
                line, said = place_of(error, text)
                fix = ""
                piece, table = kept[max(0, bisect_right(starts, line) - 1)]
            except UnfitError as error:
                said, fix = error.what, error.fix
                unfit = next((each for each in kept if _is_unfit(*each, said)), None)
                if unfit is None:
                    self._tell(0, said, fix)
                    return None
                piece, table = unfit
            self._tell_flaw(piece, Flaw(1, said, fix=fix), ())
            if piece is table.header:
                self._set_table_aside(table)
            else:
                self._forget(table, piece)
        return None


def _is_unfit(piece: Piece, table: _Table, said: str) -> bool:
    """Whether a statement alone with the header above it cannot be read, in these words."""
    flaw = flaw_of(f"{table.written}\n{piece.text}" if piece is not table.header else piece.text)
    return flaw is not None and flaw.said == said


def _is_one(text: str) -> bool:
    """Whether a statement with a key seems to have no other one in it."""
    value = re.split("[=:]", text, maxsplit=1)[-1].lstrip()
    if value.startswith("{"):
        return True
    for pattern in (_TEXT, _LIST, _TABLE) if value.count('"') % 2 == 0 else ():
        value = pattern.sub("", value)
    return not re.search(r"=|\w:\s", value)


def _shifted(edits: Sequence[Edit], lines: int) -> tuple[Edit, ...]:
    return tuple(Edit(edit.line + lines, edit.removed, edit.text) for edit in edits)
