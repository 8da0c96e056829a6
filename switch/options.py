"""What a kind of backend takes under `[backend.options]`, declared where it is opened.

    class Options(BackendOptions):
        number: Annotated[str, Form("S[0-9]{7}", "a licence number", "S0990001")]
        answers_max: Annotated[int, Field(ge=1, le=20)] = 1

    @takes(Options)
    def open_backend(setup: BackendSetup, options: Options) -> OneLicence: ...

So a world file is checked without a backend being opened, and each mistake in its options is told
with its line among all others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import ValidationError

from switch.backend import Backend, BackendSetup
from switch.errors import AuthoredError
from switch.files.authored import Row
from switch.files.form import Form
from switch.files.shape import shape_findings

__all__ = ["BackendOptions", "Form", "Opening", "options_of", "takes"]


class BackendOptions(Row):
    """Base of the options of a kind: a closed list of keys, values as written, none converted. What
    no type can tell a validator does, which raises `switch.errors.UnfitError`."""


O = TypeVar("O", bound=BackendOptions)  # noqa: E741 - as the class is called
B = TypeVar("B", bound=Backend)


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
