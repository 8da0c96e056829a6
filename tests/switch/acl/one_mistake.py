"""Rule files with one mistake each, by kind, made from files that have none.

`python -m tests.switch.acl.one_mistake` (`make fixes`) applies to each of them the edits that
`acl check` prints, once, and counts how many files pass then.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from switch.acl.analysis.lints.every import lint
from switch.acl.analysis.repair import mistakes
from switch.acl.directory import Directory
from switch.acl.document import read_owner
from switch.acl.rows import OwnerFile
from switch.errors import Finding
from switch.files.authored import parse
from switch.files.toml.layout import applied
from switch.world_file import WORLDS_FOLDER, load_world
from tests.switch.acl.analysis.lints.files import head, rule

GOLDEN = Directory(load_world("golden-state"))
PLAIN = Directory(load_world("plain-county"))
EXAMPLES = Path(__file__).parents[3] / "examples"
EACH = 9  # files of one kind, from different lines of different files
SEED = 20191015

RICH = """\
# Nevada's own rules, with every kind of selector.
format   = 1
backend  = "NVDMV"
owner    = "Nevada DMV (simulated)"
timezone = "America/Los_Angeles"
default  = "deny"
never_notice = "48h"

[[allow]]
id     = "NV-01"
agency = ["BAY-PD", "NV-HP"]    # neighbours
data   = ["driver.record", "vehicle.registration"]
from   = 2018-01-01T00:00:00
reason = "Neighbours."
cite   = "Memorandum 7 (fictional)"

[[refer]]
id       = "NV-02"
operator = ["TFO7"]
data     = ["driver.record"]
from     = 2018-06-01T08:00:00
reason   = "In writing, please."
cite     = "Memorandum 8 (fictional)"

[[deny]]
id       = "NV-03"
agency   = ["NV-HP"]
data     = ["vehicle.registration"]
from     = 2019-03-01T00:00:00-08:00
ordered  = 2019-03-01T00:00:00-08:00
reason   = "An audit is under way."
cite     = "Memorandum 9 (fictional)"

[[deny]]
id       = "NV-04"
function = ["immigration"]
data     = "any"
from     = 2018-01-01T00:00:00
reason   = "Not for this."
cite     = "Memorandum 10 (fictional)"

[[never]]
id       = "NV-N1"
function = ["immigration"]
data     = ["driver.record", "driver.photo"]
from     = 2018-01-01T00:00:00

[[test]]
at       = 2019-01-01T00:00:00
terminal = "NVH1"
ori      = "NV0990100"
operator = "NHP1"
key      = "DQ"
purpose  = "C"
expect   = "ALLOW"
rule     = "NV-01"

[[test]]
at       = 2019-04-01T00:00:00
terminal = "NVH1"
ori      = "NV0990100"
key      = "RQ"
expect   = "DENY-RULE"
rule     = "NV-03"
"""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A file with one mistake; `lint` is the id of what is to be gone, for advice."""

    kind: str
    text: str
    directory: Directory
    name: str
    lint: str = ""


@dataclass(frozen=True, slots=True)
class Base:
    name: str
    text: str
    directory: Directory


def bases() -> list[Base]:
    """Files without a mistake, in two worlds."""
    golden, plain = WORLDS_FOLDER / "golden-state" / "acl", WORLDS_FOLDER / "plain-county" / "acl"
    return [
        Base("CADMV", (golden / "CADMV.toml").read_text(), GOLDEN),
        Base("ARJIS", (golden / "ARJIS.toml").read_text(), GOLDEN),
        Base("PQDMV", (plain / "PQDMV.toml").read_text(), PLAIN),
        Base("NVDMV", RICH, GOLDEN),
        Base("CADMV", (EXAMPLES / "CADMV-order.toml").read_text(), GOLDEN),
    ]


# --- one line made wrong --------------------------------------------------------------------------

Change = Callable[[str], "str | None"]


