"""Findings as JSON has them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from switch.errors import Finding


def print_findings(findings: Iterable[Finding], **facts: Any) -> None:
    """One JSON object on standard output: `facts` about what was checked, then the findings."""
    rows = [finding_row(finding) for finding in findings]
    sys.stdout.write(json.dumps({"training": True, **facts, "findings": rows}) + "\n")


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
