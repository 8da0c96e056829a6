"""Everything that can be known before a run is found before it, each mistake on its line."""

from __future__ import annotations

import pytest

from scenarios.check import complete
from scenarios.script import Sends
from scenarios.script_rows import ScenarioFile
from scenarios.shelf import open_file
from switch.errors import AuthoredError
from switch.files.authored import inspect_bytes
from tests.rehearsal_room import SMALL, mistakes, october, opened

EXPECT = '[[expect]]\nid = "x"\nat = "2m"\nwithin = "1m"\nseat = "desk"\n'


CIRCLE = "\n".join(
    f'[[inject]]\nid = "{one}"\nafter = "{other}"\nto = "desk"\nradio = "x"'
    for one, other in ("xy", "yx")
)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"BAY2"', '"BAY9"', "no terminal `BAY9` | did you mean `BAY2`?"),
        ('"BPD2"', '"BPD9"', "no operator `BPD9` | did you mean `BPD2`?"),
        ('"CA0990100"', '"CA0990999"', "no ORI `CA0990999`"),
        ('"NVH1"', '"BAY2"', "terminal `BAY2` is taken by `desk`"),
        ('to = "desk"', 'to = "dask"', "no seat `dask` | did you mean `desk`?"),
        ('seat = "desk"', 'seat = "dask"', "no seat `dask` | did you mean `desk`?"),
        ('key = "DQ"', 'key = "DQX"', "no message key `DQX` | did you mean `DQ`?"),
        ('OLN = "S0990001"', 'OLM = "S0990001"', "no field of DQ `OLM` | did you mean `OLN`?"),
        ('OLN = "S0990001"', 'OLN = "S 1"', "OLN cannot be `S 1`"),
        ('after = "call"', 'after = "cell"', "no row `cell` | did you mean `call`?"),
        ('if_missed = "nag"', 'if_missed = "nags"', "no inject `nags` | did you mean `nag`?"),
        ('reply_to = "ask"', 'reply_to = "ark"', "no row that sends a message `ark`"),
        ('at = "1m"', 'at = "11m"', "the scenario is over after 10m"),
        ('within = "1m"', 'within = "9m30s"', "may be met until 10m30s"),
        ('"golden-state"', '"golden-stat"', "no world `golden-stat` | did you mean"),
    ],
)
def test_a_name_nobody_declared_is_found_with_what_was_meant(old, new, what):
    assert old in SMALL
    found = mistakes(text=SMALL.replace(old, new))
    assert any(what in mistake for mistake in found), found


@pytest.mark.parametrize(
    ("block", "what"),
    [
        (EXPECT + 'receives = { verdict = "DENY" }', "no verdict `DENY`"),
        (EXPECT + 'receives = { backend = "CADMW" }', "did you mean `CADMV`?"),
        (EXPECT + 'receives = { key = "DX" }', "no message key `DX`"),
        (EXPECT + 'receives = { withheld = "driver.foto" }', "did you mean `driver.photo`?"),
        (EXPECT + 'receives = { masked = "REZ" }', "no field code `REZ`"),
        (EXPECT + 'sends = { key = "DQ", to = "CA0990100" }', "DQ does not go to `CA0990100`"),
        (EXPECT + 'sends = { key = "DR" }', "`DR` is a key that no terminal sends here"),
        (EXPECT + 'sends = { key = "XQ" }', "`XQ` is a key that no terminal sends here"),
        (EXPECT + 'sends = { key = "DQ", OLN = "S1", NAM = "A, B" }', "no terminal can send this"),
        ('[[fault]]\nkind = "slow"\nbackend = "CADM"\ntakes = "1s"', "did you mean `CADMV`?"),
        ('[[fault]]\nkind = "drop"\nseat = "dask"\nat = "1m"', "no seat `dask` | did you mean"),
        (
            '[[fault]]\nkind = "late"\nbackend = "CADMV"\ntakes = "2s"',
            "CADMV has 10s to answer, so this is slow and not late | more than 10s",
        ),
        (
            '[[forbid]]\nid = "x"\nseat = "desk"\nsends = { key = "IQ" }\nduring = "axk"',
            "no expect or fault `axk` | did you mean `ask`?",
        ),
        ('[[assert]]\nid = "x"\nnever = "releases"', "did you mean `released`?"),
        ('[[assert]]\nid = "x"\nnever = "released"\ngroup = "eros"', "did you mean `ero`?"),
        ('[[inject]]\nid = "x"\nto = "desk"\nradio = "x"', "`x` can never happen"),
        (
            '[[inject]]\nid = "x"\nafter = "reply to call"\nto = "desk"\nradio = "x"',
            "`call` sends no message",
        ),
        (
            CIRCLE,
            "`x` waits for itself",
        ),
        ('[[act]]\nid = "x"\ntitle = "t"\nfrom = "0s"', "an act has a `source`"),
        ('[[act]]\nid = "x"\ntitle = "t"\nfrom = "20m"\nsource = "s"', "over after 10m"),
        (
            '[[access]]\nid = "x"\nat = "1m"\nbackend = "CADMV"\nwithdraw = "DMV-0"',
            "there is no rule `DMV-0` of CADMV to withdraw | did you mean `DMV-0",
        ),
    ],
)
def test_a_block_that_cannot_be_played_is_refused(block, what):
    found = mistakes(block)
    assert any(what in mistake for mistake in found), found


