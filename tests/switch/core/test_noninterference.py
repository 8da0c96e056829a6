"""What a cut-off group receives does not depend on the records that it may not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from tests.playbook import ALBITE, Playbook

Records = Sequence[Mapping[str, str]]
OF_HSI = "DQ.DCICE0500.CA.*H1.TXTPUR/{}.OLN/S0990001.IMQ/Y"


def heard(starts: str, who: tuple[str, str], said: Sequence[str], records: Records) -> list[object]:
    """Everything that a terminal is sent, with the instants on it, whatever the records are."""
    play = Playbook(starts)
    sent: list[object] = []
    play.sign_on(1, *who)
    for raw in said:
        play.says(1, raw)
        for ask in play.asked:
            play.answers(ask, *records)
        play.asked.clear()
        play.after(15)
    for step in play.steps:
        sent += [message for line, message in step.sends if line == 1]
    return sent


@pytest.mark.parametrize(
    "forbidden",
    [
        {"SOC": "000999999", "IMG": "ANOTHER-PHOTO", "RES": "99 ELSEWHERE"},
        {"SOC": "", "IMG": ""},
        {"ZZZ": "A FIELD THAT NOBODY CLASSIFIED"},
    ],
)
def test_withheld_and_masked_fields_leave_no_trace(forbidden):
    asked = [OF_HSI.format("C"), OF_HSI.format("J"), OF_HSI.format("C")]
    one = heard("2019-10-16T08:00:00", ("HSI1", "HSI1A"), asked, [{**ALBITE, "IMG": "PHOTO"}])
    other = {**ALBITE, "IMG": "PHOTO", **forbidden}
    assert heard("2019-10-16T08:00:00", ("HSI1", "HSI1A"), asked, [other]) == one


@pytest.mark.parametrize("records", [[], [ALBITE], [ALBITE] * 20])
def test_a_refused_terminal_hears_the_same_whether_there_are_records_or_not(records):
    asked = [
        "DQ.DCICE0900.CA.*E1.TXTOLN/S0990001",
        "DQ.DCICE0900.NL.*E2.TXTOLN/S0990001",
        "QW.DCICE0900.NAM/BASALT, ORRIN.DOB/19790820",
        "ZIQ.DCICE0900.ZA.TXTLIC/SIM2019",
        "AM.DCICE0900.CA0990100.TXTHELLO",
    ]
    without = heard("2019-10-15T00:05:00", ("ERO1", "ERO1A"), asked, [])
    assert heard("2019-10-15T00:05:00", ("ERO1", "ERO1A"), asked, records) == without


@pytest.mark.parametrize("records", [[], [ALBITE], [ALBITE] * 20])
def test_what_was_at_a_backend_at_the_instant_leaves_no_trace_either(records):
    def run(found: Records) -> list[object]:
        play = Playbook("2019-10-14T23:59:55")
        play.sign_on(1, "ERO1", "ERO1A")
        play.says(1, "DQ.DCICE0900.CA.TXTOLN/S0990001", "DQ.DCICE0900.NL.TXTOLN/S0990001")
        held = next(ask for ask in play.asked if ask.backend == "NVDMV")
        play.answers(held, *found)
        play.at("2019-10-15T00:00:01")
        for ask in play.asked:
            if ask is not held:
                play.answers(ask, *found)
        play.after(400)
        return [message for step in play.steps for line, message in step.sends if line == 1]

    assert run(records) == run([])


def test_a_leak_that_is_planted_is_found(monkeypatch):
    """The comparison itself works: masking that lets everything out is noticed."""
    monkeypatch.setattr(
        "switch.core.inquiry.masking.Mask.filter",
        lambda self, found: (found, ()),
    )
    asked = [OF_HSI.format("C")]
    one = heard("2019-10-16T08:00:00", ("HSI1", "HSI1A"), asked, [ALBITE])
    other = {**ALBITE, "SOC": "000999999"}
    assert heard("2019-10-16T08:00:00", ("HSI1", "HSI1A"), asked, [other]) != one