def _sub(pattern: str, new: str | Callable[[re.Match[str]], str], only: str = "") -> Change:
    """The first match of a pattern replaced; None where a line has none (or is another key)."""

    def change(line: str) -> str | None:
        if only and not re.match(rf"({only})\s*=", line):
            return None
        made = re.sub(pattern, new, line, count=1)
        return made if made != line else None

    return change


TEXTS = "owner|backend|id|reason|cite|tell|notice|terminal|ori|key|expect|rule|operator"
LISTS = "group|agency|function|data|purpose|mask|except|operator"
NAMES = "agency|group|function|operator"
TIMES = "from|until|at|ordered"

LINES: dict[str, Change] = {
    # syntax
    "quote not closed": _sub(r'"(\s*)$', r"\1", TEXTS),
    "quote not opened": _sub(r'= "', "= ", TEXTS),
    "text without quotes": _sub(r'= "([^"]*)"', r"= \1", TEXTS),
    "quotes of a word processor": _sub(r'"([^"]*)"', "\u201c\\1\u201d"),
    "colon for equals": _sub(r" *= ", ": "),
    "two equals": _sub(r" = ", " == "),
    "no equals": _sub(r" = ", " ", "group|data|id|from|reason"),
    "comma at the end": _sub(r"$", ",", TEXTS + "|" + TIMES),
    "semicolon at the end": _sub(r"$", ";", TEXTS + "|" + LISTS),
    "list not closed": _sub(r"\](\s*(#.*)?)$", r"\1", LISTS),
    "list not opened": _sub(r"= \[", "= ", LISTS),
    "list without quotes": _sub(r'"([^"]*)"(.*)$', lambda m: m[0].replace('"', ""), LISTS),
    "comma between entries missing": _sub(r'", "', '" "', LISTS),
    "header not closed": _sub(r"^(\[\[\w+\])\]", r"\1"),
    "header without brackets": _sub(r"^\[\[(\w+)\]\]", r"\1"),
    "comment of another language": _sub(r"#", "//"),
    "blank in a key": _sub(r"never_notice", "never notice"),
    "American date": _sub(r"(\d{4})-(\d\d)-(\d\d)T00:00:00", r"\2/\3/\1", TIMES),
    "time without seconds": _sub(r"(T\d\d:\d\d):\d\d\b", r"\1", TIMES),
    "day without zeros": _sub(r"-0?(\d)-0?(\d)T", r"-\1-\2T", TIMES),
    "backslash in a text": _sub(r'= "', r'= "C:\\dmv ', "reason|cite"),
    "key twice": _sub(r"^(.*)$", r"\1\n\1", "data|reason|default|expect"),
    # shape
    "letter missing in a key": _sub(r"^([a-z])[a-z]([a-z]+ *=)", r"\1\2"),
    "letters turned in a key": _sub(r"^([a-z]+)([a-z])([a-z])( *=)", r"\1\3\2\4"),
    "capital key": _sub(r"^([a-z_]+)( *=)", lambda m: m[1].capitalize() + m[2]),
    "plural key": _sub(r"^(group|agency|purpose|mask|key|function)( *=)", r"\1s\2"),
    "misspelt table": _sub(r"^\[\[(\w)(\w+)\]\]", r"[[\1\2s]]"),
    "single brackets": _sub(r"^\[\[(\w+)\]\]", r"[\1]"),
    "text for a list": _sub(r'= \["([^"]*)"\]', r'= "\1"', LISTS),
    "list for a text": _sub(r'= ("[^"]*")', r"= [\1]", TEXTS),
    "texts in one pair of quotes": _sub(r'", "', ", ", LISTS),
    "number for a text": _sub(r'= "[^"]*"', "= 12", "reason|cite|owner"),
    "format as a text": _sub(r"= 1$", '= "1"', "format"),
    "format of the future": _sub(r"= 1$", "= 2", "format"),
    "another default": _sub(r'"(allow|deny)"', r'"\1ed"', "default"),
    "default by another word": _sub(r'"(allow|deny)"', '"permit"', "default"),
    "any by another word": _sub(r'"any"', '"all"', "data"),
    "any in capitals": _sub(r'"any"', '"ANY"', "data"),
    "empty entry": _sub(r'\["', '["", "', LISTS),
    "small purpose": _sub(r'"([A-Z])"', lambda m: m[0].lower(), "purpose"),
    "purpose in words": _sub(r'"C"', '"Criminal"', "purpose"),
    "notice in words": _sub(r'"48h"', '"48 hours"', "never_notice"),
    "empty list": _sub(r"= \[.*\]", "= []", "mask"),
    **{f"{key} missing": _sub(r"^.*\n?$", "", key) for key in ("id", "from", "reason", "cite")},
    **{f"{key} missing": _sub(r"^.*$", "", key) for key in ("data", "format", "owner", "default")},
    "timezone missing": _sub(r"^.*$", "", "timezone"),
    "backend missing": _sub(r"^.*$", "", "backend"),
    "everyone and somebody": _sub(r"^((group|agency) .*)$", r"\1\neveryone = true"),
    "everyone is false": _sub(r"^((group|agency) .*)$", r"\1\neveryone = false"),
    # names
    "misspelt selector": _sub(r'"(\w)(\w)(\S*)"', r'"\1\3"', "agency|group|function"),
    "selector in another case": _sub(
        r'"(\w+)"', lambda m: m[0].swapcase(), "agency|group|operator"
    ),
    "letters turned in a name": _sub(r'(\w)(\w)(\w)"', r'\1\3\2"', NAMES),
    "misspelt data class": _sub(r'"(\w+)\.(\w+)\w"', r'"\1.\2"', "data"),
    "data class with a dash": _sub(r'"(\w+)\.', r'"\1-', "data"),
    "misspelt key of a test": _sub(r'= "([A-Z])Q"', r'= "\1QQ"', "key"),
    "misspelt exception": _sub(r'-0(\d)"', r'-O\1"', "except"),
    "misspelt rule of a test": _sub(r'"(\w+)-0(\d)"', r'"\1-\2"', "rule"),
    "misspelt verdict": _sub(r'"(\w)(\w+)', r'"\1\1\2', "expect"),
    "misspelt backend": _sub(r'(\w)"', '"', "backend"),
    "small backend": _sub(r'"(\w+)"', lambda m: m[0].lower(), "backend"),
    "misspelt timezone": _sub(r"America/", "Amerika/", "timezone"),
    "timezone with a blank": _sub(r"Los_Angeles", "Los Angeles", "timezone"),
    "timezone by its initials": _sub(r'"America/\w+"', '"PST"', "timezone"),
    # times
    "bare date": _sub(r"T\d\d:\d\d:\d\d(-08:00)?", "", TIMES),
    "date in quotes": _sub(r"= (\S+)$", r'= "\1"', TIMES),
    "bare date in quotes": _sub(r"= (\d{4}-\d\d-\d\d)T00:00:00$", r'= "\1"', TIMES),
    "a time that happens twice": _sub(r"20\d\d-\d\d-\d\dT\S+", "2019-11-03T01:30:00", "from|at"),
    "a time that is skipped": _sub(r"20\d\d-\d\d-\d\dT\S+", "2019-03-10T02:30:00", "from"),
    # ids
    "id with a blank": _sub(r'"(\w+)-', r'"\1 ', "id"),
    "id with a sign": _sub(r'"(\w+)-', r'"\1#', "id"),
}


