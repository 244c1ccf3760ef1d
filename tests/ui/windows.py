"""What tests do to windows, and how they time them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QMimeData, QObject, QPoint, QPointF, Qt, QThread, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pigeon_desktop.ui.window import MainWindow
from pigeon_desktop.ui.workers import Task


def wait_for_map(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the map has all its parts and is drawn."""
    qtbot.waitUntil(lambda: not [t for t in window.findChildren(QThread) if is_map_load(t)], timeout=60_000)
    assert window.map is not None
    qtbot.waitUntil(lambda: window.map.settled, timeout=30_000)


def is_map_load(thread: QThread) -> bool:
    """Whether a thread is loading the map, or has loaded what the window has not taken yet."""
    return isinstance(thread, Task) and type(thread._work).__name__ == "MapLoad" and not thread.told


def drop(window: MainWindow, paths: list[Path]) -> tuple[QDragEnterEvent, QDropEvent]:
    """Drag files over the window and let them go, as the desktop does."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at, actions = QPoint(300, 300), Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at, actions, mime, buttons, keys)
    QApplication.sendEvent(window, enter)
    fall = QDropEvent(QPointF(at), actions, mime, buttons, keys)
    QApplication.sendEvent(window, fall)
    return enter, fall


class Pulse(QObject):
    """Measures the gaps of the event loop: the longest time between two ticks of a 1 ms timer."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=1)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._clock.start()
        self._timer.start()

    def _tick(self) -> None:
        self.gaps.append(self._clock.nsecsElapsed() / 1e6)
        self._clock.restart()

    def stop(self) -> float:
        """The longest gap, in ms."""
        self._timer.stop()
        return max(self.gaps)
