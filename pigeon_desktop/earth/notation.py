"""Coordinates as they are written down for other programs and for maps on paper.

Latitude (-90..90) comes before longitude (-180..180), both in degrees.
"""

from __future__ import annotations

DIGITS = 5
"""Decimal places of a degree: about a metre."""


def decimal(latitude: float, longitude: float) -> str:
    """Decimal degrees: "38.71667, -9.13333"."""
    return f"{_fixed(latitude)}, {_fixed(longitude)}"


def sexagesimal(latitude: float, longitude: float) -> str:
    """Degrees, minutes and whole seconds, to about 15 m: "38°43′00″N 9°08′00″W"."""
    return f"{_seconds(latitude, 'NS')} {_seconds(longitude, 'EW')}"


def geo_link(latitude: float, longitude: float) -> str:
    """A link that map programs open (RFC 5870): "geo:38.71667,-9.13333". At a pole the longitude is 0."""
    north = _fixed(latitude)
    at_pole = abs(float(north)) == 90
    return f"geo:{north},{_fixed(0.0 if at_pole else longitude)}"


def _fixed(degrees: float) -> str:
    # Adding 0 turns the -0.0 that small negative numbers round to into 0.0.
    return f"{round(degrees, DIGITS) + 0.0:.{DIGITS}f}"


def _seconds(degrees: float, hemispheres: str) -> str:
    # Rounded once, as a whole, so that 59.99 seconds carry into the minute and the degree.
    whole = round(degrees * 3600)
    minutes, seconds = divmod(abs(whole), 60)
    full, minutes = divmod(minutes, 60)
    return f"{full}°{minutes:02d}′{seconds:02d}″{hemispheres[whole < 0]}"
