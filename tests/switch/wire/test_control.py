"""The control socket's messages: bounded, and refused in words."""

from __future__ import annotations

import struct

import msgpack
import pytest

from switch.wire.control import (
    HEADER_SIZE,
    REQUEST_BYTES_MAX,
    AskFile,
    AskHistory,
    AskProbe,
    AskStatus,
    GiveOrder,
    body_size,
    framed,
    parse,
    unpacked,
)


def test_a_message_comes_back_as_it_was():
    data = framed({"do": "status", "file": b"\x00\xff"})
    assert body_size(data[:HEADER_SIZE], REQUEST_BYTES_MAX) == len(data) - HEADER_SIZE
    assert unpacked(data[HEADER_SIZE:]) == {"do": "status", "file": b"\x00\xff"}


@pytest.mark.parametrize("size", [0, REQUEST_BYTES_MAX + 1, 2**32 - 1])
def test_a_size_out_of_bounds_is_refused_before_a_byte_is_read(size):
    with pytest.raises(ValueError, match="bytes"):
        body_size(struct.pack(">I", size), REQUEST_BYTES_MAX)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xc1",
        b"\x81\xa1a",  # cut off
        msgpack.packb([1]),
        msgpack.packb({1: 2}),
        b"\xdf\xff\xff\xff\xff",  # four billion entries
        b"\x81\xa1a" + b"\x91" * 5_000 + b"\xc0",  # nested
        msgpack.packb({str(n): n for n in range(100)}),
    ],
)
def test_what_is_no_map_is_refused(body):
    with pytest.raises(ValueError, match="msgpack map"):
        unpacked(body)


@pytest.mark.parametrize(
    ("message", "request_"),
    [
        ({"do": "status"}, AskStatus()),
        ({"do": "history", "backend": "CADMV"}, AskHistory("CADMV")),
        ({"do": "history"}, AskHistory("")),
        ({"do": "file", "backend": "CADMV", "digest": "ab"}, AskFile("CADMV", "ab")),
        ({"do": "probe", "backend": "CADMV", "rule": "R"}, AskProbe("CADMV", "R")),
    ],
)
def test_a_request_is_one_of_a_closed_list(message, request_):
    assert parse(message) == request_


def test_an_order_brings_its_file():
    message = {"do": "order", "file": b"x"}
    assert parse(message) == GiveOrder(message, b"x")


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"do": "grant"},
        {"do": ["status"]},
        {"do": "history", "backend": 5},
        {"do": "history", "backend": "x" * 101},
        {"do": "order", "file": "text"},
    ],
)
def test_anything_else_is_refused_in_words(message):
    with pytest.raises(ValueError, match=r"no request|must be"):
        parse(message)
