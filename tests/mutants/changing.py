"""The mutants, made by mutmut in the folder `mutants`, and refused there by the type check.

    python -m tests.mutants.changing

A verdict is kept while the function it is about stays as it is, except that what lived is open
again: a test that was written since may kill it.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.mutants.results import FOLDER, MISTYPED, forget_survivors, kept, read, write


def change() -> None:
    """Copy the product and its tests, and put every mutant into the copy."""
    from mutmut.__main__ import CatchOutput, create_mutants
    from mutmut.mutation.trampoline import set_mutant_under_test
    from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir

    set_mutant_under_test("mutant_generation")
    FOLDER.mkdir(exist_ok=True)
    shutil.rmtree(FOLDER / "tests", ignore_errors=True)  # no test stays that is no longer there
    for path in outdated(FOLDER, Path()):
        path.unlink()
    with CatchOutput():
        copy_src_dir()
        copy_also_copy_files()
        create_mutants(1)


def outdated(folder: Path, product: Path) -> list[Path]:
    """What mutmut would not copy again, though the product may have another or none by now.

    All but the modules that have mutants, which it compares itself, and the verdicts on them.
    """
    with_mutants = {path.with_suffix("") for path in kept(folder)}
    found = []
    for path in (folder / "switch").rglob("*"):
        module = path.with_suffix("") if path.suffix in (".meta", ".spans") else path
        known = module in with_mutants and (product / module.relative_to(folder)).exists()
        if path.is_file() and not known:
            found.append(path)
    return found


def refuse(folder: Path = FOLDER) -> None:
    """Let the type check look at all of them, and keep which it refuses."""
    from mutmut.configuration import config
    from mutmut.type_checking import run_type_checker
    from mutmut.utils.file_utils import change_cwd

    with change_cwd(folder):
        errors = [
            (error.file_path, error.line_number, error.error_description)
            for error in run_type_checker(config().type_check_command)
        ]
    refused = set(mistyped(errors, folder.absolute()))
    for path in kept(folder):
        data = read(path)
        codes = data["exit_code_by_key"]
        for name, code in codes.items():
            codes[name] = MISTYPED if name in refused else None if code == MISTYPED else code
        write(path, data)


def mistyped(errors: Iterable[tuple[Path, int, str]], folder: Path) -> Iterator[str]:
    """The mutants in which the errors (file, line, words) stand.

    ValueError for an error elsewhere: the unchanged code has one, or the copy is not understood.
    """
    spans: dict[Path, list[tuple[int, int, str]]] = {}
    for path, line, words in errors:
        if path not in spans:
            spans[path] = list(_spans(path))
        name = next((n for start, end, n in spans[path] if start <= line <= end), "")
        if "__mutmut_" not in name or name.endswith("__mutmut_orig"):
            raise ValueError(f"{path}:{line}: in no mutant: {words}")
        module = ".".join(path.relative_to(folder).with_suffix("").parts)
        yield f"{module}.{name}"


def _spans(path: Path) -> Iterator[tuple[int, int, str]]:
    """First and last line of each function that mutmut has written into a file."""
    index = path.with_name(f"{path.name}.spans")
    if index.exists():
        for name, (start, end) in json.loads(index.read_text(encoding="utf-8"))["spans"].items():
            yield start, end, name


if __name__ == "__main__":
    change()
    refuse()
    forget_survivors()
    sys.exit(0)
