"""The map is steered with the keys while it has the focus, and only then."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from pigeon_desktop.ui.keys_card import KeysCard
from pigeon_desktop.ui.map.keys import HELD_STEP, STEP
from pigeon_desktop.ui.map.view import MapView
from pigeon_desktop.ui.window import MainWindow
from tests.ui.maps import look_at
from tests.ui.windows import wait_for_map

Key = Qt.Key


def moved(view: MapView, before: tuple[float, float]) -> tuple[float, float]:
    """How far the map has moved, as shares of its shorter side: to the right and down."""
    side = min(view.width(), view.height()) / view.view.scale
    return (view.view.x - before[0]) / side, (view.view.y - before[1]) / side


@pytest.mark.parametrize(
    ("key", "way"), [(Key.Key_Left, (-1, 0)), (Key.Key_Right, (1, 0)), (Key.Key_Up, (0, -1)), (Key.Key_Down, (0, 1))]
)
def test_arrows_move_it(qtbot: QtBot, view: MapView, key: Qt.Key, way: tuple[int, int]) -> None:
    look_at(qtbot, view, 20.0, 10.0, 1000)
    before = view.view.x, view.view.y
    qtbot.keyClick(view, key)
    qtbot.keyClick(view, key)  # while it still moves: the steps add up
    qtbot.waitUntil(lambda: view.settled)
    assert moved(view, before) == pytest.approx((2 * STEP * way[0], 2 * STEP * way[1]))
    before = view.view.x, view.view.y
    for _ in range(3):
        held = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.KeypadModifier, "", True)
        QApplication.sendEvent(view, held)
    assert moved(view, before) == pytest.approx((3 * HELD_STEP * way[0], 3 * HELD_STEP * way[1])), "at once"


def test_plus_and_minus_zoom_and_home_is_the_whole_world(qtbot: QtBot, view: MapView) -> None:
    look_at(qtbot, view, 20.0, 10.0, 1000)
    middle = view.view.x, view.view.y
    for key, scale in ((Key.Key_Plus, 2000), (Key.Key_Equal, 4000), (Key.Key_Minus, 2000), (Key.Key_Underscore, 1000)):
        qtbot.keyClick(view, key)
        qtbot.waitUntil(lambda: view.settled)
        assert view.view.scale == pytest.approx(scale)
    assert (view.view.x, view.view.y) == pytest.approx(middle)
    qtbot.keyClick(view, Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert view.aim == view.view, "keys with Ctrl or Alt are for others"
    qtbot.keyClick(view, Key.Key_Home)
    qtbot.waitUntil(lambda: view.settled)
    assert view.view == view.world()
    for key in (Key.Key_Minus, Key.Key_Left, Key.Key_Up):
        qtbot.keyClick(view, key)
        qtbot.waitUntil(lambda: view.settled)
    assert view.view.scale == view.world().scale, "there is nothing beyond it"
    assert abs(view.view.x) < 0.1 > abs(view.view.y)


def test_each_has_its_own_arrows(qtbot: QtBot, three_photos: MainWindow) -> None:
    window = three_photos
    wait_for_map(qtbot, window)
    view = window.map
    assert view is not None
    window.list.select(0)
    window.list.view.setFocus()
    looked_at = view.view
    qtbot.keyClick(window.focusWidget(), Key.Key_Down)
    assert (window.list.current(), view.aim) == (1, looked_at)
    for _ in range(60):
        if view.hasFocus():
            break
        qtbot.keyClick(window.focusWidget(), Key.Key_Tab)
    assert view.hasFocus(), "Tab leads there"
    qtbot.keyClick(window.focusWidget(), Key.Key_Plus)
    qtbot.waitUntil(lambda: view.settled)
    nearer = view.view
    qtbot.keyClick(window.focusWidget(), Key.Key_Down)
    qtbot.waitUntil(lambda: view.settled)
    assert view.view.y > nearer.y
    assert window.list.current() == 1
    qtbot.keyClick(window.focusWidget(), Key.Key_J)
    assert window.list.current() == 2, "what works everywhere works here"


def test_the_card_of_keys_names_them(three_photos: MainWindow) -> None:
    three_photos.show_keys()
    card = three_photos.findChild(KeysCard)
    assert card is not None
    words = {label.text() for label in card.findChildren(QLabel)}
    assert {"← → ↑ ↓", "+ −", "Home"} <= words
    card.close()
