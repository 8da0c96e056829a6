"""A small share of `make fuzz`, and that it would find what it looks for."""

from __future__ import annotations

import pytest

from switch.wire import framing, quick
from switch.wire.page import Page
from switch.wire.session import Session
from switch.wire.spec_files import load_formats
from tests.fuzz.target import Fuzz, Misbehaved

FORMATS = load_formats()
CASES = 1_000


def play(seed: int, cases: int = CASES) -> Fuzz:
    fuzz = Fuzz(FORMATS, seed)
    for _ in range(cases):
        fuzz.case()
    return fuzz


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_line_behaves_whatever_is_sent(seed):
    fuzz = play(seed)
    assert fuzz.read > CASES / 10  # else nearly nothing right was sent
    assert fuzz.results > fuzz.read
    assert fuzz.closed < CASES / 10


def test_the_same_seed_sends_the_same():
    one, other = Fuzz(FORMATS, 7), Fuzz(FORMATS, 7)
    assert [one.case() for _ in range(300)] == [other.case() for _ in range(300)]


def _crash(*_):
    raise IndexError("planted")


PLANTED = {
    "a crash": (quick.QuickReader, "read", _crash, IndexError),
    "a frame that is lost": (Session, "_read", lambda self, cut: None, Exception),
    "a reader that reads otherwise": (
        quick, "_destinations", lambda where: tuple(reversed(where[:-1].split("."))), Misbehaved,
    ),
    "a chunk that is cut elsewhere": (
        framing._StxCutter, "feed", lambda self, chunk: [chunk.strip(b"\x02\x03")], Misbehaved,
    ),
    "a line that waits for ever": (Session, "next_deadline", lambda self: None, Misbehaved),
    "an error that says nothing": (
        Page, "fail", lambda page, code, *_: page.fail_at(code, 0, ""), Misbehaved,
    ),
}  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_planted_is_found(monkeypatch, planted):
    where, name, bug, error = PLANTED[planted]
    monkeypatch.setattr(where, name, bug)
    with pytest.raises(error):
        play(11)
