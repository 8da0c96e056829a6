"""The versions' store: what was acknowledged is there, whatever happened after."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from switch.acl.envelope import digest_of
from switch.acl.lifecycle import Change, Step
from switch.errors import JournalError
from switch.office.versions import FILE_NAME, Versions
from tests.owners import BASE, CUT

ADOPTED = Change(0, 1.0, Step.ADOPTED, "CADMV", digest_of(BASE), 1.0)
ACTIVATED = Change(
    number=0,
    at=2.0,
    step=Step.ACTIVATED,
    backend="CADMV",
    digest=digest_of(CUT),
    effective=2.0,
    base=digest_of(BASE),
    sequence=1,
    withdrawn=("DMV-N1",),
    reason="why",
    cite="paper",
    order=b"order",
    key="k",
    signature=b"s",
)


def test_what_was_put_there_is_there_after_opening_again(tmp_path):
    store = Versions.open(tmp_path)
    first = store.append(ADOPTED, BASE)
    second = store.append(ACTIVATED, CUT)
    store.close()
    again = Versions.open(tmp_path)
    assert again.changes() == [first, second]
    assert (first.number, second.number) == (1, 2)
    assert again.states["CADMV"].active == digest_of(CUT)
    assert again.file("CADMV", digest_of(CUT)) == CUT
    assert again.file("CADMV", "0" * 64) is None
    assert again.changes("CAWPS") == []
    again.close()


def test_a_store_in_use_by_another_switch_is_refused(tmp_path):
    store = Versions.open(tmp_path)
    store.append(ADOPTED, BASE)
    with pytest.raises(JournalError, match="not in use by a switch"):
        Versions.open(tmp_path)
    store.close()


def test_an_altered_version_is_not_handed_out(tmp_path):
    store = Versions.open(tmp_path)
    store.append(ADOPTED, BASE)
    store.close()
    database = sqlite3.connect(tmp_path / FILE_NAME)
    database.execute("UPDATE version SET file = ?", (CUT,))
    database.commit()
    database.close()
    store = Versions.open(tmp_path)
    with pytest.raises(JournalError, match="was altered"):
        store.file("CADMV", digest_of(BASE))
    store.close()


@pytest.mark.parametrize(
    "damage",
    [
        "change SET effective = 'soon'",
        "change SET at = x'00'",
        "change SET sequence = 'x'",
        "change SET withdrawn = 'abc'",
        "change SET withdrawn = x'c1'",
        "change SET signed = 'a'",
        "change SET backend = x'00ff'",
        "change SET step = 'danced'",
    ],
)
def test_rows_that_somebody_has_damaged_are_told_and_not_left_out(tmp_path, damage):
    store = Versions.open(tmp_path)
    store.append(ADOPTED, BASE)
    store.append(ACTIVATED, CUT)
    store.close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database:
        database.execute(f"UPDATE {damage}")
        database.commit()
    with pytest.raises(JournalError, match="cannot read the owners' versions"):
        Versions.read(tmp_path)
    with pytest.raises(JournalError, match="cannot use the owners' versions"):
        Versions.open(tmp_path)


def test_a_version_that_is_no_bytes_is_not_handed_out(tmp_path):
    store = Versions.open(tmp_path)
    store.append(ADOPTED, BASE)
    store._database.execute("UPDATE version SET file = 'text'")
    with pytest.raises(JournalError, match="was altered"):
        store.file("CADMV", digest_of(BASE))
    store.close()


def test_what_cannot_be_right_is_not_written(tmp_path):
    store = Versions.open(tmp_path)
    with pytest.raises(ValueError, match="begins with"):
        store.append(ACTIVATED, CUT)
    store.append(ADOPTED, BASE)
    store.close()
    store = Versions.open(tmp_path)
    assert [change.step for change in store.changes()] == [Step.ADOPTED]
    store.close()


def test_a_row_is_whole_or_not_there(tmp_path):
    """The version's bytes and its row are one transaction: a failing row leaves no bytes."""
    store = Versions.open(tmp_path)
    store.append(ADOPTED, BASE)
    store._database.execute(
        "CREATE TRIGGER full BEFORE INSERT ON change BEGIN SELECT RAISE(FAIL, 'disk full'); END"
    )
    with pytest.raises(JournalError, match="disk full"):
        store.append(ACTIVATED, CUT)
    assert store.file("CADMV", digest_of(CUT)) is None
    assert store.states["CADMV"].active == digest_of(BASE)
    store.close()


def test_something_that_is_no_store_is_a_clear_error(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b"no database" * 100)
    with pytest.raises(JournalError, match="cannot use the owners' versions"):
        Versions.open(tmp_path)


def test_a_store_that_a_switch_has_left_can_be_read(tmp_path):
    with pytest.raises(JournalError, match="owners' versions"):
        Versions.read(tmp_path)
    Versions.open(tmp_path).close()
    store = Versions.read(tmp_path)
    assert store.changes() == []
    store.close()
