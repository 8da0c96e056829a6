"""An audit in words: its sections, their sentences and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from switch.cli.told.report import Section, Told

if TYPE_CHECKING:
    from switch.audit.counts import Line
    from switch.audit.cutoffs import CutOff
    from switch.audit.displacement import Shift
    from switch.audit.flow import Flow
    from switch.audit.inquiries import Inquiry
    from switch.audit.report import Report

When = Callable[[float], str]

_WHOLE = """\
Every page of the ledger follows from the one before. Against the heads that the owner kept it is
held by `wireroom audit verify`, not here."""
_ALONE = """\
By this owner's file alone, asked plainly. For other owners' backends, copies and logs see
`wireroom acl leaks`."""
_RISE = """\
Inquiries a day of related agencies before and after the cut-off. A rise is called one where chance
explains it in fewer than one of a hundred cases."""
_NO_TOTALS = """\
There are no totals on purpose: a total beside its other parts would tell the suppressed one."""
_COUNTED = """\
An inquiry is counted once, in the month in which it was asked. `other`: no answer in time, an
answer withheld, or a line that was gone."""


def told(report: Report, timezone: ZoneInfo) -> Told:
    """The owner's own report."""
    when: When = partial(_when, timezone=timezone)
    return Told(
        f"Audit of {report.agency} at {report.backend}",
        _about(report, when),
        tuple(_summary(report, when)),
        (
            _record(report),
            _cut_offs(report, when),
            _flow(report.flow),
            *_relatives(report.flow),
            _released(report, when),
            *_orders(report, timezone),
            _attempts(report, when),
            _displacement(report),
            *_sightings(report, when),
            _received(report, when),
            _asked(report, when),
            _sample(report.sample, when),
            Section("What this report does not show", (*report.notes, *report.unseen)),
        ),
    )


def told_in_public(report: Report, timezone: ZoneInfo) -> Told:
    """Counts for the public: cells that cannot be derived from each other, and no totals."""
    from switch.audit.counts import OUTCOMES, SMALL_CELL_MAX

    when: When = partial(_when, timezone=timezone)
    rows = tuple(
        (month.month, *("suppressed" if cell is None else f"{cell:,}" for cell in month.cells))
        for month in report.public
    )
    lead: tuple[str, ...] = (
        f"Inquiries of {report.agency_name} by whole calendar month and outcome.",
        f"A count from 1 to {SMALL_CELL_MAX} is suppressed.",
        _NO_TOTALS,
        _COUNTED,
    )
    if not rows:
        lead = (*lead, "No whole calendar month is on record yet.")
    about = (
        ("Record owner", report.owner),
        ("Agency", f"{report.agency}, {report.agency_name}"),
        ("Up to", when(report.at)),
    )
    counts = Section("Counts for the public", lead, ("month", *OUTCOMES), rows)
    facts = tuple(
        (_whose(cut), cut.rule.id, cut.rule.effect.value, when(cut.effective), cut.rule.cite)
        for cut in report.cut_offs
        if cut.effective <= report.at
    )
    columns = ("decided by", "rule", "effect", "in force from", "under")
    return Told(
        f"{report.agency} at {report.backend}: counts for the public",
        about,
        (),
        (Section("Rules about the agency", (), columns, facts), counts),
    )


def _when(at: float, *, timezone: ZoneInfo) -> str:
    """To the second, with the zone's short name: 2019-11-03 01:30:00 comes twice a year."""
    return datetime.fromtimestamp(at, timezone).strftime("%Y-%m-%d %H:%M:%S %Z")


def _about(report: Report, when: When) -> tuple[tuple[str, str], ...]:
    head = report.head
    found = [
        ("Record owner", f"{report.owner}, backend {report.backend}"),
        ("Agency", f"{report.agency}, {report.agency_name}"),
    ]
    below = [each for each in report.members if each != report.agency]
    if below:
        found.append(("With", ", ".join(below)))
    found += [
        ("As of", when(report.at)),
        ("On record from", when(report.begins)),
        ("Compared from", when(max(report.lookback_from, report.begins))),
        ("Ledger", f"{head.rows:,} rows on {head.page:,} pages, head {head.hash.hex()}"),
    ]
    return tuple(found)


def _summary(report: Report, when: When) -> list[tuple[bool, str]]:
    found = []
    if report.faults:
        found.append((True, f"THE RECORD IS NOT WHOLE: {_many(len(report.faults), 'fault')}"))
    if report.since is None:
        found.append((False, "Nobody has cut this agency off."))
    else:
        found.append((False, _since(report, report.since, when)))
        found += [(False, _gap(*gap, when)) for gap in report.gaps]
    answers = sum(line.count for line in report.released_after)
    contrary = len(report.contrary)
    if contrary:
        words = f"{_many(contrary, 'ANSWER', 'S')} LEFT CONTRARY TO THE RULES IN FORCE"
        found.append((True, words))
    elif report.since is not None:
        words = f"{_many(answers, 'answer')} left since, none contrary to the rules in force."
        found.append((False, words))
    if report.since is not None:
        attempts = sum(line.count for line in report.attempts)
        was = "was" if attempts == 1 else "were"
        found.append((False, f"{_many(attempts, 'attempt')} {was} refused since."))
    moved = [shift.agency for shift in report.displacement if shift.rose]
    if moved:
        found.append((True, f"VOLUME ROSE AT {', '.join(moved)} AFTER THE CUT-OFF"))
    return found


