r"""What went over the line, exercise by exercise, as a file that a person reads and a test replays.

    # 7.2 resume: resumes with the last number that it has
    # TRAINING - SIMULATED DATA
    switch drops the line
    terminal connects
    terminal \x02RESUME BAY2 BPD2 00012\x03
    switch \x02SM.NL0000000\r\n...

Bytes are printable ASCII; a backslash and all others are escaped as in Python. A run of pieces of
one byte each is one line, `switch, byte by byte`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from switch.terms import TRAINING_LINE

TAPE_BYTES_MAX = 4_194_304  # of one walk; what comes beyond is not kept

CONNECTS = "terminal connects"
HANGS_UP = "terminal hangs up"
DROPS = "switch drops the line"
_SWITCH, _BYTEWISE, _TERMINAL = "switch ", "switch, byte by byte ", "terminal "


class Sent(NamedTuple):
    """Bytes, and by whom; pieces of the switch each on its own."""

    by_switch: bool
    pieces: tuple[bytes, ...]


Entry = Sent | str  # or one of the sentences above


class Part:
    """What went over the line in one exercise."""

    def __init__(self, clause: str, name: str, title: str) -> None:
        self.clause, self.name, self.title = clause, name, title
        self.entries: list[Entry] = []

    @property
    def file_name(self) -> str:
        """Where it is kept."""
        return f"{self.clause}-{self.name}.txt"

    def text(self) -> str:
        """The file."""
        head = [f"# {self.clause} {self.name}: {self.title}", f"# {TRAINING_LINE}"]
        lines = [entry if isinstance(entry, str) else _line(entry) for entry in self.entries]
        return "\n".join([*head, *lines, ""])


class Tape:
    """All of one walk."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._bytes = 0

    def begin(self, clause: str, name: str, title: str) -> None:
        """Another exercise begins."""
        self.parts.append(Part(clause, name, title))

    def connected(self) -> None:
        """The terminal is on the line."""
        self._add(CONNECTS)

    def hung_up(self) -> None:
        """The terminal hung up."""
        self._add(HANGS_UP)

    def dropped(self) -> None:
        """The switch closed the line."""
        self._add(DROPS)

    def said(self, pieces: tuple[bytes, ...]) -> None:
        """The switch sent this."""
        self._add(Sent(True, pieces))

    def heard(self, chunk: bytes) -> None:
        """The terminal sent this."""
        self._add(Sent(False, (chunk,)))

    def _add(self, entry: Entry) -> None:
        self._bytes += len(entry) if isinstance(entry, str) else sum(map(len, entry.pieces))
        if self.parts and self._bytes <= TAPE_BYTES_MAX:
            self.parts[-1].entries.append(entry)


def read(text: str) -> Iterator[Entry]:
    """The entries of a file; ValueError for a line that is none."""
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if line in (CONNECTS, HANGS_UP, DROPS):
            yield line
        elif line.startswith(_BYTEWISE):
            whole = _bytes(line.removeprefix(_BYTEWISE))
            yield Sent(True, tuple(whole[at : at + 1] for at in range(len(whole))))
        elif line.startswith(_SWITCH):
            yield Sent(True, (_bytes(line.removeprefix(_SWITCH)),))
        elif line.startswith(_TERMINAL):
            yield Sent(False, (_bytes(line.removeprefix(_TERMINAL)),))
        else:
            raise ValueError(f"no line of a tape: {line[:60]}")


def _line(sent: Sent) -> str:
    if not sent.by_switch:
        return _TERMINAL + _escaped(sent.pieces[0])
    if len(sent.pieces) > 1:
        return _BYTEWISE + _escaped(b"".join(sent.pieces))
    return _SWITCH + _escaped(sent.pieces[0])


def _escaped(data: bytes) -> str:
    return data.decode("latin-1").encode("unicode_escape").decode("ascii")


def _bytes(text: str) -> bytes:
    return text.encode("ascii").decode("unicode_escape").encode("latin-1")
