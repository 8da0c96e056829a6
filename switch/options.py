"""What a kind of backend takes under `[backend.options]`, declared where it is opened.

    class Options(BackendOptions):
        number: Annotated[str, Form("S[0-9]{7}", "a licence number", "S0990001")]
        answers_max: Annotated[int, Field(ge=1, le=20)] = 1

    @takes(Options)
    def open_backend(setup: BackendSetup, options: Options) -> OneLicence: ...

So a world file is checked without a backend being opened, and each mistake in its options is told
with its line among all others. A file that the options name is a `FileOfWorld`: that it is there is
looked at in the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, ValidationError, ValidationInfo

from switch.backend import Backend, BackendSetup
from switch.errors import AuthoredError
from switch.files.authored import Row
from switch.files.form import Form, wrong
from switch.files.shape import shape_findings
from switch.files.words import nearest

__all__ = ["BackendOptions", "FileOfWorld", "Form", "Opening", "options_of", "takes"]


class BackendOptions(Row):
    """Base of the options of a kind: a closed list of keys, values as written, none converted. What
    no type can tell a validator does, which raises `switch.errors.UnfitError`."""


O = TypeVar("O", bound=BackendOptions)  # noqa: E741 - as the class is called
B = TypeVar("B", bound=Backend)


def _there(name: str, info: ValidationInfo) -> str:
    """The name, if such a file is there; where nobody says in which folder, whatever it is."""
    folder = info.context
    if isinstance(folder, Path) and not (folder / name).is_file():
        beside = (folder / name).parent
        files = (each for each in beside.glob("*") if each.is_file()) if beside.is_dir() else ()
        near = nearest(name, ((Path(name).parent / each.name).as_posix() for each in files))
        fix = f"did you mean `{near}`?" if near else "put it there, or name one that is"
        raise wrong("is no file in the world's folder", fix)
    return name


FileOfWorld = Annotated[str, AfterValidator(_there)]
"""The name of a file in the world's folder."""


@dataclass(frozen=True, slots=True)
class Opening(Generic[O, B]):
    """The target of an entry point that says what it takes; called like any other."""

    options: type[O]
    opens: Callable[[BackendSetup, O], B]

    def __call__(self, setup: BackendSetup) -> B:
        """See `switch.backend.OpenBackend`; AuthoredError with all that is wrong with the options,
        without lines: who reads a world file tells them with theirs."""
        written = dict(setup.options)
        try:
            options = self.options.model_validate(written)
        except ValidationError as error:
            name = f"options of {setup.name}"
            raise AuthoredError(shape_findings(error, self.options, written, "", name)) from None
        return self.opens(setup, options)


def takes(options: type[O]) -> Callable[[Callable[[BackendSetup, O], B]], Opening[O, B]]:
    """Declare the options of a kind of backend at the function that opens one."""

    def declared(opens: Callable[[BackendSetup, O], B]) -> Opening[O, B]:
        return Opening(options, opens)

    return declared


def options_of(target: object) -> type[BackendOptions] | None:
    """What the target of an entry point takes; None if it does not say."""
    return target.options if isinstance(target, Opening) else None
