"""A rehearsal's journal on disk is what a switch would have written."""

from __future__ import annotations

import pytest

from scenarios.cli.rehearsal import keep_journal
from switch.errors import UsageError
from switch.shell.reader import JournalReader
from tests.rehearsal_room import october


def test_the_journal_of_a_rehearsal_is_whole_and_holds_every_entry(tmp_path):
    _, run = october()
    keep_journal(run, tmp_path / "kept.journal")
    reader = JournalReader(tmp_path / "kept.journal")
    verified = reader.verify()
    entries = list(reader.entries())
    reader.close()
    assert verified.faults == ()
    assert [entry["kind"] for entry in entries] == [entry["kind"] for entry in run.entries]


def test_an_existing_file_is_not_written_over(tmp_path):
    path = tmp_path / "old.journal"
    path.write_text("precious")
    with pytest.raises(UsageError, match="exists"):
        keep_journal(october()[1], path)
    assert path.read_text() == "precious"
