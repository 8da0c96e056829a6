"""A run as a story, told while it happens: who says what to whom, in the bytes of the line, and why
each answer is what it is.

The journal knows why, the terminal has the bytes: the two are put together by line and number.
"""

from __future__ import annotations

from typing import assert_never

from scenarios.background.entries import Background
from scenarios.pattern import Way, received_key, way
from scenarios.report.gutter import Gutter
from scenarios.report.words import Words, fault_text
from scenarios.runner import Cued, Delivered, Happening, Recorded
from scenarios.script import Access, Act, Expect, Fault, Inject, Receives
from scenarios.shelf import Opened
from switch.core.record.journal import Entry
from switch.terms import Instant

LINE_END = " ⏎ "
_HEADER_END = "\r\nTXT\r\n"


class Story:
    """Tells a run to one gutter; give `tell` to the runner as its audience."""

    def __init__(self, opened: Opened, gutter: Gutter) -> None:
        self._script = opened.script
        self._gutter = gutter
        owners = {str(name): entry.owner for name, entry in opened.world.backends.items()}
        self._words = Words(opened.stack, owners)
        self._background = Background(self._script)
        self._unheard = 0  # messages of the background since the last thing that was told
        self._acts = list(self._script.acts)
        self._outcomes: dict[tuple[str, str], list[Entry]] = {}  # (terminal, number): undelivered
        self._notes = {
            (row.seat, row.pattern.reply_to): row.note
            for row in self._script.expects
            if isinstance(row.pattern, Receives) and row.pattern.reply_to and row.note
        }
        self._asked_at: dict[int, Instant] = {}
        self._rows = {control: row for row, control in self._script.controls.items()}

    def tell(self, happening: Happening) -> None:
        """One happening."""
        self._pass_time(happening.at)
        match happening:
            case Cued():
                self._cued(happening)
            case Recorded():
                for entry in happening.entries:
                    self._entry(entry)
            case Delivered():
                self._delivered(happening)
            case _:
                assert_never(happening)

    # --- headings -----------------------------------------------------------------------------

    def _pass_time(self, now: Instant) -> None:
        starts = self._script.starts
        while self._acts and starts + self._acts[0].start <= now:
            self._act(self._acts.pop(0))

    def _act(self, act: Act) -> None:
        at, number = self._script.starts + act.start, self._script.acts.index(act) + 1
        self._gutter.console.print()
        self._gutter.line(at, f"ACT {number}: {act.title.upper()}", "bold reverse")
        if act.is_invented:
            self._gutter.line(at, act.invented, "magenta")
        else:
            self._gutter.line(at, f"Source: {act.source}", "blue")

    # --- what happens -------------------------------------------------------------------------

    def _cued(self, cued: Cued) -> None:
        row = cued.row
        match row:
            case Inject():
                if row.radio is not None:
                    self._gutter.gap(cued.at)
                    self._gutter.line(cued.at, f"radio to {row.to}: {row.radio}", "italic dim")
            case Fault():
                self._fault(cued.at, row)
            case Access() | Expect():
                pass  # what comes of it is told by the journal's own entry
            case _:
                assert_never(row)

    def _fault(self, at: Instant, fault: Fault) -> None:
        until = self._gutter.clock(self._script.starts + fault.until)
        self._gutter.gap(at)
        self._gutter.line(at, f"Until {until}, {fault_text(fault)}", "yellow")
        if fault.announce:
            self._gutter.line(at, f"radio to all: {fault.announce}", "italic dim")

    def _entry(self, entry: Entry) -> None:
        if self._background.take(entry):
            self._unheard += way(entry) is Way.SENT
            return
        if self._unheard:
            count, self._unheard = self._unheard, 0
            self._gutter.line(entry["at"], f"({count} messages in the background)", "dim")
        went, kind, at = way(entry), entry["kind"], entry["at"]
        if went is Way.SENT:
            self._sent(entry)
        elif went is Way.RECEIVED:
            number = (entry.get("terminal") or "", f"{entry.get('sequence', 0):05}")
            self._outcomes.setdefault(number, []).append(entry)
        elif kind == "signed-on":
            self._gutter.line(at, f"{entry['terminal']} signs on, operator {entry['operator']}")
        elif kind == "effective":
            self._effective(entry)
        elif kind == "access":
            self._access(entry)
        elif kind == "withheld":
            self._withheld(entry)

    def _sent(self, entry: Entry) -> None:
        seat = self._script.seat_of(entry["terminal"])
        self._asked_at[entry["query"]] = entry["at"]
        if seat is not None and seat.actor:
            self._gutter.gap(entry["at"])
        who = f"{entry['terminal']} {entry.get('operator') or ''}".strip()
        self._gutter.line(entry["at"], f"{who} -> switch", "bold")
        raw = entry.get("raw") or f"{entry['key']} {entry.get('text') or ''}"
        self._gutter.line(entry["at"], raw, indent=2, hanging=2)

    def _delivered(self, delivered: Delivered) -> None:
        at, output = delivered.at, delivered.frame.output
        number = (delivered.seat.terminal, output.sent.sequence)
        outcomes = self._outcomes.pop(number, [])
        if not outcomes:
            return  # what the switch says to a sign-on is told by its own entry
        if self._asked_at.get(outcomes[0].get("query", 0)) != at:
            self._gutter.gap(at)  # it was some time in coming
        self._gutter.line(at, f"switch -> {delivered.seat.terminal}", "bold")
        header, _, body = delivered.frame.raw.decode("ascii").partition(_HEADER_END)
        lines = [*header.split("\r\n"), "TXT"]
        self._gutter.line(at, LINE_END.join(lines), "dim", indent=2, hanging=2)
        for line in body.split("\r\n"):
            self._gutter.line(at, line, indent=2, hanging=2)
        for outcome in outcomes:
            self._verdict(outcome)
        row = self._rows.get(output.control or "")
        note = self._notes.get((delivered.seat.id, row or ""))
        if note:
            self._gutter.line(at, f"» {note}", "bold", indent=2, hanging=2)

    # --- why ----------------------------------------------------------------------------------

    def _verdict(self, entry: Entry) -> None:
        at, backend = entry["at"], entry.get("backend", "")
        verdict = entry.get("verdict", "")
        match entry["kind"]:
            case "released":
                part = bool(entry["withheld"] or entry["masks"])
                word, style = ("ANSWERED IN PART", "yellow") if part else ("ANSWERED", "green")
                text = f"{word} by {backend}: {verdict}"
                if not entry["rules"]:
                    text += ", no rule of its owner speaks against it"
            case "refused":
                by = "the network" if entry["network"] else self._words.owner(backend)
                text, style = f"REFUSED at {backend} by {by}: {verdict}", "red"
            case _:
                text, style = f"{received_key(entry)}: {entry['kind']}", "yellow"
        self._gutter.line(at, f"=> {text}", f"bold {style}", indent=2, hanging=3)
        for ground in self._words.grounds(entry):
            self._ground(at, ground.rule, ground.text, style)
        own = list(self._words.own_grounds(entry))
        if own:
            text = f"{self._words.owner(backend)}, asked by itself: {entry['owner']}"
            invented = all(self._is_invented(ground.rule) for ground in own)
            self._gutter.line(at, f"=> {text}", style, indent=2, hanging=3, invented=invented)
        for ground in own:
            self._ground(at, ground.rule, ground.text, style)

    def _ground(self, at: Instant, rule: str, text: str, style: str) -> None:
        self._gutter.line(at, text, style, indent=5, hanging=2, invented=self._is_invented(rule))

    def _is_invented(self, rule: str) -> bool:
        return rule in self._script.invented_rules

    def _effective(self, entry: Entry) -> None:
        at, file = entry["at"], entry["backend"]
        self._gutter.gap(at)
        for verb, rules in (("takes effect", entry["started"]), ("ends", entry["ended"])):
            for rule in sorted(rules):
                text = f"A RULE of {file} {verb}. {self._words.rule(rule).text}"
                invented = self._is_invented(rule)
                self._gutter.line(at, text, "bold magenta", hanging=4, invented=invented)

    def _access(self, entry: Entry) -> None:
        who = self._words.owner(entry["backend"])
        text = f"ACCESS CHANGES: {who} {entry['change']}"
        if entry["error"]:
            text = f"ACCESS UNCHANGED: {entry['error']}"
        self._gutter.gap(entry["at"])
        self._gutter.line(entry["at"], text, "bold magenta", hanging=4)

    def _withheld(self, entry: Entry) -> None:
        text = (
            f"{entry['backend']} -> switch: the answer to inquiry {entry['query']} comes after the"
            f" refusal and goes nowhere. WITHHELD: {entry['verdict']}"
        )
        self._gutter.gap(entry["at"])
        self._gutter.line(entry["at"], text, "bold red", hanging=2)
