"""What is left of a batch in the journal, and what that costs: `python -m benchmarks.pressing`.

The batches of `make bench`: its world with 50 terminals, of which 25 ask in each turn, as they do
once half of them wait for the disk while the other half is answered. Bytes of a batch, and
microseconds to press one, by what the journal does and by what Python has had for long.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from time import perf_counter

import msgpack

from benchmarks import stage
from benchmarks.generator import inquiry
from switch.acl.document import load_stack
from switch.core.dispatcher import Dispatcher
from switch.core.events import Event, LineOpened, MessageArrived
from switch.core.record.journal import Entry
from switch.core.record.packed import press, restored
from switch.message import SignOn
from switch.shell.asking import answered_now
from switch.shell.plugins import open_backends
from switch.terms import Mnemonic, OperatorId
from switch.wire.codec import decode
from switch.wire.spec_files import load_formats
from switch.world_file import load_world

TERMINALS, ASKING = 50, 25
TURNS = 400
STARTS = 1_571_122_800.0  # 2019-10-15 07:00 UTC
_LENGTH_BYTES = 4  # before each frame


def main() -> None:
    """The mean of all turns, the best of five times."""
    with tempfile.TemporaryDirectory() as folder:
        turns = list(batches(Path(folder), TURNS))
    entries = sum(map(len, turns)) / TURNS
    packed = [msgpack.packb(turn) for turn in turns]
    print(f"a batch of {entries:.0f} entries, packed: {_mean(packed)} bytes")
    for name, way in (
        ("Zstandard, level 1, as the journal has it", press()),
        ("zlib, level 1", lambda body: zlib.compress(body, 1)),
        ("zlib, level 6", zlib.compress),
    ):
        took, stored = timed(way, packed)
        print(f"  {name:42} {_mean(stored):6} bytes, {took:5.1f} us")
    stored = [*map(press(), packed)]
    print(f"  {'restored from the first':42} {'':6}        {timed(restored, stored)[0]:5.1f} us")


def batches(folder: Path, turns: int) -> Iterator[list[Entry]]:
    """What so many turns of a switch put on record, from the first inquiries on."""
    world, formats = load_world(str(stage.build(folder, TERMINALS))), load_formats()
    (backend,) = open_backends(world, folder / "cache").values()
    switch, random = Dispatcher(world, load_stack(world), formats), Random(1)
    switch.start(STARTS)
    for number in range(TERMINALS):
        mnemonic, operator, _ = stage.terminal(number)
        who = SignOn(Mnemonic(mnemonic), OperatorId(operator), None)
        switch.handle([LineOpened(number + 1), MessageArrived(number + 1, who)], STARTS)
    for turn in range(turns):
        asking = range(turn % 2 * ASKING, turn % 2 * ASKING + ASKING)
        events: list[Event] = []
        for number in asking:
            frame = inquiry(number, turn // 2, random).frame[_LENGTH_BYTES:]
            events.append(MessageArrived(number + 1, decode(frame, formats)))
        records: list[Entry] = []
        while events:
            commands = switch.handle(events, STARTS + turn / 1000)
            records += commands.records
            events = [answered_now(backend, ask) for ask in commands.asks]
        yield records


def timed(way: Callable[[bytes], bytes], bodies: Sequence[bytes]) -> tuple[float, list[bytes]]:
    """Microseconds for each, the best of five times, and what was made of them."""
    best, made = float("inf"), list[bytes]()
    for _ in range(5):
        began = perf_counter()
        made = [way(body) for body in bodies]
        best = min(best, perf_counter() - began)
    return best / len(bodies) * 1_000_000, made


def _mean(bodies: Sequence[bytes]) -> int:
    return round(sum(map(len, bodies)) / len(bodies))


if __name__ == "__main__":
    main()