def _lines(base: Base) -> Iterator[Wrong]:
    for kind, change in LINES.items():
        lines = base.text.split("\n")
        for number, line in enumerate(lines):
            new = (
                None
                if line.startswith("#") and kind != "comment of another language"
                else (change(line))
            )
            if new is not None and not _is_two(kind, base, number):
                text = "\n".join([*lines[:number], new, *lines[number + 1 :]])
                yield Wrong(kind, text, base.directory, base.name)


RIGHT = {
    "a time that happens twice": "2019-11-03T01:30:00-07:00",
    "a time that is skipped": "2019-03-10T01:30:00-08:00",
}


def _is_two(kind: str, base: Base, number: int) -> bool:
    """Whether the file would have a mistake although this one time were written well."""
    if kind not in RIGHT:
        return False
    lines = base.text.split("\n")
    lines[number] = re.sub(r"20\d\d-\d\d-\d\dT\S+", RIGHT[kind], lines[number])
    return bool(mistakes("\n".join(lines), base.directory, base.name, base.name))


def _spans(base: Base) -> Iterator[Wrong]:
    """Mistakes that stand in more than one line."""
    ids = re.findall(r'^id\s*= "(.+)"', base.text, re.MULTILINE)
    for name in ids[1:]:
        new = base.text.replace(f'"{name}"', f'"{ids[0]}"', 1)
        yield Wrong("id twice", new, base.directory, base.name)
    for start, end in re.findall(r"from\s*= (\S+)\nuntil\s*= (\S+)", base.text):
        right = re.search(rf"from\s*= {start}\nuntil\s*= {end}", base.text)
        assert right is not None
        turned = right[0].replace(start, "@").replace(end, start).replace("@", end)
        text = base.text.replace(right[0], turned)
        yield Wrong("until before from", text, base.directory, base.name)
    yield Wrong("byte order mark", "\ufeff" + base.text, base.directory, base.name)
    other = "CAWPS" if base.directory is GOLDEN else "PQWPS"
    mine = re.sub(r'(backend\s*= )"\w+"', rf'\1"{other}"', base.text, count=1)
    yield Wrong("another owner's file", mine, base.directory, base.name)


