"""The format files are checked whole: every mistake at once, each with its file and line."""

from importlib.resources import files

import pytest

from switch.errors import AuthoredError
from switch.wire.spec_files import read_formats

SHIPPED = files("switch.wire") / "specs"
NAMES = ("fields", "purposes", "inquiries", "answers", "texts")


def changed(folder, name, old, new):
    """The shipped files with one text replaced in one of them."""
    for each in NAMES:
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
        ("fields", 'pattern = "[A-Z0-9]{2}"', 'pattern = "["', "has not the shape"),
        ("fields", "[field.OLN]", "[field.O]", "`O` is not a prefix"),
        ("inquiries", 'answer       = "DR"', 'answer       = "DZ"', "DQ: its answer `DZ`"),
        ("inquiries", 'optional     = ["RSN"]', 'optional     = ["RSX"]', "RQ: no field `RSX`"),
        ("inquiries", '"IMQ", "OBO"]', '"OBO"]', "DQ: `IMQ` must stand in `order`"),
        ("inquiries", "combine      = true", "combine      = true\nmix = 1", "IQ: `mix` is not"),
        ("inquiries", '["=ZA"]', '["zoo"]', "has not the shape"),
        ("texts", "[status]", "[status", "not TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path, name, old, new, what):
    changed(tmp_path, name, old, new)
    assert any(what in finding for finding in findings(tmp_path)), findings(tmp_path)


def test_all_mistakes_are_told_at_once_with_file_and_line(tmp_path):
    changed(tmp_path, "fields", 'example = "S1234567"', 'example = "S-1"')
    changed(tmp_path, "inquiries", 'answer       = "DR"', 'answer       = "DZ"')
    first, second = findings(tmp_path)
    text = (tmp_path / "fields.toml").read_text("utf-8").splitlines()
    line = next(n for n, row in enumerate(text, 1) if row.startswith("[field.OLN]"))
    assert first.startswith(f"specs/fields.toml:{line}: OLN")
    assert second.startswith("specs/inquiries.toml:")


def test_every_format_fact_says_where_it_comes_from():
    """A field or key without a source tag is marked simulated (or says that it is ours)."""
    for name in ("fields", "inquiries"):
        blocks = (SHIPPED / f"{name}.toml").read_text("utf-8").split("\n[")[1:]
        for block in blocks:
            sourced = "[N-" in block or "[GK]" in block or "[INF" in block
            assert sourced or "simulated" in block, block.splitlines()[0]
