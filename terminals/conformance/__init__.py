"""The conformance kit: a switch's end of the line, which walks a terminal through the clauses of
docs/line-protocol.md.

Pure: bytes and the instant go in, bytes and verdicts come out (`walk`). The socket is elsewhere.
"""
