"""Templates: what is filled in, what is refused, what a world gives."""

from __future__ import annotations

from random import Random

import pytest

from switch.errors import AuthoredError, UsageError
from switch.format_file import world_formats
from switch.wire.codec import decode
from switch.world_file import load_world, shipped_worlds
from terminals.load.mix import Mix, Template, checked, of_world, stations, varied, written

WORLD = load_world("golden-state")
FORMATS = world_formats(WORLD.folder)
ORIS = ("CA0990100",)


def mix(*texts: str, seed: int = 1) -> Mix:
    return Mix([Template(text) for text in texts], FORMATS, "*", Random(seed).randrange)


def test_blanks_are_filled_in_with_the_ori_and_a_number_of_the_range():
    one = mix("DQ.{ORI}.CA.TXTOLN/S{0990001..0990003}")
    sent = {one.next("CA0990200", "L1").raw for _ in range(50)}
    assert sent == {b"DQ.CA0990200.CA.*L1.TXTOLN/S099000%d" % n for n in (1, 2, 3)}


def test_the_same_seed_sends_the_same():
    texts = ("DQ.{ORI}.CA.TXTOLN/S{1..999}", "RQ.{ORI}.CA.TXTVIN/A{1..999}")
    runs = [[mix(*texts, seed=s).next("CA0990100", "L1").raw for _ in range(20)] for s in (4, 4, 5)]
    assert runs[0] == runs[1] != runs[2]


def test_a_file_has_one_message_a_line_with_comments():
    found = written("# a comment\n\n  DQ.{ORI}.CA.TXTOLN/S1  \nQW.{ORI}.NAM/A, B\n", "mix.txt")
    assert [(each.text, each.line) for each in found] == [
        ("DQ.{ORI}.CA.TXTOLN/S1", 3),
        ("QW.{ORI}.NAM/A, B", 4),
    ]


def test_every_mistake_of_a_file_is_told_with_its_line():
    text = "DQ.{ORI}.CA.TXTOLN/S{9..1}\nhello\nDQ.{ORI}.CA.*A1.TXTOLN/S1\nDQ.{ORI}.CA.TXTOLN/S1"
    with pytest.raises(AuthoredError) as caught:
        checked(written(text, "mix.txt"), ORIS, FORMATS, "*")
    assert [(each.file, each.line) for each in caught.value.findings] == [
        ("mix.txt", 1),
        ("mix.txt", 2),
        ("mix.txt", 3),
    ]
    assert all(each.fix for each in caught.value.findings)


def test_no_message_and_too_many_are_refused(monkeypatch):
    with pytest.raises(UsageError, match="no message"):
        checked([], ORIS, FORMATS, "*")
    monkeypatch.setattr("terminals.load.mix.TEMPLATES_MAX", 1)
    with pytest.raises(UsageError, match="too many"):
        checked([Template("a"), Template("b")], ORIS, FORMATS, "*")


@pytest.mark.parametrize("name", shipped_worlds())
def test_a_world_gives_an_inquiry_for_each_key_and_place_it_serves(name: str):
    world = load_world(name)
    formats = world_formats(world.folder)
    templates = checked(of_world(world, formats), ORIS, formats, world.control_prefix)
    raws = [each.text.replace("{ORI}", "CA0990100").encode() for each in templates]
    sent = {(m.mke, (*m.destinations, "")[0]) for m in (decode(raw, formats) for raw in raws)}
    served = {(entry.key, entry.destination) for entry in world.catalog}
    assert sent == {(k, d) for k, d in served if (spec := formats.key(k)) and not spec.free_text}


def test_stations_are_those_of_the_world_and_no_more():
    found = stations(WORLD, None)
    assert [each.terminal for each in found][:2] == ["BAY1", "BAY2"]
    assert found[1] == ("BAY2", "BPD2", None, "CA0990100")
    assert stations(WORLD, 1) == found[:1]
    with pytest.raises(UsageError, match=f"has {len(found)} terminals"):
        stations(WORLD, 1000)


def test_only_terminals_with_a_certificate_take_part_where_there_are_some():
    assert [seat.terminal for seat in stations(WORLD, None, ("BAY2", "SWITCH"))] == ["BAY2"]
    with pytest.raises(UsageError, match=r"certificates of SWITCH, none of them a terminal"):
        stations(WORLD, None, ("SWITCH",))


@pytest.mark.parametrize(
    ("text", "varied_text"),
    [
        ("DQ.{ORI}.CA.TXTOLN/S0990001", "DQ.{ORI}.CA.TXTOLN/S099{0001..9999}"),
        ("RQ.{ORI}.CA.TXTLIC/SIM1234.LIY/2026.LIT/PC", None),
        ("QW.{ORI}.NAM/DOE, JANE.DOB/19700101", "QW.{ORI}.NAM/DOE, JANE.DOB/197001{01..28}"),
        ("AM.{ORI}.CA.TXTUNIT 12, MILE 40", "AM.{ORI}.CA.TXTUNIT 12, MILE 40"),
    ],
)
def test_last_digits_are_left_to_chance_as_far_as_the_formats_take_them(text, varied_text):
    wanted = varied_text or "RQ.{ORI}.CA.TXTLIC/SIM{0001..9999}.LIY/2026.LIT/PC"
    assert varied(Template(text), FORMATS, "*").text == wanted
