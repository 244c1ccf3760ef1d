"""A part of the world drawn on the map, to search within: a box with Shift and the mouse, a circle with Ctrl."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QPainterPath, QPolygonF

from pigeon_desktop.earth.sphere import circle, distance_km
from pigeon_desktop.ui.map.items import Line, pen
from pigeon_desktop.ui.map.layers import to_earth, to_map

if TYPE_CHECKING:
    from pigeon_desktop.ui.map.view import MapView

LEAST_PX = 6.0
"""Shorter drags are slips of the hand."""


class Drawing(QObject):
    """What is being drawn, and what was. `drawn` carries it as "search within" takes it."""

    drawn = Signal(str)

    def __init__(self, map_view: MapView) -> None:
        super().__init__(map_view)
        self._map = map_view
        self._line = Line(map_view.box.childGroup)
        self._line.setZValue(6)
        map_view.box.outlined.connect(self._outline)

    def clear(self) -> None:
        """Nothing is drawn any more."""
        self._line.setPath(QPainterPath())

    def _outline(self, start: QPointF, end: QPointF, round_: bool, done: bool) -> None:
        begin, now = self._coordinate(start), self._coordinate(end)
        if begin is None or now is None:  # off the globe
            if done:
                self.clear()
            return
        (lat0, lon0), (lat1, lon1) = begin, now
        if round_:
            km = float(distance_km(lat0, lon0, lat1, lon1))
            latitude, longitude = circle(lat0, lon0, km)
            text = f"{lat0:.2f},{lon0:.2f},{max(km, 1):.0f}"
        else:
            south, north = sorted((lat0, lat1))
            west, east = sorted((lon0, lon1))
            along, up = np.linspace(west, east, 40), np.linspace(south, north, 20)
            latitude = np.concatenate([np.full(40, south), up, np.full(40, north), up[::-1]])
            longitude = np.concatenate([along, np.full(20, east), along[::-1], np.full(20, west)])
            text = f"{south:.2f},{west:.2f},{north:.2f},{east:.2f}"
        self._line.setPen(pen(self._map.theme.accent, 2.0))
        self._line.setPath(_path(latitude, longitude))
        if done and QPointF(end - start).manhattanLength() < LEAST_PX:
            self.clear()
        elif done:
            self.drawn.emit(text)

    def _coordinate(self, pixel: QPointF) -> tuple[float, float] | None:
        return to_earth(*self._map.at_pixel(pixel))


def _path(latitude: ArrayLike, longitude: ArrayLike) -> QPainterPath:
    """The outline in map units, lifted where it leaves the map and comes back on its other side."""
    x, y = to_map(latitude, longitude)
    path = QPainterPath()
    pieces = np.split(np.arange(len(x)), np.flatnonzero(np.abs(np.diff(longitude)) > 180) + 1)
    for piece in pieces:
        path.addPolygon(QPolygonF([QPointF(float(x[i]), float(y[i])) for i in piece]))
    return path
