"""The benchmark's world: it loads, serves, and refuses the share that it promises."""

from __future__ import annotations

from pathlib import Path

from backends.memory import MemoryBackend
from benchmarks import stage
from switch.acl.document import load_stack
from switch.acl.rules import Request
from switch.shell.plugins import open_backends
from switch.world_file import load_world
from tests.backends.small import query


def test_the_world_of_the_benchmark_answers_and_refuses_as_the_load_expects(
    tmp_path: Path, monkeypatch
):
    monkeypatch.setattr(stage, "LICENCES", 50)
    world = load_world(str(stage.build(tmp_path, 50)))
    stack = load_stack(world)
    refused = []
    for number in range(50):
        mnemonic, operator, ori = stage.terminal(number)
        request = Request(mnemonic, ori, operator, None, "BENCH", "DQ", False, "C")
        if not stack.decide(request, 1_700_000_000.0).released:
            refused.append(number)
    assert refused == [stage.DENIED_EVERY - 1]
    backend = open_backends(world, tmp_path)["BENCH"]
    assert isinstance(backend, MemoryBackend)
    (reply,) = backend.answer([query("DQ", OLN=stage.licence(7))])
    assert reply.records[0]["OLN"] == stage.licence(7)
    backend.close()
