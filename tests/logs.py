"""What is logged while something runs, whatever another test has set up before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import structlog.testing


@contextmanager
def logged() -> Iterator[list[structlog.typing.EventDict]]:
    """Everything from the least level on, as it comes."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    try:
        with structlog.testing.capture_logs() as logs:
            yield logs
    finally:
        structlog.configure(**before)
