"""Likeness: what no list of any subject tells apart is one kind."""

from __future__ import annotations

from switch.acl.analysis.likeness import Likeness
from switch.acl.rules import Subject
from tests.switch.acl.shipped import DIRECTORY

ERO = Subject(group=frozenset({"ero"}))
DHS = Subject(agency=frozenset({"DHS"}))
ONE_ORI = Subject(ori=frozenset({"DCICE0910"}))
PREFIX = Subject(ori_prefix=("DCICE",))
PERSON = Subject(operator=frozenset({"BPD2"}))


def like(*subjects: Subject, **more: bool) -> Likeness:
    return Likeness(DIRECTORY, subjects, **more)


def test_agencies_in_the_same_lists_are_alike_and_descendants_are_in_their_ancestors_lists():
    kinds = like(ERO, DHS)
    assert kinds.agency("BAY-PD") == kinds.agency("NV-HP")
    assert kinds.agency("ICE-HSI") == kinds.agency("CBP")
    assert kinds.agency("ICE-ERO") not in (kinds.agency("CBP"), kinds.agency("BAY-PD"))


def test_agencies_are_kept_apart_where_it_matters_which_one_it_is():
    kinds = like(ERO, by_name=True)
    assert kinds.agency("BAY-PD") != kinds.agency("NV-HP")


def test_oris_of_one_agency_are_alike_unless_a_list_names_one_of_them():
    assert like(ERO).ori("DCICE0900") == like(ERO).ori("DCICE0910")
    kinds = like(ERO, ONE_ORI)
    assert kinds.ori("DCICE0900") != kinds.ori("DCICE0910")
    prefixed = like(PREFIX)
    assert prefixed.ori("DCICE0900") == prefixed.ori("DCICE0500")
    assert prefixed.ori("DCICE0900") != prefixed.ori("DCCBP0100")


def test_a_prefix_may_be_a_whole_ori():
    whole = like(Subject(ori_prefix=("DCICE0910",)))
    assert whole.ori("DCICE0910") != whole.ori("DCICE0900")


def test_an_operator_touches_a_subject_by_name_or_by_any_agency_of_his():
    kinds = like(ERO, PERSON)
    assert kinds.operator_touches("TFO7", ERO)
    assert kinds.operator_touches("BPD2", PERSON)
    assert not kinds.operator_touches("BPD2", ERO)


def test_an_ori_touches_a_subject_by_itself_or_by_its_agency():
    kinds = like(ERO, ONE_ORI)
    assert kinds.ori_touches("DCICE0910", ONE_ORI)
    assert not kinds.ori_touches("DCICE0900", ONE_ORI)
    assert kinds.ori_touches("DCICE0900", ERO)
