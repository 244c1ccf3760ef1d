"""Pins and marks on the map: many photographs at their places, those close to each other as one with their count."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPaintEngine, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from pigeon_desktop.earth.projection import X_MAX
from pigeon_desktop.ui.look.numbers import amount
from pigeon_desktop.ui.look.text_size import larger
from pigeon_desktop.ui.look.theme import Theme
from pigeon_desktop.ui.map.layers import to_map
from pigeon_desktop.ui.map.pins import Mark, Pin

BITS = 21
FINEST = 2 * X_MAX / 2**BITS
"""Map units of the finest cell that points are sorted into: a sixth of a pixel at the closest."""

TOGETHER_PX = 32.0
"""Points in one square of this to twice as many pixels are drawn as one."""

REACH = 40.0
"""Pixels that a drawing reaches at most beyond its coordinate, at the usual text size; it grows with the text."""

Draw = Callable[[QPainter, Theme, int], None]
"""Draws so many photographs at the painter's origin."""


@dataclass(frozen=True)
class Group:
    """Photographs drawn as one: their places in the sequence that is shown, and their bounds in map units."""

    members: list[int]
    bounds: QRectF


class Sorted:
    """Points along a Z-order curve: the cells of every size hold a run of them each."""

    def __init__(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        cells = (np.clip((at + X_MAX) / FINEST, 0, 2**BITS - 1).astype(np.uint64) for at in (x, y))
        across, down = (_spaced(cell) for cell in cells)
        key = across | (down << np.uint64(1))
        self.order = np.argsort(key, kind="stable")
        self._key = key[self.order]
        self.x, self.y = x[self.order], y[self.order]

    def runs(self, level: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Starts and lengths of the runs in cells of 2 ** level times the finest one's side."""
        cell = self._key >> np.uint64(2 * min(level, BITS))
        starts = np.flatnonzero(np.append(True, cell[1:] != cell[:-1])) if len(cell) else np.zeros(0, np.intp)
        return starts, np.diff(np.append(starts, len(cell)))


def _spaced(cell: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The 21 bits of each number with two zeros' room for another's: 0b11 becomes 0b101."""
    for shift, mask in ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F)):
        cell = (cell | (cell << np.uint64(shift))) & np.uint64(mask)
    for shift, mask in ((2, 0x3333333333333333), (1, 0x5555555555555555)):
        cell = (cell | (cell << np.uint64(shift))) & np.uint64(mask)
    return cell


class Points(QGraphicsItem):
    """The photographs of one kind, in pixels from the top left of the map whatever its zoom."""

    def __init__(self, draw: Draw, theme: Theme, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.theme = theme
        self.points: Sequence[Pin | Mark] = []
        self._draw = draw
        self._sorted = Sorted(np.zeros(0), np.zeros(0))
        self._level = -1
        self._size, self._region, self._scale = QRectF(), QRectF(), 1.0
        self._sprites: dict[tuple[str, float, float, Theme], QPixmap] = {}
        self._starts = self._counts = np.zeros(0, np.intp)
        self._x = self._y = np.zeros(0)
        self._seen = np.zeros(0, np.intp)
        self._at = np.zeros((0, 2))
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)

    def show_points(self, points: Sequence[Pin | Mark]) -> None:
        """Put these in place of those before."""
        self.points = points
        latitude = np.array([point.latitude for point in points], np.float64)
        self._sorted = Sorted(*to_map(latitude, np.array([point.longitude for point in points], np.float64)))
        self._level = -1
        if self._scale > 0:
            self.look(self._region, self._size, self._scale)

    def look(self, region: QRectF, size: QRectF, scale: float) -> None:
        """Follow the map: `region` (map units) in `size` pixels, `scale` pixels a map unit."""
        self.prepareGeometryChange()
        self._region, self._size, self._scale = region, size, scale
        self.setPos(region.topLeft())
        level = max(0, math.ceil(math.log2(TOGETHER_PX / (FINEST * scale))))
        if level != self._level:
            self._group(level)
        x, y = (self._x - region.left()) * scale, (self._y - region.top()) * scale
        inside = (x > -REACH) & (x < size.width() + REACH) & (y > -REACH) & (y < size.height() + REACH)
        seen = np.flatnonzero(inside)
        self._seen = seen[np.argsort(y[seen], kind="stable")]  # those further down are in front
        self._at = np.column_stack([x[self._seen], y[self._seen]])
        self.update()

    def _group(self, level: int) -> None:
        self._level = level
        self._starts, self._counts = self._sorted.runs(level)
        if len(self._starts):
            self._x, self._y = (
                np.add.reduceat(at, self._starts) / self._counts for at in (self._sorted.x, self._sorted.y)
            )
        else:
            self._x = self._y = np.zeros(0)

    def at(self, pixel: QPointF, middle: QPointF, reach: QSizeF) -> Group | None:
        """What is drawn at a pixel, where drawings reach so far around `middle`, seen from their coordinate."""
        if not len(self._seen):
            return None
        by = larger()
        away = self._at + np.array([middle.x() * by - pixel.x(), middle.y() * by - pixel.y()])
        # A count makes a drawing wider.
        width = (reach.width() + 7.0 * (self._counts[self._seen] > 1)) * by
        hit = np.flatnonzero((np.abs(away[:, 0]) <= width) & (np.abs(away[:, 1]) <= reach.height() * by))
        if not len(hit):
            return None
        return self._members(int(self._seen[hit[np.argmin(np.hypot(*away[hit].T))]]))

    def _members(self, number: int) -> Group:
        start = int(self._starts[number])
        run = slice(start, start + int(self._counts[number]))
        x, y = self._sorted.x[run], self._sorted.y[run]
        corners = QPointF(float(x.min()), float(y.min())), QPointF(float(x.max()), float(y.max()))
        return Group(sorted(self._sorted.order[run].tolist()), QRectF(*corners))

    def boxes(self) -> list[QRectF]:
        """The pixels that the drawings take; none where there are very many: names would have no room at all."""
        at = self._at.tolist() if len(self._at) <= 100 else []
        by = larger()
        return [QRectF(x - 8 * by, y - 26 * by, 16 * by, 32 * by) for x, y in at]

    @property
    def drawn(self) -> int:
        """How many drawings are in sight."""
        return len(self._seen)

    def boundingRect(self) -> QRectF:
        """See Qt."""
        return self._size

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """See Qt."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        vectors = painter.paintEngine().type() == QPaintEngine.Type.SVG
        ratio, by = painter.device().devicePixelRatioF(), larger()
        reach = REACH * by
        for (x, y), count in zip(self._at.tolist(), self._counts[self._seen].tolist(), strict=True):
            if vectors:
                painter.save()
                painter.translate(x, y)
                painter.scale(by, by)
                self._draw(painter, self.theme, count)
                painter.restore()
            else:
                painter.drawPixmap(QPointF(x - reach, y - reach), self._sprite(count, ratio, by))

    def _sprite(self, count: int, ratio: float, by: float) -> QPixmap:
        """The drawing as a picture: thousands of them cost next to nothing."""
        key = (times(count), ratio, by, self.theme)
        if key not in self._sprites:
            side = math.ceil(2 * REACH * by * ratio)
            made = QPixmap(side, side)
            made.setDevicePixelRatio(ratio)
            made.fill(Qt.GlobalColor.transparent)
            painter = QPainter(made)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(by, by)
            painter.translate(REACH, REACH)
            self._draw(painter, self.theme, count)
            painter.end()
            self._sprites[key] = made
        return self._sprites[key]


def times(count: int) -> str:
    """How many are drawn as one: "", "×12", "×3.4k", "×12k"."""
    if count < 1000:
        return f"×{count}" if count > 1 else ""
    return f"×{amount(count / 1000, 1 if count < 9950 else 0)}k"


def draw_pin(painter: QPainter, theme: Theme, count: int) -> None:
    """A pin that stands on the coordinate, so high that a candidate's number at the same place leaves it in sight."""
    painter.setPen(QPen(QColor(theme.on_ink), 1.4))
    painter.setBrush(QColor(theme.ink))
    shape = QPainterPath(QPointF(0, 0))
    if count > 1:
        half = _count_width(count) / 2
        shape.lineTo(-4, -10)
        shape.lineTo(4, -10)
        shape.closeSubpath()
        pill = QPainterPath()
        pill.addRoundedRect(QRectF(-half, -26, 2 * half, 17), 5, 5)
        painter.drawPath(shape.united(pill))
        _draw_count(painter, QRectF(-half, -26, 2 * half, 17), count, theme.on_ink)
        return
    shape.cubicTo(-2, -8, -7, -12, -7, -19)
    shape.arcTo(QRectF(-7, -26, 14, 14), 180, -180)
    shape.cubicTo(7, -12, 2, -8, 0, 0)
    painter.drawPath(shape)
    tick = QPainterPath(QPointF(-3.2, -19.2))
    tick.lineTo(-0.9, -16.8)
    tick.lineTo(3.4, -21.6)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.on_ink), 1.8, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
    painter.drawPath(tick)


def draw_mark(painter: QPainter, theme: Theme, count: int) -> None:
    """A small ring with a dot; a pill with the count for several."""
    painter.setPen(QPen(QColor(theme.ink), 1.8))
    painter.setBrush(QColor(theme.on_ink))
    if count > 1:
        half = _count_width(count) / 2
        room = QRectF(-half, -8, 2 * half, 16)
        painter.drawRoundedRect(room, 8, 8)
        _draw_count(painter, room, count, theme.ink)
        return
    painter.drawEllipse(QPointF(0, 0), 4.6, 4.6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.ink))
    painter.drawEllipse(QPointF(0, 0), 1.7, 1.7)


def _font() -> QFont:
    font = QFont()
    font.setPixelSize(11)
    font.setBold(True)
    return font


def _count_width(count: int) -> float:
    return QFontMetricsF(_font()).horizontalAdvance(times(count)) + 10


def _draw_count(painter: QPainter, room: QRectF, count: int, colour: str) -> None:
    painter.setFont(_font())
    painter.setPen(QColor(colour))
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, times(count))
