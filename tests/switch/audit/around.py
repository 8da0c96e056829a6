"""Days around the cut-off of October 15, 2019, on record, and the files that were in force."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

from switch.acl.analysis.candidate import compiled
from switch.acl.envelope import digest_of
from switch.audit.proof import Numbered, read_rows
from switch.audit.report import Files, Ordered, Report, report
from switch.shell.store import Journal
from switch.terms import AgencyId
from tests.switch.acl.shipped import DIRECTORY, WORLD
from tests.switch.audit.honest import Run

ERO = AgencyId("ICE-ERO")
SEATS = ((3, "HSI1", "HSI1A"), (4, "BAY1", "TFO7"), (5, "CBP1", "CBP1A"))
ASKED = (
    "DQ.{ori}.CA.{control}.TXTOLN/S0990001",
    "RQ.{ori}.CA.{control}.TXTLIC/SIM2019.LIY/2020.LIT/PC",
    "DQ.{ori}.CA.NV.{control}.TXTPUR/C.OLN/S0990001.IMQ/Y",
)
ORIS = {1: "DCICE0900", 2: "CA0990100", 3: "DCICE0500", 4: "CA0990100", 5: "DCCBP0100"}


def signed_on(starts: str = "2019-10-12T08:00:00", **options) -> Run:
    """ERO on line 1, police on 2, HSI on 3, the task force officer on 4, CBP on 5."""
    run = Run(starts, **options)
    for line, terminal, operator in SEATS:
        run.play.sign_on(line, terminal, operator)
    run._commit()
    return run


def traffic(run: Run, seed: int, count: int, weights: tuple[int, ...]) -> None:
    random = Random(seed)
    for number in range(count):
        (line,) = random.choices(tuple(ORIS), weights)
        asked = random.choice(ASKED)
        run.asks(line, asked.format(ori=ORIS[line], control=f"*A{number:02}"))
        run.passes(random.uniform(600, 4000))


@cache
def around() -> Run:
    """After the cut-off CBP asks three times as much as before."""
    run = signed_on()
    traffic(run, 1, 55, (5, 5, 2, 1, 1))
    run.at("2019-10-15T00:10:00")
    traffic(run, 2, 55, (3, 5, 2, 1, 6))
    return run


def rows(run: Run, backend: str = "CADMV") -> list[Numbered]:
    return list(read_rows(run.ledger(backend)))


@cache
def shipped_files() -> tuple[dict[str, bytes], dict[str, bytes]]:
    found = []
    for name in ("CADMV", "NETWORK"):
        data = (WORLD.acl_folder / f"{name}.toml").read_bytes()
        found.append({digest_of(data): data})
    return found[0], found[1]


@cache
def files() -> Files:
    own, network = shipped_files()
    return Files(
        {digest: compiled(DIRECTORY, "CADMV", data) for digest, data in own.items()},
        {digest: compiled(DIRECTORY, "NETWORK", data) for digest, data in network.items()},
    )


def made(run: Run, agency: str = ERO, **ordered) -> Report:
    return report(run.ledger(), DIRECTORY, files(), Ordered(AgencyId(agency), **ordered))


def written(run: Run, path: Path) -> Path:
    """The same as a journal on disk."""
    journal = Journal.open(path)
    for commands in run.play.steps:
        if commands.records:
            journal.append(commands.records)
    journal.close()
    return path
