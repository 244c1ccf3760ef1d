"""The map: Equal Earth, drawn here; the belief as heat, the candidates with their numbers and radii."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainterPath, QResizeEvent
from PySide6.QtWidgets import QWidget

from pigeon_desktop.earth.projection import X_MAX, Y_MAX
from pigeon_desktop.earth.sphere import EARTH_RADIUS_KM, distance_km
from pigeon_desktop.engine.prediction import Candidate, Prediction
from pigeon_desktop.ui.map_box import MapBox, View
from pigeon_desktop.ui.map_canvas import Canvas
from pigeon_desktop.ui.map_drawing import Drawing
from pigeon_desktop.ui.map_furniture import Furniture, Tag, coordinates, percent
from pigeon_desktop.ui.map_items import Base, Line, pen
from pigeon_desktop.ui.map_layers import Borders, Cells, Land, Towns, to_earth, to_map
from pigeon_desktop.ui.map_marks import Marks, TownLabels
from pigeon_desktop.ui.theme import LOW, Theme

CLOSEST = 60_000.0
"""Pixels a map unit at the closest: about 100 m a pixel, well below any radius."""


class MapView(pg.GraphicsView):  # type: ignore[misc]
    """The map. `candidate_chosen` carries the rank that was clicked."""

    candidate_chosen = Signal(int)

    _made = False
    """pyqtgraph calls `resizeEvent` while the view is being made."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=theme.window)
        self.setAcceptDrops(False)
        self.setMinimumSize(320, 240)
        self.setAccessibleName(self.tr("Map"))
        self.setAntialiasing(True)
        self.theme = theme
        self.view = View(0.0, 0.0, 1.0)
        self._whole = True
        self._prediction: Prediction | None = None
        self._probability: NDArray[np.float32] | None = None
        self._cells: Cells | None = None
        self._candidate: int | None = None
        self._hovered: int | None = None

        self.box = MapBox()
        self.setCentralItem(self.box)
        self.base = Base(theme, self)
        self.canvas = Canvas(self.base, self.box, self)
        self.canvas.drawn.connect(self._drawn)
        self.pictures = self.canvas.pictures
        self.towns = TownLabels(theme, self.box)
        self.towns.setZValue(-10)
        self._hover = Line(self.box.childGroup)
        self._hover.setZValue(5)
        self.marks = Marks(self.box.childGroup)
        self.drawing = Drawing(self)

        self.furniture = Furniture(theme, self)
        self.hover_tag = Tag(self, "chip", 12)
        self.hover_tag.hide()

        self._flight = QVariantAnimation(self, duration=320, startValue=0.0, endValue=1.0)
        self._flight.valueChanged.connect(self._fly)
        self._from = self._to = self.view

        self.box.wheeled.connect(self._wheel)
        self.box.dragged.connect(self._drag)
        self.box.clicked.connect(self._click)
        self.furniture.buttons.nearer.clicked.connect(self.zoom_in)
        self.furniture.buttons.further.clicked.connect(self.zoom_out)
        self.furniture.buttons.world.clicked.connect(self.show_world)
        self.set_theme(theme)
        self._made = True

    # What it shows

    def load(self, part: Land | Cells | Borders | Towns) -> None:
        """Take in a piece of the map's geometry."""
        if isinstance(part, Land):
            self.base.add_land(part)
        elif isinstance(part, Cells):
            self._cells = part
            self.base.set_cells(part)
            self.show_prediction(self._prediction)
        elif isinstance(part, Borders):
            self.base.add_borders(part)
        else:
            self.towns.set_towns(part)
            self.canvas.settle()

    @property
    def loaded(self) -> Cells | None:
        """The geocells on the map."""
        return self._cells

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Show a photo's belief and candidates; None clears the map."""
        probability = None if prediction is None else prediction.probability
        self._show(prediction, probability, self.tr("Probability of one cell"))

    def show_heat(self, probability: NDArray[np.float32] | None, meaning: str) -> None:
        """Show probabilities of the cells without candidates; the legend says what they are of."""
        self._show(None, probability, meaning)

    def _show(self, prediction: Prediction | None, probability: NDArray[np.float32] | None, meaning: str) -> None:
        self._prediction = prediction
        self.marks.show(prediction.candidates if prediction is not None else (), self.theme)
        self.marks.spread(self.region(), self.view.scale)
        if probability is not None and (self._cells is None or len(self._cells.cells) != len(probability)):
            probability = None  # the cells are still on their way, or those of another pack
        self._probability = probability
        self.furniture.legend.name(meaning)
        self.base.set_heat(probability)
        self.select_candidate(None)

    def select_candidate(self, rank: int | None) -> None:
        """Highlight a candidate; 0 stands for "elsewhere"."""
        self._candidate = rank
        self.marks.select(rank)
        self.base.outline(self._cells_of(rank))

    def zoom_to_candidate(self, rank: int | None = None) -> None:
        """Fly to a candidate, or to the selected one."""
        candidate = self._candidate_of(self._candidate if rank is None else rank)
        if candidate is None:
            return
        x, y = to_map(candidate.latitude, candidate.longitude)
        reach = max(candidate.radius_km, 80.0) / EARTH_RADIUS_KM  # with enough around it to know the place
        self.fly_to(View(float(x), float(y), 0.34 * min(self.width(), self.height()) / reach))

    def show_world(self) -> None:
        """Fly back to the whole world."""
        self.fly_to(self.world())

    def zoom_in(self) -> None:
        """Twice as near."""
        self.fly_to(View(self.view.x, self.view.y, self.view.scale * 2))

    def zoom_out(self) -> None:
        """Twice as far."""
        self.fly_to(View(self.view.x, self.view.y, self.view.scale / 2))

    def world(self) -> View:
        """The view of the whole world."""
        width, height = max(self.width() - 36, 50), max(self.height() - 36, 50)
        return View(0.0, 0.0, min(width / (2 * X_MAX), height / (2 * Y_MAX)))

    def set_theme(self, theme: Theme) -> None:
        """Recolour the map."""
        self.theme = theme
        self.setBackground(QColor(theme.window))
        self.marks.set_theme(theme)
        self.towns.theme = theme
        self.towns.update()
        self.furniture.set_theme(theme)
        self._hover.setPen(pen(theme.text, 1.4))
        self.base.set_theme(theme)
        self.select_candidate(self._candidate)

    # Where it looks

    def look(self, view: View) -> None:
        """Show a view, kept within the world."""
        whole = self.world()
        scale = min(max(view.scale, whole.scale), CLOSEST)
        self._whole = math.isclose(scale, whole.scale, rel_tol=1e-6)
        half_width, half_height = self.width() / 2 / scale, self.height() / 2 / scale
        reach_x, reach_y = max(0.0, X_MAX * 1.05 - half_width), max(0.0, Y_MAX * 1.05 - half_height)
        x, y = min(max(view.x, -reach_x), reach_x), min(max(view.y, -reach_y), reach_y)
        self.view = View(x, y, scale)
        region, size = self.region(), QRectF(0, 0, self.width(), self.height())
        self.box.setRange(region, padding=0)
        self.towns.set_view(region, size)
        self.marks.spread(region, scale)
        self.canvas.look(region, size)

    def region(self) -> QRectF:
        """The part of the map in sight, in map units."""
        width, height = self.width() / self.view.scale, self.height() / self.view.scale
        return QRectF(self.view.x - width / 2, self.view.y - height / 2, width, height)

    def fly_to(self, view: View) -> None:
        """Move there in a third of a second."""
        self._flight.stop()
        self._from, self._to = self.view, view
        self._flight.start()

    def to_pixel(self, latitude: float, longitude: float) -> QPointF:
        """Where a coordinate is on the widget."""
        x, y = to_map(latitude, longitude)
        region = self.region()
        return QPointF((float(x) - region.left()) * self.view.scale, (float(y) - region.top()) * self.view.scale)

    def at_pixel(self, pixel: QPointF) -> tuple[float, float]:
        """The map point under a pixel of the widget."""
        region = self.region()
        return region.left() + pixel.x() / self.view.scale, region.top() + pixel.y() / self.view.scale

    def _fly(self, share: float) -> None:
        eased = share * share * (3 - 2 * share)
        self.look(self._from.towards(self._to, eased))

    def _wheel(self, at: QPointF, notches: float) -> None:
        self._flight.stop()
        x, y = self.at_pixel(at)
        scale = min(max(self.view.scale * 1.25**notches, self.world().scale), CLOSEST)
        ratio = self.view.scale / scale
        self.look(View(x + (self.view.x - x) * ratio, y + (self.view.y - y) * ratio, scale))

    def _drag(self, by: QPointF) -> None:
        self._flight.stop()
        self.look(View(self.view.x - by.x() / self.view.scale, self.view.y - by.y() / self.view.scale, self.view.scale))

    # The mouse

    def _click(self, at: QPointF, double: bool) -> None:
        rank = self._candidate_near(at)
        if rank is None:
            return
        self.candidate_chosen.emit(rank)
        if double:
            self.zoom_to_candidate(rank)

    def _candidate_near(self, at: QPointF) -> int | None:
        """The candidate whose number is under a pixel, else the one whose radius holds it."""
        if self._prediction is None:
            return None
        rank = self.marks.at(at, self.region(), self.view.scale)
        earth = to_earth(*self.at_pixel(at))
        if rank is not None or earth is None:
            return rank
        within = []
        for candidate in self._prediction.candidates:
            km = float(distance_km(*earth, candidate.latitude, candidate.longitude))
            if km <= candidate.radius_km:
                within.append((km, candidate.rank))
        return min(within)[1] if within else None

    def _hover_at(self, at: QPointF) -> None:
        x, y = self.at_pixel(at)
        earth = to_earth(x, y)
        digits = 2 if self.view.scale < 4000 else 4
        self.furniture.set_position(coordinates(*earth, digits) if earth else "")
        self.hover_cell(self.base.cell_at(x, y) if earth and self._cells is not None else None, at.toPoint())

    def hover_cell(self, number: int | None, at: QPoint) -> None:
        """Name the cell under the cursor, with its probability."""
        if number != self._hovered:
            self._hovered = number
            self._hover.setPath(QPainterPath() if number is None else self.base.cell_path(number, self.view.scale))
        if number is None or self._cells is None:
            self.hover_tag.hide()
            return
        text = self._cells.names[number]
        if self._probability is not None:
            text += f" · {percent(float(self._probability[number]))}"
        self.hover_tag.show_near(text, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """See Qt. Not pyqtgraph's own signal of it, which leaves out moves that follow each other quickly."""
        super().mouseMoveEvent(event)
        self._hover_at(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt. The mouse on the map is for the map: pyqtgraph leaves it to the window behind."""
        super().mousePressEvent(event)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        super().mouseReleaseEvent(event)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        super().mouseDoubleClickEvent(event)
        event.accept()

    def close(self) -> bool:
        """See Qt. pyqtgraph's own takes the scene apart while Python still holds its items, and crashes."""
        return bool(QWidget.close(self))

    def leaveEvent(self, event: QEvent) -> None:
        """See Qt."""
        super().leaveEvent(event)
        self.furniture.set_position("")
        self.hover_cell(None, QPoint())

    # Drawing

    def draw_base(self) -> None:
        """Draw the base for the present view, slice by slice, and choose the names of cities."""
        self.canvas.draw()

    @property
    def settled(self) -> bool:
        """Whether the picture on show is the present view's, and nothing is on its way."""
        return self.canvas.settled and self._flight.state() != QVariantAnimation.State.Running

    def _drawn(self) -> None:
        taken = self.marks.boxes(self.region(), self.view.scale)
        taken += [QRectF(fixed.geometry()) for fixed in self.furniture.fixed]
        self.towns.choose(taken)
        self._place_furniture()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """See Qt."""
        super().resizeEvent(event)
        if self._made:
            self.look(self.world() if self._whole else self.view)
            self.canvas.spoil()

    def _place_furniture(self) -> None:
        middle = self.region().center()
        left, right = (to_earth(middle.x() + dx / self.view.scale, middle.y()) for dx in (-1.0, 1.0))
        self.furniture.place(float(distance_km(*left, *right)) / 2 if left and right else None)

    def _candidate_of(self, rank: int | None) -> Candidate | None:
        candidates = self._prediction.candidates if self._prediction else ()
        return next((c for c in candidates if c.rank == rank), None)

    def _cells_of(self, rank: int | None) -> list[int]:
        """Numbers of a candidate's cells; for "elsewhere" the warm cells of none."""
        if rank is None or self._prediction is None or self._cells is None:
            return []
        index = self._cells.cells.index
        if rank > 0:
            candidate = self._candidate_of(rank)
            return [index[cell] for cell in candidate.cells if cell in index] if candidate else []
        if self._prediction.probability is None:
            return []
        named = {index[cell] for c in self._prediction.candidates for cell in c.cells if cell in index}
        return [int(n) for n in np.flatnonzero(self._prediction.probability >= LOW) if int(n) not in named]
