"""Instants on a command line."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from switch.cli.acl.moments import moment, now
from switch.errors import UsageError

ZONE = ZoneInfo("America/Los_Angeles")


def test_a_local_time_is_read_in_the_zone_and_an_offset_stands():
    assert moment("2019-11-01T00:00:00", ZONE, "--at") == 1572591600.0
    assert moment("2019-11-01T00:00:00+00:00", ZONE, "--at") == 1572566400.0


def test_nothing_is_what_the_verb_says_or_now():
    assert moment(None, ZONE, "--at", 7.0) == 7.0
    assert moment(None, ZONE, "--at") >= now() - 60


@pytest.mark.parametrize("text", ["2019-11-01", "soon", "2019-11-03T01:30:00"])
def test_what_is_no_instant_is_refused_with_its_option(text: str):
    with pytest.raises(UsageError, match="--from"):
        moment(text, ZONE, "--from")


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59", "0001-01-01T00:00:00Z"])
def test_an_instant_that_cannot_be_computed_with_names_the_years_that_can(text: str):
    with pytest.raises(UsageError, match=r"--since .* outside the years 1900 to 2999"):
        moment(text, ZONE, "--since")
