"""A page for each seat: what to look at again comes first, with what could have been sent."""

from __future__ import annotations

import re

from scenarios.replay import replay
from scenarios.report.debrief import TRAFFIC_MAX, debrief_pages
from tests.rehearsal_room import SMALL, TALK, october, opened, played
from tests.scenarios.report.test_page import HOSTILE, Page


def pages(scenario, entries, people=None) -> list[str]:
    replayed = replay(scenario.script, scenario.world, entries)
    text = debrief_pages(scenario, entries, replayed, people)
    assert Page(text).open == []
    return re.findall(r'<section class="seat[^>]*>.*?</section>', text, re.DOTALL)


def test_every_seat_has_a_page_and_no_actor_has():
    assert len(pages(*_october())) == 5
    (page,) = pages(opened(), played().entries)
    assert "BAY2" in page
    assert "NVH1" not in page


def _october():
    scenario, run = october()
    return scenario, run.entries


def test_what_was_missed_shows_the_message_that_was_to_be_sent():
    (page,) = pages(opened(), played(omit=("ask",)).entries)
    assert page.index("To look at again") < page.index("Your traffic")
    assert "<pre>DQ.CA0990100.CA.TXTOLN/S0990001</pre>" in page
    assert "Well done" not in page


def test_what_was_done_says_how_long_it_took():
    (page,) = pages(opened(), played().entries)
    assert "20s of 1m" in page
    assert "To look at again" not in page


def test_it_carries_the_persons_name_the_lesson_and_the_mark():
    text = SMALL.replace(
        'title = "One', 'teaches = "Ask at once."\ndebrief = "Well."\ntitle = "One'
    )
    (page,) = pages(opened(text=text), played(text=text).entries, {"desk": HOSTILE})
    assert "&lt;script&gt;alert(1)" in page
    assert "Ask at once." in page
    assert "Well." in page
    assert "TRAINING - SIMULATED DATA" in page
    assert "mark 80 %" in page


def test_a_page_stays_a_page_however_much_was_said():
    calls = "\n".join(
        f'[[inject]]\nid = "c{n}"\nat = "{n + 1}s"\nto = "desk"\nradio = "word {n}"'
        for n in range(TRAFFIC_MAX + 3)
    )
    (page,) = pages(opened(calls), played(calls).entries)
    assert page.count("<tr>") == TRAFFIC_MAX + 1
    assert "and 6 more" in page


def test_what_came_in_the_background_is_counted_and_not_listed():
    (page,) = pages(opened(TALK), played(TALK).entries)
    copies = [e for e in played(TALK).entries if e["kind"] == "delivered"]
    assert f"and {len(copies)} in the background" in page
    assert "PRINTER TEST" not in page
    assert "in the background" not in pages(opened(), played().entries)[0]
