"""The list of steps: importing a module here puts its kinds on it."""

from __future__ import annotations

from tests.simulation.steps import access, clock, disk, lines, services, sources, traffic

__all__ = ["access", "clock", "disk", "lines", "services", "sources", "traffic"]
