"""How every verb speaks: its parser, its console, and its last word on an error.

A verb is a module with `main(argv) -> int`. Imports that cost time (rich, trio, pydantic) stay
inside the functions that need them, so that `--help` is quick.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from switch.backend import Progress
from switch.errors import AuthoredError, Exit, UsageError, WireroomError
from switch.files.words import is_slip, nearest
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from rich.console import Console

WIDTH, WIDTH_MIN = 100, 40  # columns, where no terminal has its own
SECONDS_MAX = 3600.0
COUNT_MAX = 1_000_000_000
CACHE_HELP = "where built records lie (default: wireroom in the user's cache folder)"
_CHOICE = re.compile(r"invalid choice: '(.*)' \(choose from (.*)\)")
INTERRUPTED = 130  # as a shell counts the signal of Ctrl-C


def parser(verb: str, description: str, example: str) -> argparse.ArgumentParser:
    """A parser whose help teaches by an example; sub-verbs may be added to it."""
    return _Parser(
        prog=f"wireroom {verb}",
        description=f"{TRAINING_LINE}\n\n{description}",
        epilog=f"example:\n{_indent(example)}",
        formatter_class=_Help,
    )


class _Parser(argparse.ArgumentParser):
    """A parser whose errors say what to write instead, as all others do."""

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        """What is left over is told by the sub-verb that it was given to, in its own words."""
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error(f"unrecognized arguments: {' '.join(rest)}")
        return found, rest

    def error(self, message: str) -> NoReturn:
        """The usage, what is wrong and what to do; exit code 2."""
        self.print_usage(sys.stderr)
        fix = self._meant(message) or f"see `{self.prog} --help`"
        self.exit(int(Exit.MISUSE), f"{self.prog}: error: {message}\n    fix: {fix}\n")

    def _meant(self, message: str) -> str | None:
        """The choice or the option that was most likely meant."""
        choice = _CHOICE.search(message)
        if choice is not None:
            near = nearest(choice[1], re.findall(r"'([^']+)'", choice[2]))
            return f"did you mean `{near}`?" if near else None
        options = [each[2:] for each in self._option_string_actions if each.startswith("--")]
        for word in re.findall(r" --([\w-]+)", message) if "unrecognized" in message else ():
            near = nearest(word, options)
            if near is not None and is_slip(word, near):
                return f"did you mean `--{near}`?"
        return None


class _Help(argparse.RawDescriptionHelpFormatter):
    """Descriptions as they are written, and of each argument what it is if nothing is said."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        said = action.help or ""
        plain = isinstance(action.default, str | int | float | os.PathLike)
        told = "default" in said or action.default in (False, "", argparse.SUPPRESS)
        if told or not plain:
            return said
        return f"{said} (default: %(default)s)"


def sub_parser(
    into: argparse._SubParsersAction[argparse.ArgumentParser], name: str, what: str, example: str
) -> argparse.ArgumentParser:
    """One sub-verb with its own description and example."""
    return into.add_parser(
        name,
        help=what,
        description=f"{TRAINING_LINE}\n\n{what[:1].upper()}{what[1:]}",
        epilog=f"example:\n{_indent(example)}",
        formatter_class=_Help,
    )


def add_control(verb: argparse.ArgumentParser) -> None:
    """The argument of verbs that ask a running switch."""
    verb.add_argument(
        "--control",
        type=Path,
        default=Path("wireroom.control"),
        metavar="PATH",
        help="the socket of a running switch (`serve --control PATH`)",
    )


