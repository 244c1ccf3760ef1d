"""Paths cut to what is in sight, for files: a coast of the whole world would be in each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPath
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath, QPolygonF, QTransform

MARGIN = 20.0
"""Pixels kept beyond what is in sight: pens along the cut stay out of it."""

STEP = 0.2
"""Pixels: the grid that points are put on, so that those which cannot be told apart are one."""


@dataclass(frozen=True)
class Cut:
    """Takes paths in map units to pixels of `region` at `scale` pixels a map unit, without what lies outside."""

    region: QRectF
    scale: float

    def __call__(self, path: QPainterPath) -> QPainterPath:
        """The part of a path that may be seen."""
        made, area = QPainterPath(), self._pixels(path.controlPointRect())
        if self._room().contains(area):
            shift = QTransform.fromTranslate(-self.region.left(), -self.region.top())
            return (shift * QTransform.fromScale(self.scale, self.scale)).map(path)
        if not self._room().intersects(area):
            return made
        for polygon in path.toSubpathPolygons():
            if self._room().intersects(self._pixels(polygon.boundingRect())):
                points = self._inside(polygon)
                if len(points) > 1:
                    made.addPath(arrayToQPath(points[:, 0], points[:, 1], finiteCheck=False))
        return made

    def _inside(self, polygon: QPolygonF) -> NDArray[np.float64]:
        points = np.array([point.toTuple() for point in polygon.toList()], np.float64)
        points = (points - (self.region.left(), self.region.top())) * self.scale
        if np.array_equal(points[0], points[-1]):  # lines that are not closed are short
            points = points[:-1]
            room = self._room()
            for axis, limit, side in ((0, room.left(), 1), (0, room.right(), -1), (1, room.top(), 1)):
                points = _half(points, axis, limit, side)
            points = _half(points, 1, room.bottom(), -1)
            points = np.concatenate([points, points[:1]])
        points = np.round(points / STEP) * STEP
        moved = np.any(points[1:] != points[:-1], axis=1)
        return points[np.append(True, moved)] if len(points) else points

    def _room(self) -> QRectF:
        size = self.region.size() * self.scale
        return QRectF(-MARGIN, -MARGIN, size.width() + 2 * MARGIN, size.height() + 2 * MARGIN)

    def _pixels(self, area: QRectF) -> QRectF:
        least = 1e-3  # Qt takes an area without width for none at all
        left, top = area.left() - self.region.left(), area.top() - self.region.top()
        width, height = area.width() * self.scale + least, area.height() * self.scale + least
        return QRectF(left * self.scale, top * self.scale, width, height)


def _half(ring: NDArray[np.float64], axis: int, limit: float, side: int) -> NDArray[np.float64]:
    """The part of a ring (n, 2), its last point not repeated, above (`side` 1) or below (-1) a limit."""
    if not len(ring):
        return ring
    before = np.roll(ring, 1, axis=0)
    inside, was = side * (ring[:, axis] - limit) >= 0, side * (before[:, axis] - limit) >= 0
    crossed = inside != was
    along = ring[:, axis] - before[:, axis]
    share = np.where(crossed, (limit - before[:, axis]) / np.where(crossed, along, 1.0), 0.0)
    crossing = before + (ring - before) * share[:, None]
    crossing[:, axis] = limit
    both = np.stack([crossing, ring], axis=1)
    kept: NDArray[np.float64] = both[np.stack([crossed, inside], axis=1)]
    return kept
