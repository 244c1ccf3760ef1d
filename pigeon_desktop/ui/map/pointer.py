"""What the mouse does on the map besides moving it: it names what it is over, and chooses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QSizeF, Qt
from PySide6.QtGui import QPainterPath

from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.engine.prediction import Candidate
from pigeon_desktop.ui.look.numbers import amount
from pigeon_desktop.ui.look.rows import short_place
from pigeon_desktop.ui.map.box import CLOSEST, View
from pigeon_desktop.ui.map.card import Card, CardLine
from pigeon_desktop.ui.map.furniture import coordinates
from pigeon_desktop.ui.map.items import Line, pen
from pigeon_desktop.ui.map.layers import to_earth
from pigeon_desktop.ui.map.points import Group, Points

if TYPE_CHECKING:
    from pigeon_desktop.ui.map.view import MapView

MOST_NAMED = 4
"""Photographs named on the card of several."""

SAME_PX = 40.0
"""Photographs that lie within this at the closest zoom are not told apart by zooming."""

PIN = QPointF(0, -13), QSizeF(9, 14)
MARK = QPointF(0, 0), QSizeF(8, 8)
"""Pixels: the middle of a drawing seen from its coordinate, and half its width and height."""


class Pointer(QObject):
    """Follows the mouse over the map."""

    def __init__(self, map_view: MapView) -> None:
        super().__init__(map_view)
        self._map = map_view
        self.card = Card(map_view.theme, map_view)
        self._hovered: int | None = None
        self._outline = Line(map_view.box.childGroup)
        self._outline.setZValue(5)
        self._turn = 0
        map_view.box.clicked.connect(self.click)

    def set_theme(self) -> None:
        """Recolour what it shows."""
        self.card.theme = self._map.theme
        self.card.measure()
        self._outline.setPen(pen(self._map.theme.text, 1.4))

    def move(self, at: QPointF) -> None:
        """The mouse is at a pixel of the map."""
        x, y = self._map.at_pixel(at)
        earth = to_earth(x, y)
        digits = 2 if self._map.view.scale < 4000 else 4
        self._map.furniture.set_position(coordinates(*earth, digits) if earth else "")
        if earth is not None:
            self._map.measure.move(*earth)
        cell = self._map.base.cell_at(x, y) if earth and self._map.loaded is not None else None
        self._hover_cell(cell)
        points = self._points(at)
        hand = points is not None or self._map.marks.at(at, self._map.region(), self._map.view.scale) is not None
        self._map.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
        lines = self._titles(*points) if points is not None else self._candidates(at)
        self.card.show_near((*lines, *self._cell(cell, strong=not lines)), at.toPoint())

    def leave(self) -> None:
        """The mouse has left the map."""
        self._map.furniture.set_position("")
        self._hover_cell(None)
        self.card.hide()

    def click(self, at: QPointF, double: bool) -> None:
        """Choose what is under a pixel, or end measuring."""
        if self._map.measure.start is not None:
            self._map.measure.stop()
            return
        points = self._points(at)
        if points is not None:
            if not double:  # its first click did it
                self._choose(*points)
            return
        candidate = self._candidate_near(at)
        if candidate is None:
            return
        self._map.candidate_chosen.emit(candidate.rank)
        if double:
            self._map.zoom_to_candidate(candidate.rank)

    def _choose(self, layer: Points, group: Group) -> None:
        """Choose a photograph; several that can be told apart are looked at from nearer, others take turns."""
        if len(group.members) > 1 and max(group.bounds.width(), group.bounds.height()) * CLOSEST > SAME_PX:
            self._map.fly_to(View.around(group.bounds, self._map.size()))
            return
        point = layer.points[group.members[self._turn % len(group.members)]]
        self._turn += 1
        chosen = self._map.pin_chosen if layer is self._map.pins else self._map.mark_chosen
        chosen.emit(point.number)

    def _points(self, at: QPointF) -> tuple[Points, Group] | None:
        """The pin or the mark under a pixel, but for where a candidate's number stands before it."""
        if self._map.marks.at(at, self._map.region(), self._map.view.scale) is not None:
            return None
        for layer, reach in ((self._map.pins, PIN), (self._map.dots, MARK)):
            group = layer.at(at, *reach)
            if group is not None:
                return layer, group
        return None

    def _titles(self, layer: Points, group: Group) -> tuple[CardLine, ...]:
        pinned, count = layer is self._map.pins, len(group.members)
        titles = [CardLine(layer.points[i].title, strong=True) for i in group.members[:MOST_NAMED]]
        if count == 1:
            words = self.tr("confirmed here") if pinned else self.tr("first candidate of a selected photo")
            return (*titles, CardLine(words))
        words = self.tr("{count} photos confirmed here") if pinned else self.tr("{count} of the selected photos")
        left = count - MOST_NAMED
        more = [CardLine(self.tr("and {count} more").format(count=amount(left)))] if left > 0 else []
        return (CardLine(words.format(count=amount(count)), strong=True), *(CardLine(t.words) for t in titles), *more)

    def _candidates(self, at: QPointF) -> tuple[CardLine, ...]:
        found = self._candidate_near(at)
        if found is None:
            return ()
        within = self.tr("within {km} km").format(km=amount(found.radius_km))
        return (CardLine(f"{found.rank} {short_place(found)}", found.probability, within, strong=True),)

    def _cell(self, number: int | None, strong: bool) -> tuple[CardLine, ...]:
        if number is None or self._map.loaded is None:
            return ()
        heat = self._map.probability
        return (CardLine(self._map.loaded.names[number], None if heat is None else float(heat[number]), "", strong),)

    def _hover_cell(self, number: int | None) -> None:
        if number != self._hovered:
            self._hovered = number
            path = QPainterPath() if number is None else self._map.base.cell_path(number, self._map.view.scale)
            self._outline.setPath(path)

    def _candidate_near(self, at: QPointF) -> Candidate | None:
        """The candidate whose number is under a pixel, else the nearest of those whose radius holds it."""
        rank = self._map.marks.at(at, self._map.region(), self._map.view.scale)
        if rank is not None:
            return self._map.candidate(rank)
        earth = to_earth(*self._map.at_pixel(at))
        if earth is None:
            return None
        within = []
        for candidate in self._map.candidates:
            km = float(distance_km(*earth, candidate.latitude, candidate.longitude))
            if km <= candidate.radius_km:
                within.append((km, candidate.rank))
        return self._map.candidate(min(within)[1]) if within else None