def _indent(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def address(text: str, *, to_listen: bool = True) -> tuple[str, int]:
    """`HOST:PORT` as it is typed; without a host this machine alone, with port 0 any free one to
    listen at, and none to reach."""
    host, colon, port = text.rpartition(":")
    digits = port.isascii() and port.isdigit() and len(port) <= 5
    if not colon or not digits or not (0 if to_listen else 1) <= int(port) <= 65_535:
        free = ", or :0 for any free port" if to_listen else ""
        raise UsageError(f"`{text}` is not HOST:PORT", f"such as 127.0.0.1:4000{free}")
    return host.strip("[]") or "127.0.0.1", int(port)


def seconds_to(maximum: float = SECONDS_MAX) -> Callable[[str], float]:
    """An argument type: seconds, finite, from 0 to `maximum`."""

    def read(text: str) -> float:
        try:
            found = float(text)
        except ValueError:
            found = -1.0
        if not 0 <= found <= maximum:  # which no NaN is
            raise argparse.ArgumentTypeError(f"`{text}` is not 0 to {maximum:g} seconds")
        return found

    return read


def count_to(maximum: int = COUNT_MAX, minimum: int = 1) -> Callable[[str], int]:
    """An argument type: a whole number from `minimum` to `maximum`."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise argparse.ArgumentTypeError(f"`{text}` is not a number of {minimum} or more")
        if not minimum <= int(text) <= maximum:
            raise argparse.ArgumentTypeError(f"`{text}` is not {minimum} to {maximum}")
        return int(text)

    return read


def console(*, stderr: bool = False) -> Console:
    """A rich console; colour is never the only signal. Its width is `COLUMNS`, if that is a number,
    or the terminal's, or 100."""
    from rich.console import Console

    class Plain(Console):
        """One that tells no verdict of its own when its reader went away."""

        def on_broken_pipe(self) -> None:
            raise

    stream = sys.stderr if stderr else sys.stdout
    wanted = os.environ.get("COLUMNS", "")
    width = None if stream.isatty() else WIDTH
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= 4 and int(wanted):
        width = max(WIDTH_MIN, int(wanted))
    return Plain(stderr=stderr, width=width, highlight=False)


def complain(error: WireroomError) -> None:
    """Print an error for a person on standard error."""
    if isinstance(error, AuthoredError):
        count = len(error.findings)
        sys.stderr.write(f"{error}\n{count} {'mistake' if count == 1 else 'mistakes'}\n")
    else:
        sys.stderr.write(f"wireroom: {error}\n")


def guarded(run: Callable[[list[str]], int], argv: list[str]) -> int:
    """Run a verb; a user's mistake never ends in a traceback, a bug of ours always does, and its
    exit code is that of no verdict."""
    if sys.stdout is None:  # before a file is opened in its place
        if sys.stderr is not None:
            sys.stderr.write("wireroom: standard output is closed\n    fix: such as >/dev/null\n")
        return int(Exit.MISUSE)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - to the end
    try:
        return _flushed(run, argv)
    except SystemExit:
        raise
    except BaseException as error:
        known = _last_word(list(_leaves(error)))
        return _our_fault() if known is None else known


def _flushed(run: Callable[[list[str]], int], argv: list[str]) -> int:
    """Run a verb, and have its output written while an error can still be told."""
    try:
        code = run(argv)
    except SystemExit:  # its help was asked for, or an option is wrong
        sys.stdout.flush()
        raise
    sys.stdout.flush()
    return code


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """What trio's groups hold, or the error itself."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _last_word(errors: list[BaseException]) -> int | None:
    """Say what ended the verb, and its exit code; None where one of these is a bug of ours."""
    if not all(isinstance(e, WireroomError | KeyboardInterrupt | OSError) for e in errors):
        return None
    if any(isinstance(error, KeyboardInterrupt) for error in errors):
        sys.stderr.write("\nwireroom: interrupted\n")
        return INTERRUPTED
    for error in errors:
        if isinstance(error, WireroomError):
            complain(error)
            return int(error.exit_code)
    if isinstance(errors[0], BrokenPipeError):
        # The reader of our output went away (`| head`): nothing is wrong on our side.
        _drop_output()
        return int(Exit.FINE)
    try:
        sys.stdout.write("\n")  # was it our output? What it could not take it still cannot take
        sys.stdout.flush()
    except OSError as error:
        _drop_output()
        sys.stderr.write(f"wireroom: standard output cannot be written: {error.strerror}\n")
        return int(Exit.MISUSE)
    return None


def _our_fault() -> int:
    """Show what happened: to whoever called, 1 would be a finding, and is what Python ends with."""
    import traceback

    traceback.print_exc()
    sys.stderr.write("wireroom: this is a fault of wireroom; please report it with all of this\n")
    return int(Exit.FAULT)


def _drop_output() -> None:
    """Point stdout elsewhere, so that the interpreter's last flush does not fail as well."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Progress bars on a terminal, on standard error, for whatever is reported; gone at the end."""
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    out = console(stderr=True)
    with Bars(*columns, console=out, transient=True, disable=not out.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield progress
