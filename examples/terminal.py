"""A terminal in twenty lines: signs on, asks two states, prints what comes.

wireroom serve golden-state --listen 127.0.0.1:4000
python examples/terminal.py 127.0.0.1 4000
"""

import sys

import trio

from terminals.client import Client


async def main(host: str, port: str) -> None:
    async with await Client.connect(host, int(port)) as terminal:
        print((await terminal.sign_on("BAY2", "BPD2")).body)
        for answer in await terminal.ask("DQ.CA0990100.CA.NV.TXTOLN/S0990001"):
            print(answer.body, end="\n\n")


if len(sys.argv) != 3:
    sys.exit(__doc__)
trio.run(main, *sys.argv[1:])
