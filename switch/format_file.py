"""A world's own message keys: `specs/*.toml` in its folder, in the shape of the package's files.

They add to the published formats: keys, fields and answer keys under new names. What is wrong in
them is told as of every authored file, all at once, each on its line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from switch.errors import AuthoredError, Finding
from switch.files.authored import Authored, Row, did_you_mean, inspect
from switch.files.form import Form
from switch.wire.spec import DESTINATIONS_MAX, Formats, Place
from switch.wire.spec_files import load_formats, read_formats
from switch.world_rows import WorldFile

FILES_MAX = 32  # of one world
SIZE_MAX = 1_000  # characters of one value

_Key = Annotated[str, Form(r"^[A-Z]{2,3}$", "a key of two or three capital letters", "ZDQ")]
_Prefix = Annotated[str, Form(r"^[A-Z]{3,8}$", "a prefix of three to eight capital letters", "TAG")]
_Code = Annotated[str, Form(r"^(0|\.\d\d\.)$", "an ER's number, 0 or two digits in dots", ".14.")]
_KINDS = "|".join(Place)
_NAMED = ", ".join(Place)
_To = Annotated[
    str, Form(rf"^({_KINDS}|=[A-Z][A-Z0-9])$", f"one of {_NAMED}, or = and two characters", "=CA")
]
_Place = Annotated[
    str, Form(rf"^({_KINDS}|[A-Z][A-Z0-9])$", f"one of {_NAMED}, or two characters", "CA")
]
_Size = Annotated[list[Annotated[int, Field(ge=1, le=SIZE_MAX)]], Field(min_length=2, max_length=2)]
_Words = Annotated[str, Field(min_length=1, max_length=200)]


class _ChangedFieldRow(Row):
    """What one key changes of a field."""

    label: _Words | None = None
    size: _Size | None = None
    pattern: str | list[str] | None = None
    never: list[str] | None = None
    choices: dict[str, str] | Literal["purposes"] | None = None
    only: Annotated[list[str], Field(min_length=1)] | None = None
    rule: _Words | None = None
    example: _Words | None = None
    code: _Code | None = None
    missing: _Code | None = None
    source: _Words | None = None
    simulated: bool | None = None


class _FieldRow(_ChangedFieldRow):
    label: _Words
    rule: _Words
    example: _Words


class _SetRow(Row):
    needs: Annotated[list[_Prefix], Field(min_length=1)]
    extras: Annotated[list[_Prefix], Field(alias="with")] = []
    when: dict[_Prefix, Annotated[list[str], Field(min_length=1)]] = {}
    to: list[_To] = []


class _AtRow(Row):
    only: list[_Prefix] = []
    trigger: Annotated[_Prefix | None, Field(alias="with")] = None
    demands: list[_Prefix] = []
    code: _Code | None = None
    source: _Words | None = None


class _KeyRow(Row):
    what: _Words
    answer: _Key | None = None
    destinations: list[_To] = []
    destinations_max: Annotated[int, Field(ge=1, le=DESTINATIONS_MAX)] = DESTINATIONS_MAX
    order: list[_Prefix] = []
    always: list[_Prefix] = []
    sets: list[_SetRow] = []
    combine: bool = False
    optional: list[_Prefix] = []
    some_of: list[list[_Prefix]] = []
    added: list[_Prefix] = []
    at: dict[_Place, _AtRow] = {}
    field: dict[_Prefix, _ChangedFieldRow] = {}
    asks: _Key | None = None
    region_key: _Key | None = None
    no_record: _Words | None = None
    unserved: bool = False
    free_text: bool = False
    source: _Words | None = None
    simulated: bool = False


class FormatFile(Row):
    """The shape of a file of message keys."""

    format: Literal[1]
    field: dict[_Prefix, _FieldRow] = {}
    key: dict[_Key, _KeyRow] = {}
    answer: dict[_Key, str] = {}


def world_formats(folder: Path) -> Formats:
    """What is spoken in the world of a folder: the published formats and its own; AuthoredError if
    one of its files is wrong."""
    files = sorted((folder / "specs").glob("*.toml"))
    if not files:
        return load_formats()
    if len(files) > FILES_MAX:
        what = f"{len(files)} files of message keys"
        raise AuthoredError([Finding(_shown(folder, files[0]), 0, what, f"{FILES_MAX} at most")])
    findings: list[Finding] = []
    texts = {}
    for path in files:
        name = _shown(folder, path)
        try:
            file = inspect(path, FormatFile, name=name)
        except AuthoredError as error:
            findings.extend(error.findings)
            continue
        findings.extend(file.findings)
        texts[name] = file.text
    if findings:
        raise AuthoredError(findings)
    return read_formats(added=texts)


def unspoken(file: Authored[WorldFile], formats: Formats) -> list[Finding]:
    """What the catalog of a world says that no message can come to: one finding for each row."""
    found = []
    for i, backend in enumerate(file.model.backend):
        for j, answer in enumerate(backend.answers):
            named = not file.is_partial(("backend", i, "answers", j))
            for key in answer.keys:
                wrong = _wrong_row(formats, key, answer.destination if named else None)
                if wrong is not None and key not in file.lost:
                    where = ("backend", i, "answers", j, "keys")
                    found.append(file.finding(where, *wrong))
    return found


def _wrong_row(formats: Formats, key: str, destination: str | None) -> tuple[str, str] | None:
    """What is wrong, and the fix; `destination` None is one that is wrong by itself."""
    spec = formats.key(key)
    if spec is None or not spec.from_terminals:
        fix = did_you_mean(key, formats.terminal_keys)
        return f"`{key}` is no key that a terminal can send", fix
    if spec.asks != key:
        return f"nobody is asked under `{key}`", f"name it as {spec.asks}: a region's states are"
    if destination is None:
        return None
    if spec.routed_by_key_alone and destination:
        return f"`{key}` is routed by its key alone", "leave `destination` out"
    if not spec.routed_by_key_alone and not formats.takes(spec, destination):
        where = f"to {destination}" if destination else "without a destination"
        kinds = ", ".join((*sorted(spec.destinations), *spec.destination_codes))
        return f"`{key}` does not go {where}", f"it goes to {kinds}"
    return None


def _shown(folder: Path, path: Path) -> str:
    return f"{folder.name}/specs/{path.name}"
