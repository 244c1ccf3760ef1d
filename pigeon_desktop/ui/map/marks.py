"""The marks on the map: candidates with their numbers and radii, names of cities."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from pigeon_desktop.earth.sphere import circle
from pigeon_desktop.engine.prediction import Candidate
from pigeon_desktop.ui.look.text_size import TINY, larger, letters
from pigeon_desktop.ui.look.theme import Theme
from pigeon_desktop.ui.map.items import Line, pen, sharp
from pigeon_desktop.ui.map.layers import Towns, line_path, to_map

GROUND = 0.9
"""Opacity of the ground behind a city's name: over the fullest heat it leaves thin strokes 4.5 to 1."""


class Marker(QGraphicsItem):
    """A candidate's number at its coordinate, of the same size at every zoom.

    Where several would cover each other, `offset` moves the number aside and a line leads to the coordinate.
    """

    @staticmethod
    def radius() -> float:
        """Pixels of the number's disc."""
        return 11.0 * larger()

    def __init__(self, candidate: Candidate, theme: Theme, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.rank = candidate.rank
        self.theme = theme
        self.selected = False
        self.offset = QPointF()
        x, y = to_map(candidate.latitude, candidate.longitude)
        self.setPos(float(x), float(y))
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)

    def select(self, selected: bool) -> None:
        """Draw it as the chosen one, above the others."""
        self.selected = selected
        self.setZValue(40 if selected else 30 - self.rank)
        self.update()

    def move_aside(self, offset: QPointF) -> None:
        """Draw the number so many pixels away from the coordinate."""
        if offset != self.offset:
            self.prepareGeometryChange()
            self.offset = offset

    def boundingRect(self) -> QRectF:
        """See Qt."""
        reach = self.radius() + 4
        disc = QRectF(self.offset.x() - reach, self.offset.y() - reach, 2 * reach, 2 * reach)
        return disc.united(QRectF(-4, -4, 8, 8))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """See Qt."""
        theme = self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self.radius() + (1.5 if self.selected else 0)
        colour, ring = QColor(theme.accent if self.selected else theme.ink), theme.on_ink
        if not self.offset.isNull():
            painter.setPen(QPen(colour, 1.6))
            painter.drawLine(QPointF(0, 0), self.offset)
            painter.setPen(QPen(QColor(ring), 1))
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(0, 0), 3.2, 3.2)
        if self.selected:  # heat may have the lightness of the disc, and of its ring
            painter.setPen(QPen(QColor(theme.ink), 4.4))
            painter.drawEllipse(self.offset, radius, radius)
        painter.setPen(QPen(QColor(theme.on_accent if self.selected else ring), 2))
        painter.setBrush(colour)
        painter.drawEllipse(self.offset, radius, radius)
        painter.setFont(letters(bold=True))
        disc = QRectF(self.offset.x() - radius, self.offset.y() - radius, 2 * radius, 2 * radius)
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self.rank))


def spread(points: list[tuple[float, float]], apart: float) -> list[tuple[float, float]]:
    """Points moved aside until every two are `apart`; those with room stay where they are."""
    if len(points) < 2:
        return points
    at = np.array(points, float)
    at += np.arange(len(at))[:, None] * (1e-3, 1.7e-3)  # two at the same place part in some direction
    for _ in range(60):
        away = at[:, None] - at[None]
        distance = np.hypot(away[..., 0], away[..., 1]) + np.eye(len(at)) * 1e9
        overlap = np.maximum(apart - distance, 0.0)
        if overlap.max() < 0.5:
            break
        at += (away / distance[..., None] * overlap[..., None] * 0.5).sum(axis=1)
    return [(float(x), float(y)) for x, y in at]


class Circle(Line):
    """A candidate's radius, true on the sphere."""

    def __init__(self, candidate: Candidate, theme: Theme, parent: QGraphicsItem) -> None:
        super().__init__(line_path(*circle(candidate.latitude, candidate.longitude, candidate.radius_km, 144)), parent)
        self.rank = candidate.rank
        self.theme = theme
        self.setZValue(10)

    def select(self, selected: bool) -> None:
        """Draw it as the chosen one."""
        if selected:
            self.setPen(pen(self.theme.accent, 2.2))
        else:
            faint = QColor(self.theme.ink)
            faint.setAlphaF(0.75)
            self.setPen(pen(faint, 1.1, Qt.PenStyle.DashLine))
        self.setZValue(12 if selected else 10)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """See Qt. Below the line is one that is seen where the heat has the line's own lightness."""
        painter.setPen(sharp(pen(self.theme.on_ink, self.pen().widthF() + 1.6), painter))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.pen().style() == Qt.PenStyle.SolidLine:
            painter.drawPath(self.path())
        super().paint(painter, option, widget)