# --- every lint that has an edit ------------------------------------------------------------------

CLASSES = ("driver.record", "vehicle.registration", "driver.photo", "vehicle.owner")


def _lints() -> Iterator[Wrong]:
    """A rule for each lint, over several subjects, data and backends."""
    groups = ("police", "ero", "hsi", "cbp")
    found: list[tuple[str, str]] = []

    def add(lint: str, *rules: str, default: str = "allow", backend: str = "CADMV") -> None:
        text = head(backend, default) + "".join(rules)
        found.append((lint, text + f"#{backend}"))

    for backend in ("CADMV", "NVDMV"):
        for group in groups:
            who = f'group = ["{group}"]'
            whole = rule("deny", "D", f'{who}; data = "any"')
            for name in CLASSES:
                part = f'{who}; data = ["{name}"]'
                add("L01", whole, rule("allow", "A", part), backend=backend)
                add("L02", rule("allow", "A", part), backend=backend)
                ends = f"{part}; until = 2020-01-01T00:00:00"
                add("L04", rule("deny", "D", ends), backend=backend)
                if name in ("driver.photo", "vehicle.owner"):
                    continue  # of no use without the class that comes first
                add(
                    "L09",
                    rule("allow", "A", f'{part}; mask = ["RSE"]'),
                    default="deny",
                    backend=backend,
                )
            gone = rule("deny", "D", f'{who}; data = "any"; except = ["A"]')
            add(
                "L03",
                gone,
                rule("allow", "A", 'agency = ["NV-HP"]; data = ["vehicle.registration"]'),
                default="deny",
                backend=backend,
            )
            for key in ("DQ", "RQ"):
                narrow = f'{who}; data = "any"; key = ["{key}"]'
                add("L05", rule("deny", "D", narrow), backend=backend)
            for flag in ("true", "false"):
                add(
                    "L06",
                    rule("deny", "D", f'{who}; data = "any"; image = {flag}'),
                    backend=backend,
                )
            add("L10", whole, backend=backend)
            add("L11", rule("deny", "D", f'{who}; data = "any"; purpose = ["C"]'), backend=backend)
            add("L13", rule("deny", "D", f'{who}; data = ["driver.ssn"]'), backend=backend)
            add("L13", rule("allow", "A", f'{who}; data = "any"'), default="deny", backend=backend)
            add(
                "L16",
                rule("deny", "D", f'{who}; data = "any"; ordered = 2019-10-01T00:00:00'),
                backend=backend,
            )
            add("L19", whole.replace("Memorandum 12", "Penal Code 12"), backend=backend)
            add("L20", whole, '\n[[accept]]\nlint = "L05"\nreason = "x"\n', backend=backend)
        for ori in ("CA0990100", "DCICE0900", "DCICE0910", "CA0990200"):
            add("L07", rule("deny", "D", f'ori = ["{ori}"]; data = "any"'), backend=backend)
        for desk in ("BAY1", "ERO1"):
            add("L07", rule("deny", "D", f'terminal = ["{desk}"]; data = "any"'), backend=backend)
        for prefix in ("DCICE", "DC", "CA0990"):
            add(
                "L08",
                rule("deny", "D", f'ori_prefix = ["{prefix}"]; data = "any"'),
                backend=backend,
            )
    for id, text in found:
        body, _, backend = text.rpartition("#")
        yield Wrong(id, body, GOLDEN, backend, id)


