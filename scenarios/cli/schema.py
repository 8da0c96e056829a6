"""`wireroom schema`: JSON Schema of the files that people write, for editors that complete."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from switch.cli.style import parser

if TYPE_CHECKING:
    from pydantic import BaseModel

EXAMPLE = """\
wireroom schema acl > acl.schema.json
# then, as the first line of acl/CADMV.toml:  #:schema ../acl.schema.json"""

FILES = ("acl", "network", "world", "keys", "scenario")


def main(argv: list[str]) -> int:
    """Exit 0, or 2 for misuse."""
    about = "JSON Schema of the files that people write, for editors (see docs/editors.md)."
    verb = parser("schema", about, EXAMPLE)
    verb.add_argument("file", choices=FILES, help="which kind of file")
    arguments = verb.parse_args(argv)
    sys.stdout.write(json.dumps(schema(arguments.file), indent=2, ensure_ascii=False) + "\n")
    return 0


def schema(kind: str) -> dict[str, Any]:
    """The schema of one kind of file."""
    from scenarios.script_rows import ScenarioFile
    from switch.acl.rows import NetworkFile, OwnerFile
    from switch.files.schema import WORDS_FOLDER, schema_of, words_of
    from switch.format_file import FormatFile
    from switch.world_rows import WorldFile

    acl, world = WORDS_FOLDER / "acl_words.toml", WORDS_FOLDER / "world_words.toml"
    keys = WORDS_FOLDER / "format_words.toml"
    scenario = Path(__file__).parents[1] / "schema_words.toml"
    kinds: dict[str, tuple[type[BaseModel], str, Path]] = {
        "acl": (OwnerFile, "wireroom: an owner's access rules (acl/<BACKEND>.toml)", acl),
        "network": (NetworkFile, "wireroom: suspensions (acl/NETWORK.toml)", acl),
        "world": (WorldFile, "wireroom: a world (world.toml)", world),
        "keys": (FormatFile, "wireroom: message keys of a world (specs/*.toml)", keys),
        "scenario": (ScenarioFile, "wireroom: a scenario", scenario),
    }
    model, title, words = kinds[kind]
    return {**schema_of(model, title, words_of(words)), "x-training": True}
