"""The site of a class: the seats, the trainer's desk, and at the end score and debriefs."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from scenarios.live.desk import PAGES, Desk, clock_state
from scenarios.live.run import LiveRun
from scenarios.replay import Replay, replay
from scenarios.report.debrief import debrief_pages
from scenarios.report.page import timeline_page
from terminals.web.app import Rooms, page, seat_routes
from terminals.web.conversation import State
from terminals.web.door import HEADERS, Door, report_policy
from terminals.web.pages import environment, render
from terminals.web.seat import WebSeat
from terminals.web.socket import converse

DESK = "desk"
REST_S = 0.2  # between two drawings of the trainer's desk


class Site:
    """The site of one run; `links` are what the trainer hands out."""

    def __init__(self, run: LiveRun, secret: bytes) -> None:
        self._run = run
        self._rooms = Rooms(Door(secret))
        self._mark = self._rooms.door.guard(str(len(run.tape.entries)))[:12]  # of this start

    def desk(self, address: str) -> str:
        """Where the trainer comes in."""
        return f"{address}/trainer/{self._rooms.door.link(DESK)}"

    def links(self, address: str) -> dict[str, str]:
        """Where people come in: seat -> address of a page."""
        door, seats = self._rooms.door, self._run.seats.web
        return {seat: f"{address}/join/{seat}/{door.link(f'seat {seat}')}" for seat in seats}

    def app(self) -> Starlette:
        """For hypercorn."""
        run = self._run
        return Starlette(
            routes=[
                Route("/trainer/{word}", self._join),
                Route("/desk", self._show),
                Route("/desk/debrief", self._debrief),
                Route("/desk/timeline", self._timeline),
                WebSocketRoute("/desk/line", self._talk),
                *seat_routes(
                    self._rooms,
                    run.seats.web,
                    run.opened.world,
                    run.opened.formats,
                    self._state,
                    run.script.title,
                ),
                Route("/{path:path}", self._lost),
            ]
        )

    def _state(self, seat: WebSeat) -> State:
        return lambda: {**clock_state(self._run), "run": self._mark}

    async def _lost(self, request: Request) -> Response:
        return await self._rooms.refuse()

    async def _join(self, request: Request) -> Response:
        return await self._rooms.join(request, DESK, "/desk")

    async def _show(self, request: Request) -> Response:
        if not self._rooms.entered(request, DESK):
            return await self._rooms.refuse()
        run = self._run
        host = f"{request.url.scheme}://{request.url.netloc}"
        shown = (
            environment(PAGES)
            .get_template("desk.html.j2")
            .render(
                script=run.script,
                links=self.links(host),
                guard=self._rooms.door.guard(DESK),
                lines=run.judge.standing(0.0).lines,
            )
        )
        return page(shown)

    async def _talk(self, socket: WebSocket) -> None:
        if await self._rooms.opened(socket, DESK):
            await converse(socket, Desk(self._run), self._run.changed, REST_S)

    def _replayed(self) -> Replay:
        return replay(self._run.script, self._run.opened.world, self._run.tape.entries)

    async def _debrief(self, request: Request) -> Response:
        return await self._report(request, "debrief")

    async def _timeline(self, request: Request) -> Response:
        return await self._report(request, "timeline")

    async def _report(self, request: Request, which: str) -> Response:
        if not self._rooms.entered(request, DESK):
            return await self._rooms.refuse()
        run = self._run
        if not run.over.is_set():
            return page(render("early.html.j2"), 409)
        draw = debrief_pages if which == "debrief" else timeline_page
        text = draw(run.opened, run.tape.entries, self._replayed())
        headers = {**HEADERS, "Content-Security-Policy": report_policy(text)}
        return HTMLResponse(text, headers=headers)
