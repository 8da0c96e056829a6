"""The shape of a rule file: one table, one model."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from switch.acl.rows import SUBJECT, DenyRow, OwnerFile, SuspendRow

RULE = {"id": "A", "group": ["g"], "data": "any", "from": 1, "reason": "r", "cite": "c"}


@pytest.mark.parametrize("selector", SUBJECT)
def test_any_selector_makes_a_subject(selector):
    row = {key: value for key, value in RULE.items() if key != "group"} | {selector: ["x"]}
    assert getattr(DenyRow.model_validate(row), selector) == ["x"]


@pytest.mark.parametrize(
    "change",
    [{"group": []}, {"everyone": True}, {"data": []}, {"purpose": ["CC"]}, {"mask": ["X"]}],
)
def test_what_makes_no_sense_is_refused(change):
    with pytest.raises(ValidationError):
        DenyRow.model_validate(RULE | change)


def test_a_suspension_has_no_data():
    with pytest.raises(ValidationError):
        SuspendRow.model_validate(RULE)


def test_every_file_must_state_its_default():
    with pytest.raises(ValidationError):
        OwnerFile.model_validate(
            {"format": 1, "backend": "B", "owner": "o", "timezone": "America/Los_Angeles"}
        )
