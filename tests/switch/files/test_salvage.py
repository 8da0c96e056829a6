"""Salvage: the rest of a file is read past its mistakes, and nothing is blamed twice."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from switch.errors import UnfitError
from switch.files.authored import Row
from switch.files.form import Form
from switch.files.salvage import FILLED_IN, filled_in, salvage
from switch.files.toml.unread import Unread


class Inner(Row):
    id: str
    group: list[str] = []
    image: bool = False

    @model_validator(mode="after")
    def _no_x(self) -> Inner:
        if "x" in self.group:
            raise ValueError("x is not a group")
        return self


class Outer(Row):
    format: int
    deny: list[Inner] = []


class Founded(Row):
    format: int
    agency: list[Inner]
    classes: dict[Annotated[str, Field(pattern="^[a-z]+$")], list[str]] = {}


def test_a_key_that_could_not_be_read_is_filled_in_where_its_table_is_there():
    data = {"deny": [{"id": "a"}, "b"]}
    keys = [("deny", 0, "id"), ("deny", 0, "group"), ("deny", 1, "id"), ("deny", 7, "id"), ("x",)]
    filled = filled_in(data, Unread(dict.fromkeys(keys, 1)))
    assert filled == {"deny": [{"id": "a", "group": FILLED_IN}, "b"], "x": FILLED_IN}
    assert data == {"deny": [{"id": "a"}, "b"]}


def test_a_right_file_stays_as_it_is():
    left = salvage({"format": 1, "deny": [{"id": "a"}]}, Outer)
    assert left is not None
    assert (left.model.deny[0].id, left.found, left.original(("deny", 0))) == ("a", [], ("deny", 0))


def test_a_wrong_key_is_left_out_and_a_missing_one_filled_in():
    left = salvage({"format": 1, "deny": [{"grop": ["a"], "group": 3}]}, Outer)
    assert left is not None
    assert left.model.deny[0].id == FILLED_IN
    assert left.model.deny[0].group == []


def test_rows_that_cannot_be_helped_go_and_the_others_keep_their_places():
    data = {"format": 1, "deny": [{"id": "a"}, 7, {"id": "b"}, {"id": "c", "group": ["x"]}]}
    left = salvage(data, Outer)
    assert left is not None
    assert [row.id for row in left.model.deny] == ["a", "b"]
    assert left.original(("deny", 1, "id")) == ("deny", 2, "id")
    assert {"c", "x"} <= left.lost


def test_a_mistake_that_another_one_had_hidden_is_found():
    left = salvage({"format": 1, "deny": [{"id": 3, "group": ["x"]}]}, Outer)
    assert left is not None
    assert [(path, str(error)) for path, error in left.found] == [
        (("deny", 0), "x is not a group"),
    ]


def test_a_file_without_its_foundations_is_read_as_one_with_a_row_that_nobody_looks_at():
    for data in ({"format": 1, "agency": 7}, {"format": 1}):
        left = salvage(data, Founded)
        assert left is not None
        assert [row.id for row in left.model.agency] == [FILLED_IN]


def test_a_number_of_the_whole_file_that_is_wrong_hides_nothing():
    for data in ({"format": "one"}, {}):
        left = salvage({**data, "deny": [{"id": 3, "group": ["x"]}]}, Outer)
        assert left is not None
        assert left.model.format == 1
        assert [(path, str(error)) for path, error in left.found] == [
            (("deny", 0), "x is not a group"),
        ]


def test_a_name_that_is_none_is_left_out_with_what_it_names():
    data = {"format": 1, "classes": {"good": ["OLN"], "not good": ["RES"]}, "agency": []}
    left = salvage(data, Founded)
    assert left is not None
    assert left.model.classes == {"good": ["OLN"]}
    assert "RES" in left.lost


class Listing(Row):
    names: Annotated[list[Annotated[str, Form("^[A-Z]+$", "capitals", "A")]], Field(min_length=1)]
    records: Annotated[list[dict[str, str]], Field(min_length=1)]
    id: Annotated[str, Form("^[a-z]+$", "small letters", "a")]


class Listed(Row):
    row: list[Listing]


def test_a_wrong_text_of_a_list_does_not_take_its_row_along():
    row = {"names": ["A", "b", "C"], "records": [], "id": "NO"}
    left = salvage({"row": [{"names": 7, "records": [{}], "id": "ok"}, row]}, Listed)
    assert left is not None
    first, second = left.model.row
    assert (first.names, first.id) == ([FILLED_IN], "ok")
    assert (second.names, second.id) == (["A", FILLED_IN, "C"], FILLED_IN)
    assert second.records == [{FILLED_IN: FILLED_IN}]
    assert "b" in left.lost
    assert left.moved == {}


class Pair(Row):
    one: list[str] = []
    all: bool = False
    id: str = "x"

    @model_validator(mode="after")
    def _either(self) -> Pair:
        if self.all and self.one:
            raise UnfitError("both", "take one away", {"all": None})
        if not self.all and not self.one:
            raise UnfitError("neither", "name one", {"one": [FILLED_IN]})
        return self


class Pairs(Row):
    pair: list[Pair]


def test_a_table_that_says_how_it_can_be_read_on_is_kept():
    data = {"pair": [{"all": True, "one": ["a"]}, {"id": "b"}, {"one": "c"}]}
    left = salvage(data, Pairs)
    assert left is not None
    assert [pair.one for pair in left.model.pair] == [["a"], [FILLED_IN], ["c"]]
    assert (left.moved, left.found) == ({}, [])


def test_what_a_table_lacks_because_it_was_wrong_is_not_told_again():
    left = salvage({"pair": [{"one": 7, "id": "b"}]}, Pairs)
    assert left is not None
    assert [(pair.one, pair.id) for pair in left.model.pair] == [([FILLED_IN], "b")]
    assert left.found == []


def test_a_name_whose_value_is_left_out_is_not_unknown():
    left = salvage({"format": 1, "classes": {"good": 7}, "agency": []}, Founded)
    assert left is not None
    assert "good" in left.lost
