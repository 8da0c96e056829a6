"""Every error the product can show a person, on one screen.

Three ends can be at fault: the person who wrote a file or typed a command (`AuthoredError`,
`UsageError`), the far end of a line (`FormatError`), or a backend (`BackendError`). Anything else
is a bug of ours and may end the process. Foreign exceptions are mapped to these once, where the
foreign thing is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType


class Exit(IntEnum):
    """Exit codes, the same table for every verb. A time-out is never FINE."""

    FINE = 0  # fine, allowed, passed
    FINDINGS = 1  # findings, refused, below the mark
    MISUSE = 2  # a bad file or a misused command
    FAULT = 3  # our fault


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Lines of a file replaced by others: what a person is told to write, and a machine can.

    `line` (1-based) is the first line that goes; with `removed` 0 the text comes before it.
    """

    line: int
    removed: int
    text: tuple[str, ...]

    def __str__(self) -> str:
        last = self.line + self.removed - 1
        if not self.text:
            several = f"lines {self.line} to {last}"
            return f"take out {several if self.removed > 1 else f'line {self.line}'}"
        if not self.removed:
            start = f"after line {self.line - 1} add" if self.line > 1 else "at the beginning add"
        elif self.removed == 1:
            start = f"in line {self.line} write"
        else:
            start = f"instead of lines {self.line} to {last} write"
        if len(self.text) == 1:
            return f"{start}: {clipped(self.text[0].strip())}"
        return f"{start}:" + "".join(f"\n        {clipped(line)}" for line in self.text if line)


SAID_CHARACTERS_MAX = 2_000  # of one line of what is told; a line of a file can have millions


def clipped(text: str, characters_max: int = SAID_CHARACTERS_MAX) -> str:
    """What can be told of a text: as it is, or its beginning and how long it is."""
    if len(text) <= characters_max:
        return text
    return f"{text[:characters_max]} ... ({len(text):,} characters)"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing wrong with an authored file: where, what, and what to write instead."""

    file: str
    line: int  # 1-based; 0 = the file as a whole
    what: str
    fix: str = ""  # in words
    id: str = ""  # a lint's id such as "L01"; empty for a plain mistake
    edits: tuple[Edit, ...] = field(default=(), compare=False)  # the fix, exactly, if there is one

    @property
    def remedy(self) -> str:
        """The whole fix as it is printed: the words, then the very edits."""
        written = "\n    and ".join(str(edit) for edit in self.edits)
        if not self.fix or not written:
            return self.fix or written
        return f"{self.fix}{' ' if self.fix[-1] in '?.' else '; '}{written}"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        mark = f"{self.id}: " if self.id else ""
        remedy = self.remedy
        return f"{where}: {mark}{clipped(self.what)}" + (f"\n    fix: {remedy}" if remedy else "")


class WireroomError(Exception):
    """Base of all errors that are shown to a person without a traceback."""

    exit_code = Exit.MISUSE


class UsageError(WireroomError):
    """A command was given something that cannot work: a missing file, a port in use."""

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix

    def __str__(self) -> str:
        return self.what + (f"\n    fix: {self.fix}" if self.fix else "")


class AuthoredError(WireroomError):
    """One or more authored files are wrong; carries every finding, in file and line order."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(str(finding) for finding in self.findings))


class UnfitError(ValueError):
    """A value that is none of its kind, told to whoever knows where it stands: what is wrong with
    it, and what to write instead. Of a table: the keys by which the rest of it can still be read,
    None for one to be left out."""

    def __init__(
        self, what: str, fix: str, instead: Mapping[str, object] = MappingProxyType({})
    ) -> None:
        super().__init__(f"{what}; {fix}")
        self.what = what
        self.fix = fix
        self.instead = instead


def said(error: ValueError) -> tuple[str, str]:
    """What an error says is wrong, and what to write if it is one that tells."""
    return (error.what, error.fix) if isinstance(error, UnfitError) else (str(error), "")


class FormatError(WireroomError):
    """A message from a line cannot be read.

    `code` is the number of the published ER table as printed there ("0", ".01.", ".14." ...),
    `offset` the byte in the raw message at which reading failed (0-based), `field` the field
    prefix concerned or None, `fix` what the sender should write.
    """

    def __init__(
        self, code: str, text: str, *, offset: int, field: str | None = None, fix: str = ""
    ) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
        self.offset = offset
        self.field = field
        self.fix = fix


class BackendError(WireroomError):
    """A backend could not be opened, crashed, or answered nonsense."""

    exit_code = Exit.FAULT


class JournalError(WireroomError):
    """The journal cannot be written or read, so nothing may be released."""

    exit_code = Exit.FAULT


class JournalFileError(JournalError):
    """The file given as a journal, or beside one, cannot be used: it is none, it is damaged, or a
    switch has it. Whoever gave it can mend that."""

    exit_code = Exit.MISUSE
