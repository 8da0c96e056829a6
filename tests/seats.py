"""Who sits where in golden-state, and to which agencies that belongs, told without the product.

The simulated, the killed and the compared rooms all have these people in them.
"""

from __future__ import annotations

from functools import cache

SEATS = {  # terminal: (ORI, operator)
    "BAY1": ("CA0990100", "TFO7"),
    "BAY2": ("CA0990100", "BPD2"),
    "VSO1": ("CA0990200", "VSO1A"),
    "HRB1": ("CA0990300", "HPD1"),
    "ERO1": ("DCICE0900", "ERO1A"),
    "HSI1": ("DCICE0500", "HSI1A"),
    "CBP1": ("DCCBP0100", "CBP1A"),
    "NVH1": ("NV0990100", "NHP1"),
}
ORIS = tuple(ori for ori, _ in SEATS.values())
CUT_AGENCIES = ("BAY-PD", "VALLEY-SO", "HARBOR-PD", "ICE-ERO", "ICE-HSI", "ICE", "REGION-HUB")

_HOUSES = {  # of an agency: itself and those above it
    "ICE-ERO": ("ICE-ERO", "ICE", "DHS"),
    "ICE-HSI": ("ICE-HSI", "ICE", "DHS"),
    "CBP": ("CBP", "DHS"),
}
_OF_TERMINAL = {
    "BAY1": ("BAY-PD",),
    "BAY2": ("BAY-PD",),
    "VSO1": ("VALLEY-SO",),
    "HRB1": ("HARBOR-PD", "REGION-HUB"),
    "ERO1": ("ICE-ERO",),
    "HSI1": ("ICE-HSI",),
    "CBP1": ("CBP",),
    "NVH1": ("NV-HP",),
}
_OF_ORI = {
    "CA0990100": "BAY-PD",
    "CA0990200": "VALLEY-SO",
    "CA0990300": "HARBOR-PD",
    "DCICE0900": "ICE-ERO",
    "DCICE0500": "ICE-HSI",
    "DCCBP0100": "CBP",
    "NV0990100": "NV-HP",
}
_OF_OPERATOR = {
    "TFO7": ("BAY-PD", "ICE-ERO"),  # a task force officer
    "BPD2": ("BAY-PD",),
    "VSO1A": ("VALLEY-SO",),
    "HPD1": ("HARBOR-PD",),
    "ERO1A": ("ICE-ERO",),
    "HSI1A": ("ICE-HSI",),
    "CBP1A": ("CBP",),
    "NHP1": ("NV-HP",),
}


def agency_of(ori: str) -> str:
    """The agency that an ORI belongs to."""
    return _OF_ORI[ori]


@cache
def line_agencies_of(terminal: str, ori: str) -> frozenset[str]:
    """Whom a suspension of the network looks at: the terminal, its hubs, the ORI."""
    names = {*_OF_TERMINAL[terminal], _OF_ORI[ori]}
    return frozenset(house for name in names for house in _HOUSES.get(name, (name,)))


@cache
def agencies_of(terminal: str, operator: str, ori: str) -> frozenset[str]:
    """Whom an owner's rule looks at: the operator's agencies besides."""
    people = {house for name in _OF_OPERATOR[operator] for house in _HOUSES.get(name, (name,))}
    return line_agencies_of(terminal, ori) | people
