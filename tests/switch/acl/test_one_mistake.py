"""The printed fix repairs: a share of what `make fixes` counts whole."""

from __future__ import annotations

from collections import Counter

from switch.acl.analysis.repair import mistakes
from tests.switch.acl.one_mistake import bases, generated, is_mended

ONLY_ITS_AUTHOR_KNOWS = {
    "data missing",
    "default missing",
    "default by another word",
    "everyone and somebody",
    "from missing",
    "id twice",
}


def test_the_files_that_mistakes_are_put_into_have_none():
    for base in bases():
        assert not mistakes(base.text, base.directory, base.name, base.name)


def test_nine_of_ten_single_mistakes_are_mended_by_the_printed_fix():
    mended = [(wrong.kind, is_mended(wrong)) for wrong in generated(each=1, seed=7)]
    counts = Counter(well for _, well in mended)
    assert counts[True] >= 0.9 * (counts[True] + counts[False])
    assert {kind for kind, well in mended if well is False} <= ONLY_ITS_AUTHOR_KNOWS


def test_enough_files_of_enough_kinds_are_generated():
    every = generated()
    assert len(every) >= 500
    assert len({wrong.kind for wrong in every}) >= 80