def _since(report: Report, since: float, when: When) -> str:
    ended = report.ended
    if ended is None or ended.ends is None or ended.ends < since:
        return f"Cut off since {when(since)}."
    return f"Cut off from {when(since)} to {when(ended.ends)}; nothing cuts it off now."


def _gap(before: CutOff, after: CutOff, when: When) -> str:
    span = f"{when(before.ends or 0.0)} to {when(after.effective)}"
    return f"{before.rule.id} did not hold from {span}: {_ended(before)}; back by {after.by}."


def _ended(cut: CutOff) -> str:
    """By whom, why and under which paper an interval ended."""
    if cut.ended is None:
        return "ended by its own date"
    why = "; ".join(text for text in (cut.ended.reason, cut.ended.cite) if text)
    return f"ended by {cut.ended.by}" + (f" ({why})" if why else "")


def _many(count: int, word: str, plural: str = "s") -> str:
    return f"{count:,} {word}{'' if count == 1 else plural}"


def _record(report: Report) -> Section:
    if report.faults:
        return Section("Is the record whole?", tuple(map(str, report.faults)), wrong=True)
    return Section("Is the record whole?", (_WHOLE,))


def _whose(cut: CutOff) -> str:
    return "switch operator" if cut.file == "NETWORK" else cut.file


def _cut_offs(report: Report, when: When) -> Section:
    columns = ("rule", "by whom", "what", "ordered", "effective", "delay", "until", "seen live")
    rows = tuple(_cut_off(cut, report.at, when) for cut in report.cut_offs)
    why = [
        f"{cut.rule.id}: {cut.rule.reason} ({cut.rule.cite or 'no citation'})"
        for cut in report.cut_offs
    ]
    why += [
        f"{cut.rule.id}, in force from {when(cut.effective)}, until {when(cut.ends)}: {_ended(cut)}"
        for cut in report.cut_offs
        if cut.ended is not None and cut.ends is not None
    ]
    lead = tuple(dict.fromkeys(why))
    if not rows:
        lead = ("No deny, refer or suspension names this agency in the files at hand.",)
    return Section("Cut off by whom", lead, columns, rows)


def _cut_off(cut: CutOff, at: float, when: When) -> tuple[str, ...]:
    rule = cut.rule
    what = "any data" if rule.data is None else ", ".join(sorted(rule.data))
    what = "the line" if cut.file == "NETWORK" else what
    narrowed = [f"key {' '.join(sorted(rule.keys))}"] if rule.keys else []
    narrowed += [f"purpose {' '.join(sorted(rule.purposes))}"] if rule.purposes else []
    narrowed += [f"except {' '.join(sorted(rule.exceptions))}"] if rule.exceptions else []
    effective = when(cut.effective)
    if cut.effective > at:
        effective = f"ORDERED, NOT YET EFFECTIVE ({effective})"
    live = "not probed" if cut.live is None else "yes" if cut.live else "NO"
    if cut.live_s is not None:
        live += f", {cut.live_s:,.3f} s after the order"
    return (
        rule.id + (" again" if cut.again else ""),
        cut.by,
        "; ".join((f"{rule.effect.value} {what}", *narrowed)),
        when(rule.ordered) if rule.ordered is not None else "not said",
        effective,
        _span(cut.delay_s) if cut.delay_s is not None else "-",
        when(cut.ends) if cut.ends is not None else "until withdrawn",
        live,
    )


def _span(seconds: float) -> str:
    if abs(seconds) < 120:
        return f"{seconds:,.1f} s"
    if abs(seconds) < 2 * 86_400:
        return f"{seconds / 3600:,.1f} h"
    return f"{seconds / 86_400:,.1f} days"


def _flow(found: Flow | None) -> Section:
    title = "What still flows, and where"
    if found is None:
        return Section(title, ("The file in force is not at hand: this cannot be said.",))
    rows: list[tuple[str, ...]] = [
        (
            stream.data_class,
            " ".join(stream.keys),
            stream.terms or "any",
            ", ".join(stream.rules) or "the default",
            " ".join(stream.masks) or "-",
            ", ".join(stream.lines),
        )
        for stream in found.streams
    ]
    lead: tuple[str, ...] = (_ALONE,)
    if not found.streams:
        lead = (*lead, "Nothing flows to the agency's own lines.")
    columns = ("data class", "keys", "asked with", "allowed by", "masked", "to whom")
    return Section(title, lead, columns, tuple(rows))


def _relatives(found: Flow | None) -> list[Section]:
    """Whoever might fetch for the agency what it may not have; none is no section."""
    if found is None or not found.siblings:
        return []
    rows = tuple(
        (
            sibling.agency,
            sibling.relation,
            "what passes it" if sibling.hubs else ", ".join(sibling.classes) or "nothing",
        )
        for sibling in found.siblings
    )
    return [Section("Its relatives, and what they still get", (), ("agency", "how", "data"), rows)]