# --- counting -------------------------------------------------------------------------------------


def told(wrong: Wrong) -> list[Finding]:
    """What `acl check --strict` says of it, as far as it concerns this mistake."""
    found = mistakes(wrong.text, wrong.directory, f"{wrong.name}.toml", wrong.name)
    if not wrong.lint:
        return [*found]
    document = read_owner(parse(wrong.text, OwnerFile, name="x"), wrong.directory)
    linted = lint(document, wrong.directory)
    return [each for each in (*found, *linted.advice) if each.id.startswith(wrong.lint)]


def passes(wrong: Wrong, text: str) -> bool:
    """Whether `acl check` passes, and what was advised is done."""
    if mistakes(text, wrong.directory, f"{wrong.name}.toml", wrong.name):
        return False
    if not wrong.lint:
        return True
    linted = lint(read_owner(parse(text, OwnerFile, name="x"), wrong.directory), wrong.directory)
    rules = {each.what.split()[0] for each in told(wrong)}  # a lint's words begin with its rule
    return not any(
        e.id.startswith(wrong.lint) and e.what.split()[0] in rules for e in linted.advice
    )


def is_mended(wrong: Wrong) -> bool | None:
    """Whether the printed edits, applied once, mend it; None if it is no mistake after all."""
    found = told(wrong)
    if not found:
        return None
    edits = [edit for finding in found for edit in finding.edits]
    return bool(edits) and passes(wrong, applied(wrong.text, edits))


def generated(each: int = EACH, seed: int = SEED) -> list[Wrong]:
    """A fair share of every kind."""
    every: dict[str, list[Wrong]] = {}
    for base in bases():
        for wrong in (*_lines(base), *_spans(base)):
            every.setdefault(wrong.kind, []).append(wrong)
    for wrong in _lints():
        every.setdefault(wrong.kind, []).append(wrong)
    chance = random.Random(seed)
    return [wrong for of in every.values() for wrong in chance.sample(of, min(each, len(of)))]


def main(argv: list[str]) -> int:
    """Print a table by kind; exit 1 below nine of ten, or below 500 files."""
    counts: dict[str, list[int]] = {}
    keep = Path(argv[0]) if argv else None
    for number, wrong in enumerate(generated()):
        mended = is_mended(wrong)
        if mended is None:
            continue
        row = counts.setdefault(wrong.kind, [0, 0])
        row[0] += mended
        row[1] += 1
        if keep is not None and not mended:
            (keep / f"{number:03}-{wrong.kind.replace(' ', '-')}.toml").write_text(wrong.text)
    good, all_ = (sum(row[i] for row in counts.values()) for i in (0, 1))
    for kind, (well, made) in counts.items():
        print(f"{kind:<34}{well:>4} of {made:<4}{'' if well == made else '  *'}")
    print(f"{'all':<34}{good:>4} of {all_:<4}  {good / all_:.1%} in {len(counts)} kinds")
    return 0 if good >= 0.9 * all_ and all_ >= 500 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
