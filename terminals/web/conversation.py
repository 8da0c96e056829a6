"""What a seat's page and the server say to each other over a WebSocket, in JSON.

    page    {"seen": N}                               first: how much of the traffic it has
            {"id": ID, "do": "form", "key", "to", "control", "fields", "text"}
            {"id": ID, "do": "line", "text"}          as typed
            {"id": ID, "do": "sign-on", "operator", "secret"}   or "sign-off"
    server  {"items": [[N, HTML, ALARM]], "state": {...}}
            {"ack": ID} or {"ack": ID, "problems": [[FIELD, WHAT, FIX]]}

Nothing is acknowledged before it is on the line, so that a page may keep it until then and hand it
over again. A page that says anything else is told so; it never ends the seat.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import trio

from switch.wire.spec import Formats
from terminals.form import Filled, Problem, compose, identified, typed
from terminals.web.pages import render
from terminals.web.seat import WebSeat

TEXT_MAX = 20_000  # characters of one field that is looked at at all
State = Callable[[], Mapping[str, object]]


class Conversation:
    """One page of one seat; `reply` is called with each text for it, in order."""

    def __init__(self, seat: WebSeat, formats: Formats, control_prefix: str, state: State) -> None:
        self._seat = seat
        self._formats = formats
        self._prefix = control_prefix
        self._state = state

    def news(self, seen: int) -> tuple[int, str]:
        """What a page that has seen so much is to be told, and how much it has seen then."""
        items = self._seat.since(seen)
        shown = [(item.n, render("item.html.j2", item=item), item.alarm) for item in items]
        about = {
            "signed": self._seat.signed_on,
            "pages": self._seat.pages,
            "standIn": self._seat.stand_in,
            **self._state(),
        }
        return (items[-1].n if items else seen), json.dumps({"items": shown, "state": about})

    async def hear(self, text: str) -> str:
        """Do what a page asked; the answer to it."""
        try:
            asked = json.loads(text)
        except ValueError:
            asked = None
        if not isinstance(asked, dict) or not isinstance(asked.get("id"), str):
            return _answer("", [Problem("", "the page and this switch differ", "load it again")])
        receipt = asked["id"][:64]
        if not self._seat.rate.take(trio.current_time()):
            fix = "wait a moment, then send again; nothing was sent"
            return _answer(receipt, [Problem("", "too many messages at once", fix)])
        message = self._message(asked)
        if isinstance(message, list):
            return _answer(receipt, message)
        await self._seat.say(receipt, message)
        return _answer(receipt, [])

    def _message(self, asked: Mapping[str, Any]) -> bytes | list[Problem]:
        match asked.get("do"):
            case "form":
                given = asked.get("fields")
                fields = given if isinstance(given, dict) else {}
                filled = Filled(
                    _text(asked.get("key")).upper(),
                    _text(asked.get("to")),
                    _text(asked.get("control")),
                    {str(name): _text(value) for name, value in fields.items()},
                    _text(asked.get("text")),
                )
                return compose(filled, self._seat.ori, self._formats, self._prefix)
            case "line":
                return typed(_text(asked.get("text")))
            case "sign-on":
                return self._sign_on(
                    _text(asked.get("operator")).strip(), _text(asked.get("secret"))
                )
            case "sign-off":
                return b"SIGNOFF"
            case _:
                return [Problem("", "the page and this switch differ", "load it again")]

    def _sign_on(self, operator: str, secret: str) -> bytes | list[Problem]:
        problems = identified(operator, secret)
        if problems:
            fix = f"as it stands on your card, such as {self._seat.operator}"
            return [problem._replace(fix=fix) for problem in problems]
        words = ["SIGNON", self._seat.terminal, operator.upper(), *([secret] if secret else [])]
        return " ".join(words).encode("ascii")


def _text(value: object) -> str:
    return value[:TEXT_MAX] if isinstance(value, str) else ""


def _answer(receipt: str, problems: list[Problem]) -> str:
    return json.dumps({"ack": receipt, "problems": problems})
