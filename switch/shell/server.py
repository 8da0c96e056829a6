"""A switch on a TCP port: listens, hands each line to a driver, ends within the grace period."""

from __future__ import annotations

import signal
import ssl
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
import trio

from switch.shell.app import Switch
from switch.shell.attached import attach
from switch.shell.hub import Hub
from switch.shell.tls import Door
from switch.shell.transport import Line, Listener, SocketLine

log = structlog.get_logger("wireroom.server")

Ready = Callable[[str], None]
Take = Callable[[SocketLine], None]


async def serve(
    switch: Switch,
    listener: Listener,
    ready: Ready,
    *beside: Callable[[], Awaitable[None]],
    tls: ssl.SSLContext | None = None,
) -> None:
    """Serve until one of `stop_signals`; `ready` is told the address once lines are taken.

    `beside` are tasks that run as long as the switch does. With `tls` no line is plain.
    """
    with trio.open_signal_receiver(*stop_signals()) as signals:
        async with trio.open_nursery() as nursery:
            hub = Hub(switch) if Hub.available and tls is None else None
            await nursery.start(_run, switch, nursery.cancel_scope)
            for task in beside:
                nursery.start_soon(task)
            if hub is not None:
                nursery.start_soon(hub.run)
            take = _taker(switch, hub, tls, nursery)
            nursery.start_soon(_accept, listener, take)
            nursery.start_soon(partial(_stop_on, switch, listener, signals))
            ready(listener.address)


def stop_signals() -> tuple[signal.Signals, ...]:
    """What ends a server in order: Ctrl-C, a `kill`, and its window that is closed, unless whoever
    started it said that it outlives that, as `nohup` does."""
    outlives = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    hung_up = () if outlives else (signal.SIGHUP,)
    return (signal.SIGINT, signal.SIGTERM, *hung_up)


async def _run(
    switch: Switch,
    everything: trio.CancelScope,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    await switch.run(task_status)
    everything.cancel()


def _taker(
    switch: Switch, hub: Hub | None, tls: ssl.SSLContext | None, nursery: trio.Nursery
) -> Take:
    """The driver that every line is handed to."""
    if hub is not None:
        return hub.add
    if tls is not None:
        door = Door(tls, partial(attach, switch))
        return lambda line: nursery.start_soon(_admit, door, line)
    return lambda line: nursery.start_soon(_attach, switch, line)


async def _accept(listener: Listener, take: Take) -> None:
    while True:
        try:
            line = await listener.accept()
        except (OSError, trio.ClosedResourceError):
            return  # closed by `_stop_on`
        take(line)


async def _attach(switch: Switch, line: Line) -> None:
    """One line's fault must not end the server, whatever it is; it is logged with its traceback."""
    try:
        await attach(switch, line)
    except Exception:
        log.exception("line failed")
        line.close()


async def _admit(door: Door, line: SocketLine) -> None:
    """As `_attach`, by TLS."""
    try:
        await door.admit(line)
    except Exception:
        log.exception("line failed")
        line.close()


async def _stop_on(switch: Switch, listener: Listener, signals: object) -> None:
    async for number in signals:  # type: ignore[attr-defined]
        listener.close()
        switch.stop(signal.Signals(number).name)
