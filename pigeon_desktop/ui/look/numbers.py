"""Numbers as the window's language writes them. Coordinates are not among them: they are copied into other programs."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QLocale

from pigeon_desktop.ui.settings import language


def amount(value: float, digits: int = 0) -> str:
    """A number with so many digits behind the point: 5,000 in English, 5.000 in German and Spanish."""
    return rewritten(f"{value:,.{digits}f}")


def rewritten(figure: str) -> str:
    """A number that was written in English."""
    return figure.translate(_marks(language.current()))


def percent(probability: float) -> str:
    """A probability as people read it: "41 %", "4.1 %", "0.3 %", "< 0.1 %"."""
    if 0 < probability < 0.001:
        return f"< {amount(0.1, 1)} %"
    if probability >= 0.0995 or probability == 0:
        return f"{amount(probability * 100)} %"
    return f"{amount(probability * 100, 1)} %"


@cache
def _marks(code: str) -> dict[int, str]:
    """What stands for the comma and for the point of English."""
    locale = QLocale(code)
    return str.maketrans({",": locale.groupSeparator(), ".": locale.decimalPoint()})