def test_rows_that_would_never_hold_or_never_be_reached_are_refused():
    forbid = '[[forbid]]\nid = "f"\nseat = "desk"\nsends = { key = "IQ" }\n'
    never = '[[assert]]\nid = "a"\nnever = "released"\n'
    text = (
        '[[inject]]\nid = "hello"\nat = "1m"\nactor = "far"\n'
        'sends = { key = "AM", to = "desk", text = "HI" }\n'
        '[[inject]]\nid = "x"\nafter = "reply to hello"\nto = "desk"\nradio = "x"'
    )
    for block, what in (
        (forbid + 'from = "5m"\nuntil = "5m"', "`f` holds at no time: it ends before it begins"),
        (never + 'from = "10m"', "`a` holds at no time: the scenario is over before it begins"),
        (text, "`hello` sends a text, which nobody answers: no `reply to hello` ever comes"),
    ):
        assert any(what in mistake for mistake in mistakes(block)), what


def test_mistakes_of_shape_hide_no_other_and_make_none():
    text = SMALL.replace("length =", "lenth =", 1).replace('"BAY2"', '"BAY9"')
    text = text.replace('at = "1m"', 'at = "soon"').replace("sends =", "send =")
    whole = text.replace("lenth =", 'length = "10m"\nlenth =').encode()
    with pytest.raises(AuthoredError) as caught:
        open_file(inspect_bytes(whole, ScenarioFile, name="small.toml"))
    found = [finding.what for finding in caught.value.findings]
    assert [what.split(":")[0] for what in found] == [
        "`scenario.lenth` is not a key here",
        "no terminal `BAY9`",
        "`inject[1].at`",
        "`expect[1].send` is not a key here",
    ]


def test_the_shipped_story_has_no_mistakes():
    assert october()[0].script.id == "october-15"


@pytest.mark.parametrize(
    ("sends", "message"),
    [
        (Sends("DQ", (), {}, None, None), "DQ.CA0990100.CA.TXTNAM/DOE, JANE.DOB/19700131.SEX/F"),
        (Sends("QW", (), {}, None, "A1"), "QW.CA0990100.*A1.NAM/DOE, JANE.DOB/19700131"),
        (Sends("AM", ("far",), {}, "HELLO", None), "AM.CA0990100.NV0990100.TXTHELLO"),
    ],
)
def test_a_stand_in_completes_a_message_from_the_formats(sends, message):
    scenario = opened()
    spec = scenario.formats.keys[sends.key]
    whole = complete(sends, scenario.script.seats, "CA0990100", scenario.world, spec)
    assert whole.decode() == message


def test_a_message_may_name_a_terminal_of_the_world_and_no_other():
    block = (
        '[[inject]]\nid = "hello"\nat = "2m"\nactor = "far"\n'
        'sends = { key = "AM", to = "%s", text = "HELLO" }'
    )
    assert mistakes(block % "BAY2") == []
    (found,) = mistakes(block % "BAY9")
    assert "AM does not go to `BAY9` | did you mean `BAY2`?" in found
    (found,) = mistakes(block % "dsek")
    assert "did you mean `desk`?" in found


SYNTAX = (
    ('seat = "desk"', 'seat = "dsek"', "no seat `dsek` | did you mean `desk`?"),
    ('to = "desk"', 'to = "desk', "not TOML: a text is not closed"),
    ('key = "DQ"', 'key = DQ"', "not TOML: not a value"),
)


def broken(text: str) -> list[str]:
    """What is told of a text that is read on past its mistakes."""
    with pytest.raises(AuthoredError) as caught:
        open_file(inspect_bytes(text.encode(), ScenarioFile, name="small.toml"))
    return [f"{found.what} | {found.fix}" for found in caught.value.findings]


def test_what_is_no_toml_hides_no_name_and_makes_none_unknown():
    (seat,) = [line for line in SMALL.split("\n") if line.startswith("desk = ")]
    text = SMALL.replace(seat, seat.replace("}", ""))
    (only,) = broken(text)
    assert "a table in braces lacks a comma, or its end" in only
    for old, new, _ in SYNTAX:
        assert old in text
        text = text.replace(old, new, 1)
    found = broken(text)
    assert len(found) == len(SYNTAX) + 1
    for _, _, what in SYNTAX:
        assert any(what in mistake for mistake in found), (what, found)


def test_where_the_name_of_a_seat_cannot_be_read_no_seat_is_unknown():
    (seat,) = [line for line in SMALL.split("\n") if line.startswith("desk = ")]
    for name in ("=esk", "de[sk", "de\x01sk"):
        (only,) = broken(SMALL.replace(seat, seat.replace("desk", name)))
        assert "not TOML" in only


def test_a_start_that_cannot_be_read_is_one_mistake():
    (line,) = [line for line in SMALL.split("\n") if line.startswith("starts")]
    (only,) = broken(SMALL.replace(line, "starts = 2026-02-30T00:00:00"))
    assert "a day or a time that there is not" in only
