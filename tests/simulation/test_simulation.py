"""Promises 1 to 3 of the house hold after every step of simulated rooms, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog

from tests.simulation.bugs import BUGS
from tests.simulation.reached import WANTED, Reached
from tests.simulation.run import failure_of, planned, play, shortened

SEEDS = 60  # in the suite; `make soak` plays on for as long as one likes
SEARCHED_MAX = 200  # seeds in which a planted bug must be found
CRITICAL = 50


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of lines about lines that were closed."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(CRITICAL))
    yield
    structlog.configure(**before)


def test_every_promise_holds_after_every_step_and_all_that_can_happen_does():
    reached = Reached()
    for seed in range(SEEDS):
        failure = play(seed, planned(seed), reached)
        assert failure is None, str(shortened(failure))
    assert [what for what in WANTED if not reached.counted[what]] == []


def test_a_seed_is_played_the_same_way_every_time():
    assert [str(one) for one in planned(7)] == [str(one) for one in planned(7)]
    first, again = Reached(), Reached()
    play(7, planned(7), first)
    play(7, planned(7), again)
    assert first.counted == again.counted


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_found(name: str, monkeypatch: pytest.MonkeyPatch):
    BUGS[name](monkeypatch)
    assert any(play(seed, planned(seed)) for seed in range(SEARCHED_MAX))


def test_a_failure_is_made_short_and_says_what_led_to_it(monkeypatch: pytest.MonkeyPatch):
    BUGS["an inbox has no end"](monkeypatch)
    failure = next(filter(None, map(failure_of, range(SEARCHED_MAX))))
    assert 1 <= len(failure.steps) < 20
    assert f"seed {failure.seed}: Every queue has a limit" in str(failure)
    assert play(failure.seed, failure.steps) == failure
