"""coast-to-coast: the published keys and the regions, played against the world's own records."""

from __future__ import annotations

from pathlib import Path

import pytest

from switch.acl.analysis.promises import check
from switch.acl.directory import Directory
from switch.acl.document import load_stack, read_document
from switch.core.dispatcher import Dispatcher
from switch.core.events import RepliesArrived
from switch.shell.plugins import open_backends
from switch.wire.spec_files import load_formats
from switch.world_file import load_world
from tests.playbook import Playbook
from tests.switch.worlds.test_plain_county import REAL_STATES, small

WORLD = load_world("coast-to-coast")
STACK = load_stack(WORLD)
NOON = "2026-04-01T12:00:00"
ALBITE = "NAM/ALBITE, MARA.DOB/19850412"


class Play(Playbook):
    """The playbook in this world, its backends answering at once."""

    def __init__(self, folder: Path) -> None:
        super().__init__(NOON)
        self.world = WORLD
        self.now = self._instant(NOON)
        self.dispatcher = Dispatcher(WORLD, STACK, self.formats)
        self.steps.clear()
        self._take(self.dispatcher.start(self.now))
        self.backends = open_backends(small(WORLD), folder)

    def asks(self, raw: str, line: int = 1) -> tuple[str, list[str]]:
        """The one answer to a message: its key and its lines behind the TRAINING line."""
        self.heard(line)
        self.says(line, raw)
        while self.asked:
            ask = self.asked.pop(0)
            replies = tuple(self.backends[ask.backend].answer(ask.queries))  # type: ignore[arg-type]
            self.tell(RepliesArrived(ask.backend, ask.worker, replies))
        ((key, body),) = self.heard(line)
        return key, body.split("\n")[1:]


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory):
    playing = Play(tmp_path_factory.mktemp("cache"))
    playing.sign_on(1, "TWN1", "TPD1")
    playing.sign_on(2, "TAX1", "TAX1A")
    yield playing
    for backend in playing.backends.values():
        backend.close()


# What is typed behind the ORI, the key of the answer, a line of it.
ANSWERED = [
    ("KQ", "PQ.TXTPUR/C.OLN/S0990001", "KR", "SIMULATED SPEEDING; 20250619 SIMULATED RED LIGHT"),
    ("BQ", "PQ.TXTREG/SIM9901PQ", "BR", "REG/SIM9901PQ.EXPIRES/2027.BHN/SIMPQ099990001"),
    ("BQ", "PX.TXTBHN/SIMPX099990011", "BR", "OWN/ALBITE, MARA QUILL"),
    ("BQ", f"E1.TXT{ALBITE}", "BR", "ASKED 2 SOURCES OF REGION E1"),
    ("BQ", f"Z1.TXT{ALBITE}", "BR", "HIT: PQ PX"),
    ("BQ", "PQ.TXTREG/NOBODY", "BR", "NOT ON FILE"),
    ("SQ", "PX.TXTREG/SIMS9911PX", "SR", "OWN/DIORITE, PIERS"),
    ("SQ", "PY.TXTREG/SIM1", "SM", "USER DOES NOT RESPOND TO MESSAGE TYPE SQ"),
    ("HQ", "PQ.TXTWEATHER", "HR", "RDS/SIMULATED ROUTE 10"),
    ("HQ", "PY.TXTWEATHER", "ER", ".02. MESSAGE TYPE NOT ALLOWED TO DESTINATION"),
    ("GQ", "FA.TXTATN/LOPEZ.REG/N0000S", "GR", "REG/N0000S.SER/SIM-000000"),
    ("CWQ", "PQ.TXTSOC/000990003", "CWR", "PER/SIMP990003.NAM/CALCITE, JUNE"),
    ("CWQ", "PQ.TXTNAM/CALCITE, JUNE.DOB/19901101.PER/SIMP990003", "CWR", "STA/VALID"),
    ("CWQ", "PX.TXTSOC/000990003", "CWR", "NOT ON FILE"),
    ("SWQ", "PQ.TXTOLN/S0990002", "SWR", "FAILURE TO APPEAR - DRILL CHARGE"),
    ("SWQ", "NL.TXTNAM/BASALT, ORRIN.DOB/19790820", "SWR", "NO RECORD: PX"),
    ("PBQ", "PQ.TXTSID/PQ09999002", "PBR", "SUP/PROBATION"),
    ("PPQ", "PQ.TXTSID/PQ09999002", "PPR", "NOT ON FILE"),
    ("PAQ", "PQ.TXTSOC/000990002", "PAR", "SUP/PROBATION"),
    ("PPQ", "PX.TXTSOC/000990002", "SM", "NLETS WILL NOT FORWARD TO PX"),
    ("WLQ", "PQ.TXTPUR/C.SOC/000990003", "WLR", "VIO/SIMULATED CLOSED SEASON"),
    ("SOQ", "PQ.TXTATN/LOPEZ.SOC/000990003", "SOR", "NOT ON FILE"),
    ("RPQ", "PX.TXTLIC/SIM12*.LIY/2026.LIT/PC", "RPR", "LIC/SIM1234"),
    ("RNQ", "PX.TXTNAM/DIORITE, PIERS", "RNR", "LIC/SIM1234"),
    ("RQ", "E1.TXTLIC/SIM1234.LIY/2026.LIT/PC", "RR", "HIT: PX"),
    ("RQG", "E1.F1.TXTLIC/SIM1234.LIY/2026.LIT/PC", "RR", None),
    ("DQ", f"E1.TXT{ALBITE}.SEX/F", "DRG", "DQG NAM/ALBITE, MARA.DOB/19850412.SEX/F"),
    ("FQ", "PQ.TXTPUR/C.ATN/LOPEZ.SID/PQ09900000", "FR", "SID/PQ09900000"),
    ("FQ", "PQ.TXTPUR/X.ATN/LOPEZ.SID/PQ09900000", "SM", "PQDOJ TAKES PURPOSES"),
    ("AQ", "PQ.TXTPUR/C.ATN/LOPEZ.REM/BY MAIL", "ER", ".02."),
    ("WQ", "CN.TXTNAM/DOE, J.DOB/19700131", "ER", ".19. INVALID DESTINATION ORIS - CN"),
]