def _lines(lines: Sequence[Line], when: When) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (*line.what, f"{line.count:,}", when(line.first), when(line.last)) for line in lines
    )


def _released(report: Report, when: When) -> Section:
    title = "Answers after the cut-off"
    if report.since is None:
        return Section(title, ("There is no cut-off to count from.",))
    if not report.released_after:
        return Section(title, ("None on record.",))
    lead = ["Each was judged again by the files in force at its release, not by the switch's word."]
    lead += [
        f"CONTRARY: inquiry {one.inquiry.name} at {when(one.inquiry.ended or 0.0)}:"
        f" {', '.join(one.classes)} left, which {', '.join(one.because) or 'the default'} refuses"
        for one in report.contrary
    ]
    columns = ("way", "key", "data", "by the rules", "answers", "first", "last")
    rows = _lines(report.released_after, when)
    return Section(title, tuple(lead), columns, rows, bool(report.contrary))


def _orders(report: Report, timezone: ZoneInfo) -> list[Section]:
    """Court orders for the agency; none is no section."""
    from switch.acl.analysis.orders import in_words

    if not report.orders:
        return []
    lead = tuple(in_words(order, timezone) for order, _ in report.orders)
    rows = tuple(
        (order.id, f"{used:,}", f"{order.count:,}", f"{max(0, order.count - used):,}")
        for order, used in report.orders
    )
    wrong = any(used > order.count for order, used in report.orders)
    return [Section("Court orders", lead, ("order", "used", "allowed", "left"), rows, wrong)]


def _sightings(report: Report, when: When) -> list[Section]:
    """What watches told their owner; nothing told is no section."""
    rows = tuple(
        (when(e["at"]), e["watch"], e["what"], e["said"], e["told"] or "nobody was there")
        for e in (row.entry for row in report.sightings)
    )
    columns = ("at", "watch", "what", "said", "told to")
    lead = ("Of every watch of this owner, whomever it is about.",)
    return [Section("What watches saw", lead, columns, rows)] if rows else []


def _attempts(report: Report, when: When) -> Section:
    columns = ("way", "key", "verdict", "rules", "attempts", "first", "last")
    lead = () if report.attempts else ("None on record.",)
    return Section("Attempts after it", lead, columns, _lines(report.attempts, when))


def _displacement(report: Report) -> Section:
    lead: tuple[str, ...] = (_RISE,)
    if not report.displacement:
        lead = ("No related agency, or no cut-off to compare around.",)
    columns = ("agency", "relation", "before", "a day", "after", "a day", "chance", "rose")
    rows = tuple(_shift(shift) for shift in report.displacement)
    moved = any(shift.rose for shift in report.displacement)
    return Section("Did it move elsewhere?", lead, columns, rows, moved)


def _shift(shift: Shift) -> tuple[str, ...]:
    return (
        shift.agency,
        shift.relation,
        f"{shift.before:,}",
        f"{shift.before_per_day:,.1f}",
        f"{shift.after:,}",
        f"{shift.after_per_day:,.1f}",
        f"{shift.chance:.3f}" if shift.chance >= 0.0005 else "< 0.001",
        "YES" if shift.rose else "no",
    )


def _received(report: Report, when: When) -> Section:
    columns = ("way", "key", "data", "answers", "records", "first", "last")
    rows = tuple(
        (*line.what, f"{line.count:,}", f"{line.records:,}", when(line.first), when(line.last))
        for line in report.received_before
    )
    lead = () if rows else ("Nothing on record.",)
    return Section("What it received before", lead, columns, rows)


def _asked(report: Report, when: When) -> Section:
    columns = ("key", "purpose", "inquiries", "first", "last")
    fates = ", ".join(f"{count:,} {fate}" for fate, count in report.fates.items())
    lead = [f"In all: {fates}." if fates else "No inquiry on record."]
    lead += [f"VAGUE: {each.what}: {each.count:,} of {each.among:,}" for each in report.vague]
    return Section("By key and purpose", tuple(lead), columns, _lines(report.asked, when))


def _sample(sample: Sequence[Inquiry], when: When) -> Section:
    title = "Random sample to follow up"
    if not sample:
        return Section(title, ("None was asked for, or nothing was answered (--sample N).",))
    columns = ("inquiry", "asked", "terminal", "operator", "ORI", "key", "purpose", "asked for")
    rows = tuple(
        (
            each.name,
            when(each.at),
            each.request.terminal,
            each.request.operator or "-",
            f"{each.request.ori}"
            + (f" for {each.request.on_behalf_of}" if each.request.on_behalf_of else ""),
            each.request.key,
            each.request.purpose or "none",
            " ".join(f"{code}/{value}" for code, value in each.fields.items()),
        )
        for each in sample
    )
    lead = ("Drawn by SHA-256 of the seed, the ledger's head and the inquiry's number.",)
    return Section(title, lead, columns, rows)
