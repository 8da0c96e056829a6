"""What is in force at a start: the last version that its owner activated, whatever lies on disk."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3

import pytest

from switch.acl.document import load_stack
from switch.acl.envelope import Action, Signed, digest_of, opened
from switch.acl.lifecycle import Change, Step
from switch.core.events import ChangeNoted, PolicyStaged
from switch.errors import JournalError, UsageError
from switch.office.adoption import adopt, in_force_elsewhere
from switch.office.versions import FILE_NAME, Versions
from switch.world_file import WORLDS_FOLDER, load_world
from tests.owners import BASE, CAWPS, CUT, KEYS, NOW, order

ONE = {"CADMV": KEYS["CADMV"]}


@pytest.fixture
def world(tmp_path):
    folder = tmp_path / "golden-state"
    shutil.copytree(WORLDS_FOLDER / "golden-state", folder)
    return folder


@pytest.fixture
def store(tmp_path):
    versions = Versions.open(tmp_path / "owners")
    yield versions
    versions.close()


def row(step: Step, signed: Signed, *, effective: float = NOW) -> Change:
    envelope = opened(signed.order)
    assert envelope is not None
    return Change(
        number=0,
        at=NOW,
        step=step,
        backend="CADMV",
        digest=envelope.digest,
        effective=effective,
        base=envelope.base,
        sequence=envelope.sequence,
        order=signed.order,
        key=signed.key,
        signature=signed.signature,
    )


def start(world, store, keys=ONE, now=NOW):
    return adopt(load_stack(load_world(str(world))), keys, store, now)


def test_what_owners_have_in_force_beside_the_worlds_files_is_named(world, store, tmp_path):
    folder = tmp_path / "owners"
    there = load_world(str(world))
    assert in_force_elsewhere(tmp_path / "none", there) == []
    start(world, store)
    store.append(row(Step.ACTIVATED, order()), CUT)
    store.close()
    assert in_force_elsewhere(folder, there) == ["CADMV"]
    assert in_force_elsewhere(folder, load_world("plain-county")) == []  # none of its backends
    (world / "acl" / "CADMV.toml").write_bytes(CUT)
    assert in_force_elsewhere(folder, there) == []


def test_nothing_is_served_once_the_key_of_an_owner_with_a_version_in_force_is_gone(world, store):
    start(world, store)
    start(world, store, keys={})  # it has the world's file in force: nobody's order is left out
    store.append(row(Step.ACTIVATED, order()), CUT)
    with pytest.raises(UsageError, match=r"owner of CADMV has put version .* `CADMV.pub` is gone"):
        start(world, store, keys={})
    with pytest.raises(UsageError, match=r"`CADMV.pub` is gone"):
        start(world, store, keys={"CAWPS": KEYS["CAWPS"]})


def test_the_first_time_the_worlds_file_is_adopted(world, store):
    stack, events = start(world, store)
    assert stack.owners["CADMV"].version == digest_of(BASE)
    assert events == []
    assert [change.step for change in store.changes()] == [Step.ADOPTED]
    start(world, store)
    assert len(store.changes()) == 1


def test_the_last_activated_version_is_in_force(world, store):
    start(world, store)
    store.append(row(Step.ACTIVATED, order()), CUT)
    stack, events = start(world, store)
    assert stack.owners["CADMV"].version == digest_of(CUT)
    assert "DMV-04" in {rule.id for rule in stack.owners["CADMV"].rules}
    assert isinstance(events[0], ChangeNoted)  # the file on disk is the old one


def test_a_file_on_disk_that_was_in_force_before_accuses_nobody(world, store):
    start(world, store)
    store.append(row(Step.ACTIVATED, order()), CUT)
    _, (event,) = start(world, store)
    assert isinstance(event, ChangeNoted)
    assert (event.by, event.error) == ("the switch", "")
    stays = f"older than the owner's version {digest_of(CUT)[:12]}, which stays in force"
    assert stays in event.change


def test_a_file_on_disk_that_was_never_in_force_is_an_accusation_even_if_it_was_signed(
    world, store
):
    start(world, store)
    store.append(row(Step.PROPOSED, order(action=Action.PROPOSE)), CUT)
    (world / "acl" / "CADMV.toml").write_bytes(CUT)
    _, (event,) = start(world, store)
    assert isinstance(event, ChangeNoted)
    assert event.change == "edited the file on disk"
    assert "its owner signed but never activated" in event.error


def test_what_the_operator_writes_into_an_owners_file_is_not_used_and_on_record(world, store):
    start(world, store)
    path = world / "acl" / "CADMV.toml"
    path.write_bytes(BASE.replace(b'"2019-10-15', b'"2030').replace(b'["ero"]', b'["hsi"]', 1))
    path.write_bytes(BASE + b"\n# the operator was here\n")
    stack, (event,) = start(world, store)
    assert stack.owners["CADMV"].version == digest_of(BASE)
    assert isinstance(event, ChangeNoted)
    assert "did not sign" in event.error


def test_a_staged_version_is_staged_again(world, store):
    start(world, store)
    store.append(row(Step.STAGED, order(action=Action.STAGE)), CUT)
    stack, (event,) = start(world, store)
    assert stack.owners["CADMV"].version == digest_of(BASE)
    assert isinstance(event, PolicyStaged)
    assert event.policy.version == digest_of(CUT)


def test_a_notice_that_ran_out_while_the_switch_was_down_is_over(world, store):
    start(world, store)
    store.append(row(Step.ACTIVATED, order(), effective=NOW + 10), CUT)
    assert start(world, store, now=NOW + 9)[0].owners["CADMV"].version == digest_of(BASE)
    assert start(world, store, now=NOW + 10)[0].owners["CADMV"].version == digest_of(CUT)
    assert store.changes()[-1].step is Step.EFFECTIVE
    assert start(world, store, now=NOW + 20)[0].owners["CADMV"].version == digest_of(CUT)


@pytest.mark.parametrize(
    "signed",
    [
        order(key=CAWPS),
        dataclasses.replace(order(), signature=bytes(64)),
        order(action=Action.STAGE),  # signed, but to be staged
    ],
)
def test_a_version_without_its_owners_signature_is_not_served(world, store, signed):
    start(world, store)
    store.append(row(Step.ACTIVATED, signed), CUT)
    with pytest.raises(JournalError, match="does not bear the signature"):
        start(world, store)


def test_another_key_in_the_folder_is_found_out(world, store):
    start(world, store)
    store.append(row(Step.ACTIVATED, order()), CUT)
    with pytest.raises(JournalError, match="does not bear the signature"):
        start(world, store, {"CADMV": KEYS["CAWPS"]})


def test_an_unsigned_row_slipped_into_the_store_is_found_out(world, store, tmp_path):
    start(world, store)
    store.append(row(Step.ACTIVATED, order()), CUT)
    store.close()
    database = sqlite3.connect(tmp_path / "owners" / FILE_NAME)
    database.execute("UPDATE change SET digest = 'x' WHERE number = 2")
    database.commit()
    database.close()
    again = Versions.open(tmp_path / "owners")
    with pytest.raises(JournalError):
        start(world, again)
    again.close()


def test_a_file_without_a_registered_owner_is_taken_from_the_world(world, store):
    start(world, store)
    (world / "acl" / "CAWPS.toml").write_text(
        (world / "acl" / "CAWPS.toml").read_text() + "\n# changed\n"
    )
    stack, events = start(world, store)
    assert stack.owners["CAWPS"].version == digest_of((world / "acl/CAWPS.toml").read_bytes())
    assert events == []


def test_a_key_of_no_backend_is_a_clear_error(world, store):
    with pytest.raises(UsageError, match=r"CADVM\.pub"):
        start(world, store, {"CADVM": KEYS["CADMV"]})
