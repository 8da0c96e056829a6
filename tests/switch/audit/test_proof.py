"""Every way to falsify an owner's ledger, and that its owner finds each from what it kept."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from switch.audit.proof import NOT_PROVED, Breach, prove, read_rows
from switch.core.record.ledger import Page
from tests.switch.audit.honest import Run, history, rechained, repacked, without


@pytest.fixture(scope="module")
def honest() -> Run:
    return history()


def breaches(pages: list[Page], run: Run, backend: str = "CADMV") -> set[Breach]:
    return {fault.breach for fault in prove(backend, pages, run.keeping(backend)).faults}


def test_an_honest_ledger_is_whole_against_everything_that_its_owner_kept(honest: Run):
    for backend in honest.pages:
        proof = prove(backend, honest.ledger(backend), honest.keeping(backend))
        assert proof.faults == []
        assert proof.notes == []
        assert proof.heads > len(honest.ledger(backend))
    cadmv = prove("CADMV", honest.ledger(), honest.keeping())
    assert cadmv.receipts > 3
    assert cadmv.asked >= cadmv.receipts


# --- each attack by itself ------------------------------------------------------------------------


def edited(pages: list[Page], at: int) -> list[Page]:
    """It was a second later."""
    return [*pages[:at], repacked(pages[at], _later), *pages[at + 1 :]]


def _later(rows: list) -> None:
    rows[0][1] += 1.0


def deleted(pages: list[Page], at: int) -> list[Page]:
    return [*pages[:at], *pages[at + 1 :]]


def row_deleted(pages: list[Page], at: int) -> list[Page]:
    return [*pages[:at], repacked(pages[at], lambda rows: rows.pop()), *pages[at + 1 :]]


def reordered(pages: list[Page], at: int) -> list[Page]:
    return [*pages[:at], pages[at + 1], pages[at], *pages[at + 2 :]]


def swapped(pages: list[Page], at: int) -> list[Page]:
    """Two pages change their contents, their numbers stay."""
    one, two = pages[at], pages[at + 1]
    changed = [one._replace(body=two.body, rows=two.rows), two._replace(body=one.body)]
    return [*pages[:at], *changed, *pages[at + 2 :]]


def doubled(pages: list[Page], at: int) -> list[Page]:
    return [*pages[:at], pages[at], *pages[at:]]


ATTACKS: list[Callable[[list[Page], int], list[Page]]] = [
    edited,
    deleted,
    row_deleted,
    reordered,
    swapped,
    doubled,
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("at", [0, 3, -2])
def test_a_clumsy_forger_is_found_without_any_head(honest: Run, attack, at: int):
    pages = attack(honest.ledger(), range(len(honest.ledger()))[at])
    assert prove("CADMV", pages, None).faults


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("at", [0, 3, -2])
def test_a_careful_forger_who_chains_everything_anew_is_found_by_the_heads(
    honest: Run, attack, at: int
):
    pages = rechained(attack(honest.ledger(), range(len(honest.ledger()))[at]))
    assert {Breach.FORK, Breach.CUT} & breaches(pages, honest)


@pytest.mark.parametrize("left", [0, 1, 5, -1])
def test_a_cut_tail_is_found_by_the_heads_and_only_by_them(honest: Run, left: int):
    pages = honest.ledger()[:left]
    assert prove("CADMV", pages, None).faults == []
    assert breaches(pages, honest) >= {Breach.CUT}


def test_a_fork_is_found_and_said_to_begin_where_it_begins(honest: Run):
    other = history(inquiries=6)
    other.asks(2, "DQ.CA0990100.CA.*ZZ.TXTOLN/S0990003")
    other.passes(5000)
    shared = sum(a == b for a, b in zip(honest.ledger(), other.ledger(), strict=False))
    assert shared > 3
    faults = prove("CADMV", other.ledger(), honest.keeping()).faults
    assert faults[0].breach is Breach.FORK
    assert faults[0].where == f"page {shared + 1}"


def test_two_histories_delivered_one_after_the_other_convict_the_switch_by_themselves(honest: Run):
    other = history(inquiries=6)
    other.asks(2, "DQ.CA0990100.CA.*ZZ.TXTOLN/S0990003")
    both = Run()
    both.lines["CADMV"] = honest.lines["CADMV"] + other.lines["CADMV"][1:]
    assert Breach.FORK in breaches(honest.ledger(), both)
    assert Breach.FORK in breaches(other.ledger(), both)


# --- a switch that never told the truth -----------------------------------------------------------


def test_an_answered_inquiry_that_was_never_put_on_record_is_found_by_the_receipt():
    chosen: list[int] = []

    def third(entry) -> bool:
        legs = entry.get("legs", ())
        if entry["kind"] == "query" and any(leg["backend"] == "CADMV" for leg in legs):
            chosen.append(entry["query"])
        return len(chosen) >= 3 and entry.get("query") == chosen[2]

    run = Run(dishonest=without(third))
    for number in range(5):
        run.asks(2, f"DQ.CA0990100.CA.*A{number}.TXTOLN/S0990001")
    assert prove("CADMV", run.ledger(), None).faults == []
    (fault,) = prove("CADMV", run.ledger(), run.keeping()).faults
    assert fault.breach is Breach.OMITTED
    assert fault.where == f"inquiry {chosen[2]}.1"


def test_an_answer_left_out_behind_its_inquiry_is_found_after_an_hour():
    run = Run(dishonest=without(lambda e: e["kind"] == "released"))
    run.asks(2, "DQ.CA0990100.CA.*A1.TXTOLN/S0990001")
    assert prove("CADMV", run.ledger(), run.keeping()).faults == []
    run.passes(4000)
    run.asks(2, "DQ.CA0990100.CA.*A2.TXTOLN/S0990001")
    (fault,) = prove("CADMV", run.ledger(), run.keeping()).faults
    assert fault.breach is Breach.OMITTED
    assert "no outcome of inquiry" in fault.what


def test_an_outcome_whose_inquiry_is_not_on_record_is_found():
    run = Run(dishonest=without(lambda e: e["kind"] == "query"))
    run.asks(2, "DQ.CA0990100.CA.*A1.TXTOLN/S0990001")
    found = prove("CADMV", run.ledger(), None).faults
    assert [fault.breach for fault in found] == [Breach.MISSING]


def test_an_inquiry_on_record_for_somebody_elses_licence_is_found():
    def another(entries):
        return [
            {**e, "fields": {"OLN": "S0990009"}} if e["kind"] == "query" else e for e in entries
        ]

    run = Run(dishonest=another)
    run.asks(2, "DQ.CA0990100.CA.*A1.TXTOLN/S0990001")
    (fault,) = prove("CADMV", run.ledger(), run.keeping()).faults
    assert fault.breach is Breach.CHANGED
    assert "not asked as it stands on record" in fault.what


def test_an_answer_on_record_that_was_never_asked_for_is_found():
    run = history(inquiries=4)
    run.lines["CADMV"] = [line for line in run.lines["CADMV"] if '"asked"' not in line]
    found = {fault.breach for fault in prove("CADMV", run.ledger(), run.keeping()).faults}
    assert found == {Breach.INVENTED}


def test_an_answered_inquiry_on_record_as_refused_unasked_is_found():
    def refused(entries):
        done = []
        for e in entries:
            if e["kind"] == "released":
                e = {**dict.fromkeys(("network", "owner", "suspension", "number"), ""), **e}
                e |= {"kind": "refused", "point": "route"}
            done.append(e)
        return done

    run = Run(dishonest=refused)
    run.asks(2, "DQ.CA0990100.CA.*A1.TXTOLN/S0990001")
    (fault,) = prove("CADMV", run.ledger(), run.keeping()).faults
    assert fault.breach is Breach.CHANGED
    assert "says it was refused at route; it was asked" in fault.what


def test_an_attempt_that_the_backend_never_heard_of_can_be_left_out_unseen_and_that_is_said():
    """The limit of the proof, as a test, so that nobody believes more."""
    run = Run("2019-10-15T00:01:00", dishonest=without(lambda e: e.get("query") == 1))
    run.asks(1, "DQ.DCICE0900.CA.*A1.TXTOLN/S0990001")
    assert prove("CADMV", run.ledger(), run.keeping()).faults == []
    assert any("refused before the backend was asked" in each for each in NOT_PROVED)


# --- all of them at random ------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_any_mixture_of_attacks_is_found(honest: Run, seed: int):
    random = Random(seed)
    pages = honest.ledger()
    for _ in range(random.randint(1, 4)):
        if len(pages) > 2:
            pages = random.choice(ATTACKS)(pages, random.randrange(len(pages) - 1))
    if random.random() < 0.3:
        pages = pages[: random.randrange(len(pages))]
    if random.random() < 0.6:
        pages = rechained(pages)
    faults = prove("CADMV", pages, honest.keeping()).faults
    assert bool(faults) == (pages != honest.ledger())


# --- how far a proof reaches ----------------------------------------------------------------------


def test_what_is_newer_than_the_heads_is_not_called_proved(honest: Run):
    half = len(honest.lines["CADMV"]) // 2
    proof = prove("CADMV", honest.ledger(), honest.keeping(until=half))
    assert any("newer than the heads: not proved" in note for note in proof.notes)


def test_the_heads_of_another_owner_prove_nothing(honest: Run):
    assert prove("CADMV", honest.ledger(), honest.keeping("NVDMV")).faults


def test_torn_lines_are_counted_and_convict_nobody(honest: Run):
    run = Run()
    run.lines["CADMV"] = [*honest.lines["CADMV"][:-1], honest.lines["CADMV"][-1][:20]]
    proof = prove("CADMV", honest.ledger(), run.keeping())
    assert any("torn" in note for note in proof.notes)


def test_pages_without_heads_are_named(honest: Run):
    run, late = Run(), len(honest.lines["CADMV"]) // 2
    head = honest.keeping(until=late).heads[-1]
    from switch.core.record.delivery import opening_line

    run.lines["CADMV"] = [opening_line("x", head), *honest.lines["CADMV"][late:]]
    proof = prove("CADMV", honest.ledger(), run.keeping())
    assert proof.faults == []
    assert any("no heads or receipts were kept" in note for note in proof.notes)


@pytest.mark.parametrize(
    "body", [b"", b"\xc1", b"\x93\x01", b"\x91\x91\xa1x", b"\x01", b"\x91\x80"]
)
def test_nonsense_in_a_page_is_a_finding_not_a_traceback(honest: Run, body: bytes):
    pages = honest.ledger()
    pages[2] = pages[2]._replace(body=body)
    assert Breach.UNREADABLE in breaches(pages, honest)


def test_rows_are_numbered_through_all_pages(honest: Run):
    numbers = [row.number for row in read_rows(honest.ledger())]
    assert numbers == list(range(1, len(numbers) + 1))
