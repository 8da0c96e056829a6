"""Links, sessions and guards cannot be guessed from each other, and outlive a restart."""

from __future__ import annotations

import pytest

from terminals.web.door import HEADERS, Door, report_policy, same, same_origin


def test_every_word_is_its_own_and_comes_again_from_the_same_secret():
    one, again, other = Door(b"1" * 32), Door(b"1" * 32), Door(b"2" * 32)
    words = [
        word
        for door in (one, other)
        for place in ("seat a", "seat b", "desk")
        for word in (door.link(place), door.session(place), door.guard(place))
    ]
    assert len(set(words)) == len(words) == 18
    assert one.link("seat a") == again.link("seat a")


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("http://elsewhere.example", "127.0.0.1:8000", False),
        ("http://127.0.0.1:9000", "127.0.0.1:8000", False),
        ("null", "127.0.0.1:8000", False),
        (None, "127.0.0.1:8000", False),
        ("", "", False),
    ],
)
def test_only_our_own_pages_may_open_a_connection(origin, host, ours):
    assert same_origin(origin, host) is ours


def test_no_inline_script_is_ever_allowed():
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_only_the_same_text_is_the_same():
    assert same("abc", "abc")
    assert not any(same("abc", other) for other in ("abd", "", None, 3))


def test_a_report_runs_the_script_that_is_in_it_and_no_other():
    policy = report_policy("<script>one()</script><p>text</p><script>two()</script>")
    assert policy.count("'sha256-") == 2
    assert "script-src 'unsafe-inline'" not in policy
    assert "script-src 'none'" in report_policy("<p>no script</p>")
