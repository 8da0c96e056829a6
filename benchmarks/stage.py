"""The world that all contenders serve: invented agencies, licences in memory, some of them denied.

Built anew in a temporary folder for each run; seeded, so that two runs send the same inquiries.
"""

from __future__ import annotations

from pathlib import Path

LICENCES = 10_000
DENIED_EVERY = 50  # one agency in fifty is cut off: 2 % of the traffic
RULES = 100


def terminal(number: int) -> tuple[str, str, str]:
    """Mnemonic, operator and ORI of the n-th terminal (0-based)."""
    return f"T{number:04}", f"OP{number:04}", f"CA099{number:04}"


def licence(number: int) -> str:
    """The n-th licence number."""
    return f"S{number:07}"


def build(folder: Path, terminals: int) -> Path:
    """Write the world for so many terminals; returns its folder."""
    world = folder / "bench"
    (world / "acl").mkdir(parents=True)
    (world / "records").mkdir()
    lines = [
        "format = 1",
        "[world]",
        'id = "bench"',
        'title = "Benchmark"',
        'timezone = "America/Los_Angeles"',
        "seed = 1",
    ]
    for number in range(terminals):
        mnemonic, operator, ori = terminal(number)
        groups = '["cut-off"]' if number % DENIED_EVERY == DENIED_EVERY - 1 else '["served"]'
        lines += [
            f'[[agency]]\nid = "A{number:04}"\nname = "Agency {number}"',
            f'oris = ["{ori}"]\ngroups = {groups}',
            f'[[terminal]]\nmnemonic = "{mnemonic}"\nagency = "A{number:04}"',
            f'operators = ["{operator}"]',
            f'[[operator]]\nid = "{operator}"\nagency = "A{number:04}"',
        ]
    lines.append(_BACKEND)
    (world / "world.toml").write_text("\n".join(lines))
    (world / "acl" / "BENCH.toml").write_text(HEAD + "\n".join(_rules(terminals)))
    (world / "acl" / "NETWORK.toml").write_text('format = 1\ntimezone = "America/Los_Angeles"\n')
    (world / "records" / "licences.toml").write_text("\n".join(map(_record, range(LICENCES))))
    return world


_BACKEND = """
[[backend]]
name  = "BENCH"
owner = "Benchmark owner (simulated)"
kind  = "memory"
ori   = "CA0998100"
state = "CA"
inbox_max = 10000

[backend.options]
records = ["records/licences.toml"]

[[backend.answers]]
keys        = ["DQ"]
destination = "CA"
classes     = ["driver.record", "driver.ssn"]

[classes]
"driver.record" = [
    "OLN", "NAM", "SEX", "DOB", "HGT", "WGT", "EYE", "HAI", "RES", "STA", "REM", "MIS",
]
"driver.ssn"    = ["SOC"]
"""

HEAD = """
format   = 1
backend  = "BENCH"
owner    = "Benchmark owner (simulated)"
timezone = "America/Los_Angeles"
default  = "allow"

[[deny]]
id     = "CUT"
group  = ["cut-off"]
data   = "any"
from   = 2019-10-15T00:00:00
tell   = "ACCESS DENIED BY RECORD OWNER."
reason = "The share of the traffic that is refused."
cite   = "none"
"""


def _rules(terminals: int) -> list[str]:
    """Rules that are met by somebody, so that the engine has something to look up."""
    return [
        f'[[allow]]\nid = "B{number:04}"\nagency = ["A{number % terminals:04}"]\n'
        'data = ["driver.record"]\nfrom = 2019-10-15T00:00:00\nreason = "benchmark"\ncite = "none"'
        for number in range(RULES)
    ]


def _record(number: int) -> str:
    remark = ("SYNTHETIC BENCHMARK RECORD " * 6).strip()
    return (
        f'[[record]]\nkind = "driver"\nOLN = "{licence(number)}"\nNAM = "BENCHLEY, MARK {number}"\n'
        f'SEX = "M"\nDOB = "19800101"\nHGT = "510"\nWGT = "170"\nEYE = "BRO"\nHAI = "BLK"\n'
        f'RES = "{number} EXAMPLE ST, SIMVILLE CA"\nSTA = "VALID"\n'
        f'REM = "{remark}"\nMIS = "{remark}"\n'
        f'SOC = "000{number:06}"'
    )
