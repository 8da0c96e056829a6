"""A world with a message key of its own, as docs/formats.md tells: from its files to its answer."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from switch.world_file import WORLDS_FOLDER
from tests.process import run, serving

DOCS = Path(__file__).parents[2] / "docs"
(KEY,) = re.findall(r"```toml\n(format = 1.*?)```", (DOCS / "formats.md").read_text(), re.DOTALL)
(SEARCHES,) = re.findall(r"^searches = .*$", (DOCS / "worlds.md").read_text(), re.MULTILINE)
BACKEND = f"""
[[backend]]
name  = "PQDOG"
owner = "Dog licences of PQ (simulated)"
kind  = "sqlite"
ori   = "PQ0998400"
state = "PQ"

[backend.options]
records  = ["records/dogs.toml"]
people   = 0
vehicles = 0
{SEARCHES}

[[backend.answers]]
keys        = ["ZDQ"]
destination = "PQ"
classes     = ["dog.licence"]

[classes]
"dog.licence"          = ["TAG", "NAM", "RAC"]
"""
RULES = """\
format   = 1
backend  = "PQDOG"
owner    = "Dog licences of PQ (simulated)"
timezone = "America/Chicago"
default  = "allow"

[[deny]]
id     = "DOG-01"
group  = ["audit"]
key    = ["ZDQ"]
data   = "any"
from   = 2026-01-01T00:00:00
reason = "Auditors do not need to know about dogs."
cite   = "Invented code, section 1"
"""


def my_county(tmp_path: Path) -> Path:
    folder = tmp_path / "my-county"
    shutil.copytree(WORLDS_FOLDER / "plain-county", folder)
    (folder / "specs").mkdir()
    (folder / "specs" / "dogs.toml").write_text(KEY)
    (folder / "records" / "dogs.toml").write_text(
        '[[record]]\nkind = "dog"\nTAG = "SIM0007"\nNAM = "ALBITE, MARA"\nRAC = "MUTT"\n'
    )
    (folder / "acl" / "PQDOG.toml").write_text(RULES)
    file = folder / "world.toml"
    text = file.read_text().replace("[classes]\n", BACKEND, 1)
    file.write_text(text.replace('    "PQ0998300",\n', '    "PQ0998300",\n    "PQ0998400",\n'))
    return folder


def test_a_key_is_added_to_a_world_without_a_line_of_code(tmp_path: Path):
    world = str(my_county(tmp_path))
    checked = run("world", "check", world)
    assert checked.returncode == 0, checked.stderr
    assert run("acl", "check", "--world", world).returncode == 0
    raw = "ZDQ.PQ0990100.PQ.*A1.TXTTAG/SIM0007"
    parsed = run("message", "parse", "--world", world, typed=raw)
    assert '"fields": {"TAG": "SIM0007"}' in parsed.stdout
    with serving(tmp_path, "--cache", str(tmp_path / "cache"), world=world) as switch:
        send = ("send", "--to", switch.address, "--world", world, "--wait", "30", "--as")
        found = run(*send, "TWN2", "TPD2", raw)
        assert found.returncode == 0, found.stdout + found.stderr
        assert "ZDR.PQ0998400" in found.stdout
        assert "TAG/SIM0007.NAM/ALBITE, MARA.RAC/MUTT" in found.stdout
        wrong = run(*send, "TWN2", "TPD2", raw.replace("SIM0007", "SIM-7"))
        assert "1 TO 8 LETTERS AND DIGITS" in wrong.stdout
        assert (wrong.returncode, wrong.stderr) == (1, "")
        denied = run(*send, "AUD1", "AUD1A", raw.replace("PQ0990100", "DCREV0500"))
        assert denied.returncode == 1
        assert ".93. REFUSED" in denied.stdout


def test_a_mistake_in_a_worlds_key_is_told_with_its_line(tmp_path: Path):
    folder = my_county(tmp_path)
    specs = folder / "specs" / "dogs.toml"
    specs.write_text(specs.read_text().replace("[1, 8]", "[8]"))
    done = run("world", "check", str(folder))
    assert done.returncode == 2
    assert "my-county/specs/dogs.toml:5" in done.stderr
