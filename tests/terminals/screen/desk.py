"""A terminal of the shipped world, driven by keys and messages, for tests."""

from __future__ import annotations

from collections.abc import Iterable

from switch.wire.codec import Output, OutputStamp
from switch.wire.spec_files import load_formats
from switch.world_file import load_world
from terminals.form import keys_of, usual_destinations
from terminals.screen import model
from terminals.screen.draw import draw, text_of
from terminals.screen.state import Desk, Effect, State

AT = "12:00:00"
_WORLD, _FORMATS = load_world("golden-state"), load_formats()
_SPECS = tuple(keys_of(_WORLD, _FORMATS))
_PLACES = {str(spec.mke): tuple(usual_destinations(_WORLD, spec)) for spec in _SPECS}
DESK = Desk("BAY2", "CA0990100", _FORMATS, "*", _SPECS, _PLACES)
_STAMP = OutputStamp("12:00", "10/15/2019", "00002")


def came(mke: str, body: str = "HELLO", control: str | None = None) -> Output:
    """A message as the client hands it over."""
    body = f"TRAINING - SIMULATED DATA\n{body}"
    return Output(mke, "CA0998100", _STAMP, _STAMP, "CA0990100", control, body, body, None)


def signed_on() -> State:
    """BPD2 has signed on at BAY2."""
    return model.signed_on(State(DESK), "BPD2", came("SM", "SIGNED ON BAY2 BPD2"), [], AT)


def press(state: State, *keys: str | Iterable[str]) -> tuple[State, list[Effect]]:
    """Keys one after the other; a word of more than one letter in capitals is typed by letter."""
    effects: list[Effect] = []
    for key in keys:
        each = key if isinstance(key, str) and key.isupper() and len(key) > 1 else [key]
        for one in each:
            state, wanted = model.press(state, str(one), AT)
            effects += wanted
    return state, effects


def shown(state: State) -> list[str]:
    """The screen as text."""
    return text_of(draw(state, AT))


def sent(*keys: str) -> State:
    """A state in which this message was typed and sent."""
    return press(signed_on(), *keys, "enter")[0]
