"""Where the map looks, how the mouse steers it, and the pictures it shows while it moves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneWheelEvent, QStyleOptionGraphicsItem, QWidget

from pigeon_desktop.earth.projection import X_MAX, Y_MAX

CLOSEST = 60_000.0
"""Pixels a map unit at the closest: about 100 m a pixel, well below any radius."""


@dataclass(frozen=True)
class View:
    """What the map shows: the map point in its middle, and pixels a map unit."""

    x: float
    y: float
    scale: float

    @classmethod
    def around(cls, area: QRectF, size: QSize) -> View:
        """The view of a rectangle in map units on so many pixels, with some room around it."""
        scale = 0.8 * min(size.width() / max(area.width(), 0.02), size.height() / max(area.height(), 0.02))
        return cls(area.center().x(), area.center().y(), scale)

    @classmethod
    def world(cls, size: QSize) -> View:
        """The view of the whole world on so many pixels."""
        width, height = max(size.width() - 36, 50), max(size.height() - 36, 50)
        return cls(0.0, 0.0, min(width / (2 * X_MAX), height / (2 * Y_MAX)))

    def within_world(self, size: QSize) -> View:
        """The nearest view to this on so many pixels that has the world in it, and little beside."""
        scale = min(max(self.scale, self.world(size).scale), CLOSEST)
        reach_x = max(0.0, X_MAX * 1.05 - size.width() / 2 / scale)
        reach_y = max(0.0, Y_MAX * 1.05 - size.height() / 2 / scale)
        return View(min(max(self.x, -reach_x), reach_x), min(max(self.y, -reach_y), reach_y), scale)

    def towards(self, other: View, share: float) -> View:
        """The view `share` of the way to another; zooming feels even when the scale changes by ratios."""
        scale = self.scale * (other.scale / self.scale) ** share
        # The middle moves with the zoom, so that the aim stays in sight.
        way = (
            share
            if math.isclose(self.scale, other.scale, rel_tol=0.01)
            else ((1 / self.scale - 1 / scale) / (1 / self.scale - 1 / other.scale))
        )
        return View(self.x + (other.x - self.x) * way, self.y + (other.y - self.y) * way, scale)


class Pictures(QGraphicsItem):
    """The base as pictures: the last drawn view, and behind it the whole world for what that does not cover."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.region, self.picture = QRectF(), QPixmap()
        self.backdrop = QPixmap()
        self._view, self._size = QRectF(), QRectF()

    def set_view(self, view: QRectF, size: QRectF) -> None:
        """Follow the map: it shows `view` (map units) in `size` pixels."""
        self.prepareGeometryChange()
        self._view, self._size = view, size
        self.update()

    def boundingRect(self) -> QRectF:
        """See Qt."""
        return self._size

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """See Qt."""
        if self.picture.isNull() or self._view.isEmpty():
            return
        if self._same(self.region, self._view):
            painter.drawPixmap(0, 0, self.picture)
            return
        if not self.backdrop.isNull():
            world = QRectF(-X_MAX, -Y_MAX, 2 * X_MAX, 2 * Y_MAX)
            self._draw(painter, world, self.backdrop)
        self._draw(painter, self.region, self.picture)

    def _draw(self, painter: QPainter, region: QRectF, picture: QPixmap) -> None:
        """Draw the part of a picture that is in sight, so that nothing is scaled in vain."""
        seen = region.intersected(self._view)
        if seen.isEmpty():
            return
        scale = self._size.width() / self._view.width()
        target = QRectF(
            (seen.left() - self._view.left()) * scale,
            (seen.top() - self._view.top()) * scale,
            seen.width() * scale,
            seen.height() * scale,
        )
        across, down = picture.width() / region.width(), picture.height() / region.height()
        source = QRectF(
            (seen.left() - region.left()) * across,
            (seen.top() - region.top()) * down,
            seen.width() * across,
            seen.height() * down,
        )
        painter.drawPixmap(target, picture, source)

    @staticmethod
    def _same(a: QRectF, b: QRectF) -> bool:
        near = 1e-6 * b.width()
        return max(abs(a.left() - b.left()), abs(a.top() - b.top()), abs(a.right() - b.right())) < near


class MapBox(pg.ViewBox):  # type: ignore[misc]
    """pyqtgraph's view box, steered by the wheel and the left button."""

    wheeled = Signal(QPointF, float)
    dragged = Signal(QPointF)
    clicked = Signal(QPointF, bool)
    outlined = Signal(QPointF, QPointF, bool, bool)
    """From where to where something is drawn, whether it is a circle, and whether it is done."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, invertY=True, enableMouse=False, defaultPadding=0)
        self.disableAutoRange()

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: object = None) -> None:
        """See Qt."""
        self.wheeled.emit(event.pos(), event.delta() / 120)
        event.accept()

    def mouseDragEvent(self, event: Any, axis: object = None) -> None:
        """See pyqtgraph."""
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            shift, ctrl = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
            if event.modifiers() & (shift | ctrl):
                start, end = QPointF(event.buttonDownPos()), QPointF(event.pos())
                self.outlined.emit(start, end, not event.modifiers() & shift, event.isFinish())
            else:
                self.dragged.emit(QPointF(event.pos() - event.lastPos()))

    def mouseClickEvent(self, event: Any) -> None:
        """See pyqtgraph."""
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self.clicked.emit(QPointF(event.pos()), event.double())
