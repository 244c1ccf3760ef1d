"""The map: Equal Earth, drawn here; the belief as heat, the candidates with their numbers and radii."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from pigeon_desktop.earth.sphere import EARTH_RADIUS_KM, distance_km
from pigeon_desktop.engine.prediction import Candidate, Prediction
from pigeon_desktop.ui.look.focus import Ring
from pigeon_desktop.ui.look.theme import LOW, Theme
from pigeon_desktop.ui.map.box import CLOSEST, MapBox, View
from pigeon_desktop.ui.map.canvas import Canvas
from pigeon_desktop.ui.map.drawing import Drawing
from pigeon_desktop.ui.map.furniture import Furniture
from pigeon_desktop.ui.map.items import Base
from pigeon_desktop.ui.map.keys import steer
from pigeon_desktop.ui.map.layers import Borders, Cells, Land, Towns, to_earth, to_map
from pigeon_desktop.ui.map.marks import Marks, TownLabels
from pigeon_desktop.ui.map.measure import Measure
from pigeon_desktop.ui.map.menu import MapMenu
from pigeon_desktop.ui.map.picture import save_picture
from pigeon_desktop.ui.map.pins import Mark, Pin
from pigeon_desktop.ui.map.pointer import Pointer
from pigeon_desktop.ui.map.points import Points, draw_mark, draw_pin
from pigeon_desktop.ui.map.words import description


class MapView(pg.GraphicsView):  # type: ignore[misc]
    """The map. `candidate_chosen` carries the rank that was clicked, `pin_chosen` and `mark_chosen` the photograph's
    number; `place_confirmed` a latitude and a longitude in degrees, `picture_asked` asks for `save_picture`.
    """

    candidate_chosen = Signal(int)
    pin_chosen = Signal(int)
    mark_chosen = Signal(int)
    place_confirmed = Signal(float, float)
    picture_asked = Signal()

    confirmable = True
    """Whether the menu offers to confirm the photo at a place."""

    menu: MapMenu | None = None
    """The menu that was opened last."""

    _made = False
    """pyqtgraph calls `resizeEvent` while the view is being made."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=theme.window)
        self.setAcceptDrops(False)
        self.setMinimumSize(320, 160)
        self.setAccessibleName(self.tr("Map"))
        self.setAntialiasing(True)
        self.theme = theme
        self.view = View(0.0, 0.0, 1.0)
        self._whole = True
        self._prediction: Prediction | None = None
        self._probability: NDArray[np.float32] | None = None
        self._cells: Cells | None = None
        self._candidate: int | None = None

        self.box = MapBox()
        self.setCentralItem(self.box)
        self.base = Base(theme, self)
        self.canvas = Canvas(self.base, self.box, self)
        self.canvas.drawn.connect(self._drawn)
        self.pictures = self.canvas.pictures
        self.towns = TownLabels(theme, self.box)
        self.towns.setZValue(-10)
        self.marks = Marks(self.box.childGroup)
        self.dots = Points(draw_mark, theme, self.box.childGroup)
        self.dots.setZValue(15)
        self.pins = Points(draw_pin, theme, self.box.childGroup)
        self.pins.setZValue(20)
        self.drawing = Drawing(self)

        self.furniture = Furniture(theme, self)
        self.measure = Measure(self)
        self.pointer = Pointer(self)
        self.hover_tag = self.pointer.card
        self.ring = Ring(self, theme.accent)

        self._flight = QVariantAnimation(self, duration=320, startValue=0.0, endValue=1.0)
        self._flight.valueChanged.connect(self._fly)
        self._from = self._to = self.view

        self.box.wheeled.connect(self._wheel)
        self.box.dragged.connect(self.drag)
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
            chosen = self._candidate
            self.show_prediction(self._prediction)
            self.select_candidate(chosen)
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
        self.furniture.warm = probability is not None
        self.base.set_heat(probability)
        self.select_candidate(None)

    def select_candidate(self, rank: int | None) -> None:
        """Highlight a candidate; 0 stands for "elsewhere"."""
        self._candidate = rank
        self._say_what_is_there()
        self.marks.select(rank)
        self.base.outline(self._cells_of(rank))

    def show_pins(self, pins: Sequence[Pin]) -> None:
        """Show the places of confirmed photographs."""
        self._show_points(self.pins, pins)

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Show where the first candidates of the selected photographs are."""
        self._show_points(self.dots, marks)

    def _show_points(self, layer: Points, points: Sequence[Pin | Mark]) -> None:
        if points != layer.points:
            layer.show_points(points)
            self._say_what_is_there()
            self.canvas.settle()  # the names of cities make room

    def _say_what_is_there(self) -> None:
        heat = self.furniture.legend.meaning if self._probability is not None else ""
        points = len(self.pins.points), len(self.dots.points)
        self.setAccessibleDescription(description(self.candidates, self._candidate, heat, *points))

    def save_picture(self, path: Path) -> None:
        """Write what the map shows as a .png or a .svg, whole or not at all. Raises PigeonError."""
        save_picture(self, path)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The candidates on the map."""
        return self._prediction.candidates if self._prediction is not None else ()

    @property
    def probability(self) -> NDArray[np.float32] | None:
        """The probability of each cell, where there is heat."""
        return self._probability

    def show_candidates(self) -> None:
        """Fly to where all candidates are in sight, with their radii."""
        area = self.marks.area()
        if not area.isEmpty():
            self.fly_to(View.around(area, self.size()))

    def zoom_to_candidate(self, rank: int | None = None) -> None:
        """Fly to a candidate, or to the selected one."""
        candidate = self.candidate(self._candidate if rank is None else rank)
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
        self.fly_to(replace(self.aim, scale=self.aim.scale * 2))

    def zoom_out(self) -> None:
        """Twice as far."""
        self.fly_to(replace(self.aim, scale=self.aim.scale / 2))

    def world(self) -> View:
        """The view of the whole world."""
        return View.world(self.size())

    def set_theme(self, theme: Theme) -> None:
        """Recolour the map."""
        self.theme = theme
        self.setBackground(QColor(theme.window))
        self.marks.set_theme(theme)
        self.towns.set_theme(theme)
        self.furniture.set_theme(theme)
        for layer in (self.dots, self.pins):
            layer.theme = theme
            layer.update()
        self.measure.set_theme(theme)
        self.pointer.set_theme()
        self.ring.colour = theme.accent
        self.base.set_theme(theme)
        self.select_candidate(self._candidate)

    # Where it looks

    def look(self, view: View) -> None:
        """Show a view, kept within the world."""
        self.view = view.within_world(self.size())
        scale = self.view.scale
        self._whole = math.isclose(scale, self.world().scale, rel_tol=1e-6)
        region, size = self.region(), QRectF(0, 0, self.width(), self.height())
        self.box.setRange(region, padding=0)
        self.towns.set_view(region, size)
        self.marks.spread(region, scale)
        for layer in (self.dots, self.pins):
            layer.look(region, size, scale)
        self.canvas.look(region, size)

    def region(self) -> QRectF:
        """The part of the map in sight, in map units."""
        width, height = self.width() / self.view.scale, self.height() / self.view.scale
        return QRectF(self.view.x - width / 2, self.view.y - height / 2, width, height)

    def fly_to(self, view: View) -> None:
        """Move there in a third of a second, as far as the world goes."""
        self._flight.stop()
        self._from, self._to = self.view, view.within_world(self.size())
        self._flight.start()

    @property
    def aim(self) -> View:
        """The view that it is flying to, else the present one."""
        return self._to if self._flight.state() == QVariantAnimation.State.Running else self.view

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

    def drag(self, by: QPointF) -> None:
        """Move the map by so many pixels, at once."""
        self._flight.stop()
        self.look(View(self.view.x - by.x() / self.view.scale, self.view.y - by.y() / self.view.scale, self.view.scale))

    # The mouse and the keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """See Qt. Not pyqtgraph's own signal of it, which leaves out moves that follow each other quickly."""
        super().mouseMoveEvent(event)
        self.pointer.move(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt. The mouse on the map is for the map: pyqtgraph leaves it to the window behind."""
        if event.button() != Qt.MouseButton.RightButton:  # which opens the menu, and the menu takes its release
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt. Esc ends measuring, and the map is steered."""
        if event.key() == Qt.Key.Key_Escape and self.measure.start is not None:
            self.measure.stop()
            event.accept()
        elif steer(self, event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """See Qt. The keyboard's menu is about the selected candidate where it is in sight, else the middle."""
        at = QPointF(event.pos())
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            chosen = self.candidate(self._candidate)
            middle = self.to_pixel(chosen.latitude, chosen.longitude) if chosen is not None else QPointF(-1, -1)
            at = middle if QRectF(self.rect()).contains(middle) else QRectF(self.rect()).center()
        self.pointer.card.hide()
        self.menu = MapMenu(self, to_earth(*self.at_pixel(at)))
        self.menu.popup(self.mapToGlobal(at.toPoint()))
        event.accept()

    def close(self) -> bool:
        """See Qt. pyqtgraph's own takes the scene apart while Python still holds its items, and crashes."""
        return bool(QWidget.close(self))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """See Qt."""
        super().focusInEvent(event)
        self.ring.follow()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """See Qt."""
        super().focusOutEvent(event)
        self.ring.follow()

    def leaveEvent(self, event: QEvent) -> None:
        """See Qt."""
        super().leaveEvent(event)
        self.pointer.leave()

    # Drawing

    @property
    def settled(self) -> bool:
        """Whether the picture on show is the present view's, and nothing is on its way."""
        return self.canvas.settled and self._flight.state() != QVariantAnimation.State.Running

    def _drawn(self) -> None:
        taken = self.marks.boxes(self.region(), self.view.scale) + self.pins.boxes() + self.dots.boxes()
        taken += [QRectF(fixed.geometry()) for fixed in self.furniture.fixed]
        self.towns.choose(taken)
        self._place_furniture()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """See Qt."""
        super().resizeEvent(event)
        if self._made:
            self.look(self.world() if self._whole else self.view)
            self.canvas.spoil()
            self._place_furniture()
            self.ring.follow()

    def _place_furniture(self) -> None:
        middle = self.region().center()
        left, right = (to_earth(middle.x() + dx / self.view.scale, middle.y()) for dx in (-1.0, 1.0))
        self.furniture.place(float(distance_km(*left, *right)) / 2 if left and right else None)

    def candidate(self, rank: int | None) -> Candidate | None:
        """The candidate of a rank."""
        return next((c for c in self.candidates if c.rank == rank), None)

    def _cells_of(self, rank: int | None) -> list[int]:
        """Numbers of a candidate's cells; for "elsewhere" the warm cells of none."""
        if rank is None or self._prediction is None or self._cells is None:
            return []
        index = self._cells.cells.index
        if rank > 0:
            candidate = self.candidate(rank)
            return [index[cell] for cell in candidate.cells if cell in index] if candidate else []
        if self._prediction.probability is None:
            return []
        named = {index[cell] for c in self._prediction.candidates for cell in c.cells if cell in index}
        return [int(n) for n in np.flatnonzero(self._prediction.probability >= LOW) if int(n) not in named]
