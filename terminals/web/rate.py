"""How often somebody may do something: a bucket of permits that fills with time."""

from __future__ import annotations


class Rate:
    """At most `burst` at once, and `per_s` a second on average."""

    __slots__ = ("_burst", "_left", "_per_s", "_seen")

    def __init__(self, burst: int, per_s: float) -> None:
        self._burst, self._per_s = burst, per_s
        self._left, self._seen = float(burst), 0.0

    def take(self, now: float) -> bool:
        """Whether one more is allowed at this time (seconds, of any clock that never goes back)."""
        filled = self._left + (now - self._seen) * self._per_s
        self._left, self._seen = min(float(self._burst), filled), now
        if self._left < 1:
            return False
        self._left -= 1
        return True
