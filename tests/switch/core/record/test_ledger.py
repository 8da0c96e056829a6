"""An owner's ledger holds everything of its own, in order, and nothing of anybody else's."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest

from switch.core.record.journal import KINDS
from switch.core.record.ledger import COLUMNS, Head, Ledgers, as_entry, page_hash, shares
from tests.playbook import ALBITE, Playbook
from tests.switch.audit.honest import history

OWNERS = ("CADMV", "NVDMV", "CAWPS")


def of(entries: list[dict], owner: str = "CADMV") -> list[dict]:
    return [as_entry(row) for row in shares(entries, OWNERS).get(owner, [])]


def leg(number: int, backend: str, verdict: str = "ALLOW") -> dict:
    return {"leg": number, "backend": backend, "destination": backend[:2], "verdict": verdict}


def query(*legs: dict) -> dict:
    about = {"line": 1, "query": 7, "terminal": "BAY2", "operator": "BPD2", "key": "DQ"}
    return {
        **about,
        "kind": "query",
        "at": 1.0,
        "ori": "CA0990100",
        "on_behalf_of": None,
        "purpose": None,
        "image": False,
        "fields": {"OLN": "S1"},
        "raw": "DQ.X.CA.NV",
        "destinations": ["CA"],
        "control": "1",
        "legs": list(legs),
    }


def test_of_an_inquiry_with_several_legs_an_owner_sees_its_own_only():
    entries = [query(leg(1, "CADMV"), leg(2, "NVDMV", "DENY-RULE"))]
    (mine,), (theirs,) = of(entries), of(entries, "NVDMV")
    assert [one["backend"] for one in mine["legs"]] == ["CADMV"]
    assert [one["verdict"] for one in theirs["legs"]] == ["DENY-RULE"]
    assert "NV" not in repr(mine)
    assert of(entries, "CAWPS") == []


def test_who_asked_for_what_is_in_it_and_what_names_other_destinations_is_not():
    (mine,) = of([query(leg(1, "CADMV"))])
    assert (mine["terminal"], mine["fields"], mine["query"]) == ("BAY2", {"OLN": "S1"}, 7)
    assert not {"raw", "destinations", "control", "line", "text"} & mine.keys()


def test_the_text_of_an_answer_is_in_no_ledger_since_a_merged_one_holds_other_owners_records():
    assert all("text" not in columns for columns in COLUMNS.values())
    assert all("raw" not in columns for columns in COLUMNS.values())


def test_what_the_switch_operator_does_concerns_every_owner_and_an_owners_change_only_itself():
    change = {"kind": "access", "at": 1.0, "by": "x", "change": "added", "version": "v"}
    own = {**change, "backend": "CADMV", "error": "", "signature": "s"}
    network = {**change, "backend": "NETWORK", "error": "somebody's file"}
    assert of([own]) == [own]
    assert of([own], "NVDMV") == []
    for owner in OWNERS:
        (seen,) = of([network], owner)
        assert "error" not in seen


def test_rules_that_take_effect_are_told_to_their_owner_and_suspensions_to_all():
    effective = {"kind": "effective", "at": 1.0, "started": ["A"], "ended": []}
    assert len(of([{**effective, "backend": "CADMV"}])) == 1
    assert of([{**effective, "backend": "CADMV"}], "NVDMV") == []
    assert all(of([{**effective, "backend": "NETWORK"}], owner) for owner in OWNERS)


def test_a_start_names_the_owners_own_version_and_the_networks_and_no_other_owners():
    versions = {"CADMV": "v1", "NVDMV": "v2", "NETWORK": "n", "directory": "d", "catalog": "c"}
    started = {"kind": "started", "at": 1.0, "world": "w", "versions": versions}
    (mine,) = of([started])
    assert (mine["version"], mine["network"], mine["catalog"]) == ("v1", "n", "c")
    assert "v2" not in repr(mine)


def test_every_kind_is_either_shared_or_knowingly_not():
    nobodys = {"signed-on", "signed-off", "sign-on-refused", "malformed", "rejected", "message"}
    nobodys |= {"noted", "untaken", "line-lost", "resumed", "kept", "unacknowledged", "merged"}
    nobodys |= {
        "told",
        "held",
        "barred",
        "forwarded",
        "expired",
        "removed",
        "service",
        "confirmation",
    }
    assert COLUMNS.keys() | {"access", "delivered"} | nobodys == KINDS
    for kind in nobodys:
        assert shares([{"kind": kind, "at": 1.0, "backend": "CADMV"}], OWNERS) == {}


def test_an_entry_of_another_version_leaves_empty_what_it_does_not_say():
    entry = {"kind": "withheld", "at": 1.0, "backend": "CADMV", "query": 1, "leg": 1, "rules": []}
    (mine,) = of([entry])
    assert (mine["query"], mine["verdict"]) == (1, None)


@pytest.mark.parametrize(
    "row",
    [
        *([], ["nothing"], ["stopped", 1.0], {"at": 1.0}, 7, None, [[]], {"kind": "query"}),
        *(["stopped", "x", "why"], ["undelivered", 1.0, "1", 1], ["stopped", 1e300, "why"]),
        ["query", 1.0, 1, "T", "O", "ORI", None, "DQ", None, False, {}, [{"leg": "1"}]],
        ["effective", 1.0, "CADMV", 7, []],
    ],
)
def test_what_is_no_row_is_refused(row: Any):
    with pytest.raises(ValueError, match="a row"):
        as_entry(row)


# --- pages ----------------------------------------------------------------------------------------


def test_pages_and_rows_are_numbered_without_gaps_and_each_page_chains_the_one_before():
    ledgers, head = Ledgers(), Head.start("CADMV")
    for count in (1, 3, 2):
        (page,) = ledgers.pages([query(leg(1, "CADMV"))] * count)
        assert (page.number, page.first, page.rows) == (head.page + 1, head.rows + 1, count)
        assert page.hash == page_hash(head.hash, page)
        assert len(msgpack.unpackb(page.body)) == count
        head = Head.of(page)
        ledgers.advance([head])


def test_pages_that_were_not_committed_leave_no_trace():
    ledgers = Ledgers()
    lost, again = (ledgers.pages([query(leg(1, "CADMV"))]) for _ in range(2))
    assert lost == again


@pytest.mark.parametrize(
    "change", [{"backend": "X"}, {"number": 2}, {"first": 2}, {"rows": 2}, {"at": 2.0}]
)
def test_the_hash_covers_whose_page_it_is_its_numbers_and_its_instant(change: dict):
    (page,) = Ledgers().pages([query(leg(1, "CADMV"))])
    assert page_hash(bytes(32), page._replace(**change)) != page.hash


def test_a_ledger_is_continued_where_its_head_says():
    ledgers = Ledgers([Head("CADMV", 4, 9, b"h" * 32, 1.0)])
    (page,) = ledgers.pages([query(leg(1, "CADMV"))])
    assert (page.number, page.first) == (5, 10)


def written(ledgers: Ledgers, *batch: dict[str, Any]) -> list[Head]:
    """The heads after it."""
    heads = ledgers.after(batch)
    ledgers.advance(heads)
    return heads


def test_the_pages_of_a_batch_are_made_again_of_its_entries():
    batches = [[query(leg(1, "CADMV"))], [query(leg(1, "NVDMV")), query(leg(1, "CADMV"))]]
    ledgers, again = Ledgers(), Ledgers()
    for batch in batches:
        pages = ledgers.pages(batch)
        heads = written(ledgers, *batch)
        assert again.reread(msgpack.unpackb(msgpack.packb(batch)), heads) == (pages, set())
    assert again.heads == ledgers.heads


def test_the_pages_of_joined_batches_are_cut_where_the_heads_tell():
    first, second = query(leg(1, "CADMV")), query(leg(1, "NVDMV"))
    ledgers = Ledgers()
    heads = [*written(ledgers, first, first), *written(ledgers, second, first)]
    found = Ledgers().reread([first, first, second, first], heads)
    assert found.differ == set()
    assert [(page.backend, page.number, page.first, page.rows) for page in found.pages] == [
        *[("CADMV", 1, 1, 2), ("NVDMV", 1, 1, 1), ("CADMV", 2, 3, 1)],
    ]


@pytest.mark.parametrize(
    "change", [{"page": 2}, {"rows": 2}, {"rows": -1}, {"hash": bytes(32)}, {"at": 2.0}]
)
def test_a_head_that_was_changed_differs_from_what_the_batch_says(change: dict[str, Any]):
    batch = [query(leg(1, "CADMV")), query(leg(1, "NVDMV"))]
    one, other = written(Ledgers(), *batch)
    assert Ledgers().reread(batch, [one._replace(**change), other]).differ == {"CADMV"}
    assert Ledgers().reread(batch, [other]).differ == {"CADMV"}
    assert Ledgers().reread(batch[1:], [one, other]).differ == {"CADMV"}


def test_an_owner_that_is_left_out_of_what_concerns_all_differs():
    batch = [{"kind": "stopped", "at": 1.0, "reason": "SIGINT"}]
    ledgers = Ledgers([Head("CADMV", 1, 1, bytes(32), 1.0), Head("NVDMV", 1, 1, bytes(32), 1.0)])
    (one, _) = ledgers.after(batch)
    assert ledgers.reread(batch, [one]).differ == {"NVDMV"}


# --- played ---------------------------------------------------------------------------------------


def test_nothing_of_another_owners_leg_is_in_any_ledger_of_a_whole_evening():
    run = history(seed=5, inquiries=25)
    backends = set(run.play.world.backends)
    oris = {entry.ori for entry in run.play.world.backends.values()}
    for owner, pages in run.pages.items():
        held = b"".join(page.body for page in pages)
        for other in (backends | oris) - {owner, run.play.world.backends[owner].ori}:
            assert other.encode() not in held
        assert ALBITE["NAM"].encode() not in held


def test_both_legs_of_an_inquiry_refused_at_ingress_are_told_each_to_its_owner():
    play = Playbook("2019-10-15T00:01:00")
    play.sign_on(1, "ERO1", "ERO1A")
    play.says(1, "DQ.DCICE0900.CA.NV.TXTOLN/S0990001")
    found = shares(play.records, play.world.backends)
    for owner in ("CADMV", "NVDMV"):
        rows = [as_entry(row) for row in found[owner] if row[0] in ("query", "refused")]
        assert [row["kind"] for row in rows] == ["query", "refused"]
        assert (rows[1]["point"], rows[1]["network"]) == ("ingress", "DENY-SUSPENDED")
    assert rows[1]["owner"] == "ALLOW-DEFAULT"  # of Nevada, which has no rule of its own
