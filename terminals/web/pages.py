"""The templates and the static files of the pages; whatever a template is given is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from jinja2 import Environment

STATIC = Path(__file__).parent / "static"
_PAGES = Path(__file__).parent / "pages"


@cache
def environment(*more: Path) -> Environment:
    """Templates of this folder, and of `more` folders."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader([_PAGES, *more]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["training"] = TRAINING_LINE
    return found


def render(template: str, **given: object) -> str:
    """One page or a part of one."""
    return environment().get_template(template).render(**given)
