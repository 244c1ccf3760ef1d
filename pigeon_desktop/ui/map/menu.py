"""The map's menu: what can be done with a place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu

from pigeon_desktop.earth.notation import decimal, geo_link, sexagesimal

if TYPE_CHECKING:
    from pigeon_desktop.ui.map.view import MapView


class MapMenu(QMenu):
    """Made anew for the place that it was asked at, in degrees; None is off the globe."""

    def __init__(self, map_view: MapView, place: tuple[float, float] | None) -> None:
        super().__init__(map_view)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(self.tr("Map"))
        self._map, self._place = map_view, place
        on_globe = place is not None
        at = place or (0.0, 0.0)
        self.decimal = self._entry(self._named(self.tr("Copy coordinates"), decimal(*at), on_globe), self._decimal)
        self.seconds = self._entry(self._named(self.tr("Copy coordinates"), sexagesimal(*at), on_globe), self._seconds)
        self.link = self._entry(self.tr("Copy as geo: link"), self._link)
        self.addSeparator()
        self.measure = self._entry(self.tr("Measure from here"), self._measure)
        self.confirm = self._entry(self.tr("Confirm the photo here"), self._confirm)
        for entry in (self.decimal, self.seconds, self.link, self.measure, self.confirm):
            entry.setEnabled(on_globe)
        self.confirm.setEnabled(on_globe and map_view.confirmable)
        self.addSeparator()
        self.world = self._entry(self.tr("Fit world"), map_view.show_world)
        self.candidates = self._entry(self.tr("Fit candidates"), map_view.show_candidates)
        self.candidates.setEnabled(bool(map_view.candidates))
        self.addSeparator()
        self.picture = self._entry(self.tr("Save map as picture…"), self._picture)

    @staticmethod
    def _named(words: str, coordinate: str, known: bool) -> str:
        return f"{words} ({coordinate})" if known else words

    def _entry(self, words: str, done: Callable[[], object]) -> QAction:
        action = QAction(words, self)
        action.triggered.connect(done)
        self.addAction(action)
        return action

    def _decimal(self) -> None:
        self._copy(decimal)

    def _seconds(self) -> None:
        self._copy(sexagesimal)

    def _link(self) -> None:
        self._copy(geo_link)

    def _copy(self, written: Callable[[float, float], str]) -> None:
        if self._place is not None:
            QGuiApplication.clipboard().setText(written(*self._place))

    def _measure(self) -> None:
        if self._place is not None:
            self._map.measure.begin(*self._place)
            self._map.setFocus()  # so that Esc ends it

    def _picture(self) -> None:
        self._map.picture_asked.emit()

    def _confirm(self) -> None:
        if self._place is not None:
            self._map.place_confirmed.emit(*self._place)
