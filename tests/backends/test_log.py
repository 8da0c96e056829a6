"""The log as a backend: it may be asked, and the switch answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backends.log import open_backend
from switch.backend import Query
from switch.errors import AuthoredError
from tests.backends.small import setup


def opened(folder: Path, **options: object):
    return open_backend(replace(setup(folder), name="RAND", keys=("NLQ",), options=options))


def test_it_says_that_it_may_be_asked_and_nothing_else(tmp_path: Path):
    asked = [
        Query(1, "NLQ", "NL", {}, False, None, 0.0),
        Query(2, "DQ", "CA", {}, False, None, 0.0),
    ]
    backend = opened(tmp_path, messages_max=10)
    one, other = backend.answer(asked)
    assert (one.id, one.records, one.error) == (1, (), None)
    assert other.error == "no records for DQ"
    backend.close()


@pytest.mark.parametrize("options", [{"messages_max": 0}, {"messages_max": "5"}, {"reach": 5}])
def test_an_option_that_makes_no_sense_is_refused(tmp_path: Path, options):
    with pytest.raises(AuthoredError, match="options of RAND: `"):
        opened(tmp_path, **options)
