"""What a switch must know of the journal that it goes on with."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from backends.entries import ENTRY_KEYS, with_entries
from backends.memory import MemoryBackend
from switch.backend import InlineBackend, Query
from switch.core.events import LineOpened, MessageArrived
from switch.core.record.packed import restored
from switch.errors import JournalError
from switch.message import Resume
from switch.shell import tables
from switch.shell.links import CHECKED_MAX
from switch.shell.past import Past, past_of
from switch.shell.store import Journal
from tests.playbook import Playbook, golden_state
from tests.switch.core.mail.test_delayed import ENTER as OTHERS_ENTER
from tests.switch.core.mail.test_delayed import Desk
from tests.switch.shell.books import as_killed

WORLD, _, FORMATS = golden_state()
ENTER = "EW.CA0990100.NAM/SIMROCK, IDA.DOB/19900102.OFF/DRILL CHARGE.DOW/20260105.OCA/SIM26-1"
LOOK = "QW.CA0990100.NAM/SIMROCK, IDA.DOB/19900102"


def journal(path: Path) -> InlineBackend:
    """A desk enters a person; all of it is on disk. Returns the backend that took the entry."""
    play = Playbook("2019-11-01T00:00:00")
    written, backend = Journal.open(path), with_entries(MemoryBackend([]), ENTRY_KEYS)
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, ENTER)
    (reply,) = backend.answer(play.asked[0].queries)
    play.answers(play.asked[0], *reply.records)
    for step in play.steps:
        if step.records:
            written.append(step.records)
    written.close()
    return backend


def look(backend) -> list[dict[str, str]]:
    fields = {"NAM": "SIMROCK, IDA", "DOB": "19900102"}
    (reply,) = backend.answer([Query(77_001, "QW", "", fields, False, None, 0.0)])
    return [dict(record) for record in reply.records]


def test_what_was_entered_is_on_file_again_after_a_restart(tmp_path: Path):
    before = journal(tmp_path / "j")
    past = past_of(WORLD, FORMATS, tmp_path / "j")
    after = with_entries(MemoryBackend([]), ENTRY_KEYS)
    past.deliver({"CAWPS": after})
    assert look(after) == look(before) != []


def test_who_had_asked_is_told_of_an_entry_after_a_restart(tmp_path: Path):
    """The backend knows the inquiry again, and the switch who asked it and what he could get."""
    written = Journal.open(tmp_path / "j")
    before = Desk("BAY2")
    before.types("BAY2", LOOK)
    before.leaves("BAY2")
    for step in before.steps:
        if step.records:
            written.append(step.records)
    written.close()
    past = past_of(WORLD, FORMATS, tmp_path / "j")
    file = with_entries(MemoryBackend([]), ENTRY_KEYS)
    past.deliver({"CAWPS": file})
    after = Desk("BAY2", "VSO1", file=file, starts="2019-11-02T00:00:00")
    after.dispatcher.delayed.earlier.resume(past.inquiries, after.now)
    after.dispatcher._out.resume(1)
    assert "INQUIRED BEFORE" in after.types("VSO1", OTHERS_ENTER)[1][1]
    assert [key for key, _ in after.hears("BAY2")] == ["QWR"]


def test_inquiries_that_are_too_old_to_matter_are_not_heard_again(tmp_path: Path):
    written = Journal.open(tmp_path / "j")
    play = Desk("BAY2", "VSO1")
    play.types("BAY2", LOOK)
    play.after(6 * 86_400.0)
    play.types("VSO1", OTHERS_ENTER)
    for step in play.steps:
        if step.records:
            written.append(step.records)
    written.close()
    past = past_of(WORLD, FORMATS, tmp_path / "j")
    assert [query.key for query in past.deliveries["CAWPS"]] == ["EW"]
    assert past.inquiries == ()


def put(path: Path, *batches: list[dict]) -> Path:
    """A journal of these batches; what is put in later goes on with it."""
    written = Journal.open(path)
    for batch in batches:
        written.append(batch)
    written.close()
    return path


AT = {"at": 1.0, "leg": 0, "place": "BAY-PD"}


def held(query: int) -> dict:
    return {"kind": "held", "query": query, "text": "order-used", **AT}


def test_what_is_owed_is_told_and_not_by_words_that_somebody_typed(tmp_path: Path):
    path = put(
        tmp_path / "j",
        [held(1), {"kind": "noted", "at": 1.0, "by": "held"}],
        [{"kind": "order-used", "backend": "CADMV", "order": "O1", "at": 1.0}],
        [{"kind": "forwarded", "query": 1, **AT}],
        [{"kind": "noted", "at": 1.0, "withheld": {}}, held(2)],
    )
    owed = past_of(WORLD, FORMATS, path).owed
    assert [entry["query"] for entry in owed.carried] == [2]
    assert owed.uses == {("CADMV", "O1"): 1}


def test_what_a_killed_switch_has_in_its_daybook_only_is_owed_too(tmp_path: Path):
    writer = Journal.open(put(tmp_path / "j", [held(1)]))
    writer.append([{"kind": "forwarded", "query": 1, **AT}, held(2)])
    killed = as_killed(tmp_path / "j", tmp_path / "killed")
    past = past_of(WORLD, FORMATS, killed)
    assert [entry["query"] for entry in past.owed.carried] == [2]
    assert past.head == writer.head
    writer.close()


def test_each_batch_is_restored_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Of a journal that nobody searches, and in which no terminal acknowledged since the start."""
    noted, kept, started = ([{"kind": kind, "at": 1.0}] for kind in ("noted", "kept", "started"))
    path = put(tmp_path / "j", kept, started, [held(1)], *[noted] * 50)
    seen: list[bytes] = []

    def counted(stored: bytes) -> bytes:
        seen.append(stored)
        return restored(stored)

    monkeypatch.setattr(tables, "restored", counted)
    past = past_of(replace(WORLD, backends={}), FORMATS, path)
    assert (len(past.owed.carried), len(seen)) == (1, 53)


