"""Findings as JSON has them."""

from __future__ import annotations

from typing import Any

from switch.errors import Finding


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding as plain values."""
    id, _, lint = finding.id.partition(" ")
    edits = [
        {"line": edit.line, "removed": edit.removed, "text": list(edit.text)}
        for edit in finding.edits
    ]
    return {
        "file": finding.file,
        "line": finding.line,
        "id": id,
        "lint": lint,
        "what": finding.what,
        "fix": finding.remedy,
        "edits": edits,
    }
