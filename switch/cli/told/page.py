"""A report as one self-contained page that can be printed: no script, nothing loaded."""

from __future__ import annotations

from pathlib import Path

from switch.cli.told.report import Told
from switch.errors import UsageError
from switch.terms import TRAINING_LINE

_TEMPLATE = "page.html.j2"


def html(told: Told) -> str:
    """The page; every value in it is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(_TEMPLATE).render(told=told, training=TRAINING_LINE)


def write(told: Told, path: Path) -> None:
    """Into a file; UsageError if it cannot be written."""
    try:
        path.write_text(html(told), encoding="utf-8")
    except OSError as error:
        what = f"cannot write `{path}`: {error.strerror}"
        raise UsageError(what, "give a file in a folder you may write") from None
