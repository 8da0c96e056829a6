"""A run: same seed, same bytes; actors, access rows and the end."""

from __future__ import annotations

import pytest

from scenarios.runner import Delivered, Happening, Recorded, play
from switch.errors import UsageError
from switch.shell.store import Journal
from tests.rehearsal_room import inline, october, opened, played, statuses


def chain(run) -> str:
    journal = Journal.in_memory()
    for batch in run.batches:
        journal.append(batch)
    return journal.head.hash


def test_the_same_seed_gives_the_same_journal_and_the_same_bytes():
    scenario, one = october()
    two = play(scenario, inline(scenario))
    assert chain(one) == chain(two)
    assert [d.frame.raw for d in one.delivered] == [d.frame.raw for d in two.delivered]
    assert one.delivered == two.delivered


def test_another_seed_changes_nothing_that_anybody_sees():
    scenario, one = october()
    two = play(scenario, inline(scenario), seed=4711)
    assert one.entries == two.entries


def test_the_shipped_story_holds_all_that_it_claims():
    _, run = october()
    assert run.result.flawless, statuses(run)


def test_the_story_notices_when_a_rule_it_tells_of_is_missing():
    scenario, _ = october()
    gone = scenario.stack.withdrawn("CADMV", "DMV-01", scenario.script.starts)
    run = play(scenario._replace(stack=gone), inline(scenario))
    bad = {name for name, status in statuses(run).items() if status not in ("met", "held")}
    assert bad == {"dmv-still-refuses", "borrowed-desk-refused", "no-driver-data-for-ero"}


def test_the_story_notices_when_nobody_is_suspended():
    scenario, _ = october()
    gone = scenario.stack.withdrawn("NETWORK", "NET-01", scenario.script.starts)
    run = play(scenario._replace(stack=gone), inline(scenario))
    bad = {name for name, status in statuses(run).items() if status not in ("met", "held")}
    assert {"refused-at-backend", "refused-in-inbox", "ero-suspended"} <= bad


@pytest.mark.parametrize("error", [UsageError("a seat"), KeyboardInterrupt(), BrokenPipeError()])
def test_what_a_person_did_comes_out_of_the_run_as_it_is(error):
    def audience(happening: Happening) -> None:
        raise error

    scenario = opened()
    with pytest.raises(type(error)):
        play(scenario, inline(scenario), audience=audience)


def test_a_fault_of_ours_comes_out_with_all_that_is_known_of_it():
    def audience(happening: Happening) -> None:
        raise ZeroDivisionError

    scenario = opened()
    with pytest.RaisesGroup(ZeroDivisionError, flatten_subgroups=True):
        play(scenario, inline(scenario), audience=audience)


def test_each_omitted_row_of_the_story_loses_its_own_points_only():
    scenario, _ = october()
    for name in ("ero-licence", "ero-plate", "cbp-licence"):
        run = play(scenario, inline(scenario), omit=frozenset((name,)))
        lost = {n: s for n, s in statuses(run).items() if s not in ("met", "held")}
        assert lost.pop(name) == "missed"
        assert set(lost.values()) == {"not reached"}


def test_an_answer_that_comes_after_the_cut_off_is_withheld_and_on_record():
    scenario, run = october()
    (withheld,) = [e for e in run.entries if e["kind"] == "withheld"]
    assert withheld["at"] == scenario.script.starts + 181.0


def test_what_was_refused_at_midnight_was_refused_at_that_instant():
    scenario, run = october()
    at = scenario.script.starts + 180.0
    refused = [e for e in run.entries if e["kind"] == "refused" and e["at"] == at]
    assert [e["point"] for e in refused] == ["waiting", "waiting"]


def test_an_actor_sends_what_the_script_says_and_a_seat_receives_it():
    inject = (
        '[[inject]]\nid = "hello"\nafter = "answer"\nwait = "30s"\nactor = "far"\n'
        'sends = { key = "AM", to = "desk", text = "ANY LUCK" }'
    )
    expect = (
        '[[expect]]\nid = "heard"\nafter = "hello"\nwithin = "5s"\nseat = "desk"\n'
        'receives = { key = "AM", text = "ANY LUCK" }'
    )
    run = played(inject, expect)
    assert statuses(run)["heard"] == "met"
    assert any(b"ANY LUCK" in d.frame.raw for d in run.delivered)


def test_an_access_row_is_journalled_as_by_the_scenario():
    row = '[[access]]\nid = "lift"\nat = "5m"\nnetwork = true\nwithdraw = "NET-01"'
    (entry,) = [e for e in played(row).entries if e["kind"] == "access"]
    assert (entry["by"], entry["change"]) == ("scenario row `lift`", "withdrew NET-01")
    assert entry["at"] == opened().script.starts + 300.0


def test_the_run_ends_at_its_length_and_every_line_is_closed():
    run = played()
    assert run.entries[-1]["kind"] == "stopped"
    assert run.entries[-1]["at"] == run.result.started + 600.0


def test_the_audience_is_told_what_is_delivered_after_what_is_on_record():
    told: list[Happening] = []
    scenario = opened()
    play(scenario, inline(scenario), audience=told.append)
    answers = (h for h in told if isinstance(h, Delivered) and h.frame.output.mke == "DR")
    before = told[: told.index(next(answers))]
    entries = [e for h in before if isinstance(h, Recorded) for e in h.entries]
    assert entries[-1]["kind"] == "released"
