"""How every verb speaks: its parser, its console, and its last word on an error.

A verb is a module with `main(argv) -> int`. Imports that cost time (rich, trio, pydantic) stay
inside the functions that need them, so that `--help` is quick.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from switch.backend import Progress
from switch.errors import AuthoredError, Exit, UsageError, WireroomError
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from rich.console import Console


def parser(verb: str, description: str, example: str) -> argparse.ArgumentParser:
    """A parser whose help teaches by an example; sub-verbs may be added to it."""
    return argparse.ArgumentParser(
        prog=f"wireroom {verb}",
        description=f"{TRAINING_LINE}\n\n{description}",
        epilog=f"example:\n{_indent(example)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def sub_parser(
    into: argparse._SubParsersAction[argparse.ArgumentParser], name: str, what: str, example: str
) -> argparse.ArgumentParser:
    """One sub-verb with its own description and example."""
    return into.add_parser(
        name,
        help=what,
        description=what,
        epilog=f"example:\n{_indent(example)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _indent(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def address(text: str) -> tuple[str, int]:
    """`HOST:PORT` as it is typed; without a host this machine alone, with port 0 any free one."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65_535:
        raise UsageError(
            f"`{text}` is not HOST:PORT", "such as 127.0.0.1:4000, or :0 for any free port"
        )
    return host.strip("[]") or "127.0.0.1", int(port)


def console(*, stderr: bool = False) -> Console:
    """A rich console; colour is never the only signal. Width follows the terminal, 100 if none."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else int(os.environ.get("COLUMNS", "100"))
    return Console(stderr=stderr, width=width, highlight=False)


def complain(error: WireroomError) -> None:
    """Print an error for a person on standard error."""
    if isinstance(error, AuthoredError):
        count = len(error.findings)
        sys.stderr.write(f"{error}\n{count} {'mistake' if count == 1 else 'mistakes'}\n")
    else:
        sys.stderr.write(f"wireroom: {error}\n")


def guarded(run: Callable[[list[str]], int], argv: list[str]) -> int:
    """Run a verb; a user's mistake never ends in a traceback, a bug of ours always does."""
    try:
        return run(argv)
    except WireroomError as error:
        complain(error)
        return int(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("\nwireroom: interrupted\n")
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing is wrong on our side. Point
        # stdout elsewhere, so that the interpreter's last flush does not fail as well.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Exit.FINE)


def set_up_logs() -> None:
    """State changes and errors on standard error: for a person on a terminal, else JSON lines."""
    import structlog

    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer()
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks
            if not sys.stderr.isatty()
            else structlog.processors.StackInfoRenderer(),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


@contextmanager
def build_progress() -> Iterator[Progress]:
    """A progress bar on standard error while records are built; nothing where none are."""
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield progress
