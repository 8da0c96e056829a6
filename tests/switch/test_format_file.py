"""A world's own message keys: added without code, checked whole, each mistake on its line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from switch.errors import AuthoredError
from switch.format_file import FILES_MAX, unspoken, world_formats
from switch.wire.codec import decode, encode_input
from switch.wire.quick import QuickReader
from switch.wire.spec_files import load_formats
from switch.world_file import WORLDS_FOLDER, inspect_world, load_world

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"
(DOGS,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def world(tmp_path: Path, text: str | None, catalog: str = ""):
    folder = tmp_path / "my-county"
    shutil.copytree(WORLDS_FOLDER / "plain-county", folder)
    if text is not None:
        (folder / "specs").mkdir()
        (folder / "specs" / "dogs.toml").write_text(text)
    if catalog:
        file = folder / "world.toml"
        file.write_text(file.read_text().replace('keys    = ["QV"]', f"keys    = {catalog}"))
    return load_world(str(folder))


def findings(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(AuthoredError) as caught:
        world_formats(world(tmp_path, text).folder)
    return [str(finding) for finding in caught.value.findings]


def test_a_world_without_keys_of_its_own_speaks_the_published_ones(tmp_path):
    assert world_formats(world(tmp_path, None).folder) is load_formats()


def test_a_key_of_a_world_is_read_like_any_other_slowly_and_quickly(tmp_path):
    formats = world_formats(world(tmp_path, DOGS).folder)
    assert formats.terminal_keys[-1] == "ZDQ"
    raw = encode_input("ZDQ", "PQ0990100", ["PQ"], "A1", {"TAG": "SIM0007"})
    message = decode(raw, formats)
    assert message.fields == {"TAG": "SIM0007"}
    assert QuickReader(formats, "*").read(raw) == message


def test_a_published_key_that_is_not_served_may_be_given_fields(tmp_path):
    xq = DOGS.replace("ZDQ", "XQ").replace("ZDR", "XR")
    formats = world_formats(world(tmp_path, xq).folder)
    assert formats.key("XQ") is not None
    assert load_formats().key("XQ") is None


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("format = 1", "format = 2", 1, "format"),
        ("size      = [1, 8]", "size      = [1]", 5, "size"),
        ("size      = [1, 8]", "syze      = [1, 8]", 5, "`field.TAG.syze` is not a key here"),
        ('pattern   = "[A-Z0-9]{1,8}"', 'pattern   = "["', 3, "TAG: `pattern` is no regular"),
        ('example   = "SIM0001"', 'example   = "SIM-1"', 3, "TAG: the example `SIM-1`"),
        ('rule      = "1 to 8 letters and digits"\n', "", 3, "rule"),
        ("simulated = true\n\n[key", "\n[key", 3, "TAG: no `source`"),
        ("[field.TAG]", "[field.NAM]", 3, "field `NAM` stands in specs/fields.toml already"),
        ("[key.ZDQ]", "[key.DQ]", 11, "key `DQ` stands in specs/drivers.toml already"),
        ("[key.ZDQ]", "[key.ZDQX]", 11, "ZDQX"),
        ('["state"]', '["county"]', 14, "destinations"),
        ('"TAG", "NAM", "DOB"', '"TAG", "NAM"', 11, "ZDQ: `DOB` must stand in `order`"),
        ('needs = ["NAM"]', 'needs = ["NAMM"]', 11, "ZDQ: no field `NAMM`"),
        ("with =", "width =", 16, "width"),
        ('answer       = "ZDR"', 'answer       = "ZZR"', 11, "its answer `ZZR` is not under"),
        ("simulated    = true", 'simulated    = "yes"', 17, "simulated"),
        ("[answer]", "[answers]", 19, "answers"),
        ("[answer]", "[status]", 19, "status"),
        ("[key.ZDQ]", "[key.ZDQ", 11, "not TOML"),
    ],
)  # fmt: skip
def test_a_mistake_stands_on_its_line(tmp_path, old, new, line, what):
    assert old in DOGS
    found = findings(tmp_path, DOGS.replace(old, new, 1))
    assert any(f"my-county/specs/dogs.toml:{line}: " in each and what in each for each in found), (
        found
    )


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path):
    one = world(tmp_path, DOGS.replace("rule ", "ruel "))
    (one.folder / "specs" / "cats.toml").write_text("format = 3\n")
    with pytest.raises(AuthoredError) as caught:
        world_formats(one.folder)
    assert {finding.file for finding in caught.value.findings} == {
        "my-county/specs/cats.toml",
        "my-county/specs/dogs.toml",
    }


def test_a_world_has_so_many_files_of_keys_at_most(tmp_path):
    one = world(tmp_path, DOGS)
    for number in range(FILES_MAX):
        (one.folder / "specs" / f"more{number}.toml").write_text("format = 1\n")
    with pytest.raises(AuthoredError, match=f"{FILES_MAX} at most"):
        world_formats(one.folder)


@pytest.mark.parametrize(
    ("catalog", "what"),
    [
        ('["QV"]', None),
        ('["QV", "ZDQ"]', "`ZDQ` does not go without a destination"),
        ('["QX"]', "`QX` is no key that a terminal can send"),
        ('["QV"]\ndestination = "PQ"', "`QV` is routed by its key alone"),
        ('["RQG"]\ndestination = "E1"', "nobody is asked under `RQG`"),
        ('["GQ"]\ndestination = "PQ"', "`GQ` does not go to PQ"),
    ],
)
def test_what_no_message_can_come_to_is_found_in_the_catalog(tmp_path, catalog, what):
    one = world(tmp_path, DOGS, catalog)
    found = unspoken(inspect_world(str(one.folder)), world_formats(one.folder))
    if what is None:
        assert found == []
    else:
        assert [what in finding.what for finding in found] == [True]
        assert found[0].line > 0


def test_the_shipped_worlds_answer_only_what_can_be_asked():
    for name in ("golden-state", "plain-county"):
        one = load_world(name)
        assert unspoken(inspect_world(name), world_formats(one.folder)) == []


def test_a_message_to_people_of_a_world_s_own_may_name_terminals(tmp_path):
    text = (
        'format = 1\n[key.ZAM]\nwhat = "Note"\ndestinations = ["agency", "terminal"]\n'
        "free_text = true\nsimulated = true\n"
    )
    formats = world_formats(world(tmp_path, text).folder)
    read = decode(b"ZAM.PQ0990100.TWN2.PQ0990200.TXTHELLO", formats)
    assert (read.destinations, read.text) == (("TWN2", "PQ0990200"), "HELLO")
