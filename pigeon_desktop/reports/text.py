"""Words and numbers as reports write them; names of files are hostile until made harmless."""

from __future__ import annotations

import unicodedata

STATES = {"located": "located", "abstained": "can't tell", "failed": "could not be read"}
"""A prediction's status as it is shown."""


def utf8(text: str) -> str:
    """`text` as it can be written in UTF-8: bytes of a file's name that are no text become \\udcXX."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def printable(text: str) -> str:
    """`text` on one line of a terminal: control characters and marks that turn the writing become \\xXX."""
    return "".join(c if c == " " or unicodedata.category(c)[0] not in "CZ" else ascii(c)[1:-1] for c in utf8(text))


def lines(text: str) -> list[str]:
    """The lines of a note, each printable."""
    return [printable(line) for line in text.splitlines()]


def width(text: str) -> int:
    """Columns that `text` takes on a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fitted(text: str, columns: int) -> str:
    """`text` in exactly `columns` columns: cut with an ellipsis, or filled with spaces."""
    if width(text) > columns:
        while text and width(text) > columns - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (columns - width(text))


def percent(probability: float) -> str:
    """A probability in 0..1 for people: whole per cent, and never "0 %" or "100 %" for what is neither."""
    if 0 < probability < 0.005:
        return "<1 %"
    if 0.995 <= probability < 1:
        return ">99 %"
    return f"{100 * probability:.0f} %"


def coordinate(latitude: float, longitude: float, digits: int = 2) -> str:
    """Degrees with their hemispheres, of themselves to about a kilometre: a candidate's doubt is larger."""
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.{digits}f}° {north}, {abs(longitude):.{digits}f}° {east}"


def kilometres(km: float) -> str:
    """A distance to two digits: more would claim more than is known."""
    digits = len(str(int(km))) - 2
    return f"{round(km, -digits) if digits > 0 else round(km):,.0f} km"
