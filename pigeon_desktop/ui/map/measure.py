"""A distance measured on the map: a great circle from a place to the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from pigeon_desktop.earth.sphere import Floats, coordinates, distance_km, unit_vectors
from pigeon_desktop.ui.look.numbers import amount
from pigeon_desktop.ui.look.text_size import letters, line_height
from pigeon_desktop.ui.look.theme import Theme
from pigeon_desktop.ui.map.items import Line, pen
from pigeon_desktop.ui.map.layers import line_path, to_map

if TYPE_CHECKING:
    from pigeon_desktop.ui.map.view import MapView


def great_circle(start: tuple[float, float], end: tuple[float, float], points: int = 129) -> tuple[Floats, Floats]:
    """Points along the shortest way between two coordinates in degrees, evenly spaced."""
    a, b = unit_vectors(*start), unit_vectors(*end)
    across = np.cross(np.cross(a, b), a)
    if np.linalg.norm(across) < 1e-9:  # the same place, or the other side of the world, where every way is as short
        pole = unit_vectors(90, 0) if abs(start[0]) < 89 else unit_vectors(0, 0)
        across = np.cross(np.cross(a, pole), a)
    across = across / np.linalg.norm(across)
    angle = np.linspace(0.0, np.arctan2(b @ across, b @ a), points)[:, None]
    return coordinates(a * np.cos(angle) + across * np.sin(angle))


def length(km: float) -> str:
    """A distance as people read it: "1,587 km", "8.2 km"."""
    return f"{amount(km, 0 if km >= 10 else 1)} km"


class Reading(QGraphicsItem):
    """The distance, in a small box above the cursor."""

    def __init__(self, theme: Theme, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.theme, self.words = theme, ""
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)

    def say(self, words: str) -> None:
        """Show other words."""
        self.prepareGeometryChange()
        self.words = words

    def boundingRect(self) -> QRectF:
        """See Qt."""
        font = letters(bold=True)
        width, height = QFontMetricsF(font).horizontalAdvance(self.words) + 18, line_height(font) + 10
        return QRectF(-width / 2, -14 - height, width, height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """See Qt."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.on_ink), 1.4))
        painter.setBrush(QColor(self.theme.ink))
        painter.drawRoundedRect(self.boundingRect().adjusted(1, 1, -1, -1), 7, 7)
        painter.setFont(letters(bold=True))
        painter.setPen(QColor(self.theme.on_ink))
        painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, self.words)


class Measure(QObject):
    """The line from `start`, latitude and longitude in degrees, to the cursor; `start` is None while there is none."""

    def __init__(self, map_view: MapView) -> None:
        super().__init__(map_view)
        ground = map_view.box.childGroup
        self.start: tuple[float, float] | None = None
        self.km = 0.0
        self._halo, self._line, self._from = Line(ground), Line(ground), Line(ground)
        self._reading = Reading(map_view.theme, ground)
        # Over the radii, under pins and numbers.
        for item, level in ((self._halo, 13.0), (self._line, 13.5), (self._from, 13.7), (self._reading, 50.0)):
            item.setZValue(level)
        self.stop()
        self.set_theme(map_view.theme)

    def set_theme(self, theme: Theme) -> None:
        """Recolour it."""
        self._halo.setPen(pen(theme.on_ink, 4.4))
        self._line.setPen(pen(theme.ink, 2.0))
        self._from.setPen(pen(theme.ink, 9.0))
        self._reading.theme = theme
        self._reading.update()

    def begin(self, latitude: float, longitude: float) -> None:
        """Measure from here."""
        self.start = (latitude, longitude)
        x, y = (float(at) for at in to_map(latitude, longitude))
        dot = QPainterPath(QPointF(x, y))
        dot.lineTo(x + 1e-6, y)  # a length that no zoom shows: its round ends make a dot
        self._from.setPath(dot)
        self.move(latitude, longitude)

    def move(self, latitude: float, longitude: float) -> None:
        """The cursor is here."""
        if self.start is None:
            return
        self.km = float(distance_km(*self.start, latitude, longitude))
        path = line_path(*great_circle(self.start, (latitude, longitude)))
        self._halo.setPath(path)
        self._line.setPath(path)
        x, y = to_map(latitude, longitude)
        self._reading.setPos(QPointF(float(x), float(y)))
        self._reading.say(self.words)
        self._reading.show()

    def stop(self) -> None:
        """Nothing is measured any more."""
        self.start = None
        for line in (self._halo, self._line, self._from):
            line.setPath(QPainterPath())
        self._reading.hide()

    @property
    def words(self) -> str:
        """The distance as it is shown."""
        return length(self.km) if self.start is not None else ""