@pytest.mark.parametrize(
    ("key", "typed", "answer", "line"), ANSWERED, ids=[f"{k} {t}"[:40] for k, t, *_ in ANSWERED]
)
def test_a_published_key_is_answered_in_its_own_way(play, key, typed, answer, line):
    raw = f"{key}.PQ0990100.{typed}"
    if line is None:  # two regions are two answers
        play.says(1, raw)
        while play.asked:
            ask = play.asked.pop(0)
            play.answers(ask)
        assert [mke for mke, _ in play.heard(1)] == [answer, answer]
        return
    mke, lines = play.asks(raw)
    assert mke == answer
    assert any(line in each for each in lines), lines


def test_the_inquiry_stands_first_in_the_answer(play):
    """[N-CWX]"""
    _, lines = play.asks("CWQ.PQ0990100.PQ.TXTSOC/000990003")
    assert lines[:2] == ["CWQ SOC/000990003", "FROM PQDOJ"]
    _, lines = play.asks("HQ.PQ0990100.PQ.TXTWEATHER")
    assert lines[:2] == ["HQ WEATHER", "FROM PQDNR"]


def test_weather_that_is_not_kept_is_said_in_the_published_words(play):
    """[N-HQ]"""
    play.says(1, "HQ.PQ0990100.PQ.TXTWEATHER")
    play.answers(play.asked.pop())
    ((mke, body),) = play.heard(1)
    assert (mke, body.split("\n")[-1]) == ("HR", "WEATHER INFORMATION NOT AVAILABLE")


def test_what_a_permit_may_not_tell_is_withheld_and_masked(play):
    _, lines = play.asks("CWQ.PQ0990100.PQ.TXTSOC/000990003")
    assert not any(".RES/" in line or "SOC/0" in line for line in lines[2:]), lines
    assert any(line.startswith("WITHHELD: person.ssn") for line in lines)


def test_one_state_of_a_region_withholds_and_the_other_answers(play):
    mke, lines = play.asks("DQ.DCTAX0500.E1.TXTNAM/ALBITE, MARA.DOB/19850412.SEX/F", line=2)
    assert mke == "DRG"
    assert "1 OF 2 SOURCES WITHHELD" in lines
    assert "HIT: PQ" in lines


def test_one_header_to_five_states_is_five_answers(play):
    play.heard(1)
    play.says(1, "DQ.PQ0990100.PQ.PX.PY.PV.PZ.TXTOLN/S9990077")
    while play.asked:
        ask = play.asked.pop(0)
        replies = tuple(play.backends[ask.backend].answer(ask.queries))
        play.tell(RepliesArrived(ask.backend, ask.worker, replies))
    bodies = [body for key, body in play.heard(1) if key == "DR"]
    assert len(bodies) == 5
    assert ["GARNET" in body for body in bodies].count(True) == 1
    assert ["NOT ON FILE" in body for body in bodies].count(True) == 4


def test_an_agency_that_may_have_none_of_it_is_refused_by_the_rules(play):
    mke, lines = play.asks("SOQ.DCTAX0500.PQ.TXTPUR/C.SOC/000990003", line=2)
    assert (mke, lines[0][:4]) == ("ER", ".95.")


def test_most_published_keys_are_answered_somewhere():
    served = {entry.key for entry in WORLD.catalog}
    assert {"KQ", "BQ", "SQ", "GQ", "HQ", "CWQ", "SOQ", "PPQ", "SWQ", "WLQ", "RPQ", "FQ"} <= served
    assert served <= set(load_formats().terminal_keys)


@pytest.mark.parametrize("backend", WORLD.backends)
def test_every_rule_file_keeps_its_promises(backend: str):
    directory = Directory(WORLD)
    report = check(read_document(WORLD.acl_folder / f"{backend}.toml", directory), directory)
    assert (report.findings, report.undecided) == ((), ())


def test_its_states_do_not_exist_and_its_regions_hold_them():
    states = {entry.state for entry in WORLD.backends.values()} - {""}
    assert not states & REAL_STATES
    assert set(WORLD.regions["Z1"]) == states
    assert {state for code in ("E1", "F1", "G1") for state in WORLD.regions[code]} == states
