"""A terminal that outlives its line: it acknowledges, comes back after a drop, and sends what the
screen shows behind NEXT. So the conformance kit can walk it through docs/line-protocol.md.

wireroom terminal check --listen 127.0.0.1:4000
python examples/resuming.py 127.0.0.1 4000
"""

import re
import sys

import trio

from switch.errors import UsageError
from terminals.client import HEARTBEAT_S, Client, Place

NEXT = re.compile(r"^NEXT: (.+)", re.MULTILINE)


async def converse(terminal: Client, place: Place, heartbeat_s: float) -> bool:
    """On one line, until it drops or the screen says to sign off; whether it was the latter."""
    came = [await terminal.resume("BAY2", "BPD2", place, heartbeat_s=heartbeat_s)]
    if came[0].mke == "ER":
        return False
    while True:
        wanted = [found[1] for message in came for found in NEXT.finditer(message.body)]
        print(*(message.text for message in came), sep="\n\n", end="\n\n")
        if "SIGNOFF" in wanted:
            print((await terminal.sign_off()).text)
            return True
        if wanted:
            came = await terminal.ask(wanted[-1])
            came += [terminal.mailbox.popleft() for _ in range(len(terminal.mailbox))]
        elif (message := await terminal.receive()) is not None:
            came = [message]
        else:
            return False


async def main(host: str, port: str, heartbeat_s: str = str(HEARTBEAT_S)) -> None:
    place, done = Place(), False
    while not done:
        async with await Client.connect(host, int(port)) as terminal:
            try:
                done = await converse(terminal, place, float(heartbeat_s))
            except UsageError as dropped:
                print(dropped, file=sys.stderr)


trio.run(main, *sys.argv[1:4])
