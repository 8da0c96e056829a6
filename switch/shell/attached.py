"""The driver of any line, by TLS or in memory too: each has a task of its own."""

from __future__ import annotations

from switch.shell.app import Switch
from switch.shell.transport import Line
from switch.terms import Mnemonic


async def attach(switch: Switch, line: Line, proved: tuple[Mnemonic, ...] | None = None) -> None:
    """Serve one connection until either end closes it; never raises for the far end's sake.

    `proved`: see `LineOpened`.
    """
    connection = switch.open(line, proved)
    if connection is None:
        return
    try:
        while not connection.session.broken:
            chunk = await line.receive()
            if not chunk and not line.half_closes:
                return
            if not chunk:
                break
            switch.receive(connection, chunk)
            if line.ended:
                break  # which is before whatever comes from another line
            switch.wake()
            await switch.handled()  # a line cannot run ahead of its answers
            if connection.unsent:
                await connection.wait_sent()
        switch.end(connection)
        await connection.wait_closed()
    finally:
        switch.close(connection)
