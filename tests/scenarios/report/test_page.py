"""Pages are whole files: nothing loaded, nothing executed that was sent, everything found."""

from __future__ import annotations

import random
import re
import shutil
from html.parser import HTMLParser

import pytest

from scenarios.replay import replay
from scenarios.report.debrief import debrief_pages
from scenarios.report.page import shortened, timeline_page, words
from switch.terms import TRAINING_LINE
from tests.rehearsal_room import SMALL, october, opened, played

HOSTILE = "</title></script><script>alert(1)</script><img src=x onerror=alert(2)> &amp; \"'"
VOID = {"meta", "br", "img"}


class Page(HTMLParser):
    """Every tag, and whether each is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def page(scenario, run) -> str:
    entries = run.entries
    return timeline_page(scenario, entries, replay(scenario.script, scenario.world, entries))


def test_the_timeline_is_one_file_that_loads_nothing():
    text = page(*october())
    found = Page(text)
    assert found.open == []
    for tag, attributes in found.tags:
        assert tag not in ("link", "iframe", "object", "embed", "base", "form"), tag
        assert "src" not in attributes, tag
        assert (attributes.get("href") or "#").startswith("#"), attributes
    assert "http:" not in text.replace("http-equiv", "")
    assert "https:" not in text
    assert "@import" not in text
    assert "url(" not in text.replace("url(#hatch)", "")


def test_every_link_leads_to_a_card_of_its_own():
    found = Page(page(*october()))
    ids = [a["id"] for _, a in found.tags if "id" in a]
    links = {a["href"] for tag, a in found.tags if tag == "a"} - {"#top"}
    assert len(ids) == len(set(ids))
    assert links <= {f"#{one}" for one in ids}
    assert len(links) > 30


def test_what_anybody_wrote_is_text_and_never_a_tag():
    named = SMALL.replace("One licence", HOSTILE.replace('"', '\\"')).replace(
        "Licence S0990001?", HOSTILE.replace('"', '\\"')
    )
    scenario, run = opened(text=named), played(text=named)
    entries = [dict(entry) for entry in run.entries]
    for entry in entries:
        for key in ("raw", "text", "operator", "verdict", "reason"):
            if key in entry:
                entry[key] = HOSTILE
    replayed = replay(scenario.script, scenario.world, entries)
    text = timeline_page(scenario, entries, replayed, {entries[2]["n"]: HOSTILE})
    found = Page(text)
    assert found.open == []
    assert [tag for tag, _ in found.tags].count("script") == 1
    assert "img" not in {tag for tag, _ in found.tags}
    assert all(not name.startswith("on") for _, a in found.tags for name in a)
    assert "alert(1)" in text


def test_every_sheet_says_that_it_is_training():
    scenario, run = october()
    text = page(scenario, run)
    sheets = re.findall(r"<figure.*?</figure>", text, re.DOTALL)
    assert len(sheets) > 2
    assert all(TRAINING_LINE in sheet for sheet in sheets)
    invented = [sheet for sheet in sheets if "What if the owner" in sheet]
    assert all("INVENTED" in sheet for sheet in invented)


def test_the_bytes_of_every_message_are_in_it():
    scenario, run = october()
    text = page(scenario, run)
    for entry in run.entries:
        if entry["kind"] == "query":
            assert entry["raw"].replace("'", "&#39;") in text


def test_a_miss_is_told_at_its_head_with_the_nearest():
    block = (
        '[[expect]]\nid = "x"\nafter = "call"\nwithin = "1m"\nseat = "desk"\n'
        'sends = { key = "DQ", OLN = "S0990002" }'
    )
    text = page(opened(block), played(block, omit=("x",)))
    head = text[: text.index("What happened")]
    assert "OLN: `S0990002` was expected, `S0990001` came" in head


def test_a_long_name_is_broken_and_a_long_line_is_shortened():
    assert words("Department of Motor Vehicles", 15, 3) == ["Department of", "Motor Vehicles"]
    assert words("a b c d", 1, 2) == ["a", "b"]
    assert shortened("one\ntwo   three", 8) == "one two…"
    assert shortened("short", 8) == "short"


def test_the_journal_of_a_run_that_broke_off_or_was_mangled_is_drawn_all_the_same():
    chance = random.Random(15)
    scenario, run = october()
    for _ in range(25):
        kept = sorted(chance.sample(range(len(run.entries)), chance.randrange(len(run.entries))))
        entries = [run.entries[place] for place in kept]
        replayed = replay(scenario.script, scenario.world, entries)
        assert Page(timeline_page(scenario, entries, replayed)).open == []
        assert Page(debrief_pages(scenario, entries, replayed)).open == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_in_a_browser_rows_open_their_cards_by_mouse_and_by_keys_and_nothing_is_loaded(tmp_path):
    from playwright.sync_api import sync_playwright

    path = tmp_path / "run.html"
    path.write_text(page(*october()))
    asked: list[str] = []
    wrong: list[object] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        sheet = browser.new_page(viewport={"width": 1300, "height": 800})
        sheet.on("request", lambda request: asked.append(request.url))
        sheet.on("pageerror", lambda error: wrong.append(error))
        sheet.goto(path.as_uri())
        card = sheet.locator(".card:target h3")
        sheet.locator("a.row").nth(0).click()
        first = card.inner_text()
        sheet.keyboard.press("j")
        second = card.inner_text()
        sheet.keyboard.press("k")
        assert (card.inner_text(), first == second) == (first, False)
        sheet.keyboard.press("Escape")
        assert card.count() == 0
        sheet.set_viewport_size({"width": 375, "height": 700})
        assert sheet.evaluate("document.documentElement.scrollWidth") == 375
        browser.close()
    assert asked == [path.as_uri()]
    assert wrong == []
