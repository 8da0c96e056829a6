"""The switch's own log, searched: NLQ answers a list, NFQ one message in full [N-RAND, NW-10].

Whoever searches has been let in by the log's own rules. What he is shown is besides judged by the
rules of whoever it came from, now and for him (`core.record.derived`): an answer that he could not
get himself, with every class and field of it, is not found, not counted and not hinted at. So a
search goes on until it has found enough that he may see, and what it cannot judge it passes over.
What was answered to searches is not searched again. Administrative messages came from no database,
and nobody can tell what was typed into them: only who sent or got one finds it.

A message has a number: a thousand times the switch's number of the inquiry, plus the leg for an
answer. Like everything else that is shown it does not depend on what others were answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from switch.acl.engine import AccessStack, Request
from switch.backend import Reply, printed
from switch.config import World
from switch.core.inquiry.exchange import Leg, correlation, leg_of
from switch.core.log.tail import MESSAGES_MAX, LogTail
from switch.core.log.words import Wanted
from switch.core.outbox import Outbox
from switch.core.record.derived import readable_whole
from switch.core.record.journal import Entry
from switch.terms import TRAINING_LINE, BackendName, Instant, MessageKey, Mnemonic, Ori

KIND = "log"  # of a backend, in a world
HITS_MAX = 20  # of one answer
LINES_MAX = 200  # of a message in full
SHORT_CHARACTERS_MAX = 60  # of what a hit shows of its message
_SEARCH, _FULL = MessageKey("NLQ"), MessageKey("NFQ")
_SEARCHED = frozenset(("query", "released", "message"))

Record = dict[str, str]


class LogLine(NamedTuple):
    """One message of the log."""

    number: int
    at: Instant
    key: str
    source: str
    targets: tuple[str, ...]
    text: str  # one line or more, without the TRAINING line


def reach_of(world: World) -> int:
    """How many messages the log of this world reaches back; 0 where nobody may search it."""
    logs = (each for each in world.backends.values() if each.kind == KIND)
    reach = (each.options.get("messages_max", MESSAGES_MAX) for each in logs)
    return max((each for each in reach if isinstance(each, int)), default=0)


class LogSearch:
    """Fills in the answers of the backends of kind `log`, which say only that they may be asked."""

    def __init__(self, world: World, outbox: Outbox) -> None:
        self._world = world
        self._out = outbox
        self.backends = frozenset(
            each.name for each in world.backends.values() if each.kind == KIND
        )
        self.tail = LogTail(outbox, reach_of(world))

    def fill(self, reply: Reply, leg: Leg | None, stack: AccessStack) -> Reply:
        """The answer to one search, judged at this instant; what failed stays as it is."""
        if reply.error is not None or leg is None:
            return reply
        sight = _Sight(self._world, self.tail, stack, leg.request, self._out.now)
        fields = leg.exchange.message.fields or {}
        if leg.entry.key == _SEARCH:
            records = self._list(sight, leg, Wanted.of(fields, self._world.timezone))
        elif leg.entry.key == _FULL:
            records = self._full(sight, leg, int(fields["MRI"]))
        else:
            return Reply(reply.id, error=f"no records for {leg.entry.key}")
        return Reply(reply.id, tuple(records))

    # --- the two keys -------------------------------------------------------------------------

    def _list(self, sight: _Sight, leg: Leg, wanted: Wanted) -> Iterator[Record]:
        for hits, (line, query) in enumerate(self._lines(sight, wanted), 1):
            if hits > HITS_MAX:
                yield {"REM": f"MORE THAN {HITS_MAX} FOUND. ASK FOR LESS TIME, OR MORE WORDS"}
                return
            self._record(leg, line, query)
            yield {**self._about(line), "TXT": _short(line.text)}

    def _full(self, sight: _Sight, leg: Leg, number: int) -> Iterator[Record]:
        query_number, _ = leg_of(number)
        if query_number < self.tail.first:
            return
        for batch in self.tail.since(query_number):
            for line, query in self._of_batch(sight, batch):
                if line.number == number:
                    self._record(leg, line, query)
                    yield self._about(line)
                    yield from ({"TXT": each} for each in line.text.split("\n")[:LINES_MAX])
                    return

    def _lines(self, sight: _Sight, wanted: Wanted) -> Iterator[tuple[LogLine, Entry]]:
        """What is meant and may be seen, the latest first."""
        for batch in self.tail.newest_first(wanted.needles, wanted.begin):
            yield from self._of_batch(sight, reversed(batch), wanted)

    def _of_batch(
        self, sight: _Sight, batch: Iterable[Entry], wanted: Wanted | None = None
    ) -> Iterator[tuple[LogLine, Entry]]:
        seen = set[tuple[int, int]]()
        entries = list(batch)
        sight.learn(entries)
        for entry in entries:
            if entry["kind"] not in _SEARCHED or entry["query"] < self.tail.first:
                continue
            if entry["kind"] == "released":  # the legs of a merged answer share one message
                message = (entry["query"], entry["sequence"])
                if message in seen:
                    continue
                seen.add(message)
            line = self._line(entry)
            if wanted is not None and not _meant(wanted, line):
                continue
            query = sight.asked(entry)
            if query is not None and not self._of_the_log(query) and sight.allows(query):
                yield line, query

    def _of_the_log(self, query: Entry) -> bool:
        return any(leg["backend"] in self.backends for leg in query.get("legs", ()))

    # --- a message as it is shown -------------------------------------------------------------

    def _line(self, entry: Entry) -> LogLine:
        number, leg = entry["query"], entry.get("leg", 0)
        targets: tuple[str, ...]
        if entry["kind"] == "released":
            backend = self._world.backends.get(BackendName(entry["backend"]))
            source = backend.ori if backend is not None else self._world.switch_ori
            targets, text = (entry["ori"],), _without_notice(entry["text"])
        else:
            source, targets = Ori(entry["ori"]), tuple(map(str, entry["destinations"]))
            text = entry["text"] if entry["kind"] == "message" else printed(entry["fields"])
        key = str(entry["key"])
        return LogLine(correlation(number, leg), entry["at"], key, source, targets, text)

    def _about(self, line: LogLine) -> Record:
        local = datetime.fromtimestamp(line.at, self._world.timezone)
        return {
            "MRI": str(line.number),
            "DAT": f"{local:%Y%m%d@%H%M}",
            "MKE": line.key,
            "SRC": line.source,
            **({"DST": " ".join(line.targets)} if line.targets else {}),
        }

    def _record(self, leg: Leg, line: LogLine, query: Entry) -> None:
        """Each owner's ledger says who read in the log what it had answered."""
        of, of_leg = leg_of(line.number)
        for backend in dict.fromkeys(each["backend"] for each in query.get("legs", ())):
            self._out.record(
                "read-in-log",
                line=leg.exchange.line.id,
                query=leg.exchange.query,
                leg=leg.number,
                backend=backend,
                terminal=leg.request.terminal,
                ori=leg.request.ori,
                operator=leg.request.operator,
                of=of,
                of_leg=of_leg,
            )


