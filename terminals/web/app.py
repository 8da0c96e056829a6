"""The routes of the seats: join by link, the page, its WebSocket, the static files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import trio
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from switch.config import World
from switch.wire.spec import CONTROL_MAX, Formats
from terminals.form import keys_of, usual_destinations, where_to
from terminals.web.conversation import Conversation, State
from terminals.web.door import HEADERS, Door, same, same_origin
from terminals.web.pages import STATIC, render
from terminals.web.rate import Rate
from terminals.web.seat import WebSeat
from terminals.web.socket import CLOSED_STALE, converse

_STATIC_TYPES = {".js": "text/javascript", ".css": "text/css"}


class Rooms:
    """Who is let in where; the seats' pages, and the same checks for the trainer's desk."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self._wrong = Rate(30, 2.0)  # wrong links that are answered at once, whoever tries them

    def entered(self, connection: Request | WebSocket, place: str) -> bool:
        """Whether this browser came in by the link of that place."""
        return same(self.door.session(place), connection.cookies.get("wireroom"))

    async def join(self, request: Request, place: str, home: str) -> Response:
        """A link was followed: let the browser in, and take the link out of its address line."""
        if not same(self.door.link(place), request.path_params["word"]):
            return await self.refuse()
        reply = RedirectResponse(home, 303, headers=HEADERS)
        reply.set_cookie(
            *("wireroom", self.door.session(place)),
            path=home,
            httponly=True,
            samesite="lax",  # strict would lose whoever follows the link out of a mail
            secure=request.url.scheme == "https",
        )
        return reply

    async def refuse(self) -> Response:
        """No such link, or one of another class; guessing gets slower."""
        if not self._wrong.take(trio.current_time()):
            await trio.sleep(2)
        return page(render("stale.html.j2"), 403)

    async def opened(self, socket: WebSocket, place: str) -> bool:
        """Accept a WebSocket of one of our own pages; everything else is closed with a reason."""
        ours = same_origin(socket.headers.get("origin"), socket.headers.get("host"))
        guarded = same(self.door.guard(place), socket.query_params.get("guard"))
        if not ours:
            await socket.close(1008)
            return False
        await socket.accept()
        if not (guarded and self.entered(socket, place)):
            await socket.close(CLOSED_STALE, "this page is of another class")
            return False
        return True


def page(text: str, status: int = 200) -> HTMLResponse:
    """A page with the headers that keep strangers' scripts out."""
    return HTMLResponse(text, status, headers=HEADERS)


def seat_routes(
    rooms: Rooms,
    seats: Mapping[str, WebSeat],
    world: World,
    formats: Formats,
    state: Callable[[WebSeat], State],
    title: str,
) -> list[BaseRoute]:
    """The routes of all seats; `state` tells each page about the class."""

    async def join(request: Request) -> Response:
        seat = request.path_params["seat"]
        if seat not in seats:
            return await rooms.refuse()
        return await rooms.join(request, f"seat {seat}", f"/seat/{seat}")

    async def show(request: Request) -> Response:
        seat = seats.get(request.path_params["seat"])
        if seat is None or not rooms.entered(request, f"seat {seat.id}"):
            return await rooms.refuse()
        keys = [(spec, usual_destinations(world, spec)) for spec in keys_of(world, formats)]
        return page(
            render(
                "seat.html.j2",
                seat=seat,
                keys=keys,
                where_to=where_to,
                title=title,
                control_max=CONTROL_MAX,
                guard=rooms.door.guard(f"seat {seat.id}"),
            )
        )

    async def talk(socket: WebSocket) -> None:
        seat = seats.get(socket.path_params["seat"])
        if seat is None:
            await socket.close(1008)
            return
        if not await rooms.opened(socket, f"seat {seat.id}"):
            return
        with seat.page():
            one = Conversation(seat, formats, world.control_prefix, state(seat))
            await converse(socket, one, seat.changed)

    return [
        Route("/join/{seat}/{word}", join),
        Route("/seat/{seat}", show),
        WebSocketRoute("/seat/{seat}/line", talk),
        Route("/static/{name}", static),
        Route("/favicon.ico", no_picture),
    ]


async def no_picture(request: Request) -> Response:
    """Browsers ask for one."""
    return Response(status_code=204, headers=HEADERS)


async def static(request: Request) -> Response:
    """A file of ours; there are two."""
    path = STATIC / request.path_params["name"]
    if path.parent != STATIC or not path.is_file() or path.suffix not in _STATIC_TYPES:
        return Response(status_code=404, headers=HEADERS)
    return Response(
        path.read_bytes(),
        media_type=_STATIC_TYPES[path.suffix],
        headers={**HEADERS, "Cache-Control": "no-cache"},
    )
