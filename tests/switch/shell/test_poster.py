"""What is committed is posted by a thread, and all of it is when that ends."""

from __future__ import annotations

from pathlib import Path

from switch.shell.poster import Poster
from switch.shell.store import POSTED_MIN, Journal
from tests.switch.shell.books import asked, verified


def test_what_was_committed_is_posted_when_the_poster_ends(tmp_path: Path):
    journal = Journal.open(tmp_path / "a.journal")
    with Poster(journal) as poster:
        for query in range(1, POSTED_MIN + 20):
            journal.append([asked(query, "CADMV")])
            poster.committed()
    assert journal.waits_to_be_posted == 0
    journal.close()
    found = verified(tmp_path / "a.journal")
    assert (found.head.entries, found.faults) == (POSTED_MIN + 19, ())


def test_it_is_woken_when_enough_is_committed_and_not_before(tmp_path: Path):
    journal = Journal.open(tmp_path / "a.journal")
    poster = Poster(journal)  # whose thread is not started
    woken = []
    for query in range(1, POSTED_MIN + 1):
        journal.append([asked(query, "CADMV")])
        poster.committed()
        woken.append(poster._wake.is_set())
    assert woken == [False] * (POSTED_MIN - 1) + [True]
    journal.close()
