"""The base of the map: land, heat and borders, with a path item a country and one a cell."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from time import perf_counter
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from pigeon_desktop.ui.look.theme import LOW, Theme
from pigeon_desktop.ui.map.layers import (
    Borders,
    Cells,
    Edges,
    Land,
    Outlines,
    graticule_path,
    world_path,
)

FINE_FROM = 600.0
"""Pixels a map unit from which the fine outlines are drawn (the whole world in 1280 pixels has 236)."""
BORDERS_FROM = 700.0
"""Pixels a map unit from which admin-1 lines are drawn."""

_WATER, _GRID, _LAND, _HEAT, _BORDER, _COAST, _OUTLINED = range(7)
"""Levels of the base, as the items' z values."""


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


class Base(QObject):
    """Land, heat and borders in two scenes, coarse and fine, that no view shows: they are drawn to pictures.

    Items come in slices of a few milliseconds, so that the window stays live while the map fills.
    `changed` says that pictures are out of date.
    """

    changed = Signal()
    SLICE_S = 0.008

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = theme
        self.coarse, self.fine, self.borders = (QGraphicsScene(self) for _ in range(3))
        self._outlined: list[QGraphicsPathItem] = []
        self._cells: dict[int, list[QGraphicsPathItem]] = {}
        self._bounds = np.zeros((0, 4))
        self._edges: Edges | None = None
        self._probability: NDArray[np.float32] | None = None
        self._warm: set[int] = set()
        self._todo: deque[Callable[[], object]] = deque()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._work)
        for scene in (self.coarse, self.fine, self.borders):
            # Known beforehand, or Qt would sort all items anew again and again while they come.
            scene.setSceneRect(-3, -1.5, 6, 3)
            scene.setBspTreeDepth(10)
        for scene in (self.coarse, self.fine):
            self._item(scene, world_path(), _WATER)
            self._item(scene, graticule_path(), _GRID)
            self._outlined.append(self._item(scene, QPainterPath(), _OUTLINED))
        self.set_theme(theme)

    @property
    def busy(self) -> bool:
        """Whether items are still to come."""
        return bool(self._todo)

    def add_land(self, land: Land) -> None:
        """Draw the countries."""
        for scene, paths in self._levels(land.outlines):
            for path in paths:
                self._later(partial(self._add_country, scene, path))
        self._later(self.changed.emit)

    def set_cells(self, cells: Cells) -> None:
        """Put these geocells in place of those before."""
        for items in self._cells.values():
            for item in items:
                item.scene().removeItem(item)
        made: dict[int, list[QGraphicsPathItem]] = {}
        self._cells = made
        self._probability = None
        self._warm = set()
        self._edges = cells.edges
        self.outline([])
        boxes = [path.boundingRect() for path in cells.outlines.fine]
        self._bounds = np.array([(box.left(), box.top(), box.right(), box.bottom()) for box in boxes])
        for scene, paths in self._levels(cells.outlines):
            for number, path in enumerate(paths):
                self._later(partial(self._add_cell, made, scene, path, number))
        self._later(self.changed.emit)

    def add_borders(self, borders: Borders) -> None:
        """Draw more admin-1 units' outlines."""
        for path in borders.paths:
            self._later(partial(self._item, self.borders, path, _BORDER))
        self._later(self.changed.emit)

    def set_heat(self, probability: NDArray[np.float32] | None) -> None:
        """Colour the cells by a belief; None takes the heat away."""
        self._probability = probability
        warm = set() if probability is None else set(np.flatnonzero(probability >= LOW).tolist())
        for number in warm | self._warm:
            self._paint_cell(number, self._cells.get(number, []))
        self._warm = warm
        self.changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Recolour everything."""
        self.theme = theme
        self._pens = {
            _GRID: pen(theme.graticule, 1),
            _BORDER: pen(theme.region, 0.7),
            _COAST: pen(theme.border, 0.8),
            _OUTLINED: pen(theme.ink, 1.4),
        }
        self._brushes = {_WATER: QBrush(QColor(theme.ocean)), _LAND: QBrush(QColor(theme.land))}
        self.set_heat(self._probability)

    def outline(self, cells: Iterable[int]) -> None:
        """Draw a line around these cells together."""
        numbers = list(cells)
        path = self._edges.around(numbers) if self._edges is not None and numbers else QPainterPath()
        for item in self._outlined:
            item.setPath(path)
        self.changed.emit()

    def bounds(self, cells: Iterable[int]) -> QRectF:
        """The rectangle around these cells, in map units; empty for none. Those far away from most of them are left
        out: Norway is in Europe, though an island near Antarctica is Norway's."""
        numbers = [number for number in cells if number < len(self._bounds)]
        if not numbers:
            return QRectF()
        boxes = self._bounds[numbers]
        middle = (boxes[:, :2] + boxes[:, 2:]) / 2
        away = np.linalg.norm(middle - np.median(middle, axis=0), axis=1)
        near = boxes[away <= 10 * np.median(away) + 1e-9]
        return QRectF(QPointF(*near[:, :2].min(axis=0)), QPointF(*near[:, 2:].max(axis=0)))

    def cell_at(self, x: float, y: float) -> int | None:
        """Number of the cell that contains a map point."""
        # The scene's own search would test the shapes of the coasts too, and stroke them for that.
        left, top, right, bottom = self._bounds.T
        for number in np.flatnonzero((left <= x) & (x <= right) & (top <= y) & (y <= bottom)).tolist():
            if self.cell_path(number).contains(QPointF(x, y)):
                return int(number)
        return None

    def cell_path(self, number: int, scale: float = FINE_FROM) -> QPainterPath:
        """The outline of a cell as it is drawn at a scale; empty while it has not come yet."""
        items = self._cells.get(number, [])
        return items[scale >= FINE_FROM].path() if len(items) == 2 else QPainterPath()

    def draw(self, region: QRectF, size: QSize, ratio: float) -> Iterator[QPixmap]:
        """The base in `region` (map units) as a picture of `size` points, sharp at `ratio` pixels a point.

        Each step draws for a few milliseconds and yields the picture, which is whole after the last one: the
        window can do other things in between.
        """
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self.theme.window))
        painter = QPainter(picture)
        try:
            for _ in self.paint(painter, region, size.width() / region.width()):
                yield picture
        finally:
            painter.end()
        yield picture

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
        items = self._items(self.fine if scale >= FINE_FROM else self.coarse, region)
        if scale >= BORDERS_FROM:
            items = sorted(items + self._items(self.borders, region), key=QGraphicsPathItem.zValue)
        nothing, clear = QPen(Qt.PenStyle.NoPen), QBrush()
        pens = {level: sharp(of, painter) for level, of in self._pens.items()}
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if placed is None:
            painter.scale(scale, scale)
            painter.translate(-region.topLeft())
        end = perf_counter() + self.SLICE_S
        # Not scene.render: it cannot be interrupted, and in bands it draws large countries again and again.
        for item in items:
            level = int(item.zValue())
            painter.setPen(pens.get(level, nothing))
            painter.setBrush(item.brush() if level == _HEAT else self._brushes.get(level, clear))
            path = item.path() if placed is None else placed(item.path())
            if not path.isEmpty():
                painter.drawPath(path)
            if perf_counter() > end:
                yield
                end = perf_counter() + self.SLICE_S

    def _levels(self, shapes: Outlines) -> tuple[tuple[QGraphicsScene, list[QPainterPath]], ...]:
        return (self.coarse, shapes.coarse), (self.fine, shapes.fine)

    def _items(self, scene: QGraphicsScene, region: QRectF) -> list[QGraphicsPathItem]:
        """The items that may be seen in `region`, the lowest first."""
        mode, order = Qt.ItemSelectionMode.IntersectsItemBoundingRect, Qt.SortOrder.AscendingOrder
        return cast(list[QGraphicsPathItem], scene.items(region, mode, order))

    def _item(self, scene: QGraphicsScene, path: QPainterPath, level: int) -> QGraphicsPathItem:
        # Without a pen: Qt would stroke each path to know its bounds, in map units what are meant as pixels.
        item = scene.addPath(path, QPen(Qt.PenStyle.NoPen))
        item.setZValue(level)
        return item

    def _add_country(self, scene: QGraphicsScene, path: QPainterPath) -> None:
        self._item(scene, path, _LAND)
        self._item(scene, path, _COAST)

    def _add_cell(
        self, cells: dict[int, list[QGraphicsPathItem]], scene: QGraphicsScene, path: QPainterPath, number: int
    ) -> None:
        if cells is not self._cells:
            return  # another pack's have taken their place
        item = self._item(scene, path, _HEAT)
        cells.setdefault(number, []).append(item)
        self._paint_cell(number, [item])

    def _paint_cell(self, number: int, items: list[QGraphicsPathItem]) -> None:
        probability = 0.0 if self._probability is None else float(self._probability[number])
        colour = self.theme.heat_colour(probability)
        for item in items:
            item.setVisible(colour is not None)  # most are cold: Qt need not look at them
            item.setBrush(QBrush() if colour is None else colour)

    def _later(self, step: Callable[[], object]) -> None:
        self._todo.append(step)
        self._timer.start()

    def _work(self) -> None:
        end = perf_counter() + self.SLICE_S
        while self._todo and perf_counter() < end:
            self._todo.popleft()()
        if not self._todo:
            self._timer.stop()
