"""A class, as people have it: browsers in the seats, a trainer who leads, a score that stays."""

from __future__ import annotations

import json
from pathlib import Path

from scenarios.replay import judge
from scenarios.shelf import open_scenario
from switch.shell.reader import JournalReader
from tests.process import run
from tests.scenarios.live.classroom import (
    TRAINER,
    begin,
    browser,
    choose,
    needs_browser,
    running_class,
    sign_on,
    sit,
)

pytestmark = needs_browser
SEATS = ("one", "two", "three")


def score(desk) -> str:
    return desk.inner_text("#score .mark-line")


def end(desk) -> None:
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.click("button[data-do=end]")
    desk.wait_for_selector("text=The lesson is over.")


def ask(page) -> None:
    choose(page, "DQ")
    page.fill("form[data-key=DQ] [name=to]", "CA")
    page.fill("form[data-key=DQ] [name=OLN]", "S0990001")
    page.keyboard.press("Enter")
    page.wait_for_selector(".item.record")


def judged_again(folder: Path) -> dict:
    journal, lesson = str(folder / "class.journal"), str(folder / "lesson.toml")
    done = run("scenario", "judge", journal, lesson, "--json")
    return json.loads(done.stdout.splitlines()[-1])


def test_three_people_play_a_lesson_to_its_end_and_one_drops_out_and_comes_back(tmp_path: Path):
    with running_class(tmp_path) as running, browser() as chromium:
        desk = sit(chromium, running.links[TRAINER])
        one, two, three = (sit(chromium, running.links[seat]) for seat in SEATS)
        for page in (one, two, three):
            sign_on(page)
        begin(desk)
        for page in (one, two, three):
            page.wait_for_selector(".item.radio")
            assert page.is_visible("#alarm")
            page.keyboard.press("F8")
            assert not page.is_visible("#alarm")
        ask(one)
        # Two loses her network in the middle of a form, sends all the same, and comes back.
        choose(two, "DQ")
        two.fill("form[data-key=DQ] [name=to]", "CA")
        two.context.set_offline(True)
        two.fill("form[data-key=DQ] [name=OLN]", "S0990001")
        two.context.set_offline(False)
        two.reload()
        two.wait_for_selector("#signed:not([hidden])")
        assert two.input_value("form[data-key=DQ] [name=OLN]") == "S0990001"
        two.focus("form[data-key=DQ] [name=OLN]")
        two.keyboard.press("Enter")
        two.wait_for_selector(".item.record")
        assert two.locator(".item.sent").count() == 1
        # A stand-in takes the third chair; what it earns is nobody's.
        desk.click("button[data-do=stand-in][data-about=three]")
        three.wait_for_selector("text=A stand-in plays this seat")
        desk.wait_for_selector("#score >> text=20 of 20 reached")
        three.wait_for_selector(".item.record")
        # The trainer lets a line pass for less, with a reason.
        desk.select_option("form[data-do=override] [name=about]", "ask-one")
        desk.fill("form[data-do=override] [name=points]", "4")
        desk.fill("form[data-do=override] [name=reason]", "<b>typed</b> with help")
        desk.click("form[data-do=override] button")
        desk.wait_for_selector("#score >> text=<b>typed</b> with help")
        end(desk)
        one.wait_for_selector("text=The lesson is over")
        assert "14 of 20" in score(desk)
        debrief = desk.context.new_page()
        debrief.goto(desk.url + "/debrief")
        assert "with help" in debrief.inner_text("body")
        assert running.stop() == 0
    result = judged_again(running.folder)
    assert (result["earned"], result["reachable"]) == (14, 20)
    opened = open_scenario(str(running.folder / "lesson.toml"))
    reader = JournalReader(running.folder / "class.journal")
    entries = list(reader.entries())
    reader.close()
    lines = {line.id: line for line in judge(opened.script, opened.world, entries).lines}
    assert lines["ask-one"].status.value == "met"
    assert lines["ask-one"].override is not None
    assert lines["ask-three"].stand_in


def test_a_machine_that_is_restarted_in_mid_lesson_loses_no_seat_and_no_point(tmp_path: Path):
    with running_class(tmp_path) as running, browser() as chromium:
        desk, one = sit(chromium, running.links[TRAINER]), sit(chromium, running.links["one"])
        sign_on(one)
        begin(desk)
        one.wait_for_selector(".item.radio")
        ask(one)
        desk.wait_for_selector("#score >> text=10 of 10 reached")
        before = one.locator(".item").all_inner_texts()
        one.fill("#typed", "HALF A LINE")
        running.kill()
        one.wait_for_selector("#link.lost")
        with running_class(tmp_path, resume=running) as again:
            assert again.links == running.links
            one.wait_for_selector("#link:not(.lost) >> text=connected")
            one.wait_for_selector("#signed:not([hidden])")
            desk.wait_for_selector("#phase >> text=paused")
            desk.wait_for_selector("#score >> text=10 of 10 reached")
            assert one.input_value("#typed") == "HALF A LINE"
            one.reload()
            one.wait_for_selector(".item.record")
            assert one.input_value("#typed") == "HALF A LINE"
            after = one.locator(".item").all_inner_texts()
            assert sum("RADIO" in text for text in after) == sum("RADIO" in t for t in before) == 1
            desk.keyboard.press("g")
            desk.wait_for_selector("#phase >> text=running")
            one.fill("#typed", "")
            ask_again = "DQ.CA0990100.CA.TXTOLN/S0990011"
            one.fill("#typed", ask_again)
            one.keyboard.press("Control+Enter")
            one.wait_for_selector(".item.clear")
            end(desk)
            assert "10 of 10" in score(desk)
            assert again.stop() == 0
    assert judged_again(running.folder)["earned"] == 10


def test_the_class_goes_on_while_the_trainers_page_is_closed(tmp_path: Path):
    with running_class(tmp_path) as running, browser() as chromium:
        desk, one = sit(chromium, running.links[TRAINER]), sit(chromium, running.links["one"])
        sign_on(one)
        begin(desk)
        context, address = desk.context, desk.url
        desk.close()
        one.wait_for_selector(".item.radio")
        ask(one)
        again = context.new_page()
        again.goto(address)
        again.wait_for_selector("#phase >> text=running")
        again.wait_for_selector("#score >> text=10 of 10 reached")
        end(again)
        one.wait_for_selector("text=The lesson is over")


def test_a_phone_shows_a_seat_without_scrolling_sideways_and_keys_alone_will_do(tmp_path: Path):
    with running_class(tmp_path) as running, browser() as chromium:
        desk = sit(chromium, running.links[TRAINER], width=375, height=700)
        one = sit(chromium, running.links["one"], width=375, height=700)
        sign_on(one)
        begin(desk)
        one.wait_for_selector(".item.radio")
        choose(one, "DQ")
        one.keyboard.type("CA")
        for _ in range(6):
            if one.evaluate("document.activeElement.name") == "OLN":
                break
            one.keyboard.press("Tab")
        one.keyboard.type("S0990001")
        one.keyboard.press("Enter")
        one.wait_for_selector(".item.record")
        for page in (one, desk):
            assert page.evaluate("document.documentElement.scrollWidth") <= 375
        one.screenshot(path=str(tmp_path / "phone.png"))
        again = sit(chromium, running.links["one"])
        again.wait_for_selector("text=open in 2 windows")
        assert again.locator(".item.record").count() == 1
