"""The base of the map: land, heat and borders, with a path a country and one a cell."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsPathItem, QStyleOptionGraphicsItem, QWidget

from pigeon_desktop.ui.look.theme import Theme
from pigeon_desktop.ui.map.layers import (
    Borders,
    Cells,
    Edges,
    Land,
    Paths,
    graticule_path,
    world_path,
)

FINE_FROM = 600.0
"""Pixels a map unit from which the fine outlines are drawn (the whole world in 1280 pixels has 236)."""
BORDERS_FROM = 700.0
"""Pixels a map unit from which admin-1 lines are drawn."""


def pen(colour: str | QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen of so many pixels at every zoom."""
    made = QPen(QColor(colour), width, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    made.setCosmetic(True)
    return made


def sharp(of: QPen, painter: QPainter) -> QPen:
    """A pen for what is painted on: a cosmetic one counts its pixels, of which there may be two to a point."""
    ratio = painter.device().devicePixelRatioF()
    if ratio == 1 or of.style() == Qt.PenStyle.NoPen:
        return of
    made = QPen(of)
    made.setWidthF(of.widthF() * ratio)
    return made


class Line(QGraphicsPathItem):
    """A line on the live map, with a pen in pixels."""

    MARGIN = 0.02
    """Map units around the path that the pen may reach into at the smallest scale."""

    def boundingRect(self) -> QRectF:
        """See Qt, which would stroke the whole path to know, and take the pen's pixels for map units."""
        margin = self.MARGIN
        return self.path().controlPointRect().adjusted(-margin, -margin, margin, margin)

    def shape(self) -> QPainterPath:
        """See Qt: nothing to be hit by the mouse."""
        return QPainterPath()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """See Qt, whose own would write an empty path into an SVG, which programs complain of."""
        if not self.path().isEmpty():
            painter.setPen(sharp(self.pen(), painter))
            painter.setBrush(QBrush())
            painter.drawPath(self.path())


@dataclass(frozen=True)
class Detail:
    """What the base is drawn from at one level of detail; without the admin-1 lines."""

    land: Paths
    cells: Paths


EMPTY = Paths.of([])


class Base(QObject):
    """Land, heat and borders, coarse and fine. It is no scene: what is to be seen is painted, the lowest first.

    `changed` says that pictures are out of date.
    """

    changed = Signal()
    SLICE_S = 0.004

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.coarse = self.fine = Detail(EMPTY, EMPTY)
        self.borders: list[Paths] = []
        self._ground = Paths.of([world_path()])
        self._graticule = Paths.of([graticule_path()])
        self._outlined = EMPTY
        self._edges: Edges | None = None
        self._probability: NDArray[np.float32] | None = None
        self.set_theme(theme)

    def add_land(self, land: Land) -> None:
        """Draw the countries."""
        self.coarse = replace(self.coarse, land=land.outlines.coarse)
        self.fine = replace(self.fine, land=land.outlines.fine)
        self.changed.emit()

    def set_cells(self, cells: Cells) -> None:
        """Put these geocells in place of those before."""
        self.coarse = replace(self.coarse, cells=cells.outlines.coarse)
        self.fine = replace(self.fine, cells=cells.outlines.fine)
        self._probability = None
        self._edges = cells.edges
        self.outline([])

    def add_borders(self, borders: Borders) -> None:
        """Draw more admin-1 units' outlines."""
        self.borders.append(borders.paths)
        self.changed.emit()

    def set_heat(self, probability: NDArray[np.float32] | None) -> None:
        """Colour the cells by a belief; None takes the heat away."""
        self._probability = probability
        self.changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Recolour everything."""
        self.theme = theme
        self.changed.emit()

    def outline(self, cells: Iterable[int]) -> None:
        """Draw a line around these cells together."""
        numbers = list(cells)
        self._outlined = self._edges.around(numbers) if self._edges is not None and numbers else EMPTY
        self.changed.emit()

    def bounds(self, cells: Iterable[int]) -> QRectF:
        """The rectangle around these cells, in map units; empty for none. Those far away from most of them are left
        out: Norway is in Europe, though an island near Antarctica is Norway's."""
        numbers = [number for number in cells if number < len(self.fine.cells.paths)]
        if not numbers:
            return QRectF()
        boxes = self.fine.cells.bounds[numbers]
        middle = (boxes[:, :2] + boxes[:, 2:]) / 2
        away = np.linalg.norm(middle - np.median(middle, axis=0), axis=1)
        near = boxes[away <= 10 * np.median(away) + 1e-9]
        return QRectF(QPointF(*near[:, :2].min(axis=0)), QPointF(*near[:, 2:].max(axis=0)))

    def cell_at(self, x: float, y: float) -> int | None:
        """Number of the cell that contains a map point."""
        cells, point = self.fine.cells, QPointF(x, y)
        return next((n for n in cells.within(QRectF(point, point)) if cells.paths[n].contains(point)), None)

    def cell_path(self, number: int, scale: float = FINE_FROM) -> QPainterPath:
        """The outline of a cell as it is drawn at a scale; empty while it has not come yet."""
        paths = self._detail(scale).cells.paths
        return paths[number] if number < len(paths) else QPainterPath()

    def draw(self, region: QRectF, size: QSize, ratio: float) -> Generator[None, None, QPixmap]:
        """The base in `region` (map units) as a picture of `size` points, sharp at `ratio` pixels a point.

        Each step draws for a few milliseconds, so that the window can do other things in between; the picture comes
        after the last.
        """
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self.theme.window))
        painter = QPainter(picture)
        try:
            yield from self.paint(painter, region, size.width() / region.width())
        finally:
            painter.end()
        return picture

    def paint(
        self,
        painter: QPainter,
        region: QRectF,
        scale: float,
        placed: Callable[[QPainterPath], QPainterPath] | None = None,
    ) -> Iterator[None]:
        """Paint the base in `region` (map units) at `scale` pixels a map unit, its top left at the painter's origin;
        pauses every few milliseconds. The painter is left in map units, unless
        `placed` takes the paths to its own."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if placed is None:
            painter.scale(scale, scale)
            painter.translate(-region.topLeft())
        end = perf_counter() + self.SLICE_S
        # In bands, or by a scene, large countries would be drawn again and again, and nothing could be interrupted.
        for path, line, fill in self._seen(region, scale):
            painter.setPen(sharp(line, painter))
            painter.setBrush(fill)
            drawn = path if placed is None else placed(path)
            if not drawn.isEmpty():
                painter.drawPath(drawn)
            if perf_counter() > end:
                yield
                end = perf_counter() + self.SLICE_S

    def _detail(self, scale: float) -> Detail:
        return self.fine if scale >= FINE_FROM else self.coarse

    def _seen(self, region: QRectF, scale: float) -> Iterator[tuple[QPainterPath, QPen, QBrush]]:
        """What may be seen in `region` at a scale, the lowest first, with pen and brush."""
        theme, detail, probability = self.theme, self._detail(scale), self._probability
        no_line, no_fill = QPen(Qt.PenStyle.NoPen), QBrush()
        border, coast = pen(theme.region, 0.7), pen(theme.border, 0.8)
        yield from _all(self._ground, region, no_line, QBrush(QColor(theme.ocean)))
        yield from _all(self._graticule, region, pen(theme.graticule, 1), no_fill)
        yield from _all(detail.land, region, no_line, QBrush(QColor(theme.land)))
        if probability is not None:
            for number in detail.cells.within(region):
                colour = theme.heat_colour(float(probability[number]))
                if colour is not None:
                    yield detail.cells.paths[number], no_line, QBrush(colour)
        if scale >= BORDERS_FROM:
            for paths in self.borders:
                yield from _all(paths, region, border, no_fill)
        yield from _all(detail.land, region, coast, no_fill)
        yield from _all(self._outlined, region, pen(theme.ink, 1.4), no_fill)


def _all(paths: Paths, region: QRectF, line: QPen, fill: QBrush) -> Iterator[tuple[QPainterPath, QPen, QBrush]]:
    return ((paths.paths[number], line, fill) for number in paths.within(region))
