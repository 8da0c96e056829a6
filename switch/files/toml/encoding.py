"""From the bytes of an authored file to its text, past bytes that are no UTF-8."""

from __future__ import annotations

import codecs

from switch.errors import AuthoredError, Edit, Finding

FILE_BYTES_MAX = 8 * 1024 * 1024  # a rule file of 10,000 rules has about 2.5 MB

_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def decoded(data: bytes, name: str) -> tuple[str, list[Finding]]:
    """The text, and what is wrong with its bytes; AuthoredError if it is too long.

    Bytes of another encoding are read as those of Western Europe, so that the rest can be looked
    at: a file with any finding is not used.
    """
    if len(data) > FILE_BYTES_MAX:
        raise AuthoredError([Finding(name, 0, f"longer than {FILE_BYTES_MAX} bytes", "split it")])
    wide = _WIDE.get(data[:2])
    if wide is not None:
        return data[2:].decode(wide, "replace"), [
            Finding(name, 1, "UTF-16 text, which TOML does not allow", "save it as UTF-8")
        ]
    text, findings = _narrow(data, name)
    if text.startswith("\ufeff"):
        text = text.lstrip("\ufeff")
        what = "begins with a byte order mark, which TOML does not allow"
        first = Edit(1, 1, (text.partition("\n")[0].rstrip("\r"),))
        findings.append(Finding(name, 1, what, "save it as UTF-8 without BOM", edits=(first,)))
    return text, findings


def _narrow(data: bytes, name: str) -> tuple[str, list[Finding]]:
    try:
        return data.decode(), []
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        what = f"not UTF-8 text (byte 0x{data[error.start]:02X})"
    lines = data.split(b"\n")
    wrong = [number for number, each in enumerate(lines, 1) if not _is_utf8(each)]
    if len(wrong) > 1:
        what += f", nor are {len(wrong)} lines in all"
    read = [_western(each) for each in lines]
    return "\n".join(read), [Finding(name, line, what, "save it as UTF-8")]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _western(line: bytes) -> str:
    if _is_utf8(line):
        return line.decode()
    text = line.decode("cp1252", "replace")
    return "".join(c if c.isprintable() or c in "\t\r" else "?" for c in text)
