"""What tests do to a map: look somewhere, and use the mouse and the keys on it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pigeon_desktop.ui.map import layers
from pigeon_desktop.ui.map.box import View
from pigeon_desktop.ui.map.menu import MapMenu
from pigeon_desktop.ui.map.view import MapView


def look_at(qtbot: QtBot, view: MapView, latitude: float, longitude: float, scale: float) -> None:
    x, y = layers.to_map(latitude, longitude)
    view.look(View(float(x), float(y), scale))
    qtbot.waitUntil(lambda: view.settled, timeout=10_000)


def hover(view: MapView, latitude: float, longitude: float, up: float = 0.0) -> None:
    """Move the mouse to a coordinate, or so many pixels above it."""
    at, nothing = view.to_pixel(latitude, longitude) - QPointF(0, up), Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        QPointF(view.mapToGlobal(at.toPoint())),
        nothing,
        nothing,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view.viewport(), event)


def click(qtbot: QtBot, view: MapView, latitude: float, longitude: float, up: float = 0.0) -> None:
    """Click on a coordinate, or so many pixels above it."""
    at = view.to_pixel(latitude, longitude) - QPointF(0, up)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())


def open_menu(view: MapView, latitude: float, longitude: float) -> MapMenu:
    """The menu of a right click at a coordinate."""
    at = view.to_pixel(latitude, longitude).toPoint()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    assert view.menu is not None
    return view.menu
