"""A candidate is examined whole: shape, names, promises, and what protection it withdraws."""

from __future__ import annotations

import pytest

from switch.acl.analysis.candidate import compiled, examine
from switch.errors import AuthoredError
from tests.owners import BASE, CUT
from tests.switch.acl.shipped import DIRECTORY, WORLD

NETWORK = b'format = 1\ntimezone = "America/Los_Angeles"\n'


def findings(file: bytes, backend: str = "CADMV") -> str:
    return "\n".join(str(each) for each in examine(WORLD, backend, file, BASE).findings)


def test_a_right_file_comes_back_as_rules():
    found = examine(WORLD, "CADMV", CUT, BASE)
    assert found.policy is not None
    assert [rule.id for rule in found.policy.rules][-1] == "DMV-02"
    assert {rule.id for rule in found.policy.rules} == {"DMV-01", "DMV-02", "DMV-03", "DMV-04"}
    assert (found.findings, found.withdrawn, found.notice_s) == ((), (), 86_400)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"format = \n", "not TOML"),
        (b"\xff", "not UTF-8"),
        (b"", "is missing"),
        (BASE.replace(b'["ero"]', b'["eros"]'), "not in the directory"),
        (BASE.replace(b'backend  = "CADMV"', b'backend  = "CAWPS"'), "CAWPS's file"),
        (BASE.replace(b'data   = "any"', b'data   = ["driver.ssn"]', 1), "DMV-N1 does not hold"),
        (BASE.replace(b'"DENY-RULE"', b'"ALLOW"'), "test expects ALLOW"),
    ],
)
def test_a_wrong_file_comes_back_with_what_is_wrong(file, said):
    assert said in findings(file)


def test_a_file_that_is_another_owners_by_its_own_word_is_told_where_it_says_so():
    assert findings(BASE.replace(b'backend  = "CADMV"', b'backend  = "CAWPS"')) == (
        'CADMV.toml:2: it is CAWPS\'s file, by its own word\n    fix: write backend = "CADMV"'
    )


def test_a_withdrawal_is_told_with_its_notice_and_whether_it_is_alone():
    without = BASE[: BASE.index(b"[[never]]")] + BASE[BASE.index(b"[[always]]") :]
    found = examine(WORLD, "CADMV", without, BASE)
    assert (found.withdrawn, found.alone) == (("DMV-N1",), True)
    more = without + CUT[len(BASE) :]
    assert not examine(WORLD, "CADMV", more, BASE).alone


def test_the_switch_operators_file_has_no_promises():
    found = examine(WORLD, "NETWORK", NETWORK, NETWORK)
    assert found.policy is not None
    assert found.policy.name == "NETWORK"


def test_a_version_that_no_longer_fits_its_world_is_an_authored_error():
    with pytest.raises(AuthoredError):
        compiled(DIRECTORY, "CADMV", BASE.replace(b'"BAY', b'"X').replace(b'"ERO1"', b'"E"') + b"x")
