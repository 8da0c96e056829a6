"""One WebSocket: says what is new, hears what is asked, and ends without a word to anybody else.

The same for a seat's page and for the trainer's desk. Whatever the far end does ends its own
connection only; the page opens another one and says what it has seen.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Protocol

import structlog
import trio
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

MESSAGE_BYTES_MAX = 65_536  # one frame of a page; a longer one ends the connection with code 1009
WAITING_MAX = 40  # messages of one page that may wait while the class is paused
HELLO_S = 10.0  # for the first message of a page
CLOSED_STALE = 4401  # the session is of another class: the page says so, and does not try again

log = structlog.get_logger("wireroom.class")
Seen = int


class Talk(Protocol):
    """One page's side of the matter: a seat's conversation, or the trainer's."""

    def news(self, seen: Seen) -> tuple[Seen, str]:
        """What a page that has seen so much is to be told, and how much it has seen then."""
        ...

    async def hear(self, text: str) -> str:
        """Do what was asked; the answer."""
        ...


async def converse(
    socket: WebSocket, talk: Talk, changed: Callable[[], trio.Event], rest_s: float = 0.0
) -> None:
    """Serve an accepted connection until it ends; never raises for the far end's sake.

    The page is told what is new at once, and then not again for `rest_s` seconds.
    """
    try:
        seen = await _hello(socket)
        if seen is None:
            await socket.close(1008, "say first what you have seen")
            return
        async with trio.open_nursery() as nursery:
            into, out = trio.open_memory_channel[str](WAITING_MAX)
            nursery.start_soon(_tell, socket, talk, changed, seen, rest_s)
            nursery.start_soon(_answer, socket, talk, out)
            await _listen(socket, into)
            nursery.cancel_scope.cancel()
    except Exception as error:
        if not _is_gone(error):
            log.exception("a page's connection failed")
    finally:
        with trio.move_on_after(1, shield=True):
            if socket.application_state is not WebSocketState.DISCONNECTED:
                try:
                    await socket.close()
                except Exception:
                    log.debug("a page was gone before its connection was closed")


async def _hello(socket: WebSocket) -> Seen | None:
    with trio.move_on_after(HELLO_S):
        try:
            said = json.loads(await socket.receive_text())
        except (ValueError, KeyError):
            return None
        seen = said.get("seen") if isinstance(said, dict) else None
        return seen if isinstance(seen, int) and not isinstance(seen, bool) else None
    return None


async def _tell(
    socket: WebSocket, talk: Talk, changed: Callable[[], trio.Event], seen: Seen, rest_s: float
) -> None:
    while True:
        change = changed()  # before looking, so that nothing between the two is missed
        seen, text = talk.news(seen)
        await socket.send_text(text)
        await change.wait()
        await trio.sleep(rest_s)


async def _listen(socket: WebSocket, into: trio.MemorySendChannel[str]) -> None:
    while True:
        try:
            text = await socket.receive_text()
        except (WebSocketDisconnect, KeyError):  # KeyError: bytes instead of text
            return
        try:
            into.send_nowait(text)
        except trio.WouldBlock:
            await socket.close(1013, "too much waits already")
            return


async def _answer(socket: WebSocket, talk: Talk, out: trio.MemoryReceiveChannel[str]) -> None:
    async for text in out:
        await socket.send_text(await talk.hear(text))


def _is_gone(error: BaseException) -> bool:
    """Whether an error only says that the far end has left."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(_is_gone, error.exceptions))
    gone = (WebSocketDisconnect, trio.BrokenResourceError, trio.ClosedResourceError)
    return isinstance(error, gone) or (
        isinstance(error, RuntimeError) and "websocket" in str(error).lower()
    )
