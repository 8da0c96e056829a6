"""Protection withdrawn is seen, however it is done; what only widens is not shouted."""

from __future__ import annotations

import pytest

from switch.acl.document import OwnerDocument
from switch.acl.protection import alone, notice_s, withdrawn
from tests.switch.acl.shipped import changed, document

NEVER = """[[never]]                       # pinned: no later change may break it
id    = "DMV-N1"
group = ["ero"]
data  = ["driver.photo"]
from  = 2019-10-15T00:00:00
"""
RULE = """
[[deny]]
id = "DMV-09"
agency = ["CBP"]
data = "any"
from = 2019-10-15T00:00:00
reason = "r"
cite = "c"
"""


def after(folder, *pairs: tuple[str, str], more: str = "") -> tuple[OwnerDocument, OwnerDocument]:
    old, new = folder / "old", folder / "new"
    old.mkdir()
    new.mkdir()
    return document(old, changed()), document(new, changed(*pairs, more=more))


def never(**lines: str) -> str:
    wanted = {"id": '"DMV-N1"', "group": '["ero"]', "data": '["driver.photo"]'}
    wanted |= {"from": "2019-10-15T00:00:00"} | {k.rstrip("_"): v for k, v in lines.items()}
    return "[[never]]\n" + "".join(f"{k} = {v}\n" for k, v in wanted.items() if v)


@pytest.mark.parametrize(
    "text",
    [
        "",
        never(data='["driver.record"]'),
        never(group='["hsi"]'),
        never(from_="2020-01-01T00:00:00"),
        never(agency='["ICE-ERO"]'),  # one list more: fewer people
        never(group="", terminal='["ERO1"]'),
    ],
)
def test_a_promise_gone_or_narrowed_is_protection_withdrawn(tmp_path, text):
    assert withdrawn(*after(tmp_path, (NEVER, text))) == ("DMV-N1",)


@pytest.mark.parametrize(
    "text",
    [
        never(),
        never(id='"DMV-N7"'),  # under another name
        never(data='"any"'),
        never(data='["driver.photo", "driver.record"]'),
        never(group='["ero", "hsi"]'),
        never(from_="2019-01-01T00:00:00"),
        never(group="", everyone="true"),
    ],
)
def test_a_promise_kept_moved_or_widened_is_not(tmp_path, text):
    assert withdrawn(*after(tmp_path, (NEVER, text))) == ()


def test_everyone_replaced_by_somebody_is_narrower(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    # A promise that the rules do not keep is found by the check; here only its width is compared.
    old = document(tmp_path / "a", changed((NEVER, never(group="", everyone="true"))))
    new = document(tmp_path / "b", changed())
    assert withdrawn(old, new) == ("DMV-N1",)


def test_a_shorter_notice_is_a_withdrawal_too(tmp_path):
    """Else one would shorten the notice first and withdraw at once."""
    pair = ('default  = "allow"\n', 'default  = "allow"\nnever_notice = "1m"\n')
    old, new = after(tmp_path, pair)
    assert withdrawn(old, new) == ("never_notice",)
    assert withdrawn(new, old) == ()
    assert (notice_s(old), notice_s(new)) == (86_400, 60)


def test_a_withdrawal_among_other_changes_is_not_alone(tmp_path):
    assert not alone(*after(tmp_path, (NEVER, ""), more=RULE))


def test_a_withdrawal_by_itself_is_alone(tmp_path):
    assert alone(*after(tmp_path, (NEVER, "")))


def test_a_promise_by_prefix_is_narrowed_by_a_list_more_and_widened_by_a_longer_one(tmp_path):
    prefix = never(group="", ori_prefix='["DCICE09"]')
    wider = never(group="", ori_prefix='["DCICE09", "DCICE05"]')
    other = never(group="", ori_prefix='["DCICE05"]')
    both = never(ori_prefix='["DCICE09"]')

    def documents(old: str, new: str) -> tuple[OwnerDocument, OwnerDocument]:
        one = document(tmp_path, changed((NEVER, old)))
        return one, document(tmp_path, changed((NEVER, new)))

    assert withdrawn(*documents(prefix, wider)) == ()
    assert withdrawn(*documents(wider, prefix)) == ("DMV-N1",)
    assert withdrawn(*documents(prefix, other)) == ("DMV-N1",)
    assert withdrawn(*documents(both, never())) == ()  # one list less: more people
    assert withdrawn(*documents(never(), both)) == ("DMV-N1",)


@pytest.mark.parametrize(
    "more",
    [
        'default  = "deny"',
        'default  = "allow"\nnever_notice = "48h"',
    ],
)
def test_another_default_is_another_change(tmp_path, more: str):
    old, new = after(tmp_path, (NEVER, ""), ('default  = "allow"', more))
    assert alone(old, new) is ("deny" not in more)