def test_a_batch_that_is_damaged_is_told_though_nothing_in_it_is_looked_for(tmp_path: Path):
    """As deep in a journal as its links are not followed when a switch starts."""
    noted = [{"kind": "noted", "at": 1.0}]
    path = put(tmp_path / "j", *[noted] * (CHECKED_MAX + 3))
    database = sqlite3.connect(path)
    with database:
        database.execute("UPDATE batch SET body = x'c1' WHERE number = 2")
    database.close()
    with pytest.raises(JournalError, match="batch 2 cannot be unpacked"):
        past_of(WORLD, FORMATS, path)


def test_a_journal_that_another_switch_wrote_meanwhile_is_not_gone_on_with(tmp_path: Path):
    path = put(tmp_path / "j", [held(1)])
    past = past_of(WORLD, FORMATS, path)
    writer = Journal.open(path)
    past.must_end(writer.head, path)
    writer.append([{"kind": "forwarded", "query": 1, **AT}])
    with pytest.raises(JournalError, match="another switch wrote"):
        past.must_end(writer.head, path)
    writer.close()


def test_a_new_journal_ends_where_one_that_is_begun_does(tmp_path: Path):
    writer = Journal.open(tmp_path / "j")
    Past().must_end(writer.head, tmp_path / "j")
    writer.close()


def test_a_delivery_that_was_had_does_not_enter_twice(tmp_path: Path):
    backend = journal(tmp_path / "j")
    past = past_of(WORLD, FORMATS, tmp_path / "j")
    past.deliver({"CAWPS": backend})
    past.deliver({"CAWPS": backend})
    assert len(look(backend)) == 1


def test_a_journal_whose_end_was_changed_is_not_gone_on_with(tmp_path: Path):
    journal(tmp_path / "j")
    database = sqlite3.connect(tmp_path / "j")
    with database:
        database.execute("UPDATE batch SET body = x'c1' WHERE number = 2")
    database.close()
    with pytest.raises(JournalError, match="batch 2 does not follow"):
        past_of(WORLD, FORMATS, tmp_path / "j")


def test_the_end_of_the_journal_is_there_to_be_searched(tmp_path: Path):
    journal(tmp_path / "j")
    assert any(b"SIMROCK" in body for body in past_of(WORLD, FORMATS, tmp_path / "j").bodies)


def test_a_journal_that_is_begun_has_no_past(tmp_path: Path):
    assert past_of(WORLD, FORMATS, tmp_path / "none") == Past()


def test_an_empty_file_has_no_past_and_one_that_is_no_journal_is_told(tmp_path: Path):
    (tmp_path / "j").touch()
    assert past_of(WORLD, FORMATS, tmp_path / "j") == Past()
    (tmp_path / "j").write_text("not a journal, and long enough to be looked at" * 100)
    with pytest.raises(JournalError, match="it is no journal"):
        past_of(WORLD, FORMATS, tmp_path / "j")


def test_a_backend_that_waits_keeps_its_entries_itself(tmp_path: Path):
    class Elsewhere:
        async def answer(self, batch):
            raise AssertionError("it has them")

        def close(self) -> None: ...

    journal(tmp_path / "j")
    past_of(WORLD, FORMATS, tmp_path / "j").deliver({"CAWPS": Elsewhere()})


def test_terminals_that_may_resume_are_known(tmp_path: Path):
    play, written = Playbook("2019-11-01T00:00:00"), Journal.open(tmp_path / "j")
    play.tell(LineOpened(1), MessageArrived(1, Resume("BAY2", "BPD2", 0, None)))
    for step in play.steps:
        written.append(step.records)
    written.close()
    (found,) = past_of(WORLD, FORMATS, tmp_path / "j").unbroken
    assert (found.line, found.terminal, found.last, len(found.messages)) == (1, "BAY2", 1, 1)
    # A switch that goes on puts them on record with its first batch, which may be its last.
    again = Playbook("2019-11-01T00:01:00", unbroken=[found])
    put(tmp_path / "j", *(step.records for step in again.steps))
    assert past_of(WORLD, FORMATS, tmp_path / "j").unbroken == (found,)
    put(tmp_path / "j", [{"kind": "started", "at": 1.0}], [held(1)])
    assert past_of(WORLD, FORMATS, tmp_path / "j").unbroken == ()


def test_a_journal_that_somebody_still_writes_has_no_past_yet(tmp_path: Path):
    journal(tmp_path / "j")
    other = Journal.open(tmp_path / "j")
    other.append([{"kind": "noted", "at": 1.0}])
    with pytest.raises(JournalError, match="stop the switch that writes it"):
        past_of(WORLD, FORMATS, tmp_path / "j", wait_s=0.0)
    other.close()
    assert past_of(WORLD, FORMATS, tmp_path / "j", wait_s=0.0).bodies
