"""Where the focus goes with Tab, and the ring that shows where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from pigeon_desktop.ui.window import MainWindow

RING = 2.0
"""Pixels of the ring's line."""


def order(window: MainWindow) -> list[QWidget]:
    """What Tab reaches now, in its order: toolbar, photos, map with its notices, the photo and what is said of it,
    strip. What covers the window is all there is while it does."""
    return [part for part in _parts(window) if _reached(part)]


def step(window: MainWindow, by: int) -> QWidget | None:
    """What the focus goes to, forwards (1) or backwards (-1) from where it is; None where there is nothing."""
    parts = _parts(window)
    now = window.focusWidget()
    at = parts.index(now) if now in parts else -1 if by > 0 else 0  # it may have been hidden just now
    ahead = (parts[(at + by * away) % len(parts)] for away in range(1, len(parts) + 1))
    return next(filter(_reached, ahead), None)


def _parts(window: MainWindow) -> list[QWidget]:
    covers: list[QWidget] = [cover for cover in (window.large, window.reference) if cover.isVisible()]
    said = window.candidates
    rooms: list[QWidget] = [window.bar, window.responsible, window.left, window.notice, window.map_room, window.photo]
    rooms += [window.answers.tabBar(), window.remedies.bar, said.view, said.verdict, said.grounds, window.prompts]
    return [part for room in covers[-1:] or [*rooms, window.strip] for part in (room, *room.findChildren(QWidget))]


def _reached(part: QWidget) -> bool:
    by_tab = bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and part.focusProxy() is None and part.isVisible() and part.isEnabled()


def draw_ring(painter: QPainter, room: QRectF, colour: str, radius: float = 4.0) -> None:
    """The ring, just inside a rectangle."""
    half = RING / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), RING))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(room.adjusted(half, half, -half, -half), radius, radius)


class Ring(QWidget):
    """The ring over a widget that others draw; that shows it while it has the focus, and keeps its size."""

    def __init__(self, around: QWidget, colour: str) -> None:
        super().__init__(around)
        self._around = around
        self.colour = colour
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def follow(self) -> None:
        """Show it if the focus is there."""
        self.setGeometry(self._around.rect())
        self.setVisible(self._around.hasFocus())
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        draw_ring(painter, QRectF(self.rect()), self.colour)
        painter.end()
