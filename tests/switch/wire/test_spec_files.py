"""The format files are checked whole: every mistake at once, each with its file and line."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from switch.errors import AuthoredError
from switch.wire.spec_files import FILES, read_formats

SHIPPED = files("switch.wire") / "specs"


def changed(folder, name, old, new):
    """The shipped files with one text replaced in one of them."""
    for each in FILES:
        target = folder / f"{each}.toml"
        if not target.exists():
            target.write_text((SHIPPED / f"{each}.toml").read_text("utf-8"), "utf-8")
    text = (folder / f"{name}.toml").read_text("utf-8")
    assert old in text
    (folder / f"{name}.toml").write_text(text.replace(old, new, 1), "utf-8")


def findings(folder) -> list[str]:
    with pytest.raises(AuthoredError) as caught:
        read_formats(folder)
    return [str(finding) for finding in caught.value.findings]


def test_the_shipped_files_are_right():
    assert read_formats().keys.keys() == read_formats(SHIPPED).keys.keys()


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        ("fields", "format = 1", "format = 2", "`format` must be 1"),
        ("fields", 'example = "S1234567"', 'example = "S-1"', "OLN: the example `S-1`"),
        ("fields", 'code    = ".05."', 'code    = ".99."', "DOB: no ER text `.99.`"),
        ("fields", '[field.RAC]', '[field.RAC]\ncolour = 1', "RAC: `colour` is not a key"),
        ("fields", 'pattern = "[A-Z0-9]{2}"', 'pattern = "["', "LIT: `pattern` is no regular"),
        ("fields", "[field.OLN]", "[field.O]", "`O` is not a prefix"),
        ("fields", 'source  = "N-CWQ"\n', "", "no `source`"),
        ("drivers", 'answer       = "DR"', 'answer       = "DZ"', "DQ: its answer `DZ`"),
        ("drivers", 'source       = "N-DQ"\n', "", "DQ: no `source`"),
        ("drivers", 'region_key   = "DQG"', 'region_key   = "DQX"', "DQ: no key `DQX`"),
        ("drivers", '"C", "F", "E", "D", "J", "S"]\n', '"Z"]\n', "PUR: `only` names `Z`"),
        ("drivers", "at.region    = { only", "at.region    = { solely", "`solely` is not a key"),
        ("vehicles", 'optional     = ["RSN"]', 'optional     = ["RSX"]', "RQ: no field `RSX`"),
        ("drivers", '"IMQ", "OBO"]', '"OBO"]', "DQ: `IMQ` must stand in `order`"),
        ("persons", "combine      = true", "combine      = true\nmix = 1", "IQ: `mix` is not"),
        ("persons", 'code = ".06."', 'code = ".66."', "IQ: no ER text `.66.`"),
        ("confirmation", 'when = { RTY = ["SV"]', 'when = { RTX = ["SV"]', "asks for `RTX`"),
        ("confirmation", 'with = ["SEX"], when', 'by = ["SEX"], when', "YQ: `by` is not a key"),
        ("canada", "[key.WQ]", "[key.DQ]", "key `DQ` stands in specs/drivers.toml already"),
        ("canada", "[key.WQ]", "[kee.WQ]", "`kee` is not a table of formats"),
        ("ours", '["=ZA"]', '["zoo"]', "has not the shape"),
        ("texts", "[status]", "[status", "not TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path, name, old, new, what):
    changed(tmp_path, name, old, new)
    assert any(what in finding for finding in findings(tmp_path)), findings(tmp_path)


def test_all_mistakes_are_told_at_once_with_file_and_line(tmp_path):
    changed(tmp_path, "fields", 'example = "S1234567"', 'example = "S-1"')
    changed(tmp_path, "drivers", 'answer       = "DR"', 'answer       = "DZ"')
    first, second = sorted(findings(tmp_path), reverse=True)
    text = (tmp_path / "fields.toml").read_text("utf-8").splitlines()
    line = next(n for n, row in enumerate(text, 1) if row.startswith("[field.OLN]"))
    assert first.startswith(f"specs/fields.toml:{line}: OLN")
    assert second.startswith("specs/drivers.toml:")


def test_every_fact_names_sources_that_the_documentation_knows():
    documented = Path("docs/formats.md").read_text("utf-8")
    formats = read_formats()
    facts = [(mke, key.source, key.simulated) for mke, key in formats.keys.items()
             if key.from_terminals]  # fmt: skip
    for key in formats.keys.values():
        facts += [(f"{key.mke} {f.prefix}", f.source, f.simulated) for f in key.fields]
        facts += [(f"{key.mke} at {r.place}", r.source, False) for r in key.place_rules]
    for name, source, simulated in facts:
        assert source or simulated, name
        for tag in source.split(", ") if source else ():
            known = re.search(rf"\b{tag}\b", documented[documented.index("## Sources") :])
            assert known or tag in ("GK", "INF"), (name, tag)


def test_every_file_of_the_package_is_read():
    assert {f"{name}.toml" for name in FILES} == {file.name for file in SHIPPED.iterdir()}
