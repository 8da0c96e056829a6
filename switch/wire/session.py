"""One line's protocol without its line: chunks in, messages out; messages in, bytes out.

No wrong byte ends a line: it is answered, and reading goes on with the next frame. `broken` is the
one exception: a frame so long, or so late, that nobody can tell where the next one starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from switch.errors import FormatError
from switch.message import Malformed, OutputMessage, Received
from switch.terms import Instant
from switch.wire.codec import decode_with_care
from switch.wire.commands import read_command
from switch.wire.framing import RAW_MAX, WRAPS, Cutter, Framing, Spoiled, cutter, framing_of
from switch.wire.header import control_in
from switch.wire.output import encode_output
from switch.wire.quick import QuickReader
from switch.wire.spec import MESSAGE_BYTES_MAX, Formats


@dataclass(frozen=True, slots=True)
class WireLimits:
    """What one line may owe the switch."""

    frame_bytes_max: int = MESSAGE_BYTES_MAX
    half_frame_s: float = 30.0  # from the first byte of a frame to its last


class Session:
    """One line: its framing, decided by the first byte it ever sends, and what is unfinished."""

    __slots__ = (
        "_cutter",
        "_formats",
        "_limits",
        "_prefix",
        "_quick",
        "_since",
        "_timezone",
        "_wrap",
        "broken",
        "framing",
    )

    def __init__(
        self, formats: Formats, timezone: ZoneInfo, limits: WireLimits, control_prefix: str = "*"
    ) -> None:
        self.framing: Framing | None = None
        self.broken = False  # the shell closes the line once the error is sent
        self._formats = formats
        self._timezone = timezone
        self._limits = limits
        self._prefix = control_prefix
        self._quick = QuickReader(formats, control_prefix)
        self._wrap = WRAPS[Framing.LINE]
        self._cutter: Cutter | None = None
        self._since: Instant | None = None  # when the unfinished frame began

    def receive_whole(self, chunk: bytes) -> Received | None:
        """The message, where a chunk is exactly one frame and nothing else is owed, as nearly
        always; None where it must be given to `receive`."""
        cutter = self._cutter
        if cutter is None or self._since is not None or self.broken:
            return None
        frame = cutter.whole(chunk)
        return None if frame is None else self._quick.read(frame) or self._read(frame)

    def receive(self, chunk: bytes, now: Instant) -> list[Received]:
        """All messages that a chunk completes, in order; never raises for what the far end sent."""
        if self.broken or not chunk:
            return []
        if self._cutter is None:
            self.framing = framing_of(chunk[0])
            self._wrap = WRAPS[self.framing]
            self._cutter = cutter(self.framing, self._limits.frame_bytes_max)
        cuts = self._cutter.feed(chunk)
        self.broken = self._cutter.broken
        if not self._cutter.unfinished:
            self._since = None
        elif cuts or self._since is None:
            self._since = now  # what is unfinished now began in this chunk
        return [self._read(cut) for cut in cuts]

    @property
    def unfinished(self) -> bool:
        """Whether the rest of a frame is owed."""
        return self._since is not None

    def next_deadline(self) -> Instant | None:
        """When `on_deadline` is to be called, if nothing is received before."""
        return None if self._since is None else self._since + self._limits.half_frame_s

    def on_deadline(self, now: Instant) -> list[Received]:
        """Give up on a frame whose rest is overdue."""
        due = self.next_deadline()
        if self._cutter is None or due is None or now < due:
            return []
        cuts = self._cutter.give_up()
        self.broken = self._cutter.broken
        self._since = now if self._cutter.unfinished and not self.broken else None
        return [self._read(cut) for cut in cuts]

    def finish(self, now: Instant) -> list[Received]:
        """The far end sends nothing more: a last line needs no LF, half a frame is malformed."""
        if self._cutter is None or self._since is None:
            return []
        if self.framing is Framing.LINE:
            return self.receive(b"\n", now)
        self._since = None
        return [self._read(cut) for cut in self._cutter.give_up()]

    def send(self, message: OutputMessage) -> bytes:
        """A message in this line's framing; as lines while the line has not shown its framing."""
        return self._wrap(encode_output(message, self._timezone, self._prefix))

    def _read(self, cut: bytes | Spoiled) -> Received:
        if isinstance(cut, Spoiled):
            error = self._error(cut.why, len(cut.raw))
            return Malformed(error, cut.raw, control_in(cut.raw, self._prefix))
        message = self._quick.read(cut)
        if message is not None:
            return message
        command = read_command(cut, self._formats, by_line=self.framing is Framing.LINE)
        if command is not None:
            return command
        try:
            return decode_with_care(cut, self._formats, self._prefix)
        except FormatError as error:
            return Malformed(error, cut[:RAW_MAX], control_in(cut, self._prefix))

    def _error(self, fix: str, offset: int) -> FormatError:
        return FormatError("0", self._formats.error_text("0"), offset=offset, fix=fix)
