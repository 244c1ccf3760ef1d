"""What else may stand on the map than candidates: photographs at their places. Plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pin:
    """A confirmed photograph: its number in the window, its coordinate in degrees, what it is called."""

    number: int
    latitude: float
    longitude: float
    title: str


@dataclass(frozen=True)
class Mark:
    """The first candidate of a selected photograph: as a Pin has it."""

    number: int
    latitude: float
    longitude: float
    title: str
