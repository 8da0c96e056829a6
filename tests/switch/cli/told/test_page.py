"""The page: self-contained, no script, every value escaped, TRAINING on it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from switch.cli.audit.sections import told
from switch.cli.told.page import html, write
from switch.cli.told.report import Section, Told
from switch.errors import UsageError
from tests.switch.acl.shipped import WORLD
from tests.switch.audit.around import around, made

EVIL = "<script>alert(1)</script>\"'&"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def page() -> str:
    return html(told(made(around(), sample=4), WORLD.timezone))


def test_it_is_well_formed_and_loads_nothing():
    tags, text = Tags(), page()
    tags.feed(text)
    assert tags.open == []
    assert not {"script", "link", "img", "iframe", "object"} & tags.seen
    assert not re.search(r"url\(|@import|src=|href=", text)
    assert "default-src 'none'" in text


def test_training_is_in_a_table_head_that_is_printed_on_every_sheet():
    assert re.search(r'<thead><tr><th class="training"[^>]*>TRAINING - SIMULATED DATA</th>', page())
    assert "<title>TRAINING - SIMULATED DATA" in page()


def test_whatever_was_typed_is_escaped_everywhere():
    evil = Told(
        EVIL, ((EVIL, EVIL),), ((True, EVIL),), (Section(EVIL, (EVIL,), (EVIL,), ((EVIL,),)),)
    )
    text = html(evil)
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 9


def test_the_same_report_is_the_same_page():
    assert page() == page()


def test_a_page_that_cannot_be_written_is_a_misuse(tmp_path: Path):
    with pytest.raises(UsageError, match="cannot write"):
        write(Told("x", (), (), ()), tmp_path / "no" / "x.html")
