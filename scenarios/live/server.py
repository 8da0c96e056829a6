"""The class on its port: the switch, the lesson and the pages in one nursery."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import trio
from hypercorn.config import Config
from hypercorn.trio import serve
from hypercorn.typing import ASGIFramework

from scenarios.live.app import Site
from scenarios.live.folder import ClassFolder
from scenarios.live.run import LiveRun
from scenarios.shelf import Opened
from switch.backend import Backend
from switch.core.record.journal import Entry
from switch.shell.scribe import Scribe
from switch.shell.server import stop_signals
from switch.shell.transport import must_be_free
from switch.terms import BackendName
from terminals.web.socket import MESSAGE_BYTES_MAX

Ready = Callable[[str, dict[str, str]], None]
PAGES_MAX = 512  # connections that wait to be accepted


async def serve_class(
    folder: ClassFolder,
    opened: Opened,
    backends: Mapping[BackendName, Backend],
    journal: Scribe,
    earlier: Sequence[Entry],
    address: tuple[str, int],
    ready: Ready,
) -> None:
    """Serve until one of `stop_signals`; `ready` is told the links.

    UsageError if it cannot listen.
    """
    must_be_free(*address)  # says in words why it cannot be, which the web server does not
    run = LiveRun(opened, backends, journal, earlier, folder.digest)
    site = Site(run, folder.secret)
    with trio.open_signal_receiver(*stop_signals()) as signals:
        async with trio.open_nursery() as nursery:
            await nursery.start(run.run)
            stop = trio.Event()
            app: ASGIFramework = site.app()  # type: ignore[assignment]
            web = partial(serve, app, _config(*address), shutdown_trigger=stop.wait)
            (bound,) = await nursery.start(web)
            ready(site.desk(bound), site.links(bound))
            async for _ in signals:
                break
            stop.set()
            run.close()
            nursery.cancel_scope.deadline = trio.current_time() + opened.world.limits.grace_s + 2
            await run.gone.wait()
            nursery.cancel_scope.cancel()


def _config(host: str, port: int) -> Config:
    config = Config()
    shown = f"[{host}]" if ":" in host else host
    config.bind = [f"{shown}:{port}"]
    config.accesslog = None
    config.errorlog = None
    config.websocket_max_message_size = MESSAGE_BYTES_MAX
    config.h11_max_incomplete_size = 16_384
    config.backlog = PAGES_MAX
    config.graceful_timeout = 1.0
    config.include_server_header = False
    return config
