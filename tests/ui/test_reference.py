"""A second picture beside the photo, zoomed and moved together."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pigeon_desktop.ui.photos.reference import CLOSEST, Look, ZoomView
from pigeon_desktop.ui.window import MainWindow
from tests.ui.conftest import OpenWindow

shares = st.floats(0, 1)


@given(shares, shares, st.floats(1, CLOSEST), st.floats(0.2, 5), shares, shares)
def test_zooming_keeps_the_point_under_the_cursor(
    x: float, y: float, zoom: float, factor: float, at_x: float, at_y: float
) -> None:
    before = Look(x, y, zoom)
    after = before.zoomed(factor, at_x, at_y)
    assert 1 <= after.zoom <= CLOSEST
    assert 0 <= after.x <= 1
    assert 0 <= after.y <= 1
    if after.zoom > 1 and 0 < after.x < 1:
        assert (at_x - after.x) * after.zoom == pytest.approx((at_x - before.x) * before.zoom, abs=1e-9)


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window without a model, with two photos."""
    monkeypatch.setenv("PIGEON_DATA", str(tmp_path / "data"))
    for name, colour in (("a.png", "red"), ("b.png", "blue"), ("other.png", "green")):
        Image.new("RGB", (320, 240), colour).save(tmp_path / name)
    opened = open_window()
    opened.add([tmp_path / "a.png", tmp_path / "b.png"])
    qtbot.waitUntil(lambda: len(opened.session) == 2)
    qtbot.waitUntil(lambda: not opened.photo.picture.isNull(), timeout=10_000)
    return opened


def middle(view: ZoomView) -> str:
    return view.grab().toImage().pixelColor(view.rect().center()).name()


def wheel(view: ZoomView, at: QPointF, notches: int) -> None:
    nothing, none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    where = QPointF(view.mapToGlobal(at.toPoint()))
    event = QWheelEvent(
        at, where, QPoint(), QPoint(0, 120 * notches), nothing, none, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(view, event)


def test_two_pictures_side_by_side_move_together(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    reference = window.reference
    qtbot.keyClick(window.list.view, Qt.Key.Key_R)
    assert reference.isVisible()
    qtbot.waitUntil(lambda: middle(reference.photo) == "#ff0000")
    reference.open(tmp_path / "other.png")
    qtbot.waitUntil(lambda: middle(reference.other) == "#008000")
    wheel(reference.other, QPointF(40, 60), 4)
    assert reference.photo.look == reference.other.look
    assert reference.photo.look.zoom == pytest.approx(1.25**4)
    before = reference.other.look
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    qtbot.mousePress(reference.photo, left, none, QPoint(100, 100))
    where = QPointF(reference.photo.mapToGlobal(QPoint(70, 90)))
    QApplication.sendEvent(
        reference.photo, QMouseEvent(QEvent.Type.MouseMove, QPointF(70, 90), where, left, left, none)
    )
    assert reference.other.look.x > before.x
    assert reference.other.look.y > before.y
    window.list.select(1)
    qtbot.waitUntil(lambda: middle(reference.photo) == "#0000ff", timeout=10_000)
    assert reference.title.text() == "b.png"
    qtbot.keyClick(reference, Qt.Key.Key_Escape)
    assert not reference.isVisible()


def test_a_picture_is_dropped_or_pasted_and_never_added(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    reference = window.reference
    reference.toggle()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "other.png"))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    both = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    QApplication.sendEvent(reference, QDragEnterEvent(QPoint(300, 300), both, mime, buttons, keys))
    event = QDropEvent(QPointF(300, 300), both, mime, buttons, keys)
    QApplication.sendEvent(reference, event)
    assert event.dropAction() == Qt.DropAction.CopyAction
    qtbot.waitUntil(lambda: middle(reference.other) == "#008000")
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    QGuiApplication.clipboard().setImage(image)
    qtbot.keyClick(reference, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: middle(reference.other) == "#336699")
    assert len(window.session) == 2
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    reference.open(tmp_path / "broken.jpg")
    qtbot.waitUntil(lambda: "broken.jpg" in reference.other.words)
