"""Instants as people write them on a command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from switch.errors import UsageError
from switch.terms import Instant

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def now() -> Instant:
    """The present whole second: a rule begins with it, never a moment after it was ordered."""
    from switch.shell.clock import WallClock

    return float(int(WallClock().now()))


def moment(
    text: str | None, zone: ZoneInfo, option: str, otherwise: Instant | None = None
) -> Instant:
    """A local time or one with an offset; `otherwise` where none was given, by default now."""
    from datetime import datetime

    from switch.files.authored import YearError, instant

    if text is None:
        return now() if otherwise is None else otherwise
    try:
        if "T" not in text:
            raise ValueError("write the time too")
        return instant(datetime.fromisoformat(text), zone)
    except YearError as error:
        raise UsageError(f"{option} `{text}` is {error}", "such as 2019-11-01T00:00:00") from None
    except ValueError as error:
        fix = str(error) if "clocks" in str(error) else "write it as 2019-11-01T00:00:00"
        raise UsageError(f"{option} `{text}` is not a time", fix) from None
