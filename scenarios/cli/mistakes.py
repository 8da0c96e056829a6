"""Mistakes of an authored file shown where they stand: the line itself, and a mark beneath it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scenarios.sheet_file import SUFFIXES
from switch.errors import AuthoredError, Finding

_NAMED = re.compile(r"`([^`]+)`")
_QUOTED = re.compile(r"'([^']+)'")
LINE_MAX = 160  # columns of a line that are shown


def told(error: AuthoredError, texts: dict[str, str]) -> str:
    """All findings; those in a file whose text is given come with their line and a mark."""
    lines = {name: text.splitlines() for name, text in texts.items()}
    parts = [_finding(finding, lines.get(finding.file, [])) for finding in error.findings]
    count = len(error.findings)
    return "\n".join([*parts, f"{count} {'mistake' if count == 1 else 'mistakes'}", ""])


def _finding(finding: Finding, lines: Sequence[str]) -> str:
    if finding.line and finding.file.lower().endswith(SUFFIXES):
        mend = f"\n    fix: {finding.remedy}" if finding.remedy else ""
        return f"{finding.file}: row {finding.line}, {finding.what}{mend}"
    if not 0 < finding.line <= len(lines):
        return str(finding)
    what = f"{finding.file}:{finding.line}: {finding.what}"
    fix = [f"    fix: {finding.remedy}"] if finding.remedy else []
    return "\n".join([what, *_excerpt(finding, lines[finding.line - 1]), *fix])


def _excerpt(finding: Finding, line: str) -> Iterator[str]:
    shown = line.expandtabs(4).rstrip()
    start, length = _where(finding.what, shown)
    yield f"{finding.line:>5} | {shown[:LINE_MAX]}"
    if start < LINE_MAX:
        yield f"      | {' ' * start}{'^' * max(1, min(length, LINE_MAX - start))}"


def _where(what: str, line: str) -> tuple[int, int]:
    """The first thing that the words name and the line holds; else all that stands in the line."""
    for named in (*_QUOTED.findall(what), *_NAMED.findall(what)):
        for name in (named, named.rpartition(".")[2]):
            found = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", line)
            if name and found:
                return found.start(), len(name)
    stripped = line.strip()
    return len(line) - len(line.lstrip()), len(stripped)
