"""Signed orders on a running switch: followed whole or refused, both on record."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import trio

from switch.acl.analysis.candidate import Examined, examine
from switch.acl.envelope import Action, Refused, digest_of
from switch.acl.lifecycle import Step
from switch.errors import JournalError
from switch.office.adoption import adopt
from switch.office.authority import ERROR_CHARACTERS_MAX, Authority
from switch.office.checking import Job
from switch.office.probing import Prober
from switch.office.versions import Versions
from switch.shell.app import Switch
from switch.shell.store import Journal
from tests.owners import BASE, CAWPS, CUT, KEYS, NETWORK, order
from tests.running import LICENCE, START, VirtualClock, ask, connect, running

WITHOUT = BASE[: BASE.index(b"[[never]]")] + BASE[BASE.index(b"[[always]]") :]
OF_CBP = "DQ.DCCBP0100.CA.*C1.TXTOLN/S0990001"


async def examined_here(job: Job) -> Examined:
    await trio.lowlevel.checkpoint()
    return examine(*job)


class Office:
    """A running switch with an authority, its journal and its versions."""

    def __init__(self, switch: Switch, authority: Authority, journal: Journal, store: Versions):
        self.switch, self.authority, self.journal, self.store = switch, authority, journal, store

    def recorded(self, kind: str = "access") -> list[dict]:
        return [entry for entry in self.journal.entries() if entry["kind"] == kind]

    @property
    def active(self) -> str:
        return self.store.states["CADMV"].active


@asynccontextmanager
async def office(folder, examine=examined_here, cadmv=None) -> AsyncIterator[Office]:
    journal, store, clock = Journal.in_memory(), Versions.open(folder), VirtualClock()
    prober = Prober(clock)
    async with running(cadmv, journal) as switch:
        switch.recorder.watch = prober.watch
        nursery: trio.Nursery = switch.nursery  # type: ignore[attr-defined]
        adopt(switch.stack, KEYS, store, clock.now())
        authority = Authority(switch.world, KEYS, store, switch, prober, clock, examine=examine)
        nursery.start_soon(authority.run)
        yield Office(switch, authority, journal, store)
        switch.stop("test")
        while switch.running:
            await switch.handled()
        nursery.cancel_scope.cancel()
    store.close()


async def test_a_cut_off_is_live_with_the_next_message(tmp_path, autojump_clock):
    async with office(tmp_path) as it:
        line = connect(it.switch)
        await ask(line, "SIGNON CBP1 CBP1A")
        assert "NAM/ALBITE" in await ask(line, OF_CBP)
        outcome = await it.authority.order(order(), CUT)
        assert outcome.refused is None
        text = await ask(line, OF_CBP)
        assert ".93." in text
        assert "DMV-04" in text
        assert it.active == digest_of(CUT)
        (entry,) = it.recorded()
        assert (entry["backend"], entry["step"], entry["sequence"]) == ("CADMV", "activated", 1)
        assert entry["signature"] == order().signature.hex()
        assert it.recorded("effective")[0]["started"] == ["DMV-04"]


async def test_what_waits_at_a_backend_is_refused_at_once_on_activation(tmp_path, autojump_clock):
    """And its answer, when it comes, is withheld."""
    released = trio.Event()

    class Waiting:
        async def answer(self, batch):
            from switch.backend import Reply
            from tests.playbook import ALBITE

            await released.wait()
            return [Reply(query.id, (ALBITE,)) for query in batch]

        def close(self) -> None:
            pass

    async with office(tmp_path, cadmv=Waiting()) as it:
        line = connect(it.switch)
        await ask(line, "SIGNON CBP1 CBP1A")
        await line.send_all(f"{OF_CBP}\n".encode())
        await trio.testing.wait_all_tasks_blocked()
        await it.authority.order(order(), CUT)
        from tests.running import answers

        assert "DMV-04" in await answers(line, 1)
        assert it.recorded("refused")[0]["point"] == "waiting"
        released.set()
        await trio.testing.wait_all_tasks_blocked()
        assert [entry["backend"] for entry in it.recorded("withheld")] == ["CADMV"]
        assert it.recorded("released") == []


@pytest.mark.parametrize(
    ("signed", "file", "why"),
    [
        (order(key=CAWPS), CUT, Refused.WRONG_OWNER),
        (order(key=NETWORK), CUT, Refused.WRONG_OWNER),
        (order(base=CUT), CUT, Refused.STALE),
        (order(), CUT + b" ", Refused.MISMATCH),
        (order(expires=START), CUT, Refused.EXPIRED),
        (None, None, Refused.TRUNCATED),
        (order(b"format = 1\n"), b"format = 1\n", Refused.CHECK_FAILED),
        (order(WITHOUT), WITHOUT, Refused.NO_REASON),
    ],
)
async def test_what_may_not_be_is_refused_and_on_record(
    tmp_path, autojump_clock, signed, file, why
):
    async with office(tmp_path) as it:
        outcome = await it.authority.order(signed, file)
        assert outcome.refused is why
        assert it.active == digest_of(BASE)
        assert it.switch.stack.owners["CADMV"].version == digest_of(BASE)
        (entry,) = it.recorded()
        assert why is not None
        assert entry["error"].startswith(why.value)
        assert outcome.as_answer()["fix"]
        assert len(it.store.changes("CADMV")) == 1


async def test_what_is_wrong_with_a_huge_file_is_on_record_and_told_at_a_bearable_length(
    tmp_path, autojump_clock
):
    huge = b"x" * 3_000_000
    async with office(tmp_path) as it:
        outcome = await it.authority.order(order(huge), huge)
        assert outcome.refused is Refused.CHECK_FAILED
        assert sum(map(len, outcome.findings)) < 10_000
        (entry,) = it.recorded()
        assert len(entry["error"]) <= ERROR_CHARACTERS_MAX + 40
    many = BASE + b"".join(b'[[deny]]\nid = "D-%d"\nwrong = 1\n' % n for n in range(400))
    async with office(tmp_path / "more") as it:
        outcome = await it.authority.order(order(many), many)
        assert len(outcome.findings) > 400
        (entry,) = it.recorded()
        assert len(entry["error"]) <= ERROR_CHARACTERS_MAX + 40
        assert "characters)" in entry["error"]


async def test_an_order_sent_again_is_refused(tmp_path, autojump_clock):
    async with office(tmp_path) as it:
        assert (await it.authority.order(order(), CUT)).refused is None
        assert (await it.authority.order(order(), CUT)).refused is Refused.REPLAYED


async def test_of_two_orders_on_the_same_base_one_is_followed(tmp_path, autojump_clock):
    """Both pass the first judgement; the second finds another version in force after its check."""
    other = BASE + b"\n# another hand\n"
    outcomes = []

    async def send(it: Office, file: bytes, sequence: int) -> None:
        outcome = await it.authority.order(order(file, sequence=sequence), file)
        outcomes.append(outcome.refused)

    async with office(tmp_path) as it:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(send, it, CUT, 1)
            nursery.start_soon(send, it, other, 2)
        assert outcomes.count(None) == 1
        assert set(outcomes) <= {None, Refused.STALE, Refused.REPLAYED}
        assert len(it.recorded()) == 2
        assert sum(bool(entry["error"]) for entry in it.recorded()) == 1


async def test_a_staged_version_is_judged_and_logged_and_not_acted_on(tmp_path, autojump_clock):
    async with office(tmp_path) as it:
        line = connect(it.switch)
        await ask(line, "SIGNON CBP1 CBP1A")
        await it.authority.order(order(action=Action.STAGE), CUT)
        assert "NAM/ALBITE" in await ask(line, OF_CBP)
        (shadow,) = it.recorded("shadow")
        assert (shadow["verdict"], shadow["would"]) == ("ALLOW-DEFAULT", "DENY-RULE")
        tally = it.authority.status()["files"]["CADMV"]["shadow"]
        assert tally == {"judged": 1, "refused": 1, "released": 0, "otherwise": 0}
        await it.authority.order(order(sequence=2), None)
        assert "DMV-04" in await ask(line, OF_CBP)
        assert it.authority.status()["files"]["CADMV"]["shadow"] is None


async def test_a_proposal_is_kept_and_activated_by_its_name(tmp_path, autojump_clock):
    async with office(tmp_path) as it:
        await it.authority.order(order(action=Action.PROPOSE), CUT)
        assert it.active == digest_of(BASE)
        assert it.authority.file("CADMV", digest_of(CUT)[:8])["file"] == CUT
        await it.authority.order(order(sequence=2), None)
        assert it.active == digest_of(CUT)


async def test_a_rollback_is_a_new_version_equal_to_an_old_one(tmp_path, autojump_clock):
    async with office(tmp_path) as it:
        await it.authority.order(order(), CUT)
        back = order(BASE, base=CUT, sequence=2)
        assert (await it.authority.order(back, None)).refused is None
        assert it.switch.stack.owners["CADMV"].version == digest_of(BASE)
        assert [c.step for c in it.authority.history("CADMV")] == [
            Step.ADOPTED,
            Step.ACTIVATED,
            Step.ACTIVATED,
        ]


async def test_protection_withdrawn_waits_its_notice_and_is_shouted(tmp_path, autojump_clock):
    async with office(tmp_path) as it:
        signed = order(WITHOUT, reason="Court order", cite="No. 1 (fictional)")
        outcome = await it.authority.order(signed, WITHOUT)
        assert outcome.change is not None
        assert outcome.change.withdrawn == ("DMV-N1",)
        assert outcome.change.effective == outcome.change.at + 86_400
        assert it.active == digest_of(BASE)
        assert "PROTECTION WITHDRAWN" in it.recorded()[0]["change"]
        await trio.sleep(86_399)
        assert it.active == digest_of(BASE)
        await trio.sleep(2)
        assert it.active == digest_of(WITHOUT)
        last = it.recorded()[-1]
        assert (last["step"], last["withdrawn"]) == ("effective", ["DMV-N1"])


async def test_a_withdrawal_among_other_changes_is_refused(tmp_path, autojump_clock):
    both = WITHOUT + CUT[len(BASE) :]
    async with office(tmp_path) as it:
        outcome = await it.authority.order(order(both, reason="r", cite="c"), both)
        assert outcome.refused is Refused.NOT_ALONE


async def test_a_cut_off_during_the_notice_makes_the_withdrawal_void(tmp_path, autojump_clock):
    """Else the old file would come back over it when the notice is over."""
    async with office(tmp_path) as it:
        await it.authority.order(order(WITHOUT, reason="r", cite="c"), WITHOUT)
        assert (await it.authority.order(order(sequence=2), CUT)).refused is None
        assert it.store.states["CADMV"].pending is None
        assert any("void" in entry["change"] for entry in it.recorded())
        await trio.sleep(2 * 86_400)
        assert it.active == digest_of(CUT)


async def test_the_operators_own_file_is_changed_by_its_own_key_only(tmp_path, autojump_clock):
    async with office(tmp_path) as it:
        old = (it.switch.world.acl_folder / "NETWORK.toml").read_bytes()
        new = old.replace(b'["ICE-ERO"]', b'["ICE-ERO", "CBP"]')
        wrong = order(new, backend="NETWORK", base=old)
        assert (await it.authority.order(wrong, new)).refused is Refused.WRONG_OWNER
        right = order(new, backend="NETWORK", base=old, key=NETWORK)
        assert (await it.authority.order(right, new)).refused is None
        line = connect(it.switch)
        await ask(line, "SIGNON CBP1 CBP1A")
        await trio.sleep(200)  # NET-01 begins at midnight
        assert ".91." in await ask(line, OF_CBP)


async def test_probes_find_a_cut_off_live_at_every_point(tmp_path, autojump_clock):
    async with office(tmp_path) as it:
        await it.authority.order(order(), CUT)
        found = await it.authority.probe("CADMV", "DMV-04")
        assert found["live"]
        assert list(found["points"]) == ["ingress", "route", "dequeue", "release", "log"]
        assert all(point["refused"] and not point["open"] for point in found["points"].values())
        assert found["since_s"] > 0
        assert it.recorded("probe")[0]["live"]


async def test_a_switch_that_stops_changes_nothing_more(tmp_path, autojump_clock):
    async with office(tmp_path) as it:
        it.switch.stop("test")
        with pytest.raises(JournalError, match="is stopping"):
            await it.authority.order(order(), CUT)
        assert it.active == digest_of(BASE)


async def test_one_that_stops_while_an_order_is_followed_has_followed_it_whole(
    tmp_path, autojump_clock
):
    async with office(tmp_path) as it:
        await it.authority.order(order(WITHOUT, reason="r", cite="c"), WITHOUT)

        def stops(entries) -> None:
            if any("void" in entry.get("change", "") for entry in entries):
                it.switch.stop("test")

        it.switch.recorder.watch = stops
        assert (await it.authority.order(order(sequence=2), CUT)).refused is None
        assert it.active == digest_of(CUT)
        assert [entry["digest"] for entry in it.recorded()][-2:] == list(
            map(digest_of, (WITHOUT, CUT))
        )


async def test_what_comes_due_while_it_stops_comes_into_force_at_the_next_start(
    tmp_path, autojump_clock
):
    stops: list[Callable[[str], None]] = []

    async def examined(job: Job) -> Examined:
        for stop in stops:
            stop("test")
        return await examined_here(job)

    async with office(tmp_path, examined) as it:
        await it.authority.order(order(WITHOUT, reason="r", cite="c"), WITHOUT)
        stops.append(it.switch.stop)
        await trio.sleep(86_399)
        await trio.sleep(2)
        assert it.active == digest_of(BASE)
        pending = it.store.states["CADMV"].pending
        assert pending is not None
        assert len(it.recorded()) == 1
        adopt(it.switch.stack, KEYS, it.store, pending.effective)
        assert it.active == digest_of(WITHOUT)


async def test_who_is_not_concerned_is_served_on_while_a_file_is_checked(tmp_path, autojump_clock):
    begun, go_on = trio.Event(), trio.Event()

    async def slow(job: Job) -> Examined:
        begun.set()
        await go_on.wait()
        return examine(*job)

    async with office(tmp_path, slow) as it, trio.open_nursery() as nursery:
        line = connect(it.switch)
        await ask(line, "SIGNON BAY2 BPD2")
        nursery.start_soon(it.authority.order, order(), CUT)
        await begun.wait()
        assert "NAM/ALBITE" in await ask(line, LICENCE)
        assert it.active == digest_of(BASE)
        go_on.set()
