"""A type error stands in a mutant, or it is no mutant's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.mutants.changing import mistyped, outdated

SPANS = {
    "x_f__mutmut_orig": [3, 6],
    "x_f__mutmut_1": [7, 10],
    "x_f__mutmut_2": [11, 14],
}


def found(folder: Path, *lines: int) -> list[str]:
    (folder / "switch").mkdir()
    source = folder / "switch" / "a.py"
    source.with_name("a.py.spans").write_text(json.dumps({"version": 1, "spans": SPANS}))
    return list(mistyped([(source, line, "is wrong") for line in lines], folder))


def test_it_is_refused_in_which_the_error_stands(tmp_path: Path):
    assert found(tmp_path, 7, 14) == ["switch.a.x_f__mutmut_1", "switch.a.x_f__mutmut_2"]


@pytest.mark.parametrize("line", [1, 5])
def test_an_error_of_the_unchanged_code_ends_it(tmp_path: Path, line: int):
    with pytest.raises(ValueError, match=rf"a.py:{line}: in no mutant: is wrong"):
        found(tmp_path, line)


def test_an_error_in_a_file_without_mutants_ends_it(tmp_path: Path):
    with pytest.raises(ValueError, match="in no mutant"):
        list(mistyped([(tmp_path / "b.py", 1, "is wrong")], tmp_path))


def test_all_is_copied_again_but_modules_with_mutants_and_their_verdicts(tmp_path: Path):
    product, folder = tmp_path / "product", tmp_path / "mutants"
    names = ("a.py", "a.py.meta", "a.py.spans", "gone.py", "gone.py.meta", "b.py", "spec.toml")
    for place, files in ((product, ("a.py", "b.py", "spec.toml")), (folder, names)):
        (place / "switch").mkdir(parents=True)
        for name in files:
            (place / "switch" / name).write_text("")
    found = {path.name for path in outdated(folder, product)}
    assert found == {"gone.py", "gone.py.meta", "b.py", "spec.toml"}
