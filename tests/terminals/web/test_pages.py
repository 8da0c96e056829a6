"""Every field of every message is hostile text."""

from __future__ import annotations

import re

from terminals.traffic import Item, Tone
from terminals.web.pages import STATIC, render

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_hostile_text_is_shown_and_never_run():
    for tone in Tone:
        shown = render("item.html.j2", item=Item(1, tone, HOSTILE, HOSTILE, HOSTILE, HOSTILE))
        assert "<script" not in shown
        assert "<img" not in shown
        assert "&lt;script&gt;" in shown


def test_scripts_load_nothing_from_elsewhere():
    for path in STATIC.iterdir():
        assert not re.search(r"https?://|@import|url\(", path.read_text()), path
