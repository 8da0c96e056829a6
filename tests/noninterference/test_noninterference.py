"""What a cut-off agency receives does not depend on the records that it may not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.noninterference.comparison import leak, seen
from tests.noninterference.leaks import PLANTS
from tests.noninterference.rooms import room

ROOMS = 20  # in the suite; `make noninterference` plays hundreds
SEARCHED_MAX = 60  # rooms in which a planted leak must be found


@pytest.mark.parametrize("seed", range(ROOMS))
def test_other_records_change_no_byte_no_instant_and_no_line_of_the_log(seed: int):
    assert leak(seed) is None


def test_the_rooms_are_at_work(tmp_path: Path):
    """Else nothing would be compared: answers leave, and the cut-off agency is told things."""
    for seed in range(5):
        played = seen(room(seed, tmp_path / str(seed)), 0)
        assert played.released > 5
        assert len(played.heard) > 10


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_leak_is_found(name: str, monkeypatch: pytest.MonkeyPatch):
    PLANTS[name](monkeypatch)
    assert any(leak(seed) for seed in range(SEARCHED_MAX))