class Marks:
    """The numbers and radii of one photo's candidates."""

    def __init__(self, ground: QGraphicsItem) -> None:
        self._ground = ground
        self.markers: list[Marker] = []
        self._circles: list[Circle] = []

    def _all(self) -> list[Marker | Circle]:
        return [*self.markers, *self._circles]

    def show(self, candidates: Sequence[Candidate], theme: Theme) -> None:
        """Put these candidates in place of those before."""
        for mark in self._all():
            mark.scene().removeItem(mark)
        self._circles = [Circle(candidate, theme, self._ground) for candidate in candidates]
        self.markers = [Marker(candidate, theme, self._ground) for candidate in candidates]

    def set_theme(self, theme: Theme) -> None:
        """Recolour them."""
        for mark in self._all():
            mark.theme = theme
            mark.update()

    def select(self, rank: int | None) -> None:
        """Draw one candidate as the chosen one."""
        for mark in self._all():
            mark.select(mark.rank == rank)

    def area(self) -> QRectF:
        """The rectangle around the candidates with their radii, in map units."""
        area = QRectF()
        for ring in self._circles:
            area = area.united(ring.boundingRect())
        return area

    def spread(self, region: QRectF, scale: float) -> None:
        """Move numbers aside that would cover each other where `region` is shown at `scale` pixels a map unit."""
        at, apart = [_pixel(marker, region, scale) for marker in self.markers], 2 * Marker.radius() + 4
        for marker, (x, y), (to_x, to_y) in zip(self.markers, at, spread(at, apart), strict=True):
            offset = QPointF(to_x - x, to_y - y)
            marker.move_aside(offset if math.hypot(offset.x(), offset.y()) > 1.5 else QPointF())

    def boxes(self, region: QRectF, scale: float) -> list[QRectF]:
        """The pixels that the numbers take."""
        middles = [(QPointF(*_pixel(m, region, scale)) + m.offset) for m in self.markers]
        reach = Marker.radius() + 4
        return [QRectF(middle.x() - reach, middle.y() - reach, 2 * reach, 2 * reach) for middle in middles]

    def at(self, pixel: QPointF, region: QRectF, scale: float) -> int | None:
        """Rank of the candidate whose number is at a pixel."""
        near = []
        for marker in self.markers:
            away = QPointF(*_pixel(marker, region, scale)) + marker.offset - pixel
            near.append((math.hypot(away.x(), away.y()), marker.rank))
        return min(near)[1] if near and min(near)[0] <= Marker.radius() + 3 else None


def _pixel(marker: Marker, region: QRectF, scale: float) -> tuple[float, float]:
    """Where a candidate's coordinate is."""
    return (marker.pos().x() - region.left()) * scale, (marker.pos().y() - region.top()) * scale


class TownLabels(QGraphicsItem):
    """Names of the largest cities that fit without touching each other, in the pixels of its parent."""

    MOST = 60
    MARGIN = 5.0

    def __init__(self, theme: Theme, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.theme = theme
        self._towns: Towns | None = None
        self._chosen: list[tuple[int, QRectF]] = []
        self._view, self._size = QRectF(), QRectF()
        self._font = letters(TINY)

    def set_theme(self, theme: Theme) -> None:
        """Recolour them, at the size of the text."""
        self.theme = theme
        self._font = letters(TINY)
        self.update()

    def set_towns(self, towns: Towns) -> None:
        """The cities to choose from."""
        self._towns = towns

    def set_view(self, view: QRectF, size: QRectF) -> None:
        """Follow the map: it shows `view` (map units) in `size` pixels."""
        self.prepareGeometryChange()
        self._view, self._size = view, size
        self.update()

    def choose(self, taken: list[QRectF]) -> None:
        """Choose anew which names to show, keeping clear of the rectangles `taken` (pixels)."""
        self._chosen = []
        if self._towns is None or self._view.isEmpty():
            return
        scale = self._size.width() / self._view.width()
        towns = self._towns
        inside = (
            (towns.x > self._view.left())
            & (towns.x < self._view.right())
            & (towns.y > self._view.top())
            & (towns.y < self._view.bottom())
            & (towns.population >= least_population(scale))
        )
        metrics = QFontMetricsF(self._font)
        taken = list(taken)
        for number in np.flatnonzero(inside)[:400].tolist():
            at = self._pixel(number)
            width = metrics.horizontalAdvance(towns.names[number])
            box = QRectF(at.x() + 5, at.y() - metrics.height() / 2, width, metrics.height())
            clear = box.adjusted(-9, -self.MARGIN, self.MARGIN, self.MARGIN)
            if clear.right() > self._size.right() or any(clear.intersects(other) for other in taken):
                continue
            taken.append(clear)
            self._chosen.append((number, box.translated(-at)))
            if len(self._chosen) == self.MOST:
                break
        self.update()

    def shown(self) -> list[tuple[str, QRectF]]:
        """The names that are shown, with the pixels that they take."""
        if self._towns is None:
            return []
        return [(self._towns.names[n], box.translated(self._pixel(n))) for n, box in self._chosen]

    def _pixel(self, number: int) -> QPointF:
        assert self._towns is not None
        scale = self._size.width() / self._view.width()
        return QPointF(
            (float(self._towns.x[number]) - self._view.left()) * scale,
            (float(self._towns.y[number]) - self._view.top()) * scale,
        )

    def boundingRect(self) -> QRectF:
        """See Qt."""
        return self._size

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """See Qt."""
        if self._towns is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        ground = QColor(self.theme.land)
        ground.setAlphaF(GROUND)
        for number, box in self._chosen:
            at = self._pixel(number)
            painter.setPen(QPen(ground, 1))
            painter.setBrush(QColor(self.theme.label))
            painter.drawEllipse(at, 2.4, 2.4)
            place = box.translated(at)
            name = self._towns.names[number]
            # A ground of the land's colour: over heat nothing else leaves a name to be read, over land none is seen.
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(place.adjusted(-2, 0, 2, 0), 3, 3)
            painter.setPen(QColor(self.theme.label))
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, name)


def least_population(scale: float) -> float:
    """Inhabitants of the smallest city named at `scale` pixels a map unit; none at all on the whole world."""
    return float("inf") if scale < 450 else 4e6 * (450 / scale) ** 1.8
