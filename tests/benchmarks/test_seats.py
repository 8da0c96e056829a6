"""The benchmark of a class: three seats for a moment, every answer right."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
import trio
from trio_websocket import ConnectionClosed, WebSocketRequest, serve_websocket

from benchmarks import seats
from benchmarks.seats import SEATS_MAX, Measured, Person, main, measured, report, seat


def test_every_seat_gets_its_answers(tmp_path):
    found = measured(tmp_path, 3, 2.5)
    assert len(found.took) >= 3
    assert (found.wrong, found.missing) == (0, 0)


def test_answers_that_are_wrong_or_do_not_come_are_counted_and_a_finding(capsys):
    assert report(Measured([1.0, 3.0], 0, 0), 2, as_json=False) == 0
    assert "2 seats, 2 answers, 0 wrong, 0 missing" in capsys.readouterr().out
    assert report(Measured([], 0, 2), 2, as_json=True) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["answers"], said["missing"]) == (0, 2)
    assert report(Measured([1.0], 1, 0), 2, as_json=True) == 1


@pytest.mark.parametrize("asked", ["0", str(SEATS_MAX + 1), "many"])
def test_more_seats_than_can_be_measured_are_refused(asked, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["seats", "--seats", asked])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert f"is not a number from 1 to {SEATS_MAX}" in capsys.readouterr().err


async def test_a_seat_that_is_not_answered_is_counted_as_missing(nursery, monkeypatch):
    monkeypatch.setattr(seats, "ANSWER_S_MAX", 0.05)

    async def silent(request: WebSocketRequest) -> None:
        async with await request.accept() as line:
            with suppress(ConnectionClosed):
                while True:
                    await line.get_message()

    server = await nursery.start(serve_websocket, silent, "127.0.0.1", 0, None)
    person = Person(f"ws://127.0.0.1:{server.port}/", [])
    assert await seat(person, 0, trio.current_time() + 10) == Measured([], 0, missing=1)
