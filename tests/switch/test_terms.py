"""The field's words: what a valid one looks like, and the order of strictness."""

from __future__ import annotations

import itertools

import pytest

from switch.terms import (
    Verdict,
    parse_data_class,
    parse_message_key,
    parse_name,
    parse_ori,
    stricter,
)


@pytest.mark.parametrize(
    ("parser", "good", "bad"),
    [
        (parse_ori, "CA0990100", ["CA099010", "CA09901000", "ca0990100", "1A0990100", ""]),
        (parse_message_key, "DQ", ["D", "DQQQ", "dq", "D1", ""]),
        (parse_name, "ICE-ERO", ["-ICE", "ice", "", "A" * 25, "A B"]),
        (parse_data_class, "driver.record", ["driver", "Driver.record", "driver.", ""]),
    ],
)
def test_a_term_is_parsed_once_and_refused_otherwise(parser, good, bad):
    assert parser(good) == good
    for text in bad:
        with pytest.raises(ValueError, match="is not a"):
            parser(text)


def test_only_the_two_allows_release():
    assert {verdict for verdict in Verdict if verdict.released} == {
        Verdict.ALLOW,
        Verdict.ALLOW_DEFAULT,
    }


def test_every_refusal_has_its_own_simulated_number():
    numbers = [verdict.refusal_number for verdict in Verdict if not verdict.released]
    assert sorted(numbers) == [".90.", ".91.", ".92.", ".93.", ".94.", ".95."]


def test_the_stricter_of_two_verdicts_never_releases_what_one_of_them_denies():
    for one, other in itertools.product(Verdict, repeat=2):
        found = stricter(one, other)
        assert found in (one, other)
        assert stricter(other, one) is found
        assert found.released == (one.released and other.released)
