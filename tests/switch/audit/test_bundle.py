"""Every way to falsify a bundle, and that its owner finds each from its own heads and key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from random import Random

import msgpack
import pytest

from switch.acl.envelope import Action, Signed, digest_of, public_bytes
from switch.audit.bundle import (
    Bundle,
    bundle_lines,
    named_files,
    read_bundle,
    unsigned_changes,
    verify,
)
from switch.audit.proof import Breach, Fault, Proof, read_rows
from switch.core.events import PolicyActivated
from switch.core.record.ledger import Page
from tests.owners import BASE, CADMV, CAWPS, CUT, order
from tests.switch.acl.shipped import DIRECTORY
from tests.switch.audit.around import shipped_files
from tests.switch.audit.honest import Run, history, rechained, repacked, without

KEY = public_bytes(CADMV)


@cache
def honest() -> Run:
    """Twelve inquiries over the cut-off, then a signed change, then three more."""
    run = history()
    activates(run, order(CUT, reason="why", cite="where"), CUT)
    for number in range(3):
        run.asks(2, f"DQ.CA0990100.CA.*B{number}.TXTOLN/S0990001")
    return run


def activates(run: Run, signed: Signed, file: bytes, **lies: object) -> None:
    """As the authority tells the switch of an order that it followed."""
    from switch.acl.analysis.candidate import Examined, compiled
    from switch.acl.envelope import opened
    from switch.acl.lifecycle import Change, Step
    from switch.office.authority import event_of

    envelope, now = opened(signed.order), run.play.now
    assert envelope is not None
    change = Change(
        number=1,
        at=now,
        step=Step.ACTIVATED,
        backend="CADMV",
        digest=envelope.digest,
        effective=now,
        base=envelope.base,
        sequence=envelope.sequence,
        reason=envelope.reason,
        cite=envelope.cite,
        order=signed.order,
        key=signed.key,
        signature=signed.signature,
    )
    event = event_of(change, Examined(compiled(DIRECTORY, "CADMV", file)))
    assert isinstance(event, PolicyActivated)
    run.play.tell(event._replace(signed={**event.signed, **lies}))
    run._commit()


def lines_of(run: Run, pages: list[Page] | None = None) -> list[str]:
    own, network = shipped_files()
    files = {**own, digest_of(CUT): CUT}
    return list(bundle_lines("CADMV", "golden-state", pages or run.ledger(), files, network))


def verified(lines: list[str], run: Run, key: bytes | None = KEY) -> Proof:
    return verify(read_bundle(lines), run.keeping(), key)


def breaches(lines: list[str], run: Run) -> set[Breach]:
    return {fault.breach for fault in verified(lines, run).faults}


def test_an_honest_bundle_is_whole_and_comes_back_as_it_was():
    lines = lines_of(honest())
    proof = verified(lines, honest())
    assert proof.faults == []
    assert proof.heads > 20
    assert proof.receipts > 3
    bundle = read_bundle(lines)
    assert bundle.pages == honest().ledger()
    assert set(bundle.files) == {digest_of(BASE), digest_of(CUT)}


# --- the ledger in it ----------------------------------------------------------------------------


def edited(pages: list[Page], at: int) -> list[Page]:
    return [*pages[:at], repacked(pages[at], _later), *pages[at + 1 :]]


def _later(rows: list) -> None:
    if isinstance(rows[0], dict):
        rows[0]["at"] += 1.0
    else:
        rows[0][1] += 1.0


def deleted(pages: list[Page], at: int) -> list[Page]:
    return [*pages[:at], *pages[at + 1 :]]


def reordered(pages: list[Page], at: int) -> list[Page]:
    return [*pages[:at], pages[at + 1], pages[at], *pages[at + 2 :]]


def cut(pages: list[Page], at: int) -> list[Page]:
    return pages[: at + 1]


def doubled(pages: list[Page], at: int) -> list[Page]:
    return [*pages[:at], pages[at], *pages[at:]]


def invented(pages: list[Page], at: int) -> list[Page]:
    return [*pages, pages[at]]


ATTACKS: list[Callable[[list[Page], int], list[Page]]] = [
    edited,
    deleted,
    reordered,
    cut,
    doubled,
    invented,
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("chained", [False, True])
def test_every_attack_on_every_page_is_found_though_all_is_chained_anew(attack, chained: bool):
    pages = honest().ledger()
    for at in range(len(pages) - 1):
        forged = attack(pages, at)
        lines = lines_of(honest(), rechained(forged) if chained else forged)
        proof = verified(lines, honest())
        # What is invented behind the last head that was kept is said not to be proved.
        beyond = attack is invented and any("not proved" in note for note in proof.notes)
        assert proof.faults or beyond, (attack.__name__, at)


def test_a_fork_is_found_by_the_heads():
    other = history(inquiries=6)
    other.asks(2, "DQ.CA0990100.CA.*ZZ.TXTOLN/S0990003")
    own, network = shipped_files()
    lines = list(bundle_lines("CADMV", "golden-state", other.ledger(), own, network))
    assert breaches(lines, honest()) >= {Breach.FORK}


@pytest.mark.parametrize("number", range(6))
def test_every_answered_inquiry_that_is_left_out_is_found_by_its_receipt(number: int):
    asked: list[int] = []

    def left_out(entry) -> bool:
        if entry["kind"] == "query":
            asked.append(entry["query"])
        return len(asked) > number and entry.get("query") == asked[number]

    run = Run(dishonest=without(left_out))
    for each in range(6):
        run.asks(2, f"DQ.CA0990100.CA.*A{each}.TXTOLN/S0990001")
    own, network = shipped_files()
    lines = list(bundle_lines("CADMV", "golden-state", run.ledger(), own, network))
    assert verify(read_bundle(lines), None, KEY).faults == []
    (fault,) = verified(lines, run).faults
    assert fault.breach is Breach.OMITTED


@pytest.mark.parametrize("seed", range(40))
def test_any_mixture_of_attacks_is_found(seed: int):
    random, pages = Random(seed), honest().ledger()
    for _ in range(random.randint(1, 4)):
        if len(pages) > 2:
            pages = random.choice(ATTACKS)(pages, random.randrange(len(pages) - 1))
    if random.random() < 0.6:
        pages = rechained(pages)
    proof = verified(lines_of(honest(), pages), honest())
    assert bool(proof.faults or proof.notes) == (pages != honest().ledger())
    if pages[: len(honest().ledger())] != honest().ledger():
        assert proof.faults


# --- the file itself -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(120))
def test_no_byte_of_the_file_can_be_changed_taken_out_or_put_in_unnoticed(seed: int):
    random, text = Random(seed), "".join(lines_of(honest()))
    at = random.randrange(len(text))
    new = random.choice((" ", "0", "a", "\n", '"', "{", ""))
    changed = text[:at] + new + text[at + random.choice((0, 1)) :]
    if changed != text:
        assert verified(changed.splitlines(keepends=True), honest()).faults


@pytest.mark.parametrize("line", range(5))
def test_a_line_left_out_doubled_or_moved_is_found(line: int):
    lines = lines_of(honest())
    assert verified([*lines[:line], *lines[line + 1 :]], honest()).faults
    assert verified([*lines[: line + 1], *lines[line:]], honest()).faults
    assert verified([*lines[1:], lines[0]], honest()).faults


@pytest.mark.parametrize(
    "junk",
    ["", "{}", "[]", "null", "\x00", '{"training":true}', '{"training":true,"page":1}', "[" * 5000],
)
def test_nonsense_is_a_finding_and_never_a_traceback(junk: str):
    assert verify(read_bundle([junk]), None, KEY).faults
    lines = lines_of(honest())
    assert verified([*lines[:4], f"{junk}\n", *lines[4:]], honest()).faults


def test_an_empty_file_is_no_bundle():
    assert read_bundle([]).faults


def test_a_rule_file_that_was_never_in_force_is_not_carried_and_not_believed():
    stranger = BASE + b"\n# another\n"
    own, network = shipped_files()
    files = {**own, digest_of(CUT): CUT, digest_of(stranger): stranger}
    rows = list(read_rows(honest().ledger()))
    assert set(named_files(rows, files)) == {digest_of(BASE), digest_of(CUT)}
    lines = list(bundle_lines("CADMV", "golden-state", honest().ledger(), files, network))
    (fault,) = verified(lines, honest()).faults
    assert fault.breach is Breach.INVENTED


# --- what it was made from ------------------------------------------------------------------------

LOST = Fault(Breach.CUT, "the journal", "its last batches are gone")


def incomplete() -> list[str]:
    own, network = shipped_files()
    files, pages = {**own, digest_of(CUT): CUT}, honest().ledger()
    return list(bundle_lines("CADMV", "golden-state", pages, files, network, [LOST]))


def test_a_bundle_of_a_record_that_was_not_whole_says_so_though_nothing_else_is_wrong():
    assert verified(incomplete(), honest()).faults == [LOST]
    assert read_bundle(incomplete()).faults == []  # it can be read on from


def test_a_bundle_does_not_lose_what_it_says_of_its_record_unnoticed():
    lines = incomplete()
    at = next(n for n, line in enumerate(lines) if '"where"' in line)
    for other in ([*lines[:at], *lines[at + 1 :]], [*lines[:at], lines[at], *lines[at:]]):
        assert read_bundle(other).faults
    assert read_bundle([lines[0].replace(',"incomplete":1', ""), *lines[1:]]).faults
    said = [line.replace("CUT OFF", "FINE") for line in lines]
    assert said != lines
    assert read_bundle(said).faults


# --- signatures ----------------------------------------------------------------------------------


def signed_with(signed: Signed, **lies: object) -> Proof:
    run = history(inquiries=2)
    activates(run, signed, CUT, **lies)
    return verified(lines_of(run), run)


def test_what_the_owner_signed_is_the_owners():
    assert signed_with(order(CUT)).faults == []


def test_an_order_that_somebody_else_signed_is_found():
    (fault,) = signed_with(order(CUT, key=CAWPS)).faults
    assert "not signed by the owner's key" in fault.what


@pytest.mark.parametrize("lie", [{"reason": "x"}, {"cite": "x"}, {"sequence": 7}, {"digest": "0"}])
def test_an_entry_that_says_other_than_was_signed_is_found(lie: dict[str, object]):
    faults = signed_with(order(CUT, reason="why"), **lie).faults
    assert any("other than was signed" in fault.what for fault in faults)


def test_an_entry_that_claims_the_owner_and_bears_no_signature_is_found():
    (fault,) = signed_with(order(CUT), order="", signature="").faults
    assert "bears no signature" in fault.what


@pytest.mark.parametrize("lie", [{"signature": "zz"}, {"signature": None}, {"order": "c1"}])
def test_nonsense_for_a_signature_is_found(lie: dict[str, object]):
    assert signed_with(order(CUT), **lie).faults


def test_a_proposal_on_another_order_does_not_pass_for_an_activation():
    signed = order(CUT, action=Action.PROPOSE)
    run = history(inquiries=2)
    activates(run, signed, CUT)
    (fault,) = verified(lines_of(run), run).faults
    assert "other than was signed" in fault.what


def test_what_nobody_signed_is_listed():
    from switch.core.events import ChangeNoted, RuleAdded

    run = history(inquiries=2)
    table = {
        "id": "DMV-09",
        "agency": ["CBP"],
        "data": "any",
        "from": datetime(2019, 10, 15, 7, tzinfo=UTC),
        "reason": "r",
        "cite": "c",
    }
    run.play.tell(RuleAdded("scenario row `x`", "CADMV", "deny", table))
    run._commit()
    (found,) = unsigned_changes("CADMV", read_rows(run.ledger()))
    assert "added deny DMV-09 (by scenario row `x`)" in found
    word = "`acl/CADMV.toml` on disk is 88d35dff3e64, older than the owner's version"
    run.play.tell(ChangeNoted("the switch", "CADMV", word, "", {}))
    run._commit()
    assert unsigned_changes("CADMV", read_rows(run.ledger())) == [found]  # it changed nothing


def test_without_a_key_no_signature_is_looked_at():
    run = history(inquiries=2)
    activates(run, order(CUT, key=CAWPS), CUT)
    assert verified(lines_of(run), run, key=None).faults == []


def test_a_bundle_of_nothing_holds_nothing():
    bundle = read_bundle(list(bundle_lines("CADMV", "golden-state", [], {}, {})))
    assert isinstance(bundle, Bundle)
    assert bundle.faults == []
    assert msgpack.packb(bundle.pages) == b"\x90"