class _Sight:
    """What one reader may see at one instant."""

    def __init__(
        self, world: World, tail: LogTail, stack: AccessStack, reader: Request, now: Instant
    ) -> None:
        self._world = world
        self._tail = tail
        self._stack = stack
        self._reader = reader
        self._now = now
        self._queries: dict[int, Entry] = {}
        self._allowed: dict[int, bool] = {}

    def learn(self, entries: Iterable[Entry]) -> None:
        """What was asked, for the answers that stand beside it."""
        for entry in entries:
            if entry["kind"] in ("query", "message"):
                self._queries[entry["query"]] = entry

    def asked(self, entry: Entry) -> Entry | None:
        """The inquiry to which an entry belongs; None if it is not at hand any more."""
        number = entry["query"]
        if number not in self._queries:
            for batch in self._tail.since(number):
                self.learn(batch)
                break  # it stands there or nowhere
        return self._queries.get(number)

    def allows(self, query: Entry) -> bool:
        """Whether this reader may see an inquiry and its answers, or a message."""
        number = query["query"]
        if number not in self._allowed:
            self._allowed[number] = self._judged(query)
        return self._allowed[number]

    def _judged(self, query: Entry) -> bool:
        reader = self._reader
        if query["kind"] == "message":
            return self._took_part(query)
        who = (reader.terminal, reader.ori, reader.operator)
        return readable_whole(self._stack, query, who, self._now)

    def _took_part(self, message: Entry) -> bool:
        terminals = self._world.terminals
        present = (message["terminal"], *(message.get("delivered") or ()))
        agencies = {
            terminals[one].agency for each in present if (one := Mnemonic(each)) in terminals
        }
        mine = terminals.get(self._reader.terminal)
        return mine is not None and mine.agency in agencies


def _meant(wanted: Wanted, line: LogLine) -> bool:
    return (
        wanted.at(line.at)
        and (not wanted.keys or line.key in wanted.keys)
        and wanted.between(line.source, line.targets)
        and wanted.means(line.text)
    )


def _without_notice(text: str) -> str:
    return text.removeprefix(TRAINING_LINE).lstrip("\n")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT_CHARACTERS_MAX else f"{line[:SHORT_CHARACTERS_MAX]}..."
