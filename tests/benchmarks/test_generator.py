"""The load: a reply is right when it holds its own control field, and its own record or refusal."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import trio
import trio.testing

from benchmarks import stage
from benchmarks.generator import Inquiry, inquiry
from switch.acl.document import load_stack
from switch.shell.app import Switch
from switch.shell.plugins import open_backends
from switch.shell.store import Journal
from switch.wire.spec_files import load_formats
from switch.world_file import load_world
from tests.running import VirtualClock, connect

SERVED, CUT_OFF = 7, stage.DENIED_EVERY - 1


@pytest.fixture
async def said(tmp_path: Path, monkeypatch, nursery, autojump_clock):
    """What the switch of the benchmark says to these inquiries of a terminal."""
    monkeypatch.setattr(stage, "LICENCES", 50)
    world = load_world(str(stage.build(tmp_path, stage.DENIED_EVERY)))
    backends = open_backends(world, tmp_path)
    book = Journal.in_memory()
    switch = Switch(world, load_stack(world), load_formats(), backends, book, VirtualClock())
    await nursery.start(switch.run)
    switch.nursery = nursery  # type: ignore[attr-defined]

    async def ask(terminal: int, asked: list[Inquiry]) -> list[bytes]:
        mnemonic, operator, _ = stage.terminal(terminal)
        far, replies = connect(switch), []
        sign_on = f"SIGNON {mnemonic} {operator}".encode()
        for frame in (len(sign_on).to_bytes(4, "big") + sign_on, *(one.frame for one in asked)):
            await far.send_all(frame)
            await trio.testing.wait_all_tasks_blocked()
            replies.append(await far.receive_some())
        return replies[1:]

    return ask


@pytest.mark.parametrize("terminal", [SERVED, CUT_OFF])
async def test_each_inquiry_finds_what_it_expects_in_its_own_reply_alone(said, terminal: int):
    random = Random(3)
    asked = [inquiry(terminal, number, random) for number in range(5)]
    replies = await said(terminal, asked)
    found = [[one.expected in reply for reply in replies] for one in asked]
    assert found == [[row == column for column in range(5)] for row in range(5)]


def test_the_reply_of_an_echo_is_the_inquiry():
    one = inquiry(SERVED, 1, Random(3), echo=True)
    assert one.expected == one.frame
