"""How large text is: what holds text is measured in the application's font, and grows with it."""

from __future__ import annotations

import math
import sys

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QApplication

USUAL_PT = 13.0 if sys.platform == "darwin" else 10.0
"""Points of the window's text at 100 %."""
PERCENT = (100, 125, 150, 175, 200)
"""Sizes that can be chosen, in percent of what the desktop asks for."""
SMALL, TINY = 0.9, 0.82
"""Sizes of what stands below a title, and on the map, as shares of the text's."""
_OURS = "text_size"
"""The property of the application that holds the percentage that is taken."""


def interface_font() -> QFont:
    """The desktop's own font, except where Linux offers only its wide last resort."""
    font = QGuiApplication.font()
    if sys.platform.startswith("linux"):
        there = set(QFontDatabase.families())
        good = [f for f in ("Inter", "Cantarell", "Ubuntu", "Noto Sans", "Open Sans", "Liberation Sans") if f in there]
        if good and font.family() in ("", "Sans Serif", "Sans", "DejaVu Sans"):
            font.setFamilies([good[0], "DejaVu Sans"])
    font.setPointSizeF(USUAL_PT)
    return font


def begin(app: QApplication) -> None:
    """Give the application its font, at 100 %."""
    app.setProperty(_OURS, 100)
    app.setFont(interface_font())


def take(percent: int) -> None:
    """Have all text at so many percent of its own size, in windows that are open too."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = taken()
    if percent != before:
        app.setProperty(_OURS, percent)
        app.setFont(resized(app.font(), percent / before))


def taken() -> int:
    """The percentage that was taken last."""
    app = QCoreApplication.instance()
    return int(app.property(_OURS) or 100) if app is not None else 100


def larger() -> float:
    """How many times as large as usual the application's text is, whoever made it so."""
    return _points(QApplication.font()) / USUAL_PT


def grown(pixels: float) -> int:
    """A length in pixels that grows with the text, given as it is at the usual size."""
    return round(pixels * larger())


def letters(share: float = 1.0, *, bold: bool = False) -> QFont:
    """The application's font at a share of its size."""
    font = resized(QApplication.font(), share)
    font.setBold(bold)
    return font


def resized(font: QFont, factor: float) -> QFont:
    """The same font, so many times as large."""
    made = QFont(font)
    made.setPointSizeF(_points(font) * factor)
    return made


def _points(font: QFont) -> float:
    """Its size, exactly where it is given in points: what is drawn is of whole pixels."""
    return font.pointSizeF() if font.pointSizeF() > 0 else QFontInfo(font).pointSizeF()


def line_height(font: QFont) -> int:
    """Pixels from the top to the bottom of a line, with nothing cut off."""
    return math.ceil(QFontMetricsF(font).height())
