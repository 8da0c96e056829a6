"""A raw message laid out for careful reading: folded, without control characters, and able to say
which byte of the original a character came from.

Control characters may stand anywhere and are to be ignored by the receiver [N-KQ, N-DQ, N-BQ];
lower case is folded [INF]. What is left is one line of ASCII.
"""

from __future__ import annotations

from switch.errors import FormatError
from switch.wire.spec import MESSAGE_BYTES_MAX, Formats

CONTROLS = bytes([*range(0x20), 0x7F])
FOLD = bytes(range(256)).upper()  # of bytes: ASCII letters only, one byte for one
_LINE_CONTROLS = bytes(set(CONTROLS) - set(b"\r\n\t"))


class Page:
    """One message; `clean` is what is read, and `fail` points back into `raw`."""

    def __init__(self, raw: bytes, formats: Formats) -> None:
        self.raw = raw
        self.formats = formats
        self.mke = ""
        self.clean = ""
        if len(raw) > MESSAGE_BYTES_MAX:
            what = f"a message has {MESSAGE_BYTES_MAX} characters at most, this one {len(raw)}"
            raise self.fail_at("0", MESSAGE_BYTES_MAX, what)
        if not raw.isascii():
            at = next(i for i, byte in enumerate(raw) if byte > 0x7F)
            raise self.fail_at("0", at, f"byte {raw[at]:#04x} is not ASCII: leave it out")
        self.clean = raw.translate(FOLD, CONTROLS).decode("ascii").rstrip(" ")

    def offset(self, at: int) -> int:
        """The byte of the original at which the character `at` of `clean` stands."""
        seen = 0
        last = -1
        for index, byte in enumerate(self.raw):
            if 0x20 <= byte < 0x7F:
                if seen == at:
                    return index
                seen += 1
                last = index
                if seen == len(self.clean):
                    break
        return last + 1  # just behind the last character: where more was expected

    def skip_blanks(self, at: int) -> int:
        """The next character that is no blank."""
        while self.clean.startswith(" ", at):
            at += 1
        return at

    def text_from(self, at: int) -> str:
        """The rest as free text: line breaks kept as `\\n`, other controls dropped."""
        if at >= len(self.clean):
            return ""
        return free_text(self.raw[self.offset(at) :]).upper()

    def fail(self, code: str, at: int, fix: str, field: str | None = None) -> FormatError:
        """An error at the character `at` of `clean`; the caller raises it."""
        return self.fail_at(code, self.offset(at), fix, field)

    def fail_at(self, code: str, offset: int, fix: str, field: str | None = None) -> FormatError:
        """An error at a byte of the original."""
        text = self.formats.error_text(code, self.mke)
        return FormatError(code, text, offset=offset, field=field, fix=fix)


def free_text(raw: bytes) -> str:
    """Lines joined by `\\n`: no other control character, no trailing blank, no outer empty line."""
    text = raw.translate(None, _LINE_CONTROLS).decode("ascii", "replace").replace("\t", " ")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip(" ") for line in lines).strip("\n")
